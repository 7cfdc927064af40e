package test

import (
	"fmt"
	"syscall"
	"testing"
)

// waiting is a program that waits for signals. Its argument is the number of one that it handles, 0 for none.
const waiting = `#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((noinline)) static void leave(int signal) { _exit(signal); }
static void handler(int signal) { leave(100 + signal); }
int main(int argc, char **argv) {
  if (atoi(argv[1]))
    signal(atoi(argv[1]), handler);
  puts("ready");
  fflush(stdout);
  for (;;)
    pause();
}
`

// isKept tells signals of the C library's own.
func isKept(s syscall.Signal) bool { return s == 32 || s == 33 }

// TestSignalsAreHandled: who sends a signal to what was started means the program.
func TestSignalsAreHandled(t *testing.T) {
	module := cModules(t, "waiting.c", waiting)[0]
	for s := syscall.Signal(1); s <= 64; s++ {
		if s == syscall.SIGKILL || s == syscall.SIGSTOP || isKept(s) {
			continue
		}
		t.Run(fmt.Sprint(int(s)), func(t *testing.T) {
			p := start(t, lazyRun(t, module, fmt.Sprint(int(s)))...)
			p.expect("ready")
			_ = p.cmd.Process.Signal(s)
			if d := difference(result{status: 100 + int(s)}, p.end()); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestSignalsEndTheProgram: signals that nobody handles do to what was started what they do to any program.
func TestSignalsEndTheProgram(t *testing.T) {
	module := cModules(t, "waiting.c", waiting)[0]
	for s := syscall.Signal(1); s <= 64; s++ {
		if isKept(s) {
			continue
		}
		t.Run(fmt.Sprint(int(s)), func(t *testing.T) {
			p := start(t, lazyRun(t, module, "0")...)
			p.expect("ready")
			_ = p.cmd.Process.Signal(s)
			want := s
			switch s {
			case syscall.SIGCHLD, syscall.SIGCONT, syscall.SIGURG, syscall.SIGWINCH:
				want = syscall.SIGTERM // they are ignored
			case syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
				var status syscall.WaitStatus
				if _, err := syscall.Wait4(p.cmd.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil ||
					!status.Stopped() || status.StopSignal() != s {
					t.Errorf("status %#x (%v), want it stopped by %v", status, err, s)
				}
				_ = p.cmd.Process.Signal(syscall.SIGCONT)
				want = syscall.SIGTERM
			}
			if want != s {
				_ = p.cmd.Process.Signal(want)
			}
			if d := difference(result{status: -1, signal: want}, p.end()); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestAProgramThatStopsItself is seen to by whoever started it, and goes on.
func TestAProgramThatStopsItself(t *testing.T) {
	module := cModules(t, "stop.c", `#include <signal.h>
#include <stdio.h>
int main(void) {
  puts("before");
  fflush(stdout);
  raise(SIGSTOP);
  puts("after");
  return 4;
}
`)[0]
	p := start(t, lazyRun(t, module)...)
	p.expect("before")
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(p.cmd.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Errorf("status %#x (%v), want it stopped", status, err)
	}
	_ = p.cmd.Process.Signal(syscall.SIGCONT)
	if d := difference(result{stdout: "after\n", status: 4}, p.end()); d != "" {
		t.Error(d)
	}
}

// TestSignalsToAGroup: what a terminal or a service manager sends to all processes does not take the compiler from a
// program that handles it.
func TestSignalsToAGroup(t *testing.T) {
	module := cModules(t, "waiting.c", waiting)[0]
	for s := syscall.Signal(1); s <= 64; s++ {
		switch s {
		case syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2,
			syscall.SIGALRM, syscall.SIGIO, syscall.SIGPWR, syscall.SIGWINCH, syscall.SIGXCPU, 34, 64:
		default:
			continue
		}
		t.Run(fmt.Sprint(int(s)), func(t *testing.T) {
			p := start(t, lazyRun(t, module, fmt.Sprint(int(s)))...)
			p.expect("ready")
			if err := syscall.Kill(p.compiler(), s); err != nil {
				t.Error(err)
			}
			if err := syscall.Kill(-p.cmd.Process.Pid, s); err != nil {
				t.Error(err)
			}
			if d := difference(result{status: 100 + int(s)}, p.end()); d != "" {
				t.Error(d)
			}
		})
	}
}
