package jit

import (
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/journal"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
)

// Result is how a program ended.
type Result struct {
	End  stub.End
	Exit int // exit status, or 128 plus the number of a signal; -1 if it is not known
	Report
	// Release lets a program's process end that is no child of this one, and serves those that it forked until the last
	// has ended; nil for a child.
	Release func()
}

// Run runs a program with these arguments, argv[0] among them, to its end in a process of its own.
//
// It must be called on a thread that lives as long as the process: the kernel ends a program's process with the thread
// that started it.
func Run(p *program.Program, argv []string, o Options) (*Result, error) {
	s, err := newSession(p, o)
	if err != nil {
		return nil, err
	}
	return s.run(argv)
}

// run starts the executor and the workers, and waits for the program's end.
func (s *Session) run(argv []string) (*Result, error) {
	// Threads that wait for the kernel or are inside LLVM must not keep a runnable goroutine from running.
	before := runtime.GOMAXPROCS(runtime.NumCPU() + s.options.Threads + 2)
	s.child = !stub.Waiting()
	s.start()
	if s.child {
		defer runtime.GOMAXPROCS(before)
		defer s.abandon()
	}
	executor, err := stub.StartExecutor(s.loader.Region, argv, s.loader.StaticTLS())
	if err != nil {
		return nil, err
	}
	limitMemory() // the program's process has its own limits by now
	end, err := s.await(executor)
	if err != nil {
		return nil, err
	}
	s.remember()
	result := &Result{End: end, Exit: end.Status.ExitStatus(), Report: s.Report()}
	switch {
	case end.Unknown:
		result.Exit = -1
	case end.Status.Signaled():
		result.Exit = 128 + int(end.Status.Signal())
	}
	s.writeTrace(result.Exit)
	if !s.child {
		result.Release = func() { s.release(executor, end.Status.ExitStatus()) }
	}
	return result, nil
}

// await has the program begin and waits for its end.
func (s *Session) await(executor *stub.Executor) (stub.End, error) {
	if err := s.startProgram(executor, executor.Run); err != nil {
		if s.child {
			executor.Kill()
			executor.Wait()
		}
		return stub.End{}, err
	}
	ended := make(chan struct{})
	go func() {
		select {
		case <-s.failed:
			executor.Kill()
		case <-ended:
		}
	}()
	end, err := executor.Wait()
	s.journal.Reached(journal.Ended)
	close(ended)
	select {
	case <-s.failed:
		return end, s.err
	default:
	}
	if err != nil {
		return end, fmt.Errorf("waiting for the program: %w", err)
	}
	if s.child && executor.Orphaned() {
		s.finish(executor)
	}
	return end, nil
}

// release lets the program's process end and serves those that it forked, until the last of them has ended.
func (s *Session) release(executor *stub.Executor, status int) {
	known := len(s.loader.Region.Calls())
	executor.Release(status)
	if len(s.loader.Region.Calls()) > known {
		s.reuse.Save(s.firstCalls())
	}
}

// abandon ends a session and gives back what it holds as soon as its workers let go of it, for which it does not wait.
func (s *Session) abandon() {
	s.stop()
	go func() {
		s.workers.Wait()
		s.loader.Close()
	}()
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
func (s *Session) finish(executor *stub.Executor) {
	s.queue.Replace(s.plannerOf(forecast.All, sched.Budget{}))
	for executor.Orphaned() && !s.queue.Drained() {
		time.Sleep(time.Millisecond)
	}
}
