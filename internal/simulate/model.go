// Package simulate replays a traced run in virtual time under other policies of speculation and with other numbers of
// compile threads, as if there were a core for each.
//
// Rule: what is decided is decided by the scheduler, planner and heuristics of real runs. Only what takes time is
// modelled: compiling, looking into functions, waking threads, and the program's own work.
package simulate

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/tier"
	"github.com/orcast/orcast/trace"
)

// Model is what a trace tells of a program's run, apart from what was decided in it. Times are wall times without
// other load. Its methods may be called by any number of goroutines.
type Model struct {
	view         func() *forecast.Program
	n            int   // functions
	size, module []int // by function

	tier      tier.Tier       // of most of the run's code
	unit      time.Duration   // what a unit takes besides its functions
	own       []time.Duration // what each function takes besides its unit
	load      []time.Duration // by module: what a thread takes before it can compile the first unit of it
	data      []time.Duration // by module: what static data takes besides that
	linkShare float64         // of the time of a unit
	notice    time.Duration   // from a first call to the beginning of its unit
	wake      time.Duration   // from the end of a unit until its caller goes on
	finish    time.Duration   // what a worker spends on a unit and neither on code generation nor on linking
	disturbed time.Duration   // what others take from the worker of a unit meanwhile, for which its caller waits too

	begun   time.Duration // since the run began: when workers begin
	linking time.Duration // from the end of static data's code generation until the program begins
	ready   []ready       // functions that are ready by then
	calls   []call
	tail    time.Duration // from the last first call to the program's end
}

// ready is a function that is compiled, or taken from the cache, before the program begins.
type ready struct {
	function forecast.Func
	reason   sched.Reason
}

// call is a first call.
type call struct {
	function forecast.Func
	work     time.Duration // of the program since it began, waits left out
}

// prices are what compiling takes with a code generator, besides Costs of package sched: that has one constant for a
// unit of one small function, which is what planning needs. Here it matters how much of it several functions of a unit
// share.
type prices struct {
	unit, function, perByte time.Duration
	// loading is the part of the time of the first thing a thread compiles of a module, its static data, that goes into
	// loading it, and the generator to do so.
	loading float64
}

var (
	// ofLLVM is from a fit to units of one to ten functions of the workloads at -O 0, threads on cores of their own.
	ofLLVM = prices{unit: 330 * time.Microsecond, function: 110 * time.Microsecond, perByte: 750, loading: 0.7}
	// ofBaseline is from a fit to the workloads' functions, each of which is a unit of its own.
	ofBaseline = prices{function: 13 * time.Microsecond, perByte: 67}
)

// leastOwn is the part of a function's estimate that it takes at least, however fast it seemed to be.
const leastOwn = 0.3

// NewModel makes the model of a traced run; each call of view makes the view of its program anew. An error says that
// the trace is of another program, or too short to learn anything from.
func NewModel(t *trace.Trace, view func() *forecast.Program) (*Model, error) {
	p := view()
	if err := matches(t, p); err != nil {
		return nil, err
	}
	t = withoutPromotions(t)
	if len(t.Calls) == 0 || len(t.Units) == 0 {
		return nil, errors.New("nothing was compiled and called in the traced run")
	}
	m := &Model{view: view, n: p.Len(), size: make([]int, p.Len()), module: make([]int, p.Len()),
		own: make([]time.Duration, p.Len()), load: make([]time.Duration, p.Modules()),
		data: make([]time.Duration, p.Modules())}
	for f := range m.n {
		m.size[f], m.module[f] = p.Extent(forecast.Func(f))
	}
	r := reader{Model: m, prices: ofLLVM, trace: t, spent: make([]time.Duration, len(t.Units))}
	if m.tier = tierOf(t); m.tier == tier.Baseline {
		r.prices = ofBaseline
	}
	r.loads()
	r.costs()
	r.threads()
	r.playback()
	return m, nil
}

// tierOf is the tier of most of a run's code. LLVM's efforts are alike here: what they take is measured.
func tierOf(t *trace.Trace) tier.Tier {
	quick := 0
	for _, u := range t.Units {
		if u.Tier == tier.Baseline.String() {
			quick++
		}
	}
	if quick > len(t.Units)/2 {
		return tier.Baseline
	}
	return tier.O0
}

var errOther = errors.New("the trace is of another program: give the inputs that orcast run --trace was given")

// matches says whether a trace is of a program.
func matches(t *trace.Trace, p *forecast.Program) error {
	if t.Header.Functions != p.Len() || len(t.Header.Modules) != p.Modules() {
		return errOther
	}
	for _, f := range t.Functions {
		is := p.Function(forecast.Func(f.ID))
		if is.Name != f.Name || is.Size != f.Bytes || is.Module != f.Module {
			return errOther
		}
	}
	return nil
}

// withoutPromotions is a trace without the units that gave functions better code: nobody waited for them.
func withoutPromotions(t *trace.Trace) *trace.Trace {
	first := *t
	first.Units = slices.DeleteFunc(slices.Clone(t.Units),
		func(u trace.Unit) bool { return u.Reason == trace.Promotion })
	return &first
}

// reader makes a model of a trace.
type reader struct {
	*Model
	prices prices
	trace  *trace.Trace
	spent  []time.Duration // by unit: processor time of compiling and linking it, without loading the module
}

// loads finds what loading modules takes, and takes it out of the units that did.
func (r *reader) loads() {
	for i, u := range r.trace.Units {
		r.spent[i] = time.Duration(u.Compile + u.Link)
		if u.Reason == trace.Data {
			r.load[u.Module] = time.Duration(r.prices.loading * float64(u.Compile))
		}
	}
	first := map[[2]int]int{} // unit by worker and module
	for i, u := range r.trace.Units {
		if u.Reason == trace.Cached {
			continue
		}
		key := [2]int{u.Worker, u.Module}
		if before, ok := first[key]; !ok || u.Begin < r.trace.Units[before].Begin {
			first[key] = i
		}
	}
	for _, i := range first {
		r.spent[i] = max(0, r.spent[i]-r.load[r.trace.Units[i].Module])
	}
	for i, u := range r.trace.Units {
		if u.Reason == trace.Data {
			r.data[u.Module] = r.spent[i]
		}
	}
}

func (r *reader) estimate(f int) time.Duration {
	return r.prices.function + time.Duration(r.size[f])*r.prices.perByte
}

// costs finds what compiling takes. Functions that were not compiled take what they are estimated to, on this machine
// and at this effort; of the others each has its part of its unit.
func (r *reader) costs() {
	var estimated, spent, linked, compiled float64
	for i, u := range r.trace.Units {
		if len(u.Functions) == 0 || u.Reason == trace.Cached {
			continue
		}
		estimated += float64(r.prices.unit)
		for _, f := range u.Functions {
			estimated += float64(r.estimate(f))
		}
		spent += float64(r.spent[i])
		linked += float64(u.Link)
		compiled += float64(u.Compile)
	}
	scale := 1.0
	if estimated > 0 && spent > 0 {
		scale = spent / estimated
		r.linkShare = linked / (linked + compiled)
	}
	r.unit = time.Duration(scale * float64(r.prices.unit))
	for f := range r.own {
		r.own[f] = time.Duration(scale * float64(r.estimate(f)))
	}
	for i, u := range r.trace.Units {
		if u.Reason == trace.Cached {
			continue
		}
		var all time.Duration
		for _, f := range u.Functions {
			all += r.own[f]
		}
		share := max(leastOwn, float64(r.spent[i]-r.unit)/float64(all))
		for _, f := range u.Functions {
			r.own[f] = time.Duration(share * float64(r.own[f]))
		}
	}
}

// threads finds what handing work over takes.
func (r *reader) threads() {
	unitOf := map[int]*trace.Unit{}
	var finish, notice, wake []time.Duration
	for i := range r.trace.Units {
		u := &r.trace.Units[i]
		if len(u.Functions) == 0 || u.Begin < r.trace.End.Started || u.Reason == trace.Cached {
			continue
		}
		finish = append(finish, time.Duration(u.End-u.Begin-u.Compile-u.Link))
		for _, f := range u.Functions {
			unitOf[f] = u
		}
	}
	for _, c := range r.trace.Calls {
		u := unitOf[c.Function]
		if u == nil || c.Wait == 0 {
			continue
		}
		if u.Worker == 0 && u.Begin >= c.At {
			notice = append(notice, time.Duration(u.Begin-c.At))
		}
		wake = append(wake, time.Duration(c.At+c.Wait-u.End))
	}
	r.finish, r.notice, r.wake = median(finish), mean(notice), mean(wake)
	r.disturbed = mean(finish) - r.finish
}

func (r *reader) prepared(functions []int, reason sched.Reason) {
	for _, f := range functions {
		r.ready = append(r.ready, ready{forecast.Func(f), reason})
	}
}

// mean is at least 0.
func mean(list []time.Duration) time.Duration {
	var sum time.Duration
	for _, d := range list {
		sum += d
	}
	return max(0, sum/time.Duration(max(1, len(list))))
}

// median is at least 0.
func median(list []time.Duration) time.Duration {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return max(0, list[len(list)/2])
}

// playback finds what the program does by itself, and what is done before it begins.
func (r *reader) playback() {
	t := r.trace
	first := slices.MinFunc(t.Units, func(a, b trace.Unit) int { return cmp.Compare(a.Begin, b.Begin) })
	r.begun = time.Duration(first.Begin)
	dataEnd := first.Begin
	for _, u := range t.Units {
		switch {
		case u.Reason == trace.Data:
			dataEnd = max(dataEnd, u.End)
		case u.Reason == trace.Cached:
			r.prepared(u.Functions, sched.Cached)
		case u.Worker < 0:
			r.prepared(u.Functions, sched.Demand)
		}
	}
	r.linking = max(0, time.Duration(t.End.Started-dataEnd))
	work, waited := Work(t)
	for i, at := range work {
		r.calls = append(r.calls, call{forecast.Func(t.Calls[i].Function), at})
	}
	r.tail = max(0, time.Duration(t.End.Ended-t.End.Started)-waited-r.calls[len(r.calls)-1].work)
}

// Work is when the program made its first calls by the time that it worked itself: since it began, without the time
// when some thread waited, which is the other result.
func Work(t *trace.Trace) (work []time.Duration, waits time.Duration) {
	var waited, until trace.Time // so far, and the end of the last wait
	work = make([]time.Duration, len(t.Calls))
	for i, c := range t.Calls {
		// Of threads that wait at once, the later waits count only as far as they last longer.
		at := max(c.At, until)
		work[i] = max(0, time.Duration(at-waited-t.End.Started))
		if end := c.At + c.Wait; end > until {
			waited += end - at
			until = end
		}
	}
	return work, time.Duration(waited)
}

// compiled says that a function has a body to compile.
func (m *Model) compiled(f forecast.Func) bool { return m.size[f] > 0 }

// isReady says that a function is ready when the program begins.
func (m *Model) isReady(f forecast.Func) bool {
	return slices.ContainsFunc(m.ready, func(r ready) bool { return r.function == f })
}

// unitOf is what compiling and linking a unit takes.
func (m *Model) unitOf(functions []forecast.Func) time.Duration {
	d := m.unit
	for _, f := range functions {
		d += m.own[f]
	}
	return d
}
