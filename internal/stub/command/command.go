// Package command marks the executable that imports it as orcast's own command: started as "orcast run", its process
// becomes the program, and the compiler is another one (internal/stub/start.c).
//
// Rule: no library imports it.
package command

// const char orcast_command = 1;
import "C"

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/orcast/orcast/internal/stub"
)

// Signals that are meant for the program do not end the compiler. Go lets nobody block these, unlike the others
// (start.c).
func init() {
	if Compiles() {
		signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGSTKFLT)
	}
}

// Compiles says whether this process compiles for the one that was started, which becomes the program.
func Compiles() bool { return stub.Waiting() }

// Exit ends the command with a status, in the process that was started as well.
func Exit(status int) {
	stub.Leave(status)
	os.Exit(status)
}

// Stderr is a duplicate of standard error for what has to be said even when the program has been killed.
func Stderr() (*os.File, error) { return stub.Stderr() }

// Die ends this process by a signal, as one ends that handles none.
func Die(sig syscall.Signal) { stub.Die(sig) }
