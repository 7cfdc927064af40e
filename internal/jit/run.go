package jit

import (
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
)

// Result is how a program ended.
type Result struct {
	Status syscall.WaitStatus
	Stats  Stats
}

// Run runs a program with these arguments, argv[0] among them, to its end in a process of its own.
//
// It must be called on a thread that lives as long as the process: the kernel ends a program's process with the thread
// that started it.
func Run(p *program.Program, argv []string, o Options) (*Result, error) {
	e, err := newSession(p, o)
	if err != nil {
		return nil, err
	}
	result, err := e.run(argv)
	if err != nil {
		return nil, err
	}
	result.Stats.WallMS = milliseconds(stub.Now() - o.Began)
	result.Stats.IndexMS = milliseconds(o.Indexed)
	if entered, ok := e.entered(); ok {
		result.Stats.MainMS = milliseconds(entered - o.Began)
	}
	return result, nil
}

// run starts the executor and the workers, and waits for the program's end.
func (e *Session) run(argv []string) (*Result, error) {
	// Threads that wait for the kernel or are inside LLVM must not keep a runnable goroutine from running.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.NumCPU() + e.options.Threads + 2))
	e.start()
	defer e.stop()
	executor, err := stub.StartExecutor(e.region, argv)
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
	result := &Result{Status: status, Stats: e.stats(peak)}
	result.Stats.Exit = status.ExitStatus()
	if status.Signaled() {
		result.Stats.Exit = 128 + int(status.Signal())
	}
	e.writeTrace(result.Stats.Exit)
	return result, nil
}

// entered is when the entry function began, as of stub.Now.
func (e *Session) entered() (at time.Duration, ok bool) {
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
func (e *Session) finish(executor *stub.Executor) {
	e.queue.Replace(e.plannerOf(forecast.All, sched.Budget{}))
	for executor.Orphaned() && !e.queue.Drained() {
		time.Sleep(time.Millisecond)
	}
}
