// Package orcast runs LLVM IR: it compiles each function of a program when it is first called and uses
// idle cores to compile what will be called next.
//
// Rule: this package knows nothing of the command line, and no package below it knows this one.
package orcast

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/jit"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/past"
	"github.com/orcast/orcast/internal/readable"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
)

// Options says what to run and how. The zero value of every field but Inputs is a sensible default.
type Options struct {
	// Inputs are files of bitcode, textual IR, archives, native objects and shared libraries.
	Inputs []string
	// Args are the program's arguments after argv[0], which is the first input.
	Args []string
	// Libraries are shared libraries to load besides those among Inputs.
	Libraries []string
	// Entry is the function to start; "" means main.
	Entry string
	// Threads is the number of compile threads beside the one kept for demands; 0 means one less than
	// the machine has cores, and at least 1. The most is 256.
	Threads int
	// Speculate is the policy: "none", or names of heuristics with commas between them; see forecast.Policies. ""
	// means auto.
	Speculate string
	// Heuristic, if it is not nil, is used in place of a policy: Speculate is ignored then, and Stats.Policy is "".
	Heuristic forecast.Maker
	// Budget bounds speculation.
	Budget Budget
	// Hints says of functions, by name, when and how likely they are called. It comes before what their attributes say.
	Hints map[string]forecast.Hint
	// OptLevel is the effort of code generation, 0 to 3.
	OptLevel int
	// Cache is where compiled code and a profile of the program are kept for later runs; nil is nowhere.
	Cache *Cache
	// Profile is a file for the profile, in place of the Cache; it need not exist. "" is none.
	Profile string
	// Warn is called with one line when what is kept for later runs is no good or cannot be kept, by any goroutine; nil is
	// silence. A Cache has a Warn of its own.
	Warn func(string)
	// Trace is where a trace of the run is written when it has ended, for package trace; nil is nowhere.
	Trace io.Writer
	// Order are names of functions in the order in which their first calls are expected. Names of others do no harm.
	Order []string
}

// Budget bounds speculation. The zero value does not.
type Budget struct {
	// CPU is the part of the compile threads' time that speculation may take, above 0 and at most 1; 0 means all of it.
	CPU float64
	// Code is the number of bytes of machine code after which speculation ends; 0 means never.
	Code int64
}

// maxThreads is more than any program has had use for; every thread loads what it compiles into an LLVM of its own.
const maxThreads = 256

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

// maker returns the heuristic that the options ask for, nil for none.
func (o *Options) maker(past forecast.Past) (forecast.Maker, error) {
	if o.Heuristic != nil {
		return o.Heuristic, nil
	}
	return past.Policy(o.Speculate)
}

// session is what a session takes of the options.
func (o *Options) session(inputs []string, began, indexed time.Duration) jit.Options {
	s := jit.Options{Inputs: inputs, Entry: o.Entry, Threads: o.Threads, Speculate: o.Speculate, Heuristic: o.Heuristic,
		Budget: sched.Budget(o.Budget), Hints: o.Hints, Order: o.Order, OptLevel: o.OptLevel, Code: o.Cache.code(),
		Warn: o.Warn, Trace: o.Trace, Began: began, Indexed: indexed}
	switch {
	case o.Profile != "":
		s.Memory = past.InFile(o.Profile)
	case o.Cache != nil && !o.Cache.options.NoProfiles:
		s.Memory = past.In(o.Cache.store, inputs, o.Entry)
	}
	return s
}

// Outcome is how a program ended.
type Outcome struct {
	// ExitCode is the program's exit status, 0 to 255; it is -1 if Signal is not 0, or if the status is not known.
	ExitCode int
	// Signal is the signal that killed the program, or 0.
	Signal syscall.Signal
	Stats  Stats

	release func() // lets a program's process end that is no child of this one, and waits for all that it forked; or nil
}

// LLVMVersion is the version of LLVM that compiles, such as "22.1.8".
func LLVMVersion() string { return llvm.Version() }

// Run runs a program to its end in a process of its own, with this process's standard files, environment and
// working directory.
//
// # Notes
//
//   - The program behaves as a native one: it may fork, exit, or die of a signal, and Outcome says how it ended.
//   - Its process is a child of this one, which the kernel kills if this one ends. (Of the command orcast it is the process
//     that was started: then Run returns while that one waits to end, for Outcome.Exit to let it.)
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
	p, err := loader.Read(o.Inputs, o.Libraries, o.Entry, nil)
	if err != nil {
		return nil, readable.Error(err)
	}
	indexed := stub.Now() - began
	result, err := jit.Run(p, append([]string{o.Inputs[0]}, o.Args...), o.session(o.Inputs, began, indexed))
	if err != nil {
		return nil, readable.Error(err)
	}
	outcome := &Outcome{ExitCode: -1, Stats: newStats(&result.Report, &o, result.End.Peak), release: result.Release}
	outcome.Stats.Exit, outcome.Stats.Index, outcome.Stats.Wall = result.Exit, indexed, stub.Now()-began
	if status := result.End.Status; status.Signaled() {
		outcome.Signal = status.Signal()
	} else if !result.End.Unknown {
		outcome.ExitCode = status.ExitStatus()
	}
	return outcome, nil
}

// Exit ends this process as the program ended: with its status, or by its signal.
func (o *Outcome) Exit() {
	if o.release != nil {
		o.release()
		os.Exit(0)
	}
	if o.Signal != 0 {
		stub.Die(o.Signal)
	}
	os.Exit(o.ExitCode)
}
