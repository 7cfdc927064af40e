package test

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// pythonModules are those of Python's own tests that meet what a JIT and its processes could spoil.
var pythonModules = []string{"test_math", "test_json", "test_re", "test_threading", "test_signal", "test_subprocess",
	"test_socket", "test_os"}

// TestPython runs tests of Python itself: what passes natively passes, with nothing kept of earlier runs and with all
// of it.
func TestPython(t *testing.T) {
	folder := largeProgram(t, "python")
	launcher := pythonLauncher(t, folder)
	for _, module := range pythonModules {
		t.Run(module, func(t *testing.T) {
			cache := lastingFolder(t)
			native := pythonTests(t, filepath.Join(folder, "python"), module, cache)
			for _, state := range []string{"cold", "warm"} {
				t.Run(state, func(t *testing.T) {
					requirePassed(t, native, pythonTests(t, launcher, module, cache))
				})
			}
		})
	}
}

// requirePassed checks that what passes natively passes, and shows what else differs.
func requirePassed(t *testing.T, native, got map[string]string) {
	t.Helper()
	passed := 0
	for _, name := range slices.Sorted(maps.Keys(native)) {
		outcome := cmp.Or(got[name], "failed in part or did not end")
		switch {
		case outcome == native[name] && outcome == "passed":
			passed++
		case native[name] == "passed":
			t.Errorf("%s: %s, natively passed", name, outcome)
		case outcome != native[name]:
			t.Logf("%s: %s, natively %s", name, outcome, native[name])
		}
	}
	if t.Logf("%d of %d tests pass", passed, len(native)); passed == 0 {
		t.Error("none passes")
	}
}

// pythonLauncher makes a program that runs Python from bitcode under the name that it is started by, so that Python
// finds it as sys.executable. A script would do for most programs; but a shell changes the environment, which these
// tests compare. It stands beside the native program, since Python finds its library by the place of its executable,
// and names no cache, which would be refused where tests change the user.
func pythonLauncher(t *testing.T, folder string) string {
	t.Helper()
	source := filepath.Join(t.TempDir(), "launcher.c")
	text := fmt.Sprintf(`#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char *orcast[] = {%q, "run", "--argv0", argv[0], %q, "--"};
  char **all = malloc(sizeof orcast + argc * sizeof *argv);
  memcpy(all, orcast, sizeof orcast);
  memcpy(all + sizeof orcast / sizeof *orcast, argv + 1, argc * sizeof *argv);
  execv(all[0], all);
  perror(all[0]);
  return 125;
}
`, orcastBinary(t), filepath.Join(folder, "python.bc"))
	if err := os.WriteFile(source, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	launcher := filepath.Join(folder, "python-orcast")
	compile(t, source, "-O2", "-o", launcher)
	return launcher
}

// pythonTests runs a module of Python's tests and says of each of its tests how it ended: "passed", "failed", "error"
// or "skipped". What failed is tried a second time, so that a test that is late on a busy machine makes no difference.
// The tests of sockets between virtual machines are left out: they wait for ever where a machine cannot connect to
// itself.
func pythonTests(t *testing.T, python, module, cache string) map[string]string {
	t.Helper()
	report := filepath.Join(t.TempDir(), "report.xml")
	argv := []string{python, "-m", "test", "--verbose2", "--ignore", "*VSOCK*", "--junit-xml", report, module}
	r := process{path: python, argv: argv, limit: largeLimit,
		environment: append(slices.Clone(environment), "XDG_CACHE_HOME="+cache)}.run(t)
	var suites struct {
		Tests []struct {
			Name    string    `xml:"name,attr"`
			Error   *struct{} `xml:"error"`
			Failure *struct{} `xml:"failure"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testsuite>testcase"`
	}
	text, err := os.ReadFile(report)
	if err == nil {
		err = xml.Unmarshal(text, &suites)
	}
	if err != nil || r.timedOut {
		t.Fatalf("%s of %s: %s (timed out: %v, %v)\n%s\n%s", module, python, r.ending(), r.timedOut, err,
			clip(r.stdout), clip(r.stderr))
	}
	outcomes := map[string]string{}
	for _, test := range suites.Tests {
		switch { // of two trials the second counts
		case test.Error != nil:
			outcomes[test.Name] = "error"
		case test.Failure != nil:
			outcomes[test.Name] = "failed"
		case test.Skipped != nil:
			outcomes[test.Name] = "skipped"
		default:
			outcomes[test.Name] = "passed"
		}
	}
	delete(outcomes, "") // The report has no name of a test of which a part failed.
	return outcomes
}
