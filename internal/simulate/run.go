package simulate

import (
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/tier"
)

// Options are what a simulated run has otherwise than the traced one.
type Options struct {
	Policy  forecast.Maker // nil for none
	Threads int            // compile threads besides the one kept for demands, at least 1
	Speed   float64        // how much faster compiling, linking and loading modules is; 0 means 1
	// FreeAnalysis says that forecasting and planning take no time.
	FreeAnalysis bool
}

// Result is how a simulated run went. Times count from the beginning of the run.
type Result struct {
	Stall  time.Duration // sum of the program's waits
	Stalls int
	Max    time.Duration // the longest wait
	Began  time.Duration // when the program did
	Wall   time.Duration // when it ended
	// Numbers of functions, as in the stats of a run.
	Called, Compiled, Demand, Speculated, Useful, Late, Wasted int
}

// What deciding takes.
const (
	planning = 10 * time.Microsecond // a forecast, and what comes of it
	looking  = 30 * time.Microsecond // into a function, the first time
)

// run is a run in virtual time. Everything happens on one goroutine, one event after the other.
type run struct {
	model *Model
	Options
	clock
	view  *forecast.Program
	queue *sched.Scheduler
	// speculate claims the next unit to compile ahead; nil if there is none now. It is nil if nobody speculates.
	speculate func() []forecast.Func

	demander  *worker
	others    []*worker
	tasks     []int         // modules whose static data nobody has begun to compile
	unlinked  int           // modules whose static data is not compiled
	begun     bool          // the program has
	early     []func()      // what is to be linked when it has
	forecasts int           // made by the heuristic
	planned   time.Duration // until then some worker plans

	calls    []call          // that the program has not made
	waited   time.Duration   // by the program so far
	waiting  forecast.Func   // the function that the program waits for, or NoFunc
	since    time.Duration   // when that began
	unheard  []forecast.Func // first calls in the log
	state    []progress      // by function
	finished bool
	result   Result
}

// progress of a function.
type progress struct{ ready, called, stalled bool }

// worker is a compile thread.
type worker struct {
	loaded []bool // modules
	idle   bool   // it waits until it is woken
	busy   bool   // it is at a unit
}

// Run simulates a run.
func (m *Model) Run(o Options) Result {
	r := m.newRun(o)
	var plan *sched.Planner
	if m.tier == tier.Baseline {
		r.view.ExpectLessons()
	}
	if o.Policy != nil {
		plan = sched.NewPlanner(r.view, counted{o.Policy(r.view), r}, sched.Budget{}, o.Threads, r.model.tier)
		plan.SetClock(&r.clock)
	}
	r.queue = sched.New(m.n, plan, func() {})
	if plan != nil {
		r.speculate = r.queue.Speculate
	}
	return r.toEnd()
}

func (m *Model) newRun(o Options) *run {
	if o.Speed == 0 {
		o.Speed = 1
	}
	r := &run{model: m, Options: o, clock: clock{now: m.begun}, view: m.view(), calls: m.calls,
		waiting: forecast.NoFunc, state: make([]progress, m.n)}
	r.demander = &worker{loaded: make([]bool, len(m.load))}
	for range o.Threads {
		r.others = append(r.others, &worker{loaded: make([]bool, len(m.load))})
	}
	return r
}

// counted is a heuristic whose forecasts are counted.
type counted struct {
	forecast.Heuristic
	run *run
}

func (c counted) Forecast(n int) []forecast.Candidate {
	c.run.forecasts++
	return c.Heuristic.Forecast(n)
}

// toEnd begins as the engine does, and lets everything happen until the program ends.
func (r *run) toEnd() Result {
	for _, f := range r.model.ready {
		r.queue.Claim(f.function, f.reason)
	}
	for _, f := range r.view.Roots() {
		r.queue.Demand(f)
	}
	for m := range r.model.data {
		r.tasks = append(r.tasks, m)
	}
	r.unlinked = len(r.tasks)
	if r.unlinked == 0 {
		r.linked()
	}
	if r.speculate == nil && r.unlinked == 1 {
		r.static(r.demander, r.demand)
	} else {
		r.demand()
	}
	for _, w := range r.others {
		r.work(w)
	}
	for !r.finished && r.step() {
	}
	return r.count()
}

// after has something happen in so much time.
func (r *run) after(d time.Duration, happen func()) { r.at(r.now+d, happen) }

// faster is what a time of compiling is at the simulated speed.
func (r *run) faster(d time.Duration) time.Duration { return time.Duration(float64(d) / r.Speed) }

// load is what a worker takes to get ready for a module.
func (r *run) load(w *worker, module int) time.Duration {
	if w.loaded[module] {
		return 0
	}
	w.loaded[module] = true
	return r.model.load[module]
}

// static has a worker compile a module's static data, and then go on. With the last one the program begins.
func (r *run) static(w *worker, then func()) {
	module := r.tasks[0]
	r.tasks = r.tasks[1:]
	r.after(r.faster(r.load(w, module)+r.model.data[module]), func() {
		if r.unlinked--; r.unlinked == 0 {
			r.after(r.model.linking, r.linked)
		}
		then()
	})
}

// linked begins the program: static data has its addresses.
func (r *run) linked() {
	r.begun, r.result.Began = true, r.now
	for _, f := range r.model.ready {
		r.done([]forecast.Func{f.function})
	}
	for _, link := range r.early {
		link()
	}
	r.program()
}

// program has the program work until its next first call, or its end.
func (r *run) program() {
	if len(r.calls) == 0 {
		r.after(r.model.tail, func() { r.finished = true })
		return
	}
	r.at(r.result.Began+r.calls[0].work+r.waited, r.call)
}

// call is the program's next first call.
func (r *run) call() {
	f := r.calls[0].function
	r.calls = r.calls[1:]
	r.result.Called++
	r.state[f].called = true
	stalls := !r.state[f].ready && r.model.compiled(f)
	r.log(f, stalls)
	if !stalls {
		r.program()
		return
	}
	r.state[f].stalled = true
	r.waiting, r.since = f, r.now
}

// goOn ends a wait of the program.
func (r *run) goOn() {
	wait := r.now - r.since
	r.waiting = forecast.NoFunc
	r.waited += wait
	r.result.Stall += wait
	r.result.Stalls++
	r.result.Max = max(r.result.Max, wait)
	r.program()
}

// log tells the demand worker of a first call; or its stand-in, if it is at a unit and the program stalls.
func (r *run) log(f forecast.Func, stalls bool) {
	r.unheard = append(r.unheard, f)
	d := r.demander
	switch {
	case d.idle:
		d.idle = false
		r.after(r.model.notice, r.demand)
	case d.busy && stalls:
		r.after(r.model.wake, func() {
			r.hear(r.queue.Demand)
			r.wake()
		})
	}
}

// hear reads the log.
func (r *run) hear(note func(forecast.Func) bool) {
	for _, f := range r.unheard {
		note(f)
	}
	r.unheard = r.unheard[:0]
}

// demand is what the demand worker does when it has nothing to do.
func (r *run) demand() {
	r.hear(r.queue.Note)
	f, again, ok := r.queue.NextDemand()
	r.demander.idle = !ok
	switch {
	case again && !r.begun: // nothing can be linked so far
		r.at(r.now, r.demand)
	case ok:
		r.compile(r.demander, []forecast.Func{f}, sched.Demand, r.demand)
	}
	r.wake()
}

// wake wakes one of the other workers, if one waits.
func (r *run) wake() {
	for _, w := range r.others {
		if w.idle {
			w.idle = false
			r.after(r.model.wake, func() { r.work(w) })
			return
		}
	}
}

// work is what one of the other workers does when it has nothing to do.
func (r *run) work(w *worker) {
	again := func() { r.work(w) }
	if len(r.tasks) > 0 {
		r.static(w, again)
		return
	}
	if f, ok := r.queue.Help(); ok {
		r.compile(w, []forecast.Func{f}, sched.Demand, again)
		return
	}
	if r.planned > r.now {
		r.at(r.planned, again)
		return
	}
	unit, prepared := r.plan()
	switch {
	case unit != nil:
		r.at(r.planned, r.wake) // there may be work for another one
		r.at(prepared, func() { r.compile(w, unit, sched.Speculation, again) })
	case r.planned > r.now: // something may have happened meanwhile
		r.at(r.planned, again)
	default:
		w.idle = true
	}
}

// plan has a worker plan, and look into the functions of its unit until it is prepared.
func (r *run) plan() (unit []forecast.Func, prepared time.Duration) {
	if r.speculate == nil {
		return nil, 0
	}
	forecasts, analysed := r.forecasts, r.view.Analysed()
	unit = r.speculate()
	r.planned = r.now + r.deciding(r.forecasts-forecasts, r.view.Analysed()-analysed)
	analysed = r.view.Analysed()
	for _, f := range unit {
		r.view.Prepare(f) // which is nothing, if no heuristic looks into functions
	}
	return unit, r.planned + r.deciding(0, r.view.Analysed()-analysed)
}

func (r *run) deciding(forecasts, analysed int) time.Duration {
	if r.FreeAnalysis {
		return 0
	}
	return time.Duration(forecasts)*planning + time.Duration(analysed)*looking
}

// compile has a worker compile a unit and link it, as soon as the program has begun, and then go on. With what nobody
// waits for it goes on before.
func (r *run) compile(w *worker, unit []forecast.Func, reason sched.Reason, then func()) {
	w.busy = true
	_, module := r.view.Extent(unit[0])
	cost := r.faster(r.model.unitOf(unit))
	link := time.Duration(r.model.linkShare * float64(cost))
	spent := r.faster(r.load(w, module)) + cost - link
	finish := func(then func()) {
		r.after(link+r.model.finish, func() {
			w.busy = false
			if r.queue.First(unit) {
				r.queue.Spent(unit, reason, sched.Spent{CPU: spent})
				r.done(unit)
			}
			then()
		})
	}
	r.after(spent, func() {
		switch {
		case r.begun:
			finish(then)
		case reason == sched.Speculation:
			r.early = append(r.early, func() { finish(func() {}) })
			then()
		default:
			r.early = append(r.early, func() { finish(then) })
		}
	})
}

// done lets the program have the bodies of a unit.
func (r *run) done(unit []forecast.Func) {
	r.queue.Done(unit, r.model.tier)
	for _, f := range unit {
		r.view.Study(f) // as compilers do that Teach; others are not to
		r.state[f].ready = true
		if f == r.waiting {
			r.after(r.model.wake+r.model.disturbed, r.goOn)
		}
	}
}

// count completes the result.
func (r *run) count() Result {
	r.result.Wall = r.now
	for _, c := range r.queue.Compilations() {
		is := r.state[c.Func]
		switch {
		case c.Reason == sched.Cached:
			continue
		case c.Reason == sched.Demand:
			r.result.Demand++
		case !is.called:
			r.result.Wasted++
		case is.stalled:
			r.result.Late++
		default:
			r.result.Useful++
		}
		r.result.Compiled++
	}
	r.result.Speculated = r.result.Useful + r.result.Late + r.result.Wasted
	return r.result
}
