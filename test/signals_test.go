package test

import (
	"bufio"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSignalsReachTheProgram: who sends a signal to orcast means the program, and what the program does then is what
// is seen of orcast.
func TestSignalsReachTheProgram(t *testing.T) {
	module := cModules(t, "waiting.c", `#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((noinline)) static void leave(int signal) { _exit(40 + signal); }
static void handler(int signal) { leave(signal); }
int main(int argc, char **argv) {
  if (argc > 1)
    signal(atoi(argv[1]), handler);
  puts("ready");
  fflush(stdout);
  for (;;)
    pause();
}
`)[0]
	for _, c := range []struct {
		name      string
		signal    syscall.Signal
		arguments []string
		want      result
	}{
		{"handled SIGTERM", syscall.SIGTERM, []string{"15"}, result{status: 55}},
		{"handled SIGINT", syscall.SIGINT, []string{"2"}, result{status: 42}},
		{"SIGTERM", syscall.SIGTERM, nil, result{status: -1, signal: syscall.SIGTERM}},
		{"SIGINT", syscall.SIGINT, nil, result{status: -1, signal: syscall.SIGINT}},
		{"SIGHUP", syscall.SIGHUP, nil, result{status: -1, signal: syscall.SIGHUP}},
		{"SIGQUIT", syscall.SIGQUIT, nil, result{status: -1, signal: syscall.SIGQUIT}},
		{"SIGKILL", syscall.SIGKILL, nil, result{status: -1, signal: syscall.SIGKILL}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.Command(orcastBinary(t), append([]string{"run", module, "--"}, c.arguments...)...)
			var stderr strings.Builder
			cmd.Stderr, cmd.Env = &stderr, environment
			cmd.WaitDelay = runLimit
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			hanging := time.AfterFunc(runLimit, func() { _ = cmd.Process.Kill() })
			defer hanging.Stop()
			reader := bufio.NewReader(stdout)
			if line, err := reader.ReadString('\n'); line != "ready\n" {
				t.Errorf("the program said %q (%v)", line, err)
			}
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Error(err)
			}
			// The end of its output shows that the program's own process has ended too.
			rest, err := io.ReadAll(reader)
			if len(rest) > 0 || err != nil {
				t.Errorf("after the signal: %q (%v)", rest, err)
			}
			_ = cmd.Wait() // the state below tells more
			got := result{stdout: "", stderr: stderr.String(), status: cmd.ProcessState.ExitCode()}
			if status := cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
				got.signal = status.Signal()
			}
			if d := difference(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
