package jit

import (
	"errors"
	"fmt"
	"runtime"
	"slices"

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
		if f, ok := s.queue.NextDemand(); ok {
			calls = s.loader.Region.Working(calls[:0])
			s.hear(calls, s.queue.Demand)
			w.unit([]program.FuncID{f}, sched.Demand)
		} else {
			calls = s.loader.Region.NextCalls(calls[:0])
			s.hear(calls, s.queue.Note)
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
	s.reuse.LinkLater(w)
	standBack()
	for {
		clock := s.journal.Time(journal.Analysis)
		unit, reason, ok := s.queue.Take()
		if !ok {
			return
		}
		if reason == sched.Speculation {
			// What these call is asked for next; here that is found out in parallel.
			for _, f := range unit {
				s.view.Prepare(f)
			}
		}
		clock.Stop()
		w.unit(unit, reason)
	}
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
)

// unit compiles and links functions of one module and publishes their bodies. If that fails for several at once
// they are tried one by one, so that none suffers for another.
func (w *worker) unit(unit []program.FuncID, reason sched.Reason) {
	s := w.session
	if unit = s.reuse.Use(unit, w); len(unit) == 0 {
		return
	}
	taken := func(f program.FuncID) bool { return s.takes(f, s.options.Tier) }
	if len(unit) > 1 && slices.ContainsFunc(unit, taken) {
		for _, f := range unit { // the baseline compiler takes one at a time
			w.unit([]program.FuncID{f}, reason)
		}
		return
	}
	built, err := w.build(unit, reason, s.options.Tier)
	switch {
	case err == errTaken:
	case err == nil || len(unit) == 1 || len(built.Functions) > len(unit):
		s.settle(built.Functions, built.Tier, err)
	default:
		for _, f := range unit {
			w.unit([]program.FuncID{f}, reason)
		}
	}
}

// build compiles a unit at a tier and links it. What it returns has the functions that had to join; with errTaken it is
// nothing.
func (w *worker) build(unit []program.FuncID, reason sched.Reason, t tier.Tier) (journal.Unit, error) {
	s := w.session
	if unit[0] == s.loader.Undefined {
		return journal.Unit{Functions: unit}, s.loader.UndefinedSymbols(nil)
	}
	m := s.loader.ModuleOf(unit[0])
	span := s.journal.Begin(m.Number, w.number)
	span.Functions, span.Reason = unit, traceReasons[reason]
	code, err := w.compile(span, t)
	if err != nil {
		return span.Unit, err
	}
	defer code.Close()
	if !s.AwaitLinkable() {
		return span.Unit, errStopped
	}
	if err := w.Link(span, loader.Item{Code: code, Module: m, Late: true}); err != nil {
		return span.Unit, s.loader.Explain(unit[0], err)
	}
	span.Object = code
	span.End()
	return span.Unit, nil
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

// Link implements reuse.Linker. If the object needs variables that live in units not compiled so far, those units come
// first.
func (w *worker) Link(span *journal.Span, item loader.Item) error {
	s := w.session
	for tried := map[program.FuncID]bool{}; ; {
		err := s.Link(span, item)
		if err == nil {
			return nil
		}
		var failure *llvm.LinkError
		if !errors.As(err, &failure) {
			return err
		}
		owner, ok := s.loader.Missing(failure)
		if !ok || tried[owner] {
			return err
		}
		tried[owner] = true
		if s.queue.Claim(owner, sched.Demand) {
			w.unit([]program.FuncID{owner}, sched.Demand)
		}
		// Another worker may have it, from the beginning or because its own unit needs it.
		if !s.queue.Await(owner) {
			return err
		}
	}
}

// costs is a Listener that tells the planner what compiling takes.
type costs struct {
	journal.Deaf
	queue *sched.Scheduler
}

// Unit implements journal.Listener. What is linked with static data is no unit of the planner's.
func (c costs) Unit(u *journal.Unit) {
	switch {
	case u.Code == 0:
	case u.Reason == trace.Demand:
		c.queue.Spent(u.Functions, sched.Demand, u.Compile, int(u.Code))
	case u.Reason == trace.Speculation:
		c.queue.Spent(u.Functions, sched.Speculation, u.Compile, int(u.Code))
	}
}
