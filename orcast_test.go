package orcast

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A program ends by exit or signal, and writes to the process's own standard output: tests run it in a process of
// theirs, which is this one again.
const childVariable = "ORCAST_TEST_RUN"

func TestMain(m *testing.M) {
	if input := os.Getenv(childVariable); input != "" {
		os.Unsetenv(childVariable)
		outcome, err := Run(Program{Inputs: []string{input}, Args: []string{"one", "two"}},
			Options{Threads: 2, Speculate: os.Args[1]})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(125)
		}
		fmt.Fprintf(os.Stderr, "%d compiled, %d called\n", outcome.Stats.Compiled, outcome.Stats.Called)
		outcome.Exit()
	}
	os.Exit(m.Run())
}

func runIR(t *testing.T, policy, text string) (stdout, stderr string, status int) {
	t.Helper()
	input := filepath.Join(t.TempDir(), "program.ll")
	if err := os.WriteFile(input, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(os.Args[0], policy)
	command.Env = append(os.Environ(), childVariable+"="+input)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), command.ProcessState.ExitCode()
}

const lazyIR = `
declare i32 @puts(ptr)
declare i32 @missing(i32)
@text = constant [6 x i8] c"called"
@end = constant i8 0
define i32 @main(i32 %argc, ptr %argv) {
  %second = getelementptr ptr, ptr %argv, i64 2
  %argument = load ptr, ptr %second
  call i32 @puts(ptr %argument)
  %n = call i32 @callee(i32 %argc)
  ret i32 %n
}
define internal i32 @callee(i32 %x) {
  %y = add i32 %x, 4
  ret i32 %y
}
define i32 @never(i32 %x) {
  %y = call i32 @missing(i32 %x)
  ret i32 %y
}
`

func TestRunIsLazy(t *testing.T) {
	out, errs, status := runIR(t, "none", lazyIR)
	if out != "two\n" || status != 7 {
		t.Errorf("standard output %q, status %d, want \"two\\n\" and 7; %s", out, status, errs)
	}
	if errs != "2 compiled, 2 called\n" {
		t.Errorf("counted %q", errs)
	}
}

func TestSpeculationOnTheUncompilableDoesNotStopTheRun(t *testing.T) {
	out, errs, status := runIR(t, "all", lazyIR)
	if out != "two\n" || status != 7 {
		t.Errorf("standard output %q, status %d, want \"two\\n\" and 7; %s", out, status, errs)
	}
}

func TestUndefinedSymbolsAreNamed(t *testing.T) {
	_, errs, status := runIR(t, "none", strings.Replace(lazyIR, "call i32 @callee", "call i32 @never", 1))
	if status != 125 || !strings.Contains(errs, "missing, which never in ") {
		t.Errorf("status %d, message %q", status, errs)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for want, c := range map[string]struct {
		input   string
		options Options
	}{
		"no input":        {},
		"compile threads": {"x", Options{Threads: -1}},
		"effort 4":        {"x", Options{Effort: O3 + 1}},
		`policy "maybe"`:  {"x", Options{Speculate: "maybe"}},
		"no-such-file.bc": {"no-such-file.bc", Options{}},
	} {
		p := Program{}
		if c.input != "" {
			p.Inputs = []string{c.input}
		}
		if _, err := Run(p, c.options); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want one with %q", c, err, want)
		}
	}
}

// What one function lacks must not keep its neighbours in the unit from being compiled.
func TestAFunctionDoesNotSufferForItsNeighbours(t *testing.T) {
	const functions = 60
	var text strings.Builder
	text.WriteString("declare i32 @missing(i32)\ndefine i32 @main() {\n  %v0 = add i32 0, 0\n")
	for i := range functions {
		fmt.Fprintf(&text, "  %%v%d = call i32 @f%d(i32 %%v%d)\n", i+1, i, i)
	}
	fmt.Fprintf(&text, "  ret i32 %%v%d\n}\n", functions)
	for i := range functions {
		fmt.Fprintf(&text, "define i32 @f%d(i32 %%x) {\n  %%y = add i32 %%x, 1\n  ret i32 %%y\n}\n", i)
		fmt.Fprintf(&text, "define i32 @g%d(i32 %%x) {\n  %%y = call i32 @missing(i32 %%x)\n  ret i32 %%y\n}\n", i)
	}
	if _, errs, status := runIR(t, "all", text.String()); status != functions {
		t.Errorf("status %d, want %d; %s", status, functions, errs)
	}
}
