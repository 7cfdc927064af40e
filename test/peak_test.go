package test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// measures is the variable that makes this program run a command and write the bytes of memory that it took at most
// into a file. The tests cannot ask for those of a command they start: it would count their own memory, as Linux keeps
// the peak of what execve replaces.
const measures = "ORCAST_TEST_MEASURES"

// runMeasured runs the command under test and tells how many bytes of memory it took at most.
func runMeasured(t *testing.T, arguments ...string) (result, int64) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "peak")
	argv := append([]string{self, orcastBinary(t)}, arguments...)
	r := process{path: self, argv: argv, environment: append([]string{measures + "=" + file}, environment...)}.run(t)
	peak, err := strconv.ParseInt(string(readFile(t, file)), 10, 64)
	if err != nil || peak == 0 {
		t.Fatalf("it took %d bytes of memory: %v", peak, err)
	}
	return r, peak
}

// runAndMeasure is this program where the variable asks for it.
func runAndMeasure(file string, argv []string) int {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environment, os.Stdin, os.Stdout, os.Stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	peak := strconv.FormatInt(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss<<10, 10)
	if err := os.WriteFile(file, []byte(peak), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return cmd.ProcessState.ExitCode()
}
