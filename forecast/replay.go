package forecast

import (
	"path/filepath"
	"time"

	"github.com/orcast/orcast/profile"
)

// replayed is a recorded run, and how far this run has got in it.
type replayed struct {
	calls []recordedCall
	place []int32 // by function: its position in calls, from 1; 0 if it has none
	open  chain   // the calls that may still be candidates
	made  tally   // the calls that were made in this run too
	front int     // position after the furthest of these
	last  int     // position after the last of these
	prior float64 // probability that this run is like it, before the first call
	like  float64 // the same by now
}

// recordedCall is a first call of a function that the program has.
type recordedCall struct {
	function Func
	after    Func // the one called before it, or NoFunc
	at       time.Duration
	id       uint64 // of its content, 0 if it is not known
	void     bool   // its content is another now
}

// newReplayed makes a run of p ready; funcs are p's functions in the program, and the run's prior is its weight.
func newReplayed(program *Program, p *profile.Profile, run profile.Run, funcs []Func) replayed {
	r := replayed{place: make([]int32, program.Len()), prior: run.Weight}
	after := NoFunc
	for _, c := range run.Calls {
		f := funcs[c.Function]
		if f == NoFunc || r.place[f] != 0 {
			continue
		}
		r.calls = append(r.calls, recordedCall{function: f, after: after, at: c.At, id: p.Functions()[c.Function].ID})
		r.place[f] = int32(len(r.calls))
		after = f
	}
	r.open = newChain(len(r.calls))
	r.made = make(tally, len(r.calls))
	return r
}

// placeOf is the position of a function in the run, if it has one.
func (r *replayed) placeOf(f Func) (position int, ok bool) {
	return int(r.place[f]) - 1, r.place[f] != 0
}

// near says whether a position is near where this run is.
func (r *replayed) near(position int) bool {
	return max(position-r.front, r.front-position) <= near || max(position-r.last, r.last-position) <= near
}

// called notes that the call at a position was made.
func (r *replayed) called(position int) {
	r.made.add(position)
	r.open.remove(position)
	r.last = position + 1
	r.front = max(r.front, r.last)
}

// passed is how many calls beyond a position were made.
func (r *replayed) passed(position int) int {
	if position >= r.front {
		return 0
	}
	return r.made.beyond(position)
}

// gap is in how much time the call at a position is to be made, from the last one.
func (r *replayed) gap(position int) time.Duration {
	if r.last == 0 {
		return r.calls[position].at
	}
	return max(0, r.calls[position].at-r.calls[r.last-1].at)
}

// chain is the numbers from 0 to some n, from which some are removed. It finds the neighbours of any number in nearly
// constant time: Galler and Fischer, "An improved equivalence algorithm" (1964).
type chain struct{ up, down []int32 }

func newChain(n int) chain {
	// A position in down is one more than the number, so that there is something before 0.
	c := chain{make([]int32, n+1), make([]int32, n+1)}
	for i := range c.up {
		c.up[i], c.down[i] = int32(i), int32(i)
	}
	return c
}

func (c chain) remove(i int) { c.up[i], c.down[i+1] = int32(i+1), int32(i) }

// next is the first number from i on, n if there is none.
func (c chain) next(i int) int { return root(c.up, i) }

// before is the k-th number before i, or the first if there are not so many.
func (c chain) before(i, k int) int {
	for ; k > 0 && i > 0; k-- {
		i = max(root(c.down, i)-1, 0)
	}
	return i
}

// root follows links to where they end, and shortens them on the way.
func root(links []int32, i int) int {
	for int(links[i]) != i {
		links[i] = links[links[i]]
		i = int(links[i])
	}
	return i
}

// tally counts numbers below its length: Fenwick, "A new data structure for cumulative frequency tables" (1994).
type tally []int32

func (t tally) add(i int) {
	// Sums are over what lies beyond, so steps are those of the usual tree the other way round.
	for i++; i > 0; i -= i & -i {
		t[i-1]++
	}
}

// beyond is how many of the numbers are greater than i.
func (t tally) beyond(i int) int {
	n := 0
	for i += 2; i <= len(t); i += i & -i {
		n += int(t[i-1])
	}
	return n
}

// match finds the functions of a profile in the program; NoFunc is what it does not have. A function is the one of its
// name in the module of that name, or in one whose file has that name elsewhere, or else the one that all modules know
// by its name, or some local one.
func match(p *Program, functions []profile.Function) []Func {
	m := matcher{program: p, modules: map[string]int{}}
	for i := range p.linked.Modules {
		name := p.ModuleName(i)
		if base := filepath.Base(name); base != name {
			if _, ok := m.modules[base]; !ok {
				m.modules[base] = i
			}
		}
	}
	for i := range p.linked.Modules {
		m.modules[p.ModuleName(i)] = i
	}
	list := make([]Func, len(functions))
	for i, f := range functions {
		list[i] = m.find(f)
	}
	return list
}

type matcher struct {
	program *Program
	modules map[string]int
	locals  map[string]Func // by name, once they are needed
}

func (m *matcher) find(f profile.Function) Func {
	module, ok := m.modules[f.Module]
	if !ok {
		module, ok = m.modules[filepath.Base(f.Module)]
	}
	if ok {
		if ref, ok := m.program.linked.Modules[module].Lookup(f.Name); ok && ref.Symbol != nil && ref.Symbol.Func >= 0 {
			return Func(ref.Symbol.Func)
		}
	}
	if found, ok := m.program.Lookup(f.Name); ok {
		return found
	}
	if found, ok := m.local(f.Name); ok {
		return found
	}
	return NoFunc
}

// local finds the first local function of a name.
func (m *matcher) local(name string) (Func, bool) {
	if m.locals == nil {
		m.locals = map[string]Func{}
		for i, s := range m.program.linked.Functions {
			if _, ok := m.locals[s.Name]; s.Local && !ok {
				m.locals[s.Name] = Func(i)
			}
		}
	}
	f, ok := m.locals[name]
	return f, ok
}
