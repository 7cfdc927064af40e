package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBenchList(t *testing.T) {
	t.Chdir(t.TempDir())
	text := orcastPrints(t, "bench", "--list", "--rounds", "2", "lua", "synthetic")
	for _, want := range []string{"The suite quick: 2 rounds.", "\n  lua ", "\n  synthetic-50-of-100-forward ",
		"\n  native -O2 ", "\n  orcast auto -O 0, 1 thread "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "\n  gawk ") {
		t.Errorf("gawk is in\n%s", text)
	}
	if files, err := os.ReadDir("."); err != nil || len(files) != 0 {
		t.Errorf("it wrote %v, %v", files, err)
	}
}

func TestBenchFailures(t *testing.T) {
	t.Chdir(t.TempDir())
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("no results\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "change to the top of a checkout"},
		{[]string{"--suite", "slow"}, `there is no suite "slow"`},
		{[]string{"--rounds", "0"}, "--rounds: 0 is no number from 1 on"},
		{[]string{"--list", "nosuch"}, `there is no workload "nosuch"`},
		{[]string{"--report-only"}, ".build/bench/quick.jsonl: no such file"},
		{[]string{"--report-only", "--results", broken}, broken + ", line 1"},
	} {
		var stdout, stderr bytes.Buffer
		status := doMain(append([]string{"bench"}, test.args...), &stdout, &stderr)
		if status != failure || !strings.Contains(stderr.String(), test.want) ||
			strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%q: status %d, %q", test.args, status, &stderr)
		}
	}
}
