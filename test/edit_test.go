package test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// history is a program and what is done to it, edit after edit. Its files are as those of a folder under programs/.
type history struct {
	name  string
	files map[string]string // texts by name
	edits []edit
}

// edit makes a version out of the one before. What it changes must be seen in the output.
type edit struct {
	what    string
	changes []change
	most    int      // compiled functions in the first run after it: none for 0 of them, 0 for any number
	same    bool     // the output does not change
	flags   []string // orcast's, from now on
	needs   string   // a flag in /proc/cpuinfo, without which the edit is left out
}

const none = -1

// change is of one file. Without an old text the file is new, or replaced; if the old text is "*" it gets another name,
// or is removed.
type change struct{ file, old, new string }

// version is a program as it was after an edit, built.
type version struct {
	what    string
	content map[string][]byte // what orcast gets, by path
	command func(flags []string) []string
	flags   []string
	native  result
}

// waysToRun are taken in turn, so that images come of each of them and are used by each.
var waysToRun = [][]string{lazily, nil, speculating, {"--no-profile", "--threads", "2", "--speculate", "all"}}

// TestEdits runs programs after each of many edits, and again unless tests are to be short, and then their versions in
// any order. All have one cache, so whatever was compiled of any version is in the way of all others.
func TestEdits(t *testing.T) {
	cache := t.TempDir()
	t.Run("histories", func(t *testing.T) {
		for _, h := range slices.Concat(cHistories, irHistories, moduleHistories, cxxHistories) {
			t.Run(h.name, func(t *testing.T) {
				t.Parallel()
				w := workshop{folder: t.TempDir(), cache: cache, history: h}
				w.goBack(t, w.goOn(t))
			})
		}
	})
	requireVerified(t, cache)
}

// workshop is where the versions of a program are built, all of them in the same place.
type workshop struct {
	folder, cache string
	history
}

// goBack runs versions in a random order, some if tests are to be short. All code is in the cache.
func (w *workshop) goBack(t *testing.T, versions []version) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, uint64(len(versions))))
	order := random.Perm(len(versions))
	if testing.Short() {
		order = order[:(len(order)+2)/3]
	}
	for _, i := range order {
		v := versions[i]
		v.restore(t)
		s := w.check(t, "back to "+v.what, v, lazily)
		if s.numbers["compiled"] > 0 {
			t.Errorf("back to %s: %v functions were compiled once more: %v", v.what, s.numbers["compiled"], s.misses)
		}
	}
}

// goOn builds and checks all versions, one after the other.
func (w *workshop) goOn(t *testing.T) (versions []version) {
	t.Helper()
	files := maps.Clone(w.files)
	way := 0
	check := func(e edit) {
		t.Helper()
		v := w.build(t, e.what, files, e.flags)
		if n := len(versions); n > 0 && !e.same && versions[n-1].native == v.native {
			t.Errorf("%s: nothing is seen of it natively: %s, %q", e.what, v.native.ending(), clip(v.native.stdout))
		}
		versions = append(versions, v)
		first := waysToRun[way%len(waysToRun)]
		if e.most != 0 {
			first = lazily
		}
		s := w.check(t, e.what, v, first)
		if compiled := s.numbers["compiled"]; e.most != 0 && compiled > float64(max(0, e.most)) || e.most != 0 &&
			s.numbers["cached"] == 0 {
			t.Errorf("%s: %v functions were compiled and %v were cached, want at most %d compiled; misses: %v", e.what,
				compiled, s.numbers["cached"], max(0, e.most), s.misses)
		}
		way++
		if !testing.Short() {
			w.check(t, e.what+", again", v, waysToRun[way%len(waysToRun)])
		}
	}
	check(edit{what: "the first version"})
	var flags []string
	for _, e := range w.edits {
		needing := program{directives: directives{cpuFlags: strings.Fields(e.needs)}}
		if missing := needing.missingCPUFlag(); missing != "" {
			t.Logf("%s: left out, for this processor has no %s", e.what, missing)
			continue
		}
		for _, c := range e.changes {
			if err := c.apply(files); err != nil {
				t.Fatalf("%s: %v", e.what, err)
			}
		}
		if e.flags == nil {
			e.flags = flags
		}
		flags = e.flags
		check(e)
	}
	return versions
}

func (c change) apply(files map[string]string) error {
	switch {
	case c.old == "":
		files[c.file] = c.new
	case c.old == "*":
		if c.new != "" {
			files[c.new] = files[c.file]
		}
		delete(files, c.file)
	case !strings.Contains(files[c.file], c.old):
		return fmt.Errorf("%s has no %q", c.file, c.old)
	default:
		files[c.file] = strings.ReplaceAll(files[c.file], c.old, c.new)
	}
	return nil
}

// build makes a version and runs it natively.
func (w *workshop) build(t *testing.T, what string, files map[string]string, flags []string) version {
	t.Helper()
	requireClang(t)
	sources := filepath.Join(w.folder, "sources", "program")
	built := filepath.Join(w.folder, "built")
	for _, folder := range []string{sources, built} {
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(sources, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	programs, err := loadPrograms(filepath.Dir(sources))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	p := programs[0]
	b := p.buildIn(t, built)
	v := version{what: what, content: map[string][]byte{}, flags: flags,
		command: func(flags []string) []string { return p.command(flags, b.inputs) }}
	for _, file := range b.inputs {
		v.content[file] = readFile(t, file)
	}
	v.native = run(t, b.native, append(b.inputs[:1:1], p.args...), p.stdin)
	return v
}

// restore writes a version's files again, and removes those of others.
func (v version) restore(t *testing.T) {
	t.Helper()
	for path, content := range v.content {
		if err := os.WriteFile(path, content, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// check runs a version, whose files are in place, and compares.
func (w *workshop) check(t *testing.T, what string, v version, way []string) statistics {
	t.Helper()
	flags := slices.Concat([]string{"--cache-dir", w.cache}, v.flags, way)
	got, s := runForStatistics(t, v.command(flags))
	if d := difference(v.native, got); d != "" {
		t.Errorf("%s (%s): %s\nmisses: %v", what, strings.Join(flags[2:], " "), d, s.misses)
	}
	return s
}

// runForStatistics runs orcast with these arguments, the first of which is run, and --stats FILE. If it gives no
// statistics they are empty.
func runForStatistics(t *testing.T, arguments []string) (result, statistics) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "stats.json")
	r := runOrcast(t, slices.Insert(slices.Clone(arguments), 1, "--stats", file)...)
	text, err := os.ReadFile(file)
	if err != nil {
		return r, statistics{}
	}
	return r, parseStatistics(t, string(text))
}

// requireVerified checks that nothing in a cache is damaged.
func requireVerified(t *testing.T, cache string) {
	t.Helper()
	if r := runOrcast(t, "cache", "verify", "--cache-dir", cache); r.status != 0 || r.stderr != "" {
		t.Errorf("the cache has damaged entries: %s\n%s%s", r.ending(), clip(r.stdout), clip(r.stderr))
	}
}
