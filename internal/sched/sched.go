// Package sched decides which unit a worker compiles next: demands before everything else, then speculation.
//
// Rule: a function gets code once for its first call, whoever asks for it and however many ask at once, and after that
// only to be promoted to a better tier; and nothing that is only expected ever delays what a program thread waits for.
// If a thread comes to wait for what another worker has begun, the demand worker begins it again: others run only when
// nobody else needs their core.
package sched

import (
	"slices"
	"sync"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/tier"
)

// Reason says why a function was compiled.
type Reason uint8

const (
	// None: it was not compiled.
	None Reason = iota
	// Demand: a thread waits for it, or is sure to.
	Demand
	// Speculation: it may be called later.
	Speculation
	// Cached: it was compiled by an earlier run.
	Cached
	// Promotion: it has code, and is to have better.
	Promotion
)

// Compilation is one that a function has been through.
type Compilation struct {
	Func   forecast.Func
	Reason Reason
	Tier   tier.Tier // None if it failed
}

type state uint8

const (
	idle     state = iota
	waiting        // in demands
	claimed        // a worker compiles it
	done           // compiled, or failed
	promoted       // done, and a worker compiles it again
)

// isDone says that the function has code, or cannot have any.
func (s state) isDone() bool { return s == done || s == promoted }

// isTaken says that nobody else may begin to compile the function for its first call.
func (s state) isTaken() bool { return s == claimed || s.isDone() }

// Scheduler hands units to workers. All methods may be called by any goroutine.
type Scheduler struct {
	mu sync.Mutex
	// ends the demand worker's wait for first calls, and its stand-in's when the scheduler is closed
	kick      func()
	any       *sync.Cond // the other workers wait here
	finished  *sync.Cond // Await waits here, also for what is given up
	functions []function
	demands   []forecast.Func // first in, first out; may hold functions that are claimed by now
	late      []forecast.Func // the same of those that were claimed when they were demanded
	busy      bool            // the demand worker is at work
	claims    int             // functions claimed and not done
	closed    bool
	past      []Compilation // those that have ended

	plan     *Planner         // nil: no speculation
	planning sync.Mutex       // held, before mu, by the worker that plans
	events   []forecast.Event // that the planner has not heard of
	dry      bool             // the planner had nothing when it had heard of all events
	paused   bool             // dry only for some time: a timer will end that
}

type function struct {
	state  state
	reason Reason
	wanted bool  // demanded while claimed or before
	alone  bool  // claimed as a unit of one
	again  bool  // the demand worker has begun it again
	ready  bool  // somebody has code for it, see First
	loan   *Loan // of the unit that it is in, if that waits for another one
}

// Loan is a unit whose worker waits for a function that the unit needs; see Lend.
type Loan struct {
	unit  []forecast.Func
	needs forecast.Func
	taken bool // the unit has another worker
}

// New makes a scheduler for functions 0 to n-1; plan is nil for no speculation. The demand worker listens for demands
// itself while it has nothing to do, which saves handing them over; kick must make it stop listening. It is called with
// the lock held.
func New(n int, plan *Planner, kick func()) *Scheduler {
	s := &Scheduler{functions: make([]function, n), plan: plan, kick: kick}
	s.any, s.finished = sync.NewCond(&s.mu), sync.NewCond(&s.mu)
	return s
}

// Demand says that a thread stands waiting for f. It reports whether f has been done already, so that one
// whose compilation failed can be acted upon.
func (s *Scheduler) Demand(f forecast.Func) (alreadyDone bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.note(f) {
		return true
	}
	s.wake()
	return false
}

// Note is Demand for the demand worker, which will look by itself.
func (s *Scheduler) Note(f forecast.Func) (alreadyDone bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.note(f)
}

func (s *Scheduler) note(f forecast.Func) (alreadyDone bool) {
	fn := &s.functions[f]
	first := !fn.wanted
	if first {
		s.happened(forecast.Called, f)
	}
	fn.wanted = true
	switch {
	case fn.state == idle:
		fn.state = waiting
		s.demands = append(s.demands, f)
	case fn.state == claimed && first:
		s.late = append(s.late, f)
	}
	return fn.state.isDone()
}

// happened tells the planner of an event, when it plans next. A worker that found nothing to do looks again.
func (s *Scheduler) happened(kind forecast.EventKind, f forecast.Func) {
	if s.plan == nil || int(f) >= s.plan.program.Len() {
		return
	}
	e := forecast.Event{Kind: kind, Func: f, Time: s.plan.elapsed()}
	s.plan.program.Note(e)
	s.events = append(s.events, e)
	if kind == forecast.Called {
		s.replan()
	}
}

// replan has a worker that found nothing to speculate on look again.
func (s *Scheduler) replan() {
	if s.dry && !s.paused {
		s.dry = false
		s.any.Signal()
	}
}

// wake lets somebody see a new demand: the worker kept for demands if it is free.
func (s *Scheduler) wake() {
	switch {
	case !s.busy && len(s.demands)+len(s.late) > 0:
		s.kick()
	case len(s.demands) > 0:
		s.any.Signal()
	}
}

// NextDemand is the demand worker's: it claims the next demand, if there is one. Without one the worker is to
// listen until it is kicked. If again is true another worker is at the function: it is not claimed, and who has code
// for it first, as First says, publishes that.
func (s *Scheduler) NextDemand() (f forecast.Func, again, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, false, false
	}
	f, ok = s.popDemand()
	if !ok {
		f, again = s.popLate()
	}
	s.busy = ok || again
	if ok && len(s.demands) > 0 {
		s.any.Signal()
	}
	return f, again, s.busy
}

// popLate finds a function that a thread waits for and another worker is at. What is in a larger unit is left to that
// worker: it may be of no use alone.
func (s *Scheduler) popLate() (forecast.Func, bool) {
	for len(s.late) > 0 {
		f := s.late[0]
		s.late = s.late[1:]
		if fn := &s.functions[f]; fn.state == claimed && fn.alone && !fn.again && !fn.ready {
			fn.again = true
			return f, true
		}
	}
	return 0, false
}

// First says that the code, or the error, of a unit that the caller has claimed or begun again is to be used: nobody
// else has had any for it. It is asked once by each, before it links; who is not first has nothing more to do with it.
func (s *Scheduler) First(unit []forecast.Func) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(unit) != 1 {
		return true
	}
	fn := &s.functions[unit[0]]
	if fn.state != claimed || fn.ready {
		return false
	}
	fn.ready = true
	return true
}

// Closed says that Close was called.
func (s *Scheduler) Closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// Take is for the other workers: a demand that the demand worker has no time for, or else the best unit to
// speculate on. It is false once the scheduler is closed.
func (s *Scheduler) Take() (unit []forecast.Func, reason Reason, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.closed {
			return nil, None, false
		}
		if f, ok := s.help(); ok {
			return []forecast.Func{f}, Demand, true
		}
		if s.plan != nil && !s.dry {
			s.mu.Unlock()
			unit := s.Speculate()
			s.mu.Lock()
			if unit != nil {
				s.any.Signal() // there may be work for another one
				return unit, Speculation, true
			}
			continue
		}
		s.any.Wait()
	}
}

// Help claims a demand that the demand worker has no time for, if there is one. Take does that first.
func (s *Scheduler) Help() (f forecast.Func, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.help()
}

func (s *Scheduler) help() (f forecast.Func, ok bool) {
	if !s.busy {
		return 0, false
	}
	f, ok = s.popDemand()
	if ok {
		s.late = append(s.late, f) // for when the demand worker has time
	}
	return f, ok
}

func (s *Scheduler) popDemand() (forecast.Func, bool) {
	for len(s.demands) > 0 {
		f := s.demands[0]
		s.demands = s.demands[1:]
		if s.functions[f].state == waiting {
			s.claim(f, Demand)
			s.functions[f].alone = true
			return f, true
		}
	}
	return 0, false
}

// Speculate claims the next unit of speculation, as Take does when there is nobody to help. The planner works without
// the scheduler's lock: demands must not wait for it. It is nil if there is none, if somebody waits for a worker, or if
// the scheduler is closed.
func (s *Scheduler) Speculate() []forecast.Func {
	s.planning.Lock()
	defer s.planning.Unlock()
	var events []forecast.Event
	for {
		s.mu.Lock()
		if s.closed || s.plan == nil || s.dry || s.busy && len(s.demands) > 0 {
			s.mu.Unlock()
			return nil
		}
		events, s.events = s.events, nil
		plan := s.plan
		s.mu.Unlock()
		for _, e := range events {
			plan.Observe(e)
		}
		unit, retry := plan.Next()
		if unit = s.claimOpen(unit, retry); unit != nil {
			return unit
		}
	}
}

// claimOpen claims those functions of a unit that are still open.
func (s *Scheduler) claimOpen(unit []forecast.Func, retry time.Duration) (claimed []forecast.Func) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(unit) == 0 && len(s.events) == 0 {
		s.dry = true
		if retry > 0 {
			s.paused = true
			s.plan.clock.AfterFunc(retry, s.lookAgain)
		}
	}
	for _, f := range unit {
		if s.functions[f].state == idle {
			s.claim(f, Speculation)
			claimed = append(claimed, f)
		}
	}
	s.setAlone(claimed)
	return claimed
}

func (s *Scheduler) setAlone(unit []forecast.Func) {
	for _, f := range unit {
		s.functions[f].alone = len(unit) == 1
	}
}

func (s *Scheduler) lookAgain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dry, s.paused = false, false
	s.any.Signal()
}

func (s *Scheduler) claim(f forecast.Func, r Reason) {
	fn := &s.functions[f]
	fn.state, fn.reason, fn.alone, fn.again, fn.ready = claimed, r, false, false, false
	s.claims++
	if r == Cached && s.plan != nil && int(f) < s.plan.program.Len() {
		s.plan.program.NoteReused(f)
	}
	s.happened(forecast.Compiled, f)
}

// Claim takes a function that nobody works on and that has no code.
func (s *Scheduler) Claim(f forecast.Func, r Reason) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.functions[f].state.isTaken() {
		return false
	}
	s.claim(f, r)
	return true
}

// Promote takes a function that is done, to be compiled again. It is false if it is not, or if somebody has taken it.
func (s *Scheduler) Promote(f forecast.Func) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.functions[f].state != done {
		return false
	}
	s.functions[f].state, s.functions[f].reason = promoted, Promotion
	s.claims++
	return true
}

// Join adds functions to a unit that the caller has claimed, because they must be compiled together. It is
// false if one of them is another worker's or done; then none is added.
func (s *Scheduler) Join(unit, others []forecast.Func) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range others {
		if s.functions[f].state.isTaken() {
			return false
		}
	}
	for _, f := range others {
		s.claim(f, s.functions[unit[0]].reason)
	}
	s.setAlone(slices.Concat(unit, others))
	return true
}

// Lend is for the worker of a unit that cannot be done before f, which is in another unit. The worker is to see to f if
// nobody else does, and then to call Await. Until then its unit can be taken by the worker of one that it waits for: no
// two units can wait for each other.
//
// So if f's unit waits, itself or through others, for the caller's, the caller gets f's unit in place of a loan, and
// has to compile both together.
func (s *Scheduler) Lend(unit []forecast.Func, f forecast.Func) (loan *Loan, taken []forecast.Func) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for next := s.functions[f].loan; next != nil; next = s.functions[next.needs].loan {
		if slices.Contains(unit, next.needs) {
			of := s.functions[f].loan
			s.setLoan(of.unit, nil)
			of.taken = true
			s.finished.Broadcast()
			return nil, of.unit
		}
	}
	loan = &Loan{unit: slices.Clone(unit), needs: f}
	s.setLoan(loan.unit, loan)
	return loan, nil
}

func (s *Scheduler) setLoan(unit []forecast.Func, l *Loan) {
	for _, f := range unit {
		s.functions[f].loan = l
	}
}

// End is how a loan ended.
type End uint8

const (
	Done   End = iota // the function is done, and the unit the caller's again
	Open              // the same, but whoever worked on the function has given it up
	Taken             // another worker has the unit
	Closed            // the scheduler is closed
)

// Await ends a loan: it waits until the function is done for which the unit was lent, or until something else ends it.
func (s *Scheduler) Await(l *Loan) End {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.closed && !l.taken && s.functions[l.needs].state == claimed {
		s.finished.Wait()
	}
	if l.taken {
		return Taken
	}
	s.setLoan(l.unit, nil)
	switch {
	case s.functions[l.needs].state.isDone():
		return Done
	case s.closed:
		return Closed
	}
	return Open
}

// Abandon gives functions back that another worker is to compile with its own: until that worker's Join they are
// open again. Those that were to be promoted stay as they were.
func (s *Scheduler) Abandon(unit []forecast.Func) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finished.Broadcast()
	for _, f := range unit {
		s.claims--
		if s.functions[f].state == promoted {
			s.functions[f].state = done
			continue
		}
		s.functions[f].state = idle
		if s.plan != nil {
			s.plan.program.Reopen(f)
		}
		if s.functions[f].wanted || s.functions[f].reason == Demand {
			s.functions[f].state = waiting
			s.demands = append(s.demands, f)
			s.wake()
		}
	}
}

// Done ends a unit, which was compiled at a tier; None says that it failed. It reports whether a thread waits, or
// waited, for one of its functions.
func (s *Scheduler) Done(unit []forecast.Func, t tier.Tier) (wanted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.claims -= len(unit)
	for _, f := range unit {
		fn := &s.functions[f]
		fn.state = done
		s.past = append(s.past, Compilation{f, fn.reason, t})
		wanted = wanted || fn.wanted || fn.reason == Demand
	}
	s.finished.Broadcast()
	if s.plan != nil && s.plan.program.Teaches() {
		s.replan() // with what was learnt from these
	}
	return wanted
}

// Spent takes note of what a unit took.
func (s *Scheduler) Spent(unit []forecast.Func, reason Reason, spent Spent) {
	s.mu.Lock()
	plan := s.plan
	s.mu.Unlock()
	if plan != nil {
		plan.Spent(unit, reason, spent)
	}
}

// Compilations returns those that have ended so far, in the order in which they ended.
func (s *Scheduler) Compilations() []Compilation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.past)
}

// Drained says that no demand and no speculation is left, and none under way.
func (s *Scheduler) Drained() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return (s.plan == nil || s.dry && !s.paused) && len(s.demands) == 0 && s.claims == 0
}

// Replace changes the plan of speculation.
func (s *Scheduler) Replace(plan *Planner) {
	s.planning.Lock()
	defer s.planning.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan, s.dry, s.paused = plan, false, false
	s.any.Broadcast()
}

// Close makes every Take return.
func (s *Scheduler) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.kick()
	s.any.Broadcast()
	s.finished.Broadcast()
}
