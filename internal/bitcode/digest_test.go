package bitcode

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
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

// TestDigestSeesChanges makes every edit of testdata/digest.ll, and compares what digests change with what it says there.
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
	collected, err := parse(t, tool(t, newest, "llvm-as"), `define void @collected() gc "statepoint-example" { ret void }
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
