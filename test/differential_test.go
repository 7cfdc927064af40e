package test

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// configuration is a way to run a program.
type configuration struct {
	name  string
	cache string // those of one name have one
	flags []string
}

// configurations are the ways a program is run, one after the other; README.md says why these.
var configurations = []configuration{
	{"lazy", "a", []string{"--threads", "1", "--speculate", "none"}},
	{"speculating", "b", []string{"--threads", "4", "--speculate", "all"}},
	{"baseline", "c", []string{"--no-cache", "--generator", "fast"}},
	{"mixed", "c", []string{"--no-cache", "--generator", "mixed:1"}},
	{"optimised", "a", []string{"-O", "2"}},
	{"warm", "a", nil},
	{"warm-all", "b", []string{"--no-profile"}},
}

// configurationsOf returns all of them, or, if tests are to be short, those that differ most and some of the others by
// the program's name.
func configurationsOf(program string) []configuration {
	if !testing.Short() {
		return configurations
	}
	hash := fnv.New32a()
	hash.Write([]byte(program))
	others := [][]string{{"speculating", "warm-all"}, {"mixed"}, {"optimised"}}
	names := append(others[hash.Sum32()%uint32(len(others))], "lazy", "baseline", "warm")
	return slices.DeleteFunc(slices.Clone(configurations),
		func(c configuration) bool { return !slices.Contains(names, c.name) })
}

// TestPrograms runs every program natively and through orcast in configurations of its own.
func TestPrograms(t *testing.T) {
	programs, err := loadPrograms("programs")
	if err != nil {
		t.Fatal(err)
	}
	known := readKnownFailures(t, programs)
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			if missing := p.missing(); missing != "" {
				t.Skipf("this machine has no %s", missing)
			}
			t.Parallel()
			b := p.build(t)
			native := run(t, b.native, append(b.inputs[:1:1], p.args...), p.stdin)
			if native.timedOut {
				t.Fatalf("the native program did not end within %v", runLimit)
			}
			caches := t.TempDir()
			for _, c := range configurationsOf(p.name) {
				t.Run(c.name, func(t *testing.T) {
					flags := append([]string{"--cache-dir", filepath.Join(caches, c.cache)}, c.flags...)
					got := runOrcastWithInput(t, p.stdin, p.command(flags, b.inputs)...)
					if failure, ok := known[p.name]; ok && strings.HasPrefix(c.name, "warm") {
						t.Skip("a known failure, of which some work with code from the cache")
					} else if ok {
						failure.check(t, native, got)
					} else if d := difference(native, got); d != "" {
						t.Error(d)
					}
				})
			}
		})
	}
}

// TestProgramsNatively makes sure that each program's native runs agree, without which comparing proves nothing.
func TestProgramsNatively(t *testing.T) {
	programs, err := loadPrograms("programs")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			if missing := p.missing(); missing != "" {
				t.Skipf("this machine has no %s", missing)
			}
			t.Parallel()
			b := p.build(t)
			argv := append(b.inputs[:1:1], p.args...)
			first := run(t, b.native, argv, p.stdin)
			if d := difference(first, run(t, b.native, argv, p.stdin)); d != "" {
				t.Error("two native runs differ: " + d)
			}
			if first.timedOut || first.stdout+first.stderr == "" && first.status == 0 {
				t.Errorf("shows nothing that could differ: %s", first.ending())
			}
		})
	}
}

// command is orcast's command line for a program.
func (p program) command(flags, inputs []string) []string {
	command := append([]string{"run"}, flags...)
	for _, library := range p.libraries {
		command = append(command, "--load", library)
	}
	command = append(command, inputs...)
	return append(append(command, "--"), p.args...)
}

// knownFailure is a line of known-failures.txt: a program that can't work yet and how it shows.
type knownFailure struct {
	how    string // "refused": exit 125 with a message; "differs": any other difference
	reason string
}

func readKnownFailures(t *testing.T, programs []program) map[string]knownFailure {
	t.Helper()
	const file = "known-failures.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	failures := map[string]knownFailure{}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		where := fmt.Sprintf("%s:%d", file, number)
		name, rest, _ := strings.Cut(line, " ")
		how, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if how != "refused" && how != "differs" || strings.TrimSpace(reason) == "" {
			t.Fatalf("%s: want: program refused|differs reason", where)
		}
		if !slices.ContainsFunc(programs, func(p program) bool { return p.name == name }) {
			t.Fatalf("%s: there is no program %s", where, name)
		}
		failures[name] = knownFailure{how, strings.TrimSpace(reason)}
	}
	return failures
}

// check passes if the program still fails as the list says, so that the list stays true.
func (f knownFailure) check(t *testing.T, native, got result) {
	t.Helper()
	d := difference(native, got)
	switch {
	case d == "":
		t.Error("works now: take it off known-failures.txt")
	case f.how == "refused":
		requireRefusal(t, got)
	default:
		t.Logf("still fails (%s): %s", f.reason, d)
	}
}
