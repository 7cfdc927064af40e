package flow

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
)

func describe(f *Function) string {
	return strings.Join(append(describeBlocks(f), describeCalls(f)...), "\n")
}

func describeBlocks(f *Function) []string {
	var lines []string
	for i, b := range f.Blocks {
		line := fmt.Sprintf("%d: x%.4g p%.4g @%.4g", i, b.Frequency, b.Reach, b.Delay)
		for _, p := range b.Successors {
			line += fmt.Sprintf(" ->%.3g", p)
		}
		if b.Depth > 0 {
			line += fmt.Sprintf(" depth %d", b.Depth)
		}
		if b.Unlikely {
			line += " unlikely"
		}
		lines = append(lines, line)
	}
	return lines
}

func describeCalls(f *Function) []string {
	var lines []string
	for _, c := range f.Calls {
		name := "indirect"
		if c.Callee != nil {
			name = c.Callee.Name
		}
		if c.Address {
			name = "&" + name
		}
		line := fmt.Sprintf("%s: x%.4g p%.4g @%.4g", name, c.Frequency, c.Reach, c.Delay)
		if c.Unlikely {
			line += " unlikely"
		}
		lines = append(lines, line)
	}
	return lines
}

// TestShapes checks blocks and calls. In blocks, x is the frequency, p the reach probability, @ the delay, and -> the
// probabilities of successors; in calls likewise.
func TestShapes(t *testing.T) {
	functions := analyzed(t, assemble(t, "shapes.ll"))
	for name, want := range map[string]string{
		"empty": `
0: x1 p1 @0`,
		"diamond": `
0: x1 p1 @0 ->0.5 ->0.5
1: x0.5 p0.5 @1 ->1
2: x0.5 p0.5 @1 ->1
3: x1 p1 @152
a: x0.5 p0.5 @1
b: x1 p0.5 @1
c: x1 p1 @152`,
		"loop": `
0: x1 p1 @0 ->1
1: x4 p1 @101 ->0.75 ->0.25 depth 1
2: x1 p1 @505
a: x1 p1 @0
b: x4 p1 @101
c: x1 p1 @505`,
		"branch_in_loop": `
0: x1 p1 @0 ->1
1: x4 p1 @1 ->0.25 ->0.75 depth 1
2: x1 p0.5714 @37.04 ->1 depth 1
3: x4 p1 @27.25 ->0.75 ->0.25 depth 1
4: x1 p1 @110
a: x1 p0.5714 @37.04`,
		"nested": `
0: x1 p1 @0 ->1
1: x2 p1 @1 ->1 depth 1
2: x8 p1 @102 ->0.75 ->0.25 depth 2
3: x2 p1 @506 ->0.5 ->0.5 depth 1
4: x1 p1 @1213
a: x2 p1 @1
b: x8 p1 @102
c: x2 p1 @506
d: x1 p1 @1213`,
		"switch": `
0: x1 p1 @0 ->0.5 ->0.125 ->0.25 ->0.125
1: x0.5 p0.5 @5
2: x0.25 p0.25 @5
3: x0.25 p0.25 @5
a: x0.25 p0.25 @5
b: x0.25 p0.25 @5`,
		"cold_branch": `
0: x1 p1 @0 ->0.0588 ->0.941
1: x0.05882 p0.05882 @1 ->1 unlikely
2: x0.05882 p0.05882 @2 ->1 unlikely
3: x1 p1 @7
error: x0.05882 p0.05882 @2 unlikely
a: x1 p1 @7`,
		"unlikely_section": `
0: x1 p1 @0 ->0.0588 ->0.941
1: x0.05882 p0.05882 @1 ->1 unlikely
2: x0.9412 p0.9412 @1 ->1
3: x1 p1 @7.882
seldom: x0.05882 p0.05882 @1 unlikely`,
		"noreturn_branch": `
0: x1 p1 @0 ->9.54e-07 ->1
1: x9.537e-07 p9.537e-07 @1 unlikely
2: x1 p1 @1
fatal: x9.537e-07 p9.537e-07 @1 unlikely
a: x1 p1 @1`,
		"always_noreturn": `
0: x1 p1 @0 ->0.5 ->0.5
1: x0.5 p0.5 @1
2: x0.5 p0.5 @1
a: x0.5 p0.5 @1
b: x0.5 p0.5 @1
fatal: x1 p0.75 @101`,
		"unreachable_branch": `
0: x1 p1 @0 ->1 ->9.31e-10
1: x9.313e-10 p9.313e-10 @1 unlikely
2: x1 p1 @1
3: x0 p0 @0 ->1
a: x1 p1 @1`,
		"cold_loop": `
0: x1 p1 @0 ->0.0588 ->0.941
1: x6.647 p0.05882 @1 ->0.991 ->0.00885 depth 1
2: x0.05882 p0.05882 @114 unlikely
3: x0.9412 p0.9412 @1
error: x0.05882 p0.05882 @114 unlikely`,
		"fatal_loop": `
0: x1 p1 @0 ->0.0588 ->0.941
1: x240.9 p0.05882 @1 ->1 ->1.36e-07 depth 1
2: x0.05882 p0.05882 @2.048e+04 unlikely
3: x0.9412 p0.9412 @1
fatal: x0.05882 p0.05882 @2.048e+04 unlikely`,
		"irreducible": `
0: x1 p1 @0 ->0.5 ->0.5
1: x4 p1 @1 ->1 depth 1
2: x4 p1 @102 ->0.75 ->0.25 depth 1
3: x1 p1 @809
a: x4 p1 @1
b: x4 p1 @102
c: x1 p1 @809`,
		"infinite": `
0: x1 p1 @0 ->1
1: x4096 p1 @1 ->1 depth 1
a: x4096 p1 @1`,
		"unwind": `
0: x1 p1 @0 ->1 ->9.54e-07
1: x1 p1 @100
2: x9.537e-07 p9.537e-07 @100 unlikely
a: x1 p1 @0
b: x1 p1 @100
c: x9.537e-07 p9.537e-07 @100 unlikely`,
		"sites": `
0: x1 p1 @0 ->0.5 ->0.5
1: x0.5 p0.5 @111 ->1
2: x0.5 p0.5 @111 ->1
3: x1 p1 @312.5
target: x1 p1 @10
&one: x0.5 p0.5 @111
take: x0.5 p0.5 @111
&target: x0.5 p0.5 @111
b: x2 p1 @112
indirect: x0.5 p0.5 @212
indirect: x1 p1 @412.5`,
	} {
		if got := describe(functions[name]); got != strings.TrimSpace(want) {
			t.Errorf("%s:\n%s\n\nnot\n%s", name, got, want)
		}
	}
}

func TestIndirectType(t *testing.T) {
	m := assemble(t, "shapes.ll")
	f := analyzed(t, m)["dispatch"]
	if len(f.Calls) != 1 || f.Calls[0].Type != function(t, m, "one").Type {
		t.Errorf("the calls are %+v", f.Calls)
	}
}

func TestTraits(t *testing.T) {
	m := assemble(t, "shapes.ll")
	for name, want := range map[string]Traits{
		"a":      {},
		"error":  {Cold: true},
		"fatal":  {NoReturn: true},
		"seldom": {Cold: true},
		"often":  {Hot: true},
		"busy":   {Hot: true},
		"first":  {Startup: true},
	} {
		if got := TraitsOf(function(t, m, name)); got != want {
			t.Errorf("%s: %+v, not %+v", name, got, want)
		}
	}
}

func function(t *testing.T, m *bitcode.Module, name string) *bitcode.Symbol {
	t.Helper()
	i := slices.IndexFunc(m.Functions, func(s *bitcode.Symbol) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("there is no function %q", name)
	}
	return m.Functions[i]
}

func TestCandidates(t *testing.T) {
	m := assemble(t, "shapes.ll")
	tables := NewTables(m)
	for _, test := range []struct{ functions, want string }{
		{"diamond", ""},
		{"dispatch", "i32: one two"},
		{"dispatch_far", "i32: one two"},
		{"dispatch_too_far", "i32: one two five"},
		{"dispatch_unknown", "i64: three, i8:"},
		{"dispatch_unknown caller", "i64: three, i8: eight"},
	} {
		var bodies []*bitcode.Body
		for name := range strings.FieldsSeq(test.functions) {
			bodies = append(bodies, decode(t, function(t, m, name)))
		}
		var got []string
		for typ, list := range tables.Candidates(bodies[0], bodies[1:]...) {
			line := fmt.Sprintf("i%d:", m.Types[m.Types[typ].Elems[1]].Bits)
			for _, f := range list {
				line += " " + f.Name
			}
			got = append(got, line)
		}
		slices.Sort(got)
		if got := strings.Join(got, ", "); got != test.want {
			t.Errorf("%s: %q, not %q", test.functions, got, test.want)
		}
	}
}
