package bench

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var testHeader = Header{Suite: "quick", Command: "orcast bench", Machine: "a machine", Cores: 2, Orcast: "orcast 1",
	LLVM: "LLVM 22"}

func TestResultsAreReadAsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder", "quick.jsonl")
	file := open(t, path, testHeader, false)
	lines := []Line{
		{Build: &Build{Program: "lua", Effort: 2, WallMS: 3}},
		{Objects: &Build{Program: "lua", WallMS: 4}},
		{Run: &Run{Workload: "lua", Way: Way{Name: "w", Kind: KindOrcast}, Stats: &Stats{Called: 7}}},
		{Run: &Run{Workload: "made", Failure: "crashed", Shape: &Synthetic{Functions: 3, Group: "size"}}},
		{Simulation: &Simulation{Workload: "lua", Speed: 10, Policies: []SimulatedRun{{Policy: "none"}}}},
	}
	for _, l := range lines {
		if err := file.append(l); err != nil {
			t.Fatal(err)
		}
	}
	read, err := ReadResults(path)
	if err != nil {
		t.Fatal(err)
	}
	want := Results{Header: testHeader, Builds: []Build{*lines[0].Build}, Objects: []Build{*lines[1].Objects},
		Runs: []Run{*lines[2].Run, *lines[3].Run}, Simulations: []Simulation{*lines[4].Simulation}}
	if !reflect.DeepEqual(*read, want) || !reflect.DeepEqual(file.Results, want) {
		t.Errorf("read %+v\nhad  %+v\nwant %+v", *read, file.Results, want)
	}
}

func TestACutOffLineIsLeftOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "quick.jsonl")
	file := open(t, path, testHeader, false)
	if err := file.append(Line{Run: &Run{Workload: "a"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := file.file.WriteString(`{"run":{"workload":"b`); err != nil {
		t.Fatal(err)
	}
	file.file.Close()
	file = open(t, path, testHeader, false)
	if err := file.append(Line{Run: &Run{Workload: "c"}}); err != nil {
		t.Fatal(err)
	}
	read, err := ReadResults(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Runs) != 2 || read.Runs[0].Workload != "a" || read.Runs[1].Workload != "c" {
		t.Errorf("%+v", read.Runs)
	}
}

func TestResultsOfAnotherHeaderMoveAside(t *testing.T) {
	later := testHeader
	later.Began, later.Command = time.Now(), "orcast bench lua"
	faster := testHeader
	faster.Orcast = "orcast 2"
	for name, test := range map[string]struct {
		header Header
		fresh  bool
		broken bool
		kept   bool
	}{
		"equal":  {header: testHeader, kept: true},
		"later":  {header: later, kept: true},
		"fresh":  {header: testHeader, fresh: true},
		"orcast": {header: faster},
		"broken": {header: testHeader, broken: true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "quick.jsonl")
			first := open(t, path, testHeader, false)
			if err := errors.Join(first.append(Line{Run: &Run{Workload: "a"}}), first.file.Close()); err != nil {
				t.Fatal(err)
			}
			if test.broken {
				if err := os.WriteFile(path, []byte("no results\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			file, err := openResults(path, test.header, test.fresh, func(text string) { said = append(said, text) })
			if err != nil {
				t.Fatal(err)
			}
			defer file.file.Close()
			old, err := os.ReadFile(path + ".old")
			if test.kept {
				if err == nil || len(said) != 0 || len(file.Runs) != 1 {
					t.Errorf("moved aside: %v, said %q, %d runs", err == nil, said, len(file.Runs))
				}
				return
			}
			if string(old) != string(before) || len(said) != 1 || !strings.Contains(said[0], path+".old") ||
				len(file.Runs) != 0 {
				t.Errorf("the old file is %q, said %q, %d runs", old, said, len(file.Runs))
			}
		})
	}
}

func TestFilesThatAreNoResults(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "empty",
		"{":                                  "empty",
		"{}\n":                               "line 1: a file of results has one header",
		"{\"header\":{}}\nx\n":               "line 2: invalid character",
		"{\"header\":{}}\n" + "[]\n":         "line 2: json",
		"{\"header\":{}}\n{\"header\":{}}\n": "line 2: a file of results has one header",
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadResults(path); err == nil || !strings.Contains(err.Error(), want) ||
			!strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestOnlyOneSuiteWritesToAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "quick.jsonl")
	file := open(t, path, testHeader, false)
	if _, err := openResults(path, testHeader, true, func(text string) { t.Error(text) }); err == nil ||
		!strings.Contains(err.Error(), "another orcast bench") {
		t.Error(err)
	}
	if err := file.file.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, path, testHeader, false)
}

// open opens a file of results for a test.
func open(t *testing.T, path string, h Header, fresh bool) *resultsFile {
	t.Helper()
	file, err := openResults(path, h, fresh, func(text string) { t.Errorf("said %q", text) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.file.Close() })
	return file
}
