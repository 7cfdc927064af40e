package test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// result is what can be seen of a run.
type result struct {
	stdout, stderr string
	status         int            // -1 if a signal killed it
	signal         syscall.Signal // 0 if none did
	timedOut       bool
}

// runLimit is the time one run may take: much more than any needs, so that only a hanging one meets it.
const runLimit = 60 * time.Second

// running holds as many tokens as programs may run at once.
var running = make(chan struct{}, 2)

// environment is all that programs find, so that a run does not depend on who started it.
var environment = []string{
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/tmp", "LC_ALL=C", "TEST_VARIABLE=a value", "EMPTY=",
}

// process is a command to run, with argv[0] as given.
type process struct {
	path        string
	argv        []string
	stdin       string
	environment []string            // nil: environment
	limit       time.Duration       // 0: runLimit
	output      int                 // bytes of each output after which it is cut off; 0: no limit
	credential  *syscall.Credential // nil: that of the tests
}

// run runs a command with an empty current directory of its own.
func run(t *testing.T, path string, argv []string, stdin string) result {
	t.Helper()
	return process{path: path, argv: argv, stdin: stdin}.run(t)
}

func (p process) run(t *testing.T) result {
	t.Helper()
	running <- struct{}{}
	defer func() { <-running }()
	ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(p.limit, runLimit))
	defer cancel()
	stdout, stderr := capped{most: p.output}, capped{most: p.output}
	cmd := exec.CommandContext(ctx, p.path)
	cmd.Args, cmd.Env, cmd.Dir = p.argv, p.environment, t.TempDir()
	if p.environment == nil {
		cmd.Env = environment
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(p.stdin), &stdout, &stderr
	// Its own group, so that what it started dies with it when it hangs.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: p.credential}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting %s: %v", p.path, err)
	}
	_ = cmd.Wait() // the state below tells more
	if len(p.argv) > 1 && p.argv[1] == "run" {
		awaitLeftBehind(t, p.argv)
	}
	r := result{stdout: string(stdout.bytes), stderr: string(stderr.bytes), status: cmd.ProcessState.ExitCode()}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		r.signal = status.Signal()
	}
	r.timedOut = ctx.Err() != nil
	return r
}

// capped is a buffer that takes no more than a number of bytes, any if that is 0.
type capped struct {
	bytes []byte
	most  int
}

func (c *capped) Write(b []byte) (int, error) {
	if c.most > 0 && len(c.bytes)+len(b) > c.most {
		return 0, io.ErrShortBuffer
	}
	c.bytes = append(c.bytes, b...)
	return len(b), nil
}

// runOrcast runs the command under test with these arguments. A program finds a cache of its own, empty, unless they
// name one.
func runOrcast(t *testing.T, arguments ...string) result {
	t.Helper()
	return runOrcastWithInput(t, "", arguments...)
}

func runOrcastWithInput(t *testing.T, stdin string, arguments ...string) result {
	t.Helper()
	path := orcastBinary(t)
	argv := append([]string{path}, arguments...)
	if len(arguments) > 0 && arguments[0] == "run" && !slices.Contains(arguments, "--cache-dir") {
		argv = slices.Insert(argv, 2, "--cache-dir", t.TempDir())
	}
	return run(t, path, argv, stdin)
}

// difference tells the first difference of two results, "" if there is none.
func difference(native, got result) string {
	switch {
	case got.timedOut:
		return fmt.Sprintf("did not end within %v\nstderr: %s", runLimit, clip(got.stderr))
	case native.signal != got.signal || native.status != got.status:
		return fmt.Sprintf("%s, natively %s\nstderr: %s", got.ending(), native.ending(), clip(got.stderr))
	case native.stdout != got.stdout:
		return "standard output differs" + firstLine(native.stdout, got.stdout) + "\nstderr: " + clip(got.stderr)
	case native.stderr != got.stderr:
		return "standard error differs" + firstLine(native.stderr, got.stderr)
	}
	return ""
}

func (r result) ending() string {
	if r.signal != 0 {
		return fmt.Sprintf("died of %v", r.signal)
	}
	return fmt.Sprintf("exit %d", r.status)
}

// firstLine shows the first line in which two texts differ.
func firstLine(native, got string) string {
	n, g := strings.SplitAfter(native, "\n"), strings.SplitAfter(got, "\n")
	line := 0
	for line < len(n)-1 && line < len(g)-1 && n[line] == g[line] {
		line++
	}
	return fmt.Sprintf(" at line %d: %q, natively %q", line+1, clip(g[line]), clip(n[line]))
}

// clip shortens a text for a message.
func clip(text string) string {
	const most = 600
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}

// scratch is a folder that lasts as long as the tests.
var scratch string

var buildOrcast = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "orcast")
	if output, err := exec.Command("go", "build", "-o", path, "../cmd/orcast").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build ../cmd/orcast: %w\n%s", err, output)
	}
	return path, nil
})

// orcastBinary is $ORCAST_BIN, or built once of this checkout.
func orcastBinary(t *testing.T) string {
	t.Helper()
	path, err := os.Getenv("ORCAST_BIN"), error(nil)
	if path != "" {
		path, err = filepath.Abs(path)
	} else {
		path, err = buildOrcast()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// lastingFolder is a folder that lasts as long as the tests do, for a cache into which a compiler may still write when
// a test ends: that of a program which another one took the place of.
func lastingFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp(scratch, "lasting")
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestMain(m *testing.M) {
	if file := os.Getenv(measures); file != "" {
		os.Exit(runAndMeasure(file, os.Args[1:]))
	}
	err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if scratch, err = os.MkdirTemp("", "orcast-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(scratch)
	os.Exit(status)
}
