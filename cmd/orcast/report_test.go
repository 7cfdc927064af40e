package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/orcast/orcast/analysis"
)

func TestUnits(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{duration(0), "0 ns"},
		{duration(0.004), "4 ns"},
		{duration(0.9), "900 ns"},
		{duration(1), "1 us"},
		{duration(1.26), "1.3 us"},
		{duration(999.4), "999 us"},
		{duration(999.9), "1.0 ms"},
		{duration(45678), "46 ms"},
		{duration(7.5e9), "7500 s"},
		{size(16), "16 B"},
		{size(1400), "1.4 kB"},
		{size(2500000), "2.5 MB"},
		{likely(0), "-"},
		{percent(0), "0 %"},
		{percent(0.0001), "<0.1 %"},
		{percent(0.0123), "1.2 %"},
		{percent(0.0999), "10 %"},
		{percent(1), "100 %"},
		{times(0), "0"},
		{times(0.5), "0.5"},
		{times(0.000012), "<0.001"},
		{count(1, "block"), "1 block"},
		{count(2, "block"), "2 blocks"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func lines(t table) []string {
	var out bytes.Buffer
	t.print(&out)
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestTableFitsTheTerminal(t *testing.T) {
	long := strings.Repeat("name", 30)
	rows := [][]string{{"order", "function", "why"}, {"1", "f", "entry"}, {"20", long, "called by " + long},
		{"3", "ü" + long, "large"}}
	for _, width := range []int{30, 80, 400} {
		for i, line := range lines(table{texts: 2, width: width, rows: rows}) {
			if n := utf8.RuneCountInString(line); n > width {
				t.Errorf("width %d: line %d has %d columns: %s", width, i, n, line)
			}
		}
	}
	want := []string{
		"order  function         why",
		"    1  f                entry",
		"   20  namenamename...  called b...",
		"    3  ünamenamena...   large",
	}
	want[3] = "    3  ünamenamenam...  large"
	for i, line := range lines(table{texts: 2, width: 35, rows: rows}) {
		if line != want[i] {
			t.Errorf("line %d is %q, want %q", i, line, want[i])
		}
	}
	for i, line := range lines(table{texts: 2, rows: rows}) {
		if strings.Contains(line, omission) {
			t.Errorf("line %d is cut without a terminal: %s", i, line)
		}
	}
	// No terminal is that narrow, but some say they are.
	lines(table{texts: 2, width: 1, rows: rows})
}

func TestNamesAreHarmless(t *testing.T) {
	if got, want := printable("a\x1b[2Jb\nc\xff"), "a?[2Jb?c?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := quoted("operator\"\"_x \\ \x1b\nsecond"), `"operator\"\"_x \\ ?\nsecond"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestShortNames(t *testing.T) {
	n := analysis.FunctionName{Name: "_ZN4shop5totalIiEEvT_", Demangled: "void shop::total<int>(int)"}
	for width, want := range map[int]string{0: n.Demangled, 80: "shop::total"} {
		if got := nameFor(n, width); got != want {
			t.Errorf("width %d: got %q, want %q", width, got, want)
		}
	}
}

func TestCandidatesOfACall(t *testing.T) {
	c := analysis.FlowCall{Call: analysis.Call{Kind: "indirect"}}
	for i, want := range []string{"call by pointer", "call by pointer, maybe of f", "call by pointer, maybe of f, f",
		"call by pointer, maybe of f, f, f", "call by pointer, maybe of f, f, f or 1 other",
		"call by pointer, maybe of f, f, f or 2 others"} {
		if got := callText(&c, 0); got != want {
			t.Errorf("%d candidates: got %q, want %q", i, got, want)
		}
		c.Candidates = append(c.Candidates, analysis.FunctionName{Name: "f"})
	}
}
