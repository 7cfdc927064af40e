package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/orcast/orcast"
)

func TestFailuresGive125AndOneMessage(t *testing.T) {
	directory := t.TempDir()
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "what to do is missing: run, "},
		{[]string{"walk"}, "unknown command walk: use run, "},
		{[]string{"rnu", "a.bc"}, "unknown command rnu, did you mean run?"},
		{[]string{"main_test.go"}, "orcast run main_test.go"},
		{[]string{"--fast"}, "--fast"},
		{[]string{"run"}, "<input>"},
		{[]string{"run", "--", "a.bc"}, "<input>"},
		{[]string{"run", "a.bc", "--threads", "many"}, "--threads"},
		{[]string{"run", "a.bc", "--fast"}, "--fast"},
		{[]string{"run", "a.bc", "-O", "4"}, "4"},
		{[]string{"run", "a.bc", "--speculate", "some"}, "some"},
		{[]string{"run", filepath.Join(directory, "absent.bc")}, "absent.bc"},
		{[]string{"analyze"}, "orcast analyze -h"},
		{[]string{"analyze", "a.bc", "--json", "--dot"}, "--json"},
		{[]string{"run", "a.bc", "--thread", "2"}, "did you mean --threads?"},
		{[]string{"run", "-x.bc"}, "./-x.bc"},
		{[]string{"run", "\xff\n.bc"}, `"\xff\n.bc"`},
		{[]string{"run", "a.bc", "--stats", "\xff\n/stats"}, `"\xff\n/stats"`},
		{[]string{"analyze", "a.bc", "--speculate", "some"}, "some"},
		{[]string{"analyze", filepath.Join(directory, "absent.bc")}, "absent.bc"},
		{[]string{"run", "a.bc", "--stats", directory}, "stats"},
		{[]string{"run", "a.bc", "--stats", filepath.Join(directory, "absent", "stats.json")}, "stats"},
	} {
		var stdout, stderr bytes.Buffer
		status := doMain(test.args, &stdout, &stderr)
		message := stderr.String()
		if status != 125 || !strings.HasPrefix(message, "orcast: ") || strings.Count(message, "\n") != 1 ||
			!strings.Contains(message, test.want) || stdout.Len() != 0 {
			t.Errorf("orcast %q: status %d, stdout %q, stderr %q; want 125 and one line with %q",
				test.args, status, stdout.String(), message, test.want)
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--version"}, "LLVM 22."},
		{[]string{"run", "--version"}, "LLVM 22."},
		{[]string{"-h"}, "profile show"},
		{[]string{"cache", "-h"}, "Usage: orcast cache <command>"},
		{[]string{"cache", "verify", "--help"}, "Damaged entries are listed"},
		{[]string{"run", "-h"}, "--speculate"},
		{[]string{"analyze", "-h"}, "--function"},
	} {
		var stdout, stderr bytes.Buffer
		if status := doMain(test.args, &stdout, &stderr); status != 0 ||
			!strings.Contains(stdout.String(), test.want) || stderr.Len() != 0 {
			t.Errorf("orcast %q: status %d, stdout %q, stderr %q; want 0 and %q",
				test.args, status, stdout.String(), stderr.String(), test.want)
		}
	}
}

func TestStatsFileIsReplacedThroughASymbolicLink(t *testing.T) {
	directory := t.TempDir()
	file, link := filepath.Join(directory, "stats.json"), filepath.Join(directory, "link")
	if err := os.WriteFile(file, bytes.Repeat([]byte("old"), 1000), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("stats.json", link); err != nil {
		t.Fatal(err)
	}
	s, err := newResultFile("stats", link, nil)
	if err != nil {
		t.Fatal(err)
	}
	if before, _ := os.ReadFile(file); !bytes.HasPrefix(before, []byte("old")) {
		t.Error("the file has changed before the program ran")
	}
	want := orcast.Stats{Stalls: 3, Stall: 1500 * time.Microsecond, Policy: "all"}
	if err := s.writeStats(want); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got orcast.Stats
	if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %s (%v), want %+v", text, err, want)
	}
	if entries, _ := os.ReadDir(directory); len(entries) != 2 {
		t.Errorf("files were left behind: %v", entries)
	}
}

func TestStatsToStandardError(t *testing.T) {
	var stderr bytes.Buffer
	s, err := newResultFile("stats", "-", &stderr)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.writeStats(orcast.Stats{LLVM: "22"}); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(stderr.Bytes()) {
		t.Errorf("not JSON: %s", stderr.Bytes())
	}
}

// TestPanicIsOneMessage: it says what, where and what to do, and nothing of goroutines.
func TestPanicIsOneMessage(t *testing.T) {
	var stderr bytes.Buffer
	func() {
		defer func() { sayPanic(&stderr, recover()) }()
		var none *runCommand
		none.Threads = len(os.Args)
	}()
	message := stderr.String()
	for _, want := range []string{"orcast: ", "nil pointer dereference", "TestPanicIsOneMessage", "main_test.go:",
		"CONTRIBUTING.md"} {
		if !strings.Contains(message, want) {
			t.Errorf("%q is missing in %q", want, message)
		}
	}
	if strings.Count(message, "\n") != 1 || strings.Contains(message, "goroutine") {
		t.Errorf("it is not one line: %q", message)
	}
}
