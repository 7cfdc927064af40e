package test

import (
	"io"
	"os"
	"testing"
)

// TestOddEnvironment: entries that are there twice, have no value, no name or nothing at all reach the program in their
// order.
func TestOddEnvironment(t *testing.T) {
	p := program{name: "environment", sources: inputs(t, "environment.c", `#include <stdio.h>
extern char **environ;
int main(void) {
  for (char **e = environ; *e; e++)
    printf("[%s]\n", *e);
  return 0;
}
`), flags: []string{"-O1"}}
	b := p.build(t)
	for name, entries := range map[string][]string{
		"none":       {},
		"twice":      {"A=1", "B=2", "A=3", "A=1"},
		"no value":   {"A", "A=1", "B=", "B"},
		"no name":    {"=1", "=", "A=1"},
		"empty":      {"", "A=1", "", ""},
		"bytes":      {"A=\xff\n\x01", "\xfe=1"},
		"own things": {"GOTRACEBACK=none", "GOMAXPROCS=1", "GOGC=50"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			native := startedWith(t, entries, b.native)
			got := startedWith(t, entries, orcastBinary(t), "run", "--cache-dir", t.TempDir(), b.inputs[0])
			if got != native {
				t.Errorf("the program finds\n%s\nnatively\n%s", got, native)
			}
		})
	}
}

// startedWith runs a program with exactly this environment, of which os/exec would drop some, and returns its output.
func startedWith(t *testing.T, environment []string, argv ...string) string {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	started, err := os.StartProcess(argv[0], argv,
		&os.ProcAttr{Env: environment, Files: []*os.File{nil, writer, os.Stderr}})
	writer.Close()
	if err != nil {
		t.Fatal(err)
	}
	output, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if state, err := started.Wait(); err != nil || !state.Success() {
		t.Errorf("%q ended with %v, %v", argv, state, err)
	}
	return string(output)
}
