package jit

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/orcast/orcast/internal/journal"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/tier"
	"github.com/orcast/orcast/trace"
)

// worker is a compile thread with its compilers. Its goroutine is locked to the thread.
type worker struct {
	session *Session
	number  int // 0 is the demand worker
	llvm    map[tier.Tier]*llvmCompiler
	fast    *baselineCompiler // nil until it is needed
	// pending are functions that it has claimed and will compile when it is done with others. If it has to wait for a
	// function, it gives them up: that may be one of them, or its worker may need one.
	pending []program.FuncID
	// ahead says that it compiles what cannot be linked so far, which it keeps in early. It gives that up too.
	ahead bool
	early []compiled
}

// compiled is a unit of speculation that is not linked.
type compiled struct {
	unit []program.FuncID // as it was claimed
	span *journal.Span
	code loader.Code
}

func (s *Session) newWorker(number int) *worker {
	return &worker{session: s, number: number, llvm: map[tier.Tier]*llvmCompiler{}}
}

func (w *worker) close() {
	for _, c := range w.llvm {
		c.Close()
	}
}

// takes says that the baseline compiler is asked for a function at a tier.
func (s *Session) takes(f program.FuncID, t tier.Tier) bool {
	return t == s.options.Tier && s.options.Generator.takes(int(f), t)
}

// compilers are those of a tier for a unit, in the order in which they are asked. The last one refuses nothing. What is
// linked with static data goes through LLVM's linker, so LLVM compiles it.
func (w *worker) compilers(t tier.Tier, unit []program.FuncID) []Compiler {
	s := w.session
	if len(unit) != 1 || w.number == journal.Starter || !s.takes(unit[0], t) {
		return []Compiler{w.llvmAt(t)}
	}
	return []Compiler{w.baseline(), w.llvmAt(t)}
}

func (w *worker) baseline() *baselineCompiler {
	if w.fast == nil {
		w.fast = newBaselineCompiler(w.session)
	}
	return w.fast
}

// llvmAt is LLVM at a tier, or at the least effort for one that is not LLVM's.
func (w *worker) llvmAt(t tier.Tier) *llvmCompiler {
	t = t.LLVM()
	c := w.llvm[t]
	if c == nil {
		c = &llvmCompiler{tier: t, blocks: w.session.loader.Blocks}
		w.llvm[t] = c
	}
	return c
}

// demandWorker compiles static data, then demands, and listens for them while there are none: handing a demand over
// from another goroutine would cost more than linking it.
func (s *Session) demandWorker(tasks <-chan *loader.Module) {
	runtime.LockOSThread()
	defer s.loader.Region.Serve()()
	w := s.newWorker(0)
	defer w.close()
	w.data(tasks)
	var calls []int
	for !s.queue.Closed() {
		f, again, ok := s.queue.NextDemand()
		if !ok {
			calls = s.loader.Region.NextCalls(calls[:0])
			s.hear(calls, s.queue.Note)
			continue
		}
		calls = s.loader.Region.Working(calls[:0])
		s.hear(calls, s.queue.Demand)
		if again {
			w.again(f)
		} else {
			w.unit([]program.FuncID{f}, sched.Demand)
		}
	}
}

// standBack lets the program and the demand worker come first where there are more threads than idle cores. A thread
// without privileges cannot go back, so a worker keeps its rank when it takes a demand.
//
// Where there are several cores a worker gets about a tenth of the share of others on a busy one, which is little
// enough to lose and enough to finish what the program comes to wait for. On a single core it runs only while
// everything else waits: speculation would take from the program what it can hardly give back.
func standBack() {
	if runtime.NumCPU() > 1 {
		unix.Setpriority(unix.PRIO_PROCESS, 0, 10)
		return
	}
	const idle = 5 // SCHED_IDLE, sched(7)
	unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: idle}, 0)
}

// worker compiles static data first, then demands and speculation.
func (s *Session) worker(number int, tasks <-chan *loader.Module) {
	runtime.LockOSThread()
	w := s.newWorker(number)
	defer w.close()
	w.data(tasks)
	if runtime.NumCPU() > 1 && s.options.Budget == (sched.Budget{}) { // which counts what is linked
		w.compileAhead()
	}
	s.reuse.LinkLater(w)
	standBack()
	for {
		clock := s.journal.Time(journal.Analysis)
		unit, reason, ok := s.queue.Take()
		if !ok {
			return
		}
		if reason == sched.Speculation {
			w.prepare(unit)
		}
		clock.Stop()
		w.unit(unit, reason)
	}
}

// prepare looks into functions of a unit of speculation. What these call is asked for next; here that is found out in
// parallel.
func (w *worker) prepare(unit []program.FuncID) {
	for _, f := range unit {
		w.session.view.Prepare(f)
	}
}

// compileAhead speculates until static data has its addresses, and then links what it has compiled.
func (w *worker) compileAhead() {
	s := w.session
	w.ahead = true
	for !s.isLinkable() {
		clock := s.journal.Time(journal.Analysis)
		unit := s.queue.Speculate()
		w.prepare(unit)
		clock.Stop()
		if unit == nil {
			break
		}
		w.unit(unit, sched.Speculation)
	}
	w.ahead = false
	if len(w.early) > 0 && !s.AwaitLinkable() {
		w.giveUp()
	}
	for len(w.early) > 0 {
		c := w.early[0]
		w.early = w.early[1:]
		built, err := w.finish(c.span, c.code)
		w.end(c.unit, sched.Speculation, built, err)
	}
}

// giveUp gives up what this worker has claimed and not finished, but for the unit that it is at.
func (w *worker) giveUp() {
	s := w.session
	s.queue.Abandon(w.pending)
	w.pending = nil
	for _, c := range w.early {
		if s.queue.First(c.span.Functions) {
			s.queue.Abandon(c.span.Functions)
		}
		c.code.Close()
	}
	w.early = nil
}

// data compiles the static data of modules.
func (w *worker) data(tasks <-chan *loader.Module) {
	s := w.session
	for m := range tasks {
		span := s.journal.Begin(m.Number, w.number)
		span.Reason = trace.Data
		clock := span.Time(journal.Compile)
		code, t, err := w.compileData(m)
		span.Tier = t
		clock.Stop()
		if err == nil {
			span.Object = code
			span.End()
		}
		s.data[m.Number] <- dataResult{code: code, err: err}
	}
}

// compileData makes the static data of a module, which is of a tier as code is.
func (w *worker) compileData(m *loader.Module) (loader.Code, tier.Tier, error) {
	s := w.session
	if s.options.Generator.takes(int(m.Number), s.options.Tier) {
		code, err := w.baseline().compileData(m)
		if !errors.Is(err, ErrRefused) {
			return code, tier.Baseline, err
		}
	}
	c := w.llvmAt(s.options.Tier)
	code, err := c.compileData(m)
	return code, c.Tier(), err
}

// CompileError says that a function cannot be compiled.
type CompileError struct {
	Module   string // as messages name it
	Function string // as in an object file
	Err      error
}

func (e *CompileError) Error() string {
	return fmt.Sprintf("%s: compiling %s: %v", e.Module, e.Function, e.Err)
}

func (e *CompileError) Unwrap() error { return e.Err }

var (
	// errStopped is what becomes of units that are under way when their session ends.
	errStopped = errors.New("the engine was closed before the function was compiled")
	// errTaken is what becomes of units that another worker compiles with its own.
	errTaken = errors.New("another unit has functions that share addresses of blocks with this one")
	// errEarly is what becomes of units that are compiled and cannot be linked so far.
	errEarly = errors.New("the unit is to be linked later")
	// errCircular is what becomes of units that would have to be compiled as one and are of several modules.
	errCircular = errors.New("functions of two modules use tables of addresses of each other's blocks, which is not " +
		"supported")
)

// unit compiles and links functions of one module and publishes their bodies. If that fails for several at once
// they are tried one by one, so that none suffers for another.
func (w *worker) unit(unit []program.FuncID, reason sched.Reason) {
	s := w.session
	if alone := func(f program.FuncID) bool { return s.reuse.Offers(f) || s.takes(f, s.options.Tier) }; len(unit) > 1 {
		// Images have them one by one, and so the baseline compiler takes them.
		if unit = w.apart(unit, reason, alone); len(unit) == 0 {
			return
		}
	} else if s.reuse.Use(unit[0], w) {
		return
	}
	built, err := w.build(unit, reason, s.options.Tier)
	w.end(unit, reason, built, err)
}

// end settles a unit that was claimed and is built, unless it is another worker's or to be linked later.
func (w *worker) end(unit []program.FuncID, reason sched.Reason, built journal.Unit, err error) {
	switch {
	case err == errTaken || err == errEarly:
	case err == nil || len(unit) == 1 || len(built.Functions) > len(unit):
		w.session.settle(built.Functions, built.Tier, err)
	default:
		w.apart(unit, reason, func(program.FuncID) bool { return true })
	}
}

// again compiles a function that a thread waits for and that another worker is at, which may have to wait for a
// processor. If that is not as simple as mostly, it leaves the function to that worker.
func (w *worker) again(f program.FuncID) {
	s := w.session
	if s.reuse.Offers(f) || f == s.loader.Undefined || s.loader.IsLinkedEarly(f) || !s.isLinkable() {
		return
	}
	unit := []program.FuncID{f}
	span := s.journal.Begin(s.loader.ModuleOf(f).Number, w.number)
	span.Functions, span.Reason = unit, trace.Demand
	code, tied, err := w.generate(span, s.loader.Modules[span.Module], s.options.Tier)
	if err != nil || len(tied) > 0 {
		return
	}
	built, err := w.finish(span, code)
	w.end(unit, sched.Demand, built, err)
}

// apart makes units of those functions of a claimed unit that are to be alone, and returns the others; without those
// that other workers have taken meanwhile, see pending.
func (w *worker) apart(unit []program.FuncID, reason sched.Reason,
	alone func(program.FuncID) bool) (others []program.FuncID) {
	w.pending = append(w.pending, unit...)
	for _, f := range unit {
		if alone(f) && w.begin(f, reason) {
			w.unit([]program.FuncID{f}, reason)
		}
	}
	for _, f := range unit {
		if !alone(f) && w.begin(f, reason) {
			others = append(others, f)
		}
	}
	return others
}

// begin takes a function that was pending. It is false if another worker has it by now.
func (w *worker) begin(f program.FuncID, reason sched.Reason) bool {
	at := slices.Index(w.pending, f)
	if at < 0 {
		return w.session.queue.Claim(f, reason)
	}
	w.pending = slices.Delete(w.pending, at, at+1)
	return true
}

// build compiles a unit, which is claimed, at a tier and links it. What it returns has the functions that had to join;
// with errTaken it is nothing.
func (w *worker) build(unit []program.FuncID, reason sched.Reason, t tier.Tier) (journal.Unit, error) {
	s := w.session
	if unit[0] == s.loader.Undefined {
		return journal.Unit{Functions: unit}, s.loader.UndefinedSymbols(nil)
	}
	span := s.journal.Begin(s.loader.ModuleOf(unit[0]).Number, w.number)
	span.Functions, span.Reason = unit, traceReasons[reason]
	code, err := w.compile(span, t)
	if err != nil {
		if err != errTaken && !s.queue.First(span.Functions) {
			err = errTaken
		}
		return span.Unit, err
	}
	if w.ahead && !s.isLinkable() {
		span.Pause()
		w.early = append(w.early, compiled{unit, span, code})
		return span.Unit, errEarly
	}
	return w.finish(span, code)
}

// finish links a unit that is compiled, unless somebody else has code of it by now. If units that it needs need it too,
// they are compiled with it.
func (w *worker) finish(span *journal.Span, code loader.Code) (journal.Unit, error) {
	s := w.session
	// Only who is first links: there is one place where a function's newest code is noted.
	if !s.queue.First(span.Functions) {
		code.Close()
		return span.Unit, errTaken
	}
	m := s.loader.Modules[span.Module]
	for {
		taken, err := w.linkOnce(span, code, m)
		if len(taken) == 0 {
			return span.Unit, err
		}
		span.Functions, span.Tied = slices.Concat(span.Functions, taken), true
		if s.loader.ModuleOf(taken[0]) != m {
			return span.Unit, errCircular
		}
		if code, err = w.compile(span, span.Tier); err != nil {
			return span.Unit, err
		}
	}
}

// linkOnce links a unit. If units that it needs need it too, it returns their functions: they have to be compiled with
// it.
func (w *worker) linkOnce(span *journal.Span, code loader.Code, m *loader.Module) (taken []program.FuncID, err error) {
	s := w.session
	defer code.Close()
	if !s.AwaitLinkable() {
		return nil, errStopped
	}
	taken, err = w.link(span, loader.Item{Code: code, Module: m, Late: true}, span.Functions)
	switch {
	case err == errTaken:
		return nil, err
	case err != nil:
		return nil, s.loader.Explain(span.Functions[0], err)
	case len(taken) == 0:
		span.Object = code
		span.End()
	}
	return taken, nil
}

var traceReasons = [...]trace.Reason{sched.Demand: trace.Demand, sched.Speculation: trace.Speculation,
	sched.Promotion: trace.Promotion}

// compile makes the code of a unit. Functions that share block addresses with it join it; if another worker has one of
// them, the unit is left to that worker.
func (w *worker) compile(span *journal.Span, t tier.Tier) (loader.Code, error) {
	s := w.session
	m := s.loader.Modules[span.Module]
	for {
		code, tied, err := w.generate(span, m, t)
		if err != nil {
			return nil, &CompileError{Module: m.Name, Function: s.loader.FunctionName(span.Functions[0]), Err: err}
		}
		if len(tied) == 0 {
			return code, nil
		}
		s.joining.Lock()
		joined := s.queue.Join(span.Functions, tied)
		if !joined {
			s.queue.Abandon(span.Functions)
		}
		s.joining.Unlock()
		if !joined {
			return nil, errTaken
		}
		span.Functions, span.Tied = slices.Concat(span.Functions, tied), true
	}
}

// generate asks one compiler after the other.
func (w *worker) generate(span *journal.Span, m *loader.Module,
	t tier.Tier) (code loader.Code, tied []program.FuncID, err error) {
	clock := span.Time(journal.Compile)
	defer clock.Stop()
	for _, c := range w.compilers(t, span.Functions) {
		span.Tier = c.Tier()
		if code, tied, err = c.Compile(m, span.Functions); !errors.Is(err, ErrRefused) {
			break
		}
	}
	return code, tied, err
}

// Link implements reuse.Linker, for code of which no unit needs anything. If it needs variables that live in units not
// compiled so far, those units come first.
func (w *worker) Link(span *journal.Span, item loader.Item) error {
	_, err := w.link(span, item, nil)
	return err
}

// link is Link for the object of a unit that this worker has claimed, of which others may need something. If one that
// it needs does, both have to be compiled together, and it returns that one's functions.
func (w *worker) link(span *journal.Span, item loader.Item, unit []program.FuncID) ([]program.FuncID, error) {
	s := w.session
	for tried := map[program.FuncID]bool{}; ; {
		err := s.Link(span, item)
		if err == nil {
			return nil, nil
		}
		var failure *llvm.LinkError
		if !errors.As(err, &failure) {
			return nil, err
		}
		owner, ok := s.loader.Missing(failure)
		if !ok || tried[owner] || slices.Contains(unit, owner) {
			return nil, err
		}
		tried[owner] = true
		span.Pause()
		if taken, err := w.await(unit, owner); err != nil || len(taken) > 0 {
			return taken, err
		}
	}
}

// await waits until a function is done that a unit needs, or compiles it. See link for what it returns.
func (w *worker) await(unit []program.FuncID, f program.FuncID) (taken []program.FuncID, err error) {
	s := w.session
	w.giveUp()
	for {
		loan, taken := s.queue.Lend(unit, f)
		if len(taken) > 0 {
			return taken, nil
		}
		if s.queue.Claim(f, sched.Demand) {
			w.unit([]program.FuncID{f}, sched.Demand)
		}
		switch s.queue.Await(loan) {
		case sched.Done:
			return nil, nil
		case sched.Taken:
			return nil, errTaken
		case sched.Closed:
			return nil, errStopped
		}
	}
}

// costs is a Listener that tells the planner what compiling takes.
type costs struct {
	journal.Deaf
	queue   *sched.Scheduler
	started atomic.Int64 // when the program began, of CLOCK_MONOTONIC; 0 before
}

// Reached implements journal.Listener.
func (c *costs) Reached(m journal.Milestone, at time.Duration) {
	if m == journal.Started {
		c.started.Store(int64(at))
	}
}

// Unit implements journal.Listener. What is linked with static data is no unit of the planner's.
func (c *costs) Unit(u *journal.Unit) {
	spent := sched.Spent{CPU: u.Compile, Code: int(u.Code)}
	if began := c.started.Load(); began > 0 && int64(u.Began) > began { // others waited for the start, too
		spent.Wait = max(0, u.Ended-u.Began-u.Compile-u.Link)
	}
	switch {
	case u.Code == 0:
	case u.Reason == trace.Demand:
		c.queue.Spent(u.Functions, sched.Demand, spent)
	case u.Reason == trace.Speculation:
		c.queue.Spent(u.Functions, sched.Speculation, spent)
	}
}
