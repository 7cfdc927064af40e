package test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestEndlessInputs: what has no end or hardly any content is refused by its first bytes, or is never read.
func TestEndlessInputs(t *testing.T) {
	const size, most = 1 << 30, 300 << 20
	sparse := func(name, content string) string {
		path := inputs(t, name, content)[0]
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		name, path string
	}{
		{"zeros without end", "/dev/zero"},
		{"noise without end", "/dev/urandom"},
		{"sparse file", sparse("sparse", "")},
		{"sparse bitcode", sparse("sparse.bc", "BC\xc0\xde")},
		{"bitcode with a sparse tail", sparse("tail.bc", string(bitcode(t, helloIR)))},
		{"sparse archive", sparse("sparse.a", "!<arch>\n")},
		{"sparse text", sparse("sparse.ll", helloIR+fmt.Sprintf("; %02000d", 0))},
		{"sparse object", sparse("sparse.o", "\x7fELF\x02\x01\x01")},
	} {
		for _, verb := range []string{"run", "analyze"} {
			t.Run(c.name+" "+verb, func(t *testing.T) {
				t.Parallel()
				r, peak := runMeasured(t, verb, c.path)
				requireRefusal(t, r, c.path)
				if peak > most {
					t.Errorf("it took %d MiB of memory", peak>>20)
				}
			})
		}
	}
}

// TestInputsThatAreNoFiles: bitcode comes from wherever it can be read once.
func TestInputsThatAreNoFiles(t *testing.T) {
	module := cModules(t, "hello.c", "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n")[0]
	content := readFile(t, module)
	t.Run("standard input", func(t *testing.T) {
		requireOutput(t, "hello\n", runOrcastWithInput(t, string(content), "run", "/dev/stdin"))
	})
	t.Run("named pipe", func(t *testing.T) {
		pipe := filepath.Join(t.TempDir(), "pipe")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		go os.WriteFile(pipe, content, 0)
		requireOutput(t, "hello\n", runOrcast(t, "run", pipe))
	})
	t.Run("shared library", func(t *testing.T) {
		library := readFile(t, "/lib/x86_64-linux-gnu/libz.so.1")
		requireRefusal(t, runOrcastWithInput(t, string(library), "run", module, "/dev/stdin"), "/dev/stdin",
			"shared library")
	})
}

// requireOutput checks that a program wrote this and ended well.
func requireOutput(t *testing.T, want string, got result) {
	t.Helper()
	if d := difference(result{stdout: want}, got); d != "" {
		t.Error(d)
	}
}

// TestLibraryThatEndsItsLoader: whoever is to blame is named.
func TestLibraryThatEndsItsLoader(t *testing.T) {
	hello := inputs(t, "hello.ll", helloIR)[0]
	for name, constructor := range map[string]string{
		"crashes": "*(volatile int *)0 = 1;",
		"exits":   "exit(7);",
		"aborts":  "abort();",
	} {
		t.Run(name, func(t *testing.T) {
			source := inputs(t, "faulty.c",
				"#include <stdlib.h>\n__attribute__((constructor)) static void c(void) { "+constructor+" }\n")[0]
			library := strings.TrimSuffix(source, ".c") + ".so"
			compile(t, source, "-shared", "-fPIC", "-o", library)
			for _, arguments := range [][]string{{"run", hello, library}, {"run", hello, "--load", library}} {
				r := runOrcast(t, arguments...)
				requireNoCrash(t, r)
				if r.status == 0 || r.stdout != "" || !strings.Contains(r.stderr, library) ||
					strings.Count(r.stderr, "orcast: ") != 1 {
					t.Errorf("%s, standard output %q; the library is to be named in one message:\n%s", r.ending(),
						r.stdout, r.stderr)
				}
			}
		})
	}
}
