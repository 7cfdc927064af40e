package test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Orcast compiles in a process that is nobody's child, so it becomes one of the tests (TestMain asks for orphans). It
// leads a session, and shows the command line of the run, which a folder of the test's makes its own.

// leftBehind finds the compilers of a command with these arguments that still live. It reaps all compilers that have
// ended: nobody else waits for them, and thousands would make this search slow.
func leftBehind(argv []string) (pids []int) {
	line := []byte(strings.Join(argv, "\x00") + "\x00")
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		text, _ := os.ReadFile(path)
		if len(text) > 0 && !bytes.Equal(text, line) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		fields := statFields(pid)
		if len(fields) < 4 || fields[1] != strconv.Itoa(os.Getpid()) || fields[3] != strconv.Itoa(pid) {
			continue
		}
		switch comm, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "comm")); {
		case len(text) > 0:
			pids = append(pids, pid)
		case fields[0] == "Z" && string(comm) == "orcast compiler\n":
			_, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil) // unless another test has just done so
		}
	}
	return pids
}

// statFields are the fields of a process's stat from its state on; nil if there is no such process.
func statFields(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
}

// awaitLeftBehind waits for what a command with these arguments left behind: until then orcast may write to its cache.
func awaitLeftBehind(t *testing.T, argv []string) {
	t.Helper()
	for _, pid := range leftBehind(argv) {
		awaitEnd(t, pid)
	}
}

// awaitEnd waits for a process, and reaps it if it is a child.
func awaitEnd(t *testing.T, pid int) {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return // it has ended
	}
	defer unix.Close(fd)
	limit := time.Now().Add(runLimit)
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(time.Until(limit).Milliseconds()))
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			t.Errorf("process %d did not end within %v (%v)", pid, runLimit, err)
			_ = unix.Kill(pid, unix.SIGKILL)
		}
		break
	}
	_, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil) // fails unless it is a child
}
