// Package jit compiles a program while it runs: the threads that do so, the units they make, and who waits for whom.
//
// Rule: it decides what is compiled and when, and makes no byte of code itself.
package jit

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/readable"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
	"github.com/orcast/orcast/trace"
)

// Session compiles one program while it runs in its executor.
//
// Workers, the log's listener and the goroutine of Run share it. What has no lock or atomic below is set
// before they start.
type Session struct {
	options Options
	// executor is this process, if the program runs in it; else it is nil.
	executor *stub.Executor
	child    bool // the program runs in a child of this process
	program  *program.Program
	view     *forecast.Program
	region   *stub.Region
	linker   *llvm.Linker
	modules  []*llvm.Module
	refs     [][]llvm.Ref // by module
	warm     *warm
	digests  sync.Map // of functions, for digestOf
	queue    *sched.Scheduler
	trace    *tracer
	names    *names
	owned    ownedVariables
	far      uint64 // bytes of large zero-filled variables
	// undefined is the number of the stub that stands for every undefined function which data refers to.
	undefined int

	workers sync.WaitGroup

	data     []chan dataResult // one a module: its static data, compiled
	owners   []int             // functions to be linked with static data, claimed before workers start
	linkable chan struct{}     // closed when all static data has an address
	ending   context.Context   // done once stop is called
	end      context.CancelFunc

	failOnce sync.Once
	failed   chan struct{} // closed after err is set
	err      error

	mu       sync.Mutex
	failures map[int]error // functions that could not be compiled, by number
	joining  sync.Mutex    // held while functions that share block addresses change hands

	analysisNS, compileNS, linkNS, codeBytes atomic.Int64
}

// errStopped is what becomes of units that are under way when their engine ends.
var errStopped = errors.New("the engine was closed before the function was compiled")

type dataResult struct {
	object *llvm.Object
	edited *llvm.Edited // if it was made of another version of the module
	err    error
}

// newSession lays out a program's memory and starts nothing.
func newSession(p *program.Program, o Options) (*Session, error) {
	e := &Session{options: o, trace: newTracer(&o), program: p, undefined: len(p.Functions), linkable: make(chan struct{}),
		failed: make(chan struct{}), failures: map[int]error{}}
	e.ending, e.end = context.WithCancel(context.Background())
	e.owned = findOwned(p)
	far := e.placeFar()
	var err error
	if e.region, err = stub.NewRegion(len(p.Functions)+1, e.far); err != nil {
		return nil, err
	}
	e.names = newNames(e)
	e.linker = llvm.NewLinker(e.space(stub.Code), e.space(stub.RO), e.space(stub.Data), e.space(stub.Zero), len(p.Symbols), e.names)
	base, _, _ := e.region.Zone(stub.Far)
	for _, s := range p.Symbols {
		if s.Func >= 0 {
			e.linker.SetAddress(int(s.Number), e.region.StubAddress(int(s.Func)))
		} else if offset, ok := far[s]; ok {
			e.linker.SetAddress(int(s.Number), base+offset)
		}
	}
	for _, m := range p.Modules {
		source := e.source(m, far)
		e.modules = append(e.modules, llvm.NewModule(source))
		e.refs = append(e.refs, source.Refs)
		e.data = append(e.data, make(chan dataResult, 1))
	}
	e.view = forecast.NewProgram(p, o.Hints)
	maker, err := o.maker(e.past())
	if err != nil {
		return nil, err
	}
	var plan *sched.Planner
	if maker != nil {
		plan = e.plannerOf(maker, o.Budget)
	}
	e.queue = sched.New(len(p.Functions)+1, plan, e.region.Wake)
	e.warm = openWarm(e)
	return e, nil
}

func (e *Session) space(z stub.Zone) llvm.Space {
	target, size, working := e.region.Zone(z)
	return llvm.Space{Target: target, Size: size, Working: working}
}

func (e *Session) plannerOf(maker forecast.Maker, budget sched.Budget) *sched.Planner {
	return sched.NewPlanner(e.view, maker(e.view), budget, e.options.Threads)
}

// farLimit is the size from which zero-filled variables lie beyond 32-bit offsets: none of them is worth
// the room near the code.
const farLimit = 1 << 20

// placeFar gives large zero-filled variables their offsets in the far zone.
func (e *Session) placeFar() map[*program.Symbol]uint64 {
	far := map[*program.Symbol]uint64{}
	for _, m := range e.program.Modules {
		aliased := map[*bitcode.Symbol]bool{}
		for _, a := range m.Bitcode.Aliases {
			aliased[a.Base] = true
		}
		for _, s := range m.Symbols {
			if s.Kind != program.Data || s.Def.Kind != bitcode.VariableSymbol || !s.Def.Zero || s.Def.Size < farLimit ||
				s.Def.Section != "" || aliased[s.Def] {
				continue
			}
			align := uint64(max(s.Align, 64))
			e.far = (e.far + align - 1) &^ (align - 1)
			far[s] = e.far
			e.far += uint64(s.Def.Size)
		}
	}
	return far
}

// source tells LLVM what a module's symbols mean to the program.
func (e *Session) source(m *program.Module, far map[*program.Symbol]uint64) llvm.Source {
	s := llvm.Source{Number: m.Number, Name: m.Name, File: m.Data, Index: m.Bitcode.Index,
		Globals: len(m.Bitcode.Globals), Functions: len(m.Bitcode.Functions), Aliases: len(m.Bitcode.Aliases), IFuncs: len(m.Bitcode.IFuncs)}
	s.Refs = make([]llvm.Ref, len(m.Refs))
	for i, r := range m.Refs {
		switch {
		case r.Symbol != nil:
			_, isFar := far[r.Symbol]
			s.Refs[i] = llvm.Ref{Number: uint32(r.Symbol.Number), Kind: refKinds[r.Symbol.Kind], Near: !isFar}
		case r.External != nil && r.External.Weak:
			s.Refs[i].Kind = llvm.WeakName
		}
	}
	for _, symbol := range m.Symbols {
		if _, isFar := far[symbol]; !isFar {
			r := &s.Refs[symbol.Def.Place()]
			r.Defines, r.Self = true, uint32(symbol.Number)
		}
	}
	return s
}

var refKinds = [...]llvm.RefKind{program.Function: llvm.Function, program.IFunc: llvm.Function, program.Data: llvm.Data, program.TLS: llvm.ThreadLocal}

// start sets workers and the log's listener going. They end when stop is called.
func (e *Session) start() {
	e.warm.claim()
	e.claimOwners()
	for _, f := range e.view.Roots() {
		e.queue.Demand(int(f))
	}
	e.workers.Go(e.standIn)
	e.workers.Go(e.warm.awaitFetched)
	mine, others := make(chan int, len(e.modules)), make(chan int, len(e.modules))
	// On one core others come last; and without speculation no other worker will need the only module: loading it twice
	// would cost more than it gains.
	data := others
	if runtime.NumCPU() == 1 || len(e.modules) == 1 && e.options.Speculate == "none" {
		data = mine
	}
	for m := range e.modules {
		if d := e.warm.data(m); d.object != nil {
			e.data[m] <- d
		} else {
			data <- m
		}
	}
	close(mine)
	close(others)
	e.workers.Go(func() { e.demandWorker(mine) })
	for i := range e.options.Threads {
		e.workers.Go(func() { e.worker(1+i, others) })
	}
}

// hear makes demands of first calls, by note.
func (e *Session) hear(calls []int, note func(f int) (alreadyDone bool)) {
	for _, f := range calls {
		if note(f) {
			e.checkFailed(f)
		}
	}
}

// standIn listens while the demand worker compiles.
func (e *Session) standIn() {
	var calls []int
	for !e.queue.Closed() {
		calls = e.region.CallsMeanwhile(calls[:0], e.queue.Closed)
		e.hear(calls, e.queue.Demand)
	}
}

// checkFailed ends the run if f, which is wanted, could not be compiled.
func (e *Session) checkFailed(f int) {
	if err := e.failureOf(f); err != nil {
		e.failWanted(f, err)
	}
}

// failureOf says why f could not be compiled, if that is so.
func (e *Session) failureOf(f int) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.failures[f]
}

// failWanted ends the run because f, which is wanted, could not be compiled: at once if a child runs the program, or else
// when f is called.
func (e *Session) failWanted(f int, err error) {
	if e.child {
		e.fail(err)
		return
	}
	e.region.PublishFailure(f, "orcast: "+readable.Error(err).Error())
}

func (e *Session) fail(err error) {
	e.failOnce.Do(func() {
		e.err = err
		close(e.failed)
	})
}

// stop makes workers end. It is called once.
func (e *Session) stop() {
	e.end()
	e.queue.Close()
}

// demandWorker compiles static data, then demands, and listens for them while there are none: handing a demand over from
// another goroutine would cost more than linking it.
func (e *Session) demandWorker(tasks <-chan int) {
	runtime.LockOSThread()
	defer e.region.Serve()()
	w := &worker{engine: e}
	defer w.close()
	w.data(tasks)
	var calls []int
	for !e.queue.Closed() {
		if f, ok := e.queue.NextDemand(); ok {
			calls = e.region.Working(calls[:0])
			e.hear(calls, e.queue.Demand)
			w.unit([]int{f}, sched.Demand)
		} else {
			calls = e.region.NextCalls(calls[:0])
			e.hear(calls, e.queue.Note)
		}
	}
}

// standBack lets the program and the demand worker come first where there are more threads than idle cores. A thread
// without privileges cannot go back, so a worker keeps its rank when it takes a demand.
//
// Where there are several cores a worker gets about a tenth of the share of others on a busy one, which is little enough
// to lose and enough to finish what the program comes to wait for. On a single core it runs only while everything else
// waits: speculation would take from the program what it can hardly give back.
func standBack() {
	if runtime.NumCPU() > 1 {
		unix.Setpriority(unix.PRIO_PROCESS, 0, 10)
		return
	}
	const idle = 5 // SCHED_IDLE, sched(7)
	unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: idle}, 0)
}

// worker compiles static data first, then demands and speculation.
func (e *Session) worker(number int, tasks <-chan int) {
	runtime.LockOSThread()
	w := &worker{engine: e, number: number}
	defer w.close()
	w.data(tasks)
	e.warm.linkLater(w)
	standBack()
	for {
		timer := startTimer(&e.analysisNS)
		unit, reason, ok := e.queue.Take()
		if !ok {
			return
		}
		if reason == sched.Speculation {
			// What these call is asked for next; here that is found out in parallel.
			for _, f := range unit {
				e.view.Prepare(forecast.Func(f))
			}
		}
		timer.stop()
		w.unit(unit, reason)
	}
}

// worker is a compile thread's LLVM worker, made when first needed and anew after a crash of LLVM.
type worker struct {
	engine *Session
	number int // 0 is the demand worker
	llvm   *llvm.Worker
}

func (w *worker) close() {
	if w.llvm != nil {
		w.llvm.Close()
	}
}

func (w *worker) ready() *llvm.Worker {
	if w.llvm != nil && w.llvm.Crashed() {
		w.llvm.Close()
		w.llvm = nil
	}
	if w.llvm == nil {
		w.llvm = llvm.NewWorker(w.engine.options.OptLevel)
	}
	return w.llvm
}

func (w *worker) data(tasks <-chan int) {
	e := w.engine
	for m := range tasks {
		timer, span := startTimer(&e.compileNS), e.trace.begin(m, w.number)
		object, err := w.ready().CompileData(e.modules[m], e.owned.variables(m))
		timer.stop()
		span.compiled()
		span.end(nil, trace.Data)
		if err == nil {
			e.warm.keepData(m, object)
		}
		e.data[m] <- dataResult{object: object, err: err}
	}
}

// unit compiles and links functions of one module and publishes their bodies. If that fails for several at once
// they are tried one by one, so that none suffers for another.
func (w *worker) unit(unit []int, reason sched.Reason) {
	if unit = w.engine.warm.use(unit, w.link); len(unit) == 0 {
		return
	}
	built, err := w.build(unit, reason)
	if len(built) == 0 {
		return // another worker compiles it with its own
	}
	if err == nil || len(unit) == 1 || len(built) > len(unit) {
		w.engine.settle(built, err)
		return
	}
	w.llvm.Close() // its copy of the module has lost the bodies
	w.llvm = nil
	for _, f := range unit {
		w.unit([]int{f}, reason)
	}
}

// settle ends a unit, for good or bad.
func (e *Session) settle(unit []int, err error) {
	if err != nil {
		e.mu.Lock()
		for _, f := range unit {
			e.failures[f] = err
		}
		e.mu.Unlock()
	}
	// First done, then published: when the program ends, what it called counts as compiled.
	wanted := e.queue.Done(unit)
	if err == nil {
		e.publish(unit)
	} else if wanted {
		for _, f := range unit {
			e.failWanted(f, err)
		}
	}
}

func (w *worker) build(unit []int, reason sched.Reason) ([]int, error) {
	e := w.engine
	if unit[0] == e.undefined {
		return unit, e.undefinedError(nil)
	}
	began := threadTime()
	span := e.trace.begin(e.program.Functions[unit[0]].Module.Number, w.number)
	asked := len(unit)
	unit, object, err := w.compile(unit)
	if err != nil || len(unit) == 0 {
		return unit, err
	}
	defer object.Close()
	spent := time.Duration(threadTime() - began)
	span.compiled()
	m := e.program.Functions[unit[0]].Module
	if !e.awaitLinkable() {
		return unit, errStopped
	}
	linked, err := w.link(llvm.Item{Object: object, Module: e.modules[m.Number], Late: true})
	if err != nil {
		return unit, e.explain(unit[0], err)
	}
	span.linked(linked.CodeSize)
	span.end(unit, traceReasons[reason])
	e.codeBytes.Add(int64(linked.CodeSize))
	e.queue.Spent(unit, reason, spent, int(linked.CodeSize))
	if err := e.addUnwind(linked); err != nil {
		return unit, err
	}
	e.warm.keep(m.Number, unit, object, len(unit) > asked)
	return unit, nil
}

// awaitLinkable waits until all static data has an address. It is false if the engine ends before.
func (e *Session) awaitLinkable() bool {
	select {
	case <-e.linkable:
		return true
	case <-e.ending.Done():
		return false
	}
}

// publish lets the program have the bodies of a unit, which has been linked by this goroutine.
func (e *Session) publish(unit []int) {
	for _, f := range unit {
		e.region.Publish(f, e.linker.Place(int(e.program.Functions[f].Number)).Address)
	}
}

func (e *Session) addUnwind(l llvm.Linked) error {
	if l.CodeSize == 0 || l.EHFrameSize == 0 {
		return nil
	}
	return e.region.AddUnwind(l.Code, l.CodeSize, l.EHFrame, l.EHFrameSize)
}

// compile makes the unit's object. Functions that share block addresses with the unit join it; if another
// worker has one of them, the unit is left to that worker and comes back empty.
func (w *worker) compile(unit []int) ([]int, *llvm.Object, error) {
	e := w.engine
	m := e.program.Functions[unit[0]].Module
	for {
		functions := make([]uint32, len(unit))
		for i, f := range unit {
			functions[i] = uint32(e.program.Functions[f].Def.Index)
		}
		timer := startTimer(&e.compileNS)
		object, tied, err := w.ready().Compile(e.modules[m.Number], functions, e.owned.by(m, functions))
		timer.stop()
		if err != nil {
			return unit, nil, fmt.Errorf("%s: compiling %s: %w", m.Name, e.functionName(unit[0]), err)
		}
		if len(tied) == 0 {
			return unit, object, nil
		}
		others := make([]int, len(tied))
		for i, position := range tied {
			others[i] = int(m.Ref(m.Bitcode.Functions[position]).Symbol.Func)
		}
		e.joining.Lock()
		joined := e.queue.Join(unit, others)
		if !joined {
			e.queue.Abandon(unit)
		}
		e.joining.Unlock()
		if !joined {
			return nil, nil, nil
		}
		unit = append(unit, others...)
	}
}

// link links one object.
func (e *Session) link(item llvm.Item) (llvm.Linked, error) {
	timer := startTimer(&e.linkNS)
	defer timer.stop()
	linked, err := e.linker.Link([]llvm.Item{item})
	if err != nil {
		return llvm.Linked{}, err
	}
	return linked[0], nil
}

// link links one object. If it needs variables that live in units not compiled so far, those units come first.
func (w *worker) link(item llvm.Item) (llvm.Linked, error) {
	e := w.engine
	for tried := map[int]bool{}; ; {
		linked, err := e.link(item)
		if err == nil {
			return linked, nil
		}
		var failure *llvm.LinkError
		if !errors.As(err, &failure) {
			return llvm.Linked{}, err
		}
		owner, ok := e.owned.missing(e.program, failure.Missing)
		if !ok || tried[owner] {
			return llvm.Linked{}, err
		}
		tried[owner] = true
		if e.queue.Claim(owner, sched.Demand) {
			w.unit([]int{owner}, sched.Demand)
		} else if !e.queue.Await(owner) {
			return llvm.Linked{}, err
		}
	}
}

func (e *Session) functionName(f int) string {
	s := e.program.Functions[f]
	if s.Name == "" {
		return fmt.Sprintf("unnamed function %d", s.Def.Index)
	}
	return s.Name
}

// timer adds the processor time of its thread to a sum. The goroutine must be locked to its thread.
type timer struct {
	sum   *atomic.Int64
	start int64
}

func startTimer(sum *atomic.Int64) timer { return timer{sum, threadTime()} }

func (t timer) stop() { t.sum.Add(threadTime() - t.start) }

func threadTime() int64 {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
	return ts.Nano()
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
