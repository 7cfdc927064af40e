package bitcode

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// edit is a change of testdata/digest.ll, as a line of that says.
type edit struct {
	line     int
	from, to string
	changes  []string // definitions of which the digest is to change
}

var (
	directive = regexp.MustCompile(`;([~=!]) ([^;]*)`)
	defined   = regexp.MustCompile(`^(?:define\b[^@]*)?@([\w.]+)`)
)

// edits finds the edits that stand behind lines.
func edits(t *testing.T, lines []string) (list []edit) {
	t.Helper()
	around := "" // the function that a line is in
	for i, line := range lines {
		code, _, _ := strings.Cut(line, " ;")
		if m := defined.FindStringSubmatch(code); m != nil {
			around = m[1]
		}
		for _, d := range directive.FindAllStringSubmatch(line, -1) {
			from, to, ok := strings.Cut(strings.TrimSpace(d[2]), "=>")
			e := edit{i, strings.TrimSpace(from), strings.TrimSpace(to), nil}
			switch {
			case strings.HasPrefix(line, ";"):
			case d[1] == "!":
				list[len(list)-1].changes = strings.Fields(d[2])
			case !ok || !strings.Contains(code, e.from):
				t.Fatalf("line %d: %q cannot be edited so", i+1, d[0])
			case d[1] == "~":
				e.changes = []string{around}
				fallthrough
			default:
				list = append(list, e)
			}
		}
		if strings.HasPrefix(code, "@") || code == "}" {
			around = ""
		}
	}
	return list
}

// apply is the text after an edit. One that changes no digest renames wherever a name stands.
func (e edit) apply(lines []string) string {
	if e.changes == nil && strings.ContainsAny(e.from[:1], "@%") && !strings.Contains(e.from, " ") {
		name := regexp.MustCompile(regexp.QuoteMeta(e.from) + `\b`)
		return name.ReplaceAllLiteralString(strings.Join(lines, "\n"), e.to)
	}
	lines = slices.Clone(lines)
	lines[e.line] = strings.Replace(lines[e.line], e.from, e.to, 1)
	return strings.Join(lines, "\n")
}

// parse makes a module of textual IR.
func parse(t testing.TB, as, text string) (*Module, error) {
	cmd := exec.Command(as, "-", "-o", "-")
	cmd.Stdin = strings.NewReader(text)
	var out, message bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &message
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%v: %s", err, message.Bytes())
	}
	f, err := Read("digest.ll", out.Bytes())
	if err != nil {
		return nil, err
	}
	return f.Modules[0], nil
}

// fingerprints are, by position, the digests of all that a module defines, with the positions of what they mention.
func fingerprints(m *Module) map[int]string {
	places := map[*Symbol]int{}
	for i, s := range m.symbols {
		places[s] = i
	}
	prints := map[int]string{}
	for i, s := range m.symbols {
		if s.Declaration {
			continue
		}
		d, err := s.Digest()
		if err != nil {
			prints[i] = err.Error()
			continue
		}
		prints[i] = fmt.Sprintf("%x", d.Hash)
		for _, r := range d.Refs {
			prints[i] += fmt.Sprint(" ", places[r])
		}
	}
	return prints
}

// TestDigestSeesChanges makes every edit of testdata/digest.ll, and compares what digests change with what it says
// there.
func TestDigestSeesChanges(t *testing.T) {
	as := tool(t, newest, "llvm-as")
	lines := strings.Split(string(load(t, "testdata/digest.ll")), "\n")
	base, err := parse(t, as, strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	before := fingerprints(base)
	for i, print := range before {
		if strings.Contains(print, "digest.ll") {
			t.Errorf("%s: %s", base.symbols[i].Name, print)
		}
	}
	list := edits(t, lines)
	if testing.Short() {
		some := list[:0]
		for i := 0; i < len(list); i += 4 {
			some = append(some, list[i])
		}
		list = some
	}
	inParallel(len(list), func(i int) {
		e := list[i]
		m, err := parse(t, as, e.apply(lines))
		if err != nil {
			t.Errorf("line %d: %s => %s: %v", e.line+1, e.from, e.to, err)
			return
		}
		var changed []string
		for i, print := range fingerprints(m) {
			if print != before[i] {
				changed = append(changed, base.symbols[i].Name)
			}
		}
		slices.Sort(changed)
		slices.Sort(e.changes)
		if !slices.Equal(changed, e.changes) {
			t.Errorf("line %d: %s => %s changes %q, not %q", e.line+1, e.from, e.to, changed, e.changes)
		}
	})
	t.Logf("%d edits", len(list))
}

func inParallel(n int, f func(int)) {
	var wait sync.WaitGroup
	const workers = 4
	for k := range workers {
		wait.Go(func() {
			for i := k; i < n; i += workers {
				f(i)
			}
		})
	}
	wait.Wait()
}

// TestDigestErrors checks what digests are refused of.
func TestDigestErrors(t *testing.T) {
	bodies := module(t, "bodies.ll")
	collected, err := parse(t, tool(t, newest, "llvm-as"),
		`define void @collected() gc "statepoint-example" { ret void }
		@table = global ptr blockaddress(@named, %block)
		define void @named() { br label %block block: ret void }`)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		m          *Module
		name, want string
	}{
		{bodies, "table", "only declared"},
		{bodies, "callee", "only declared"},
		{bodies, "goto", "has the address of a block"},
		{bodies, "landing", "another function"},
		{bodies, "funclets", "the code 52"},
		{collected, "collected", "garbage collector"},
		{collected, "table", "has the address of a block"},
		{collected, "named", "a variable has the address of a block of it"},
	} {
		if _, err := c.m.named(t, c.name).Digest(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, not %s", c.name, err, c.want)
		}
	}
}

// seeds are the files that fuzzing of Read begins with.
func seeds(t testing.TB) (list [][]byte) {
	paths, err := filepath.Glob("testdata/fuzz/FuzzRead/*")
	if err != nil || len(paths) == 0 {
		t.Fatal("there are no seeds", err)
	}
	for _, path := range paths {
		_, text, _ := strings.Cut(string(load(t, path)), "[]byte(")
		data, err := strconv.Unquote(text[:strings.LastIndex(text, ")")])
		if err != nil {
			t.Fatal(path, err)
		}
		list = append(list, []byte(data))
	}
	return list
}

// digestAll digests all of a file, twice, and says how many digests there are.
func digestAll(t *testing.T, data []byte) (count int) {
	f, err := Read("a.bc", data)
	if err != nil {
		return 0
	}
	again, err := Read("a.bc", slices.Clone(data))
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range f.Modules {
		e, err := m.Environment()
		if e2, err2 := again.Modules[i].Environment(); e != e2 || (err == nil) != (err2 == nil) {
			t.Errorf("environments %x %v, %x %v", e, err, e2, err2)
		}
		for _, s := range slices.Backward(m.symbols) { // whatever comes before makes no difference
			s.Digest()
		}
		for k, s := range m.symbols {
			d, err := s.Digest()
			d2, err2 := again.Modules[i].symbols[k].Digest()
			if d.Hash != d2.Hash || !slices.Equal(namesOf(d.Refs), namesOf(d2.Refs)) ||
				fmt.Sprint(err) != fmt.Sprint(err2) {
				t.Errorf("%q: %x %v, %x %v", s.Name, d.Hash, err, d2.Hash, err2)
			}
			if err == nil {
				count++
			}
		}
	}
	return count
}

func TestDigestOfDamage(t *testing.T) {
	refused := 0 // files of which some digests are made, and some not
	for _, data := range seeds(t) {
		whole := digestAll(t, data)
		for bit := 0; bit < 8*len(data); bit += 61 {
			damaged := slices.Clone(data)
			damaged[bit/8] ^= 1 << (bit % 8)
			if n := digestAll(t, damaged); n > 0 && n < whole {
				refused++
			}
		}
	}
	if refused == 0 {
		t.Error("no damage is noticed")
	}
}

func FuzzDigest(f *testing.F) {
	for _, data := range seeds(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { digestAll(t, data) })
}

// TestConcurrentDigest digests all of a module at once.
func TestConcurrentDigest(t *testing.T) {
	alone, together := module(t, "digest.ll"), module(t, "digest.ll")
	want := fingerprints(alone)
	inParallel(8, func(int) {
		for i, print := range fingerprints(together) {
			if print != want[i] {
				t.Errorf("%s: %s, not %s", together.symbols[i].Name, print, want[i])
			}
		}
	})
}
