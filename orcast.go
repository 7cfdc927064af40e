// Package orcast runs LLVM IR: it compiles each function of a program when it is first called and uses
// idle cores to compile what will be called next.
//
// Rule: this package knows nothing of the command line, and no package below it knows this one.
package orcast

import (
	"cmp"
	"os"
	"runtime"
	"syscall"

	"github.com/orcast/orcast/internal/jit"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/readable"
	"github.com/orcast/orcast/internal/stub"
)

// Program says what to run.
type Program struct {
	// Inputs are files of bitcode, textual IR, archives, native objects and shared libraries.
	Inputs []string
	// Argv0 is argv[0]; "" means the first input.
	Argv0 string
	// Args are the program's arguments after argv[0].
	Args []string
	// Entry is the function to start; "" means main.
	Entry string
}

// Outcome is how a program ended.
type Outcome struct {
	// ExitCode is the program's exit status, 0 to 255; it is -1 if Signal is not 0, or if the status is not known.
	ExitCode int
	// Signal is the signal that killed the program, or 0.
	Signal syscall.Signal
	Stats  Stats

	// lets a program's process end that is no child of this one, and waits for all that it forked; or nil
	release func()
}

// LLVMVersion is the version of LLVM that compiles, such as "22.1.8".
func LLVMVersion() string { return llvm.Version() }

// Run runs a program to its end in a process of its own, with this process's standard files, environment and
// working directory.
//
// # Notes
//
//   - The program behaves as a native one: it may fork, exit, or die of a signal, and Outcome says how it ended.
//   - Its process is a child of this one, which the kernel kills if this one ends. (Of the command orcast it is the
//     process that was started: then Run returns while that one waits to end, for Outcome.Exit to let it.)
//
// # Errors
//
// An error says that an input cannot be used or that a function which the program called cannot be compiled;
// the program has then been killed, or never started.
func Run(p Program, o Options) (*Outcome, error) {
	// The kernel ends a program's process with the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	began := stub.Now()
	if err := o.complete(); err != nil {
		return nil, err
	}
	entry := cmp.Or(p.Entry, "main")
	linked, err := loader.Read(p.Inputs, o.Libraries, entry, nil)
	if err != nil {
		return nil, readable.Error(err)
	}
	indexed := stub.Now() - began
	result, err := jit.Run(linked, append([]string{cmp.Or(p.Argv0, p.Inputs[0])}, p.Args...),
		o.session(p.Inputs, entry, began, indexed))
	if err != nil {
		return nil, readable.Error(err)
	}
	outcome := &Outcome{ExitCode: -1, Stats: newStats(&result.Report, &o, result.End.Peak), release: result.Release}
	outcome.Stats.Exit, outcome.Stats.Index, outcome.Stats.Wall = result.Exit, indexed, stub.Now()-began
	if result.Release != nil {
		outcome.Stats.CompilerCPU = ownCPU()
	}
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
