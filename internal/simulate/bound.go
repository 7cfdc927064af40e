package simulate

import (
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/sched"
)

// Best simulates runs of a compiler that knows which functions will be called, in which order and when, and gives the
// best of those that it tries: every compile thread takes the next functions in that order, beginning some calls ahead
// of where the program is, as many as fit into a unit of some size. Policy is not used, and analysis takes no time.
//
// It is an upper bound of what is possible with that many threads; Bound is a lower one. An optimal schedule is hard to
// find: Ding et al., "Finding the limit: examining the potential and complexity of compilation scheduling for JIT-based
// runtime systems" (2014) show that it is NP-complete for compilations of known cost, without units.
func (m *Model) Best(o Options) Result {
	var best Result
	for i, size := range unitSizes {
		for ahead := 1; ahead <= farthest; ahead *= 2 {
			r := m.newRun(o)
			r.queue = sched.New(m.n, nil, func() {})
			r.speculate = (&clairvoyant{run: r, size: size, ahead: ahead}).next
			if result := r.toEnd(); i == 0 && ahead == 1 || result.Stall < best.Stall {
				best = result
			}
		}
	}
	return best
}

// What Best tries.
var unitSizes = []time.Duration{0, time.Millisecond / 2, time.Millisecond, 2 * time.Millisecond, 4 * time.Millisecond,
	8 * time.Millisecond}

const farthest = 256

// clairvoyant knows what will be called.
type clairvoyant struct {
	*run
	size  time.Duration // of a unit: it ends with the function that makes it so large
	ahead int           // calls between the program and what is compiled
	upTo  int           // position of the first call that no unit has got to
}

// next claims the next unit.
func (c *clairvoyant) next() []forecast.Func {
	all := c.model.calls
	position := len(all) - len(c.calls)
	c.upTo = max(c.upTo, position+c.ahead-1)
	unit := c.claim(&c.upTo)
	if unit == nil { // what was passed over
		unit = c.claim(&position)
	}
	return unit
}

// claim makes a unit of functions of one module that are called from a position on.
func (c *clairvoyant) claim(position *int) (unit []forecast.Func) {
	var size time.Duration
	for ; *position < len(c.model.calls); *position++ {
		f := c.model.calls[*position].function
		if !c.model.compiled(f) || c.state[f].ready {
			continue
		}
		if len(unit) > 0 && (size >= c.faster(c.size) || c.model.module[f] != c.model.module[unit[0]]) {
			break
		}
		if c.queue.Claim(f, sched.Speculation) {
			unit = append(unit, f)
			size += c.faster(c.model.own[f])
		}
	}
	return unit
}

// Bound is a time that the program waits at least, whatever is compiled when, by a compiler that knows everything, if
// the program begins when it does in Best: there is none better, though maybe none that good.
//
// Take the k-th first call. By the time when it goes on, the first k functions have been compiled, each once, by the
// threads there are; each thread that took part has loaded a module before, and spent a unit's fixed cost at least
// once. So that time is not before any of
//
//   - the time when the call before went on, and the program's own work since;
//   - the beginning, plus loading and a unit of the function alone;
//   - the beginning, plus loading, a unit's fixed cost, and what the k functions and all static data take, over the
//     number of threads.
//
// If one of the latter two is later than the call, it stands, and takes a moment to be woken besides.
func (m *Model) Bound(o Options) time.Duration {
	r := m.newRun(o)
	program := m.Best(o).Began // when the program goes on
	load := time.Duration(-1)
	var all time.Duration // data and functions
	for i, d := range m.data {
		all += r.faster(d)
		if load < 0 || m.load[i] < load {
			load = m.load[i]
		}
	}
	load = max(load, 0)
	var work, stall time.Duration
	for _, c := range m.calls {
		program += c.work - work
		work = c.work
		if !m.compiled(c.function) || m.isReady(c.function) {
			continue
		}
		all += r.faster(m.own[c.function])
		alone := m.begun + r.faster(m.load[m.module[c.function]]+m.unit+m.own[c.function])
		together := m.begun + r.faster(load+m.unit) + all/time.Duration(o.Threads+1)
		if ready := max(alone, together); ready > program {
			stall += ready + m.wake - program
			program = ready + m.wake
		}
	}
	return stall
}
