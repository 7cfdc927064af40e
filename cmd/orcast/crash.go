package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/orcast/orcast/internal/quote"
	"github.com/orcast/orcast/internal/stub/command"
)

// Go's runtime answers some signals, and its own failures, with a trace of all threads, which helps nobody who wants to
// run a program. Who looks for a fault of orcast's gets it by setting GOTRACEBACK.
func keepTracesBack() {
	if os.Getenv("GOTRACEBACK") != "" {
		return
	}
	debug.SetTraceback("none")
	if command.Compiles() {
		return // signals are for the program
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGQUIT, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGABRT, syscall.SIGBUS,
		syscall.SIGFPE, syscall.SIGSEGV, syscall.SIGSTKFLT, syscall.SIGSYS)
	go func() { command.Die((<-signals).(syscall.Signal)) }()
}

// sayPanic says that orcast has a fault, where it shows and how to report it. It is for a deferred call.
func sayPanic(stderr io.Writer, panicked any) {
	fmt.Fprintf(stderr,
		"orcast: this is a fault of orcast: %s (%s); please report it as CONTRIBUTING.md says, with the command "+
			"and what GOTRACEBACK=all makes it print\n",
		quote.Text(strings.ReplaceAll(fmt.Sprint(panicked), "\n", " ")),
		panicPlace())
}

// panicPlace is the function, file and line that panicked, seen from a deferred call.
func panicPlace() string {
	pc := make([]uintptr, 32)
	frames := runtime.CallersFrames(pc[:runtime.Callers(1, pc)])
	panicked := false
	for {
		frame, more := frames.Next()
		if panicked && !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s, %s:%d", frame.Function, frame.File, frame.Line)
		}
		panicked = panicked || frame.Function == "runtime.gopanic"
		if !more {
			return "somewhere"
		}
	}
}
