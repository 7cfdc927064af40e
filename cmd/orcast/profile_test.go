package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orcast/orcast/profile"
)

// writeProfile writes a profile of one run, which calls functions and compiled another in vain.
func writeProfile(t *testing.T, name string, functions ...string) string {
	t.Helper()
	var run profile.Run
	for i := range functions {
		run.Calls = append(run.Calls, profile.Call{Function: i, At: time.Duration(i) * 20 * time.Microsecond})
	}
	run.Calls[0].Stall = 1500 * time.Microsecond
	run.Calls[len(functions)-1].Outcome = profile.Useful
	run.Wasted = []int{len(functions)}
	var p profile.Profile
	p.Record(run, func(i int) profile.Function {
		return profile.Function{Module: "/home/user/a.bc", Name: append(functions, "unused")[i], ID: 7}
	})
	file := filepath.Join(t.TempDir(), name)
	if err := p.WriteFile(file); err != nil {
		t.Fatal(err)
	}
	return file
}

// orcastPrints runs a command that has to succeed, and returns what it prints.
func orcastPrints(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if status := doMain(args, &stdout, &stderr); status != 0 || stderr.Len() != 0 {
		t.Fatalf("orcast %q: status %d, stderr %q", args, status, stderr.String())
	}
	return stdout.String()
}

func TestProfileShow(t *testing.T) {
	file := writeProfile(t, "a.profile", "main", "_ZN2ns5parseEPKc", "\x1b[31m")
	got := orcastPrints(t, "profile", "show", file)
	want := file + `: 1 run of 4 functions

run  weight  called   stall  demanded  useful  late  cached  wasted
  1       1       3  1.5 ms         2       1     0       0       1

order  after  likely   stall   outcome  function                module
    1   0 ns   100 %  1.5 ms  demanded  main                    a.bc
    2  20 us   100 %       -  demanded  ns::parse(char const*)  a.bc
    3  40 us   100 %       -    useful  ?[31m                   a.bc
and 1 function that no run called, compiled ahead in vain
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	var whole struct {
		Functions []struct{ Name string }
		Runs      []struct{ Calls []struct{ Outcome string } }
	}
	if err := json.Unmarshal([]byte(orcastPrints(t, "profile", "show", "--json", file)), &whole); err != nil {
		t.Fatal(err)
	}
	if len(whole.Functions) != 4 || whole.Functions[1].Name != "_ZN2ns5parseEPKc" ||
		whole.Runs[0].Calls[2].Outcome != "useful" {
		t.Errorf("the JSON is %+v", whole)
	}
}

func TestProfileMergeAndClear(t *testing.T) {
	a, b := writeProfile(t, "a.profile", "main", "f"), writeProfile(t, "b.profile", "main", "g")
	merged := filepath.Join(t.TempDir(), "merged")
	orcastPrints(t, "profile", "merge", "-o", merged, a, b, b)
	p, err := profile.ReadFile(merged)
	if err != nil {
		t.Fatal(err)
	}
	if runs := p.Runs(); len(runs) != 2 || runs[0].Weight != 2 || p.Functions()[runs[0].Calls[1].Function].Name != "g" {
		t.Errorf("merged are %+v", runs)
	}
	if text := orcastPrints(t, "profile", "show", merged); !strings.Contains(text, "67 %") ||
		!strings.Contains(text, "33 %") {
		t.Errorf("of the merged profile it prints\n%s", text)
	}
	orcastPrints(t, "profile", "merge", "-o", a, a, b) // in place
	if p, err := profile.ReadFile(a); err != nil || len(p.Runs()) != 2 {
		t.Errorf("merged in place: %v, %v", p, err)
	}
	damaged, err := os.ReadFile(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b, damaged[:len(damaged)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{a, b, merged} {
		orcastPrints(t, "profile", "clear", file)
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", file, err)
		}
	}
}

func TestProfileFailures(t *testing.T) {
	directory := t.TempDir()
	good := writeProfile(t, "good.profile", "main")
	text, absent := filepath.Join(directory, "text"), filepath.Join(directory, "absent")
	if err := os.WriteFile(text, []byte("important, and no profile"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "orcast profile -h"},
		{[]string{"show"}, "<file>"},
		{[]string{"show", absent}, absent},
		{[]string{"show", text}, "no profile of orcast's"},
		{[]string{"show", directory}, "directory"},
		{[]string{"merge", good}, "--output"},
		{[]string{"merge", "-o", absent}, "<file>"},
		{[]string{"merge", "-o", absent, good, text}, text},
		{[]string{"merge", "-o", filepath.Join(absent, "x"), good}, absent},
		{[]string{"clear", text}, "no profile of orcast's"},
		{[]string{"clear", absent}, absent},
		{[]string{"clear", directory}, directory},
	} {
		var stdout, stderr bytes.Buffer
		status := doMain(append([]string{"profile"}, test.args...), &stdout, &stderr)
		if message := stderr.String(); status != 125 || !strings.HasPrefix(message, "orcast: ") ||
			strings.Count(message, "\n") != 1 || !strings.Contains(message, test.want) || stdout.Len() != 0 {
			t.Errorf("orcast profile %q: status %d, stdout %q, stderr %q; want 125 and one line with %q", test.args,
				status, stdout.String(), message, test.want)
		}
	}
	if list, err := os.ReadDir(directory); err != nil || len(list) != 1 {
		t.Errorf("left is %v, %v", list, err)
	}
	for _, args := range [][]string{{"profile", "-h"}, {"profile", "show", "-h"}, {"profile", "merge", "-h"}} {
		if text := orcastPrints(t, args...); !strings.Contains(text, "Usage: orcast profile") {
			t.Errorf("orcast %q prints %s", args, text)
		}
	}
}
