package test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestLowLimits: whatever a limit takes from orcast, it says so in one message, or does without.
func TestLowLimits(t *testing.T) {
	hello := inputs(t, "hello.ll", helloIR)[0]
	for _, limit := range []string{"-v 100000", "-v 400000", "-v 800000", "-v 1200000", "-d 60000", "-d 100000"} {
		for _, arguments := range []string{"analyze " + hello, "--version", "cache stats --cache-dir " + t.TempDir()} {
			t.Run(limit+" "+arguments, func(t *testing.T) {
				t.Parallel()
				script := fmt.Sprintf("ulimit %s; exec %s %s", limit, orcastBinary(t), arguments)
				r := run(t, "/bin/bash", []string{"bash", "-c", script}, "")
				if r.status == 0 && r.stderr == "" {
					return
				}
				requireRefusal(t, r, "ulimit "+limit[:2])
			})
		}
	}
}

// TestSignalsToAnalyze: a signal ends orcast as it ends any program, without a trace.
func TestSignalsToAnalyze(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGBUS,
		syscall.SIGFPE, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGSYS, syscall.SIGTERM, syscall.SIGINT,
		syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			pipe := filepath.Join(t.TempDir(), "input")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Fatal(err)
			}
			var output strings.Builder
			command := exec.Command(orcastBinary(t), "analyze", pipe)
			command.Stdout, command.Stderr = &output, &output
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			// The pipe can be opened when orcast has come to read it.
			writer, err := os.OpenFile(pipe, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer writer.Close()
			if err := command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			command.Wait()
			if status := command.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != signal ||
				output.Len() > 0 {
				t.Errorf("it ended with %v and said:\n%s", command.ProcessState, &output)
			}
		})
	}
}
