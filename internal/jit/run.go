package jit

import (
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
)

// Result is how a program ended.
type Result struct {
	End   stub.End
	Stats Stats
	// Release lets a program's process end that is no child of this one, and serves those that it forked until the last
	// has ended; nil for a child.
	Release func()
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
	before := runtime.GOMAXPROCS(runtime.NumCPU() + e.options.Threads + 2)
	e.child = !stub.Waiting()
	e.start()
	if e.child {
		defer runtime.GOMAXPROCS(before)
		defer e.stop()
	}
	executor, err := stub.StartExecutor(e.region, argv)
	if err != nil {
		return nil, err
	}
	limitMemory() // the program's process has its own limits by now
	end, err := e.await(executor)
	if err != nil {
		return nil, err
	}
	e.remember()
	result := &Result{End: end, Stats: e.stats(end.Peak)}
	switch {
	case end.Unknown:
		result.Stats.Exit = -1
	case end.Status.Signaled():
		result.Stats.Exit = 128 + int(end.Status.Signal())
	default:
		result.Stats.Exit = end.Status.ExitStatus()
	}
	e.writeTrace(result.Stats.Exit)
	if !e.child {
		result.Release = func() { e.release(executor, end.Status.ExitStatus()) }
	}
	return result, nil
}

// await has the program begin and waits for its end.
func (e *Session) await(executor *stub.Executor) (stub.End, error) {
	if err := e.startProgram(executor, executor.Run); err != nil {
		if e.child {
			executor.Kill()
			executor.Wait()
		}
		return stub.End{}, err
	}
	ended := make(chan struct{})
	go func() {
		select {
		case <-e.failed:
			executor.Kill()
		case <-ended:
		}
	}()
	end, err := executor.Wait()
	e.trace.ended()
	close(ended)
	select {
	case <-e.failed:
		return end, e.err
	default:
	}
	if err != nil {
		return end, fmt.Errorf("waiting for the program: %w", err)
	}
	if e.child && executor.Orphaned() {
		e.finish(executor)
	}
	return end, nil
}

// release lets the program's process end and serves those that it forked, until the last of them has ended.
func (e *Session) release(executor *stub.Executor, status int) {
	known := len(e.region.Calls())
	executor.Release(status)
	if len(e.region.Calls()) > known {
		e.warm.save()
	}
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
