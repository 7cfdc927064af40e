package test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// surroundings are words of surroundings/start.c: what a program may find when it is started. Numbers of limits are
// those of the kernel: 0 processor time, 1 size of files, 2 data, 3 stack, 4 core files, 6 processes, 7 descriptors, 8
// locked memory, 9 addresses.
var surroundings = []string{
	"",
	"environment",
	"block:15 block:23 block:27 block:34 block:12",
	"block-all",
	"block:17 child",
	"ignore:1 ignore:2 ignore:3 ignore:15",
	"ignore:10 ignore:13 ignore:14 ignore:25 ignore:64",
	"ignore:17",
	"alarm:1000 itimer:1000",
	"open:3",
	"open:3 open:4 open:9",
	"open:40 open:250 open:1000",
	"close:0",
	"close:0 open:3",
	"close:2",
	"close:0 close:2 open:5",
	"child",
	"reaper",
	"reaper child",
	"group",
	"session",
	"nice:5 slack:70000 umask:63",
	"slack:1",
	"soft:0:100", "limit:0:100",
	"limit:2:500000000",
	"limit:3:262144", "soft:3:65536000", "limit:3:-1",
	"limit:4:0",
	"limit:6:3000",
	"limit:7:64", "limit:7:128", "limit:7:20", "soft:7:16",
	"soft:8:65536", "limit:8:0",
	"limit:9:4000000000",
}

// TestSurroundings: a program finds what those who started it gave it, nothing more and nothing less.
func TestSurroundings(t *testing.T) {
	start, native, module := surroundingsPrograms(t)
	orcast := orcastBinary(t)
	for _, words := range surroundings {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			begin := append(append([]string{start}, strings.Fields(words)...), "--")
			want := process{path: start, argv: append(slices.Clone(begin), native, "one", "")}.run(t)
			if !strings.HasSuffix(want.stdout, "thread 0 1\n") {
				t.Fatalf("natively: %s, %s%s", want.ending(), want.stdout, want.stderr)
			}
			command := append(slices.Clone(begin), orcast, "run", "--cache-dir", t.TempDir(), module, "--", "one", "")
			for _, state := range []string{"cold", "warm"} {
				got := process{path: start, argv: command}.run(t)
				awaitLeftBehind(t, command[len(begin):])
				if d := difference(want, got); d != "" {
					t.Errorf("%s: %s", state, d)
				}
			}
		})
	}
}

// TestStartsThatCannotBe: where a limit leaves no room, the message says so in one line. Who may raise it needs none.
func TestStartsThatCannotBe(t *testing.T) {
	start, native, module := surroundingsPrograms(t)
	for _, words := range []string{"limit:1:0", "limit:1:100000", "limit:7:6", "limit:7:8", "limit:9:300000000",
		"limit:2:60000000"} {
		t.Run(words, func(t *testing.T) {
			command := []string{orcastBinary(t), "run", "--cache-dir", t.TempDir(), module}
			got := process{path: start, argv: append([]string{start, words, "--"}, command...)}.run(t)
			awaitLeftBehind(t, command)
			if got.status != 125 {
				want := process{path: start, argv: []string{start, words, "--", native}}.run(t)
				if d := difference(want, got); d != "" {
					t.Error(d)
				}
			} else if got.stdout != "" || strings.Count(got.stderr, "\n") != 1 ||
				!strings.HasPrefix(got.stderr, "orcast: ") {
				t.Errorf("%s, standard output %q, standard error %q", got.ending(), got.stdout, got.stderr)
			}
		})
	}
}

// surroundingsPrograms builds what starts programs, and the program that tells what it finds, natively and as a module.
func surroundingsPrograms(t *testing.T) (start, native, module string) {
	t.Helper()
	requireClang(t)
	folder := t.TempDir()
	start, native, module = filepath.Join(folder, "start"), filepath.Join(folder, "report"),
		filepath.Join(folder, "report.bc")
	compile(t, "surroundings/start.c", "-O1", "-o", start)
	compile(t, "surroundings/report.c", "-O1", "-emit-llvm", "-c", "-o", module)
	compile(t, module, "-o", native)
	return start, native, module
}

// TestPipesEnd: the compiler holds on to no pipe: those before it in a pipeline learn of its end, and those behind it.
func TestPipesEnd(t *testing.T) {
	module := cModules(t, "first.c", `#include <stdio.h>
int main(void) {
  char line[100];
  fgets(line, sizeof line, stdin);
  fputs(line, stdout);
  return 3;
}
`)[0]
	command := orcastBinary(t) + " run --no-cache --no-profile " + module
	for script, want := range map[string]string{
		"{ yes; echo $? >&2; } 2>status | " + command + "; cat status":    "y\n141\n", // of SIGPIPE
		"echo a line | " + command + " | cat; echo ended":                 "a line\nended\n",
		"echo a line | { " + command + "; echo $?; cat; echo end; } 2>&1": "a line\n3\nend\n",
	} {
		if got := run(t, "/bin/bash", []string{"bash", "-c", script}, ""); got.stdout != want {
			t.Errorf("%s: %q (%s, %s), want %q", script, got.stdout, got.ending(), got.stderr, want)
		}
	}
}
