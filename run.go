package orcast

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
)

// LLVMVersion is the version of LLVM that compiles, such as "22.1.8".
func LLVMVersion() string { return llvm.Version() }

// Run runs a program to its end in a process of its own, with this process's standard files, environment and
// working directory.
//
// # Notes
//
//   - The program behaves as a native one: it may fork, exit, or die of a signal, and Outcome says how it ended.
//   - While it runs, signals that ask this process to end are passed on to it.
//
// # Errors
//
// An error says that an input cannot be used or that a function which the program called cannot be compiled;
// the program has then been killed, or never started.
func Run(o Options) (*Outcome, error) {
	// The kernel ends a program's process with the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	began := stub.Now()
	if err := o.complete(); err != nil {
		return nil, err
	}
	if o.Entry == "" {
		o.Entry = "main"
	}
	reader := program.Reader{ParseIR: llvm.ParseIR}
	p, err := reader.Load(o.Inputs, o.Libraries, o.Entry)
	if err != nil {
		return nil, readable{err}
	}
	indexed := stub.Now() - began
	e, err := newEngine(p, o)
	if err != nil {
		return nil, err
	}
	e.trace = newTracer(&o, began, indexed)
	outcome, err := e.run()
	if err != nil {
		return nil, readable{err}
	}
	outcome.Stats.WallMS = milliseconds(stub.Now() - began)
	outcome.Stats.IndexMS = milliseconds(indexed)
	if entered, ok := e.entered(); ok {
		outcome.Stats.MainMS = milliseconds(entered - began)
	}
	return outcome, nil
}

// complete fills in what is left at its zero value and refuses what makes no sense.
func (o *Options) complete() error {
	if o.Threads < 0 || o.Threads > maxThreads {
		return fmt.Errorf("%d compile threads make no sense: use 1 to %d, or 0 for one less than there are cores", o.Threads, maxThreads)
	}
	if o.Threads == 0 {
		o.Threads = min(max(1, runtime.NumCPU()-1), maxThreads)
	}
	if o.OptLevel < 0 || o.OptLevel > 3 {
		return fmt.Errorf("there is no effort %d of code generation: use 0, 1, 2 or 3", o.OptLevel)
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	if o.Heuristic != nil {
		o.Speculate = "" // stats tell no policy that is not used
	} else if o.Speculate == "" {
		o.Speculate = "auto"
	}
	if _, err := o.maker(forecast.Past{}); err != nil {
		return err
	}
	if o.Budget.CPU < 0 || o.Budget.CPU > 1 || o.Budget.CPU != o.Budget.CPU || o.Budget.Code < 0 {
		return fmt.Errorf("a budget of %v of the compile threads' time and %d bytes of code makes no sense: use 0 to 1, and 0 or more", o.Budget.CPU, o.Budget.Code)
	}
	return nil
}

// maker is the heuristic that the options ask for, nil for none.
func (o *Options) maker(past forecast.Past) (forecast.Maker, error) {
	if o.Heuristic != nil {
		return o.Heuristic, nil
	}
	return past.Policy(o.Speculate)
}

// maxThreads is more than any program has had use for; every thread loads what it compiles into an LLVM of its own.
const maxThreads = 256

// run starts the executor and the workers, and waits for the program's end.
func (e *engine) run() (*Outcome, error) {
	// Threads that wait for the kernel or are inside LLVM must not keep a runnable goroutine from running.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.NumCPU() + e.options.Threads + 2))
	e.start()
	defer e.stop()
	executor, err := stub.StartExecutor(e.region, append([]string{e.options.Inputs[0]}, e.options.Args...))
	if err != nil {
		return nil, err
	}
	limitMemory() // the program's process has its own limits by now
	stopForwarding := forwardSignals(executor)
	defer stopForwarding()
	if err := e.startProgram(executor, executor.Run); err != nil {
		executor.Kill()
		executor.Wait()
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		select {
		case <-e.failed:
			executor.Kill()
		case <-ended:
		}
	}()
	status, peak, err := executor.Wait()
	e.trace.ended()
	close(ended)
	select {
	case <-e.failed:
		return nil, e.err
	default:
	}
	if err != nil {
		return nil, fmt.Errorf("waiting for the program: %w", err)
	}
	if executor.Orphaned() {
		e.finish(executor)
	}
	e.remember()
	outcome := &Outcome{ExitCode: status.ExitStatus(), Stats: e.stats(peak)}
	if status.Signaled() {
		outcome.Signal = status.Signal()
	}
	outcome.Stats.Exit = outcome.ExitCode
	if outcome.Signal != 0 {
		outcome.Stats.Exit = 128 + int(outcome.Signal)
	}
	e.writeTrace(outcome.Stats.Exit)
	return outcome, nil
}

// entered is when the entry function began, as of stub.Now.
func (e *engine) entered() (at time.Duration, ok bool) {
	entry := e.program.Entry.Symbol
	if entry == nil {
		return 0, false
	}
	calls := e.region.Calls()
	i := slices.IndexFunc(calls, func(c stub.Call) bool { return c.Func == int(entry.Func) })
	if i < 0 {
		return 0, false
	}
	return calls[i].Enter + calls[i].Wait, true
}

// limitMemory bounds what LLVM can take for damaged bitcode, which leads it astray now and then: half of the
// machine's memory, after which compiling fails with a message.
func limitMemory() {
	var machine unix.Sysinfo_t
	var limit unix.Rlimit
	if unix.Sysinfo(&machine) != nil || unix.Getrlimit(unix.RLIMIT_DATA, &limit) != nil {
		return
	}
	limit.Cur = min(limit.Cur, limit.Max, machine.Totalram*uint64(machine.Unit)/2)
	unix.Setrlimit(unix.RLIMIT_DATA, &limit)
}

// finish compiles whatever is left, so that processes which outlive the program need no compiler.
func (e *engine) finish(executor *stub.Executor) {
	e.queue.Replace(e.plannerOf(forecast.All, Budget{}))
	for executor.Orphaned() && !e.queue.Drained() {
		time.Sleep(time.Millisecond)
	}
}

// Exit ends this process as the program ended: with its status, or by its signal.
func (o *Outcome) Exit() {
	if o.Signal != 0 {
		stub.Die(o.Signal)
	}
	os.Exit(o.ExitCode)
}
