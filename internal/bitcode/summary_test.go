package bitcode

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// mustSummary is the module's summary, which it must have.
func (m *Module) mustSummary(t testing.TB) *Summary {
	t.Helper()
	s, err := m.Summary()
	if err != nil {
		t.Fatal(err)
	}
	if s == nil {
		t.Fatal("the module has no summary")
	}
	return s
}

// opt makes a module with a summary of another one.
func opt(t testing.TB, version int, in string, flags ...string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "summary.bc")
	command(t, tool(t, version, "opt"), append(flags, "-module-summary", in, "-o", path)...)
	return path
}

func readModule(t testing.TB, path string) *Module {
	t.Helper()
	return read(t, path, load(t, path)).Modules[0]
}

// TestSummary checks all that a summary with a profile says.
func TestSummary(t *testing.T) {
	for version, want := range map[int][]string{
		14: { // of a module whose names of local functions begin with "summary.c:"
			"start 15 instructions: other_name none, cold cold, hot hot, never_called none, local none, outside " +
				"none; refs [table number]",
		},
		newest: {
			"start 15 instructions: other_name none, cold cold, hot hot, never_called none, local none, outside " +
				"none; refs [table number]",
			"hot 1 instructions:; refs []",
			"none 1 instructions:; refs []",
			"cold 2 instructions: exit_now cold; refs []",
			"local 3 instructions:; refs []",
		},
	} {
		t.Run(fmt.Sprint("LLVM", version), func(t *testing.T) {
			flags := []string{}
			if version == 14 {
				flags = append(flags, "-opaque-pointers")
			}
			m := readModule(t, opt(t, version, "testdata/summary.ll", flags...))
			got := describeSummary(m.mustSummary(t))
			equal(t, "summary", got[:len(want)], want)
			for i, f := range m.mustSummary(t).Functions {
				if (f == nil) != m.Functions[i].Declaration || f != nil && f.Function != m.Functions[i] {
					t.Errorf("what is said of %s is said of another function", m.Functions[i].Name)
				}
			}
		})
	}
}

// describeSummary says what a summary says of functions.
func describeSummary(s *Summary) []string {
	var list []string
	for _, f := range s.Functions {
		if f != nil {
			list = append(list, describeFunctionSummary(f))
		}
	}
	return list
}

func describeFunctionSummary(f *FunctionSummary) string {
	var calls []string
	for _, c := range f.Calls {
		call := " " + c.Callee.Name
		if c.Hotness != HotnessUnknown {
			call += " " + c.Hotness.String()
		}
		if f.Frequencies && c.Frequency > 0 {
			call += fmt.Sprint(" ", float64(c.Frequency))
		}
		calls = append(calls, call)
	}
	return fmt.Sprint(f.Function.Name, " ", f.Instructions, " instructions:", strings.Join(calls, ","), "; refs ",
		namesOf(f.Refs))
}

// TestCompareSummary compares summaries of real programs with what the llvm-dis of the LLVM that wrote them prints.
func TestCompareSummary(t *testing.T) {
	for version := 14; version <= newest; version++ {
		t.Run(fmt.Sprint("LLVM", version), func(t *testing.T) {
			clang := tool(t, version, "clang")
			for _, source := range []string{"program.c", "program.cpp"} {
				for i, flags := range [][]string{{"-O0", "-flto=thin"}, {"-O2", "-flto=thin"}, {"-O2", "-flto"},
					{"-O2", "-emit-llvm"}} {
					if testing.Short() && (i+version)%2 != 0 {
						continue
					}
					t.Run(source+strings.Join(flags, ""), func(t *testing.T) {
						t.Parallel()
						out := filepath.Join(t.TempDir(), "program.bc")
						command(t, clang, append(flags, "-w", "-c", "testdata/"+source, "-o", out)...)
						if slices.Contains(flags, "-emit-llvm") {
							if s, err := readModule(t, out).Summary(); s != nil || err != nil {
								t.Errorf("there is a summary without being one: %v, %v", s, err)
							}
							out = opt(t, version, out, "-write-relbf-to-summary")
						}
						compareSummary(t, version, out)
					})
				}
			}
		})
	}
}

var (
	summaryOf = regexp.MustCompile(`(?m)^(\^\d+) = gv: \(name: "([^"]*)"` +
		`(?:, summaries: \((?:function: (.*)|.*)\))?\) ; guid = (\d+)$`)
	summarySize = regexp.MustCompile(`, insts: (\d+)`)
	summaryCall = regexp.MustCompile(`\(callee: (\^\d+)(?:, hotness: (\w+))?(?:, relbf: (\d+))?(?:, tail: 1)?\)`)
	summaryRefs = regexp.MustCompile(`, refs: \(([^)]*)\)`)
)

func compareSummary(t *testing.T, version int, path string) {
	m := readModule(t, path)
	s := m.mustSummary(t)
	entries := summaryOf.FindAllStringSubmatch(command(t, tool(t, version, "llvm-dis"), path, "-o", "-"), -1)
	names := map[string]string{}
	for _, e := range entries {
		names[e[1]] = e[2]
	}
	byGUID := m.symbolsByGUID()
	var want []string
	for _, e := range entries {
		if e[3] != "" {
			want = append(want, describeSummaryText(e[2], e[3], names))
		}
		if guid, err := strconv.ParseUint(e[4], 10, 64); err != nil || nameOf(byGUID[guid]) != e[2] {
			t.Errorf("the GUID %s is that of %s, not of %s (%v)", e[4], nameOf(byGUID[guid]), e[2], err)
		}
	}
	got := describeSummary(s)
	slices.Sort(got)
	slices.Sort(want)
	if len(got) != len(want) || len(want) < 10 {
		t.Fatalf("%d functions have a summary, not %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("\n got %s\nwant %s", got[i], want[i])
		}
	}
	for _, f := range s.Functions {
		if f != nil {
			checkCallOrder(t, f)
		}
	}
}

// describeSummaryText makes of a line of llvm-dis what describeFunctionSummary makes of a FunctionSummary.
func describeSummaryText(name, text string, names map[string]string) string {
	var calls []string
	for _, c := range summaryCall.FindAllStringSubmatch(text, -1) {
		call := " " + names[c[1]]
		if c[2] != "" && c[2] != "unknown" {
			call += " " + c[2]
		}
		if c[3] != "" {
			frequency := 0.0
			fmt.Sscan(c[3], &frequency)
			call += fmt.Sprint(" ", frequency/256)
		}
		calls = append(calls, call)
	}
	refs := []string{}
	if list := summaryRefs.FindStringSubmatch(text); list != nil {
		for _, ref := range strings.Split(list[1], ", ") {
			fields := strings.Fields(ref) // readonly or writeonly may stand first
			refs = append(refs, names[fields[len(fields)-1]])
		}
	}
	return fmt.Sprint(name, " ", summarySize.FindStringSubmatch(text)[1], " instructions:", strings.Join(calls, ","),
		"; refs ", refs)
}

// checkCallOrder checks that a summary's calls stand in the order of the body.
func checkCallOrder(t *testing.T, f *FunctionSummary) {
	body, err := f.Function.Decode()
	if err != nil {
		t.Error(err)
		return
	}
	last := -1
	for _, c := range f.Calls {
		at := slices.IndexFunc(body.Calls, func(call Call) bool { return call.Callee == c.Callee })
		if at <= last {
			t.Errorf("%s calls %s as its call %d, but what stands before as call %d", f.Function.Name, c.Callee.Name,
				at, last)
		}
		last = at
	}
}

// TestSummaryShared checks that goroutines which ask at the same time get the same summary.
func TestSummaryShared(t *testing.T) {
	m := readModule(t, opt(t, newest, "testdata/summary.ll"))
	var all [8]*Summary
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() { all[i], _ = m.Summary() })
	}
	group.Wait()
	if all[0] == nil || slices.ContainsFunc(all[:], func(s *Summary) bool { return s != all[0] }) {
		t.Errorf("summaries %p", all)
	}
}

// summarised writes a file as withSummary does. Of each record the first number is the code.
func summarised(records ...[]uint64) []byte {
	return withSummary(func(w *bitWriter) {
		for _, r := range records {
			w.record(r[0], r[1:]...)
		}
	})
}

// withSummary writes a file whose module has the variable 0 and the functions 1, 2 and 3, named "f", "g" and "h", and
// a summary, whose inside the function writes.
func withSummary(inside func(w *bitWriter)) []byte {
	return file(func(w *bitWriter) {
		w.block(width, typeBlock, func() {
			w.record(typeVoid)
			w.record(typeFunction, 0, 0)
		})
		w.record(moduleGlobalVar, 0, 2, 0, 0, 0, 0)
		for range 3 {
			w.record(moduleFunction, 1, 0, 1, 0, 0, 0, 0, 0)
		}
		w.block(width, valueSymtabBlock, func() {
			for i, name := range "fgh" {
				w.record(symtabEntry, uint64(i+1), uint64(name))
			}
		})
		w.block(width, summaryBlock, func() { inside(w) })
	})
}

// TestSummaryRecords checks what LLVM 22 does not write, or not easily.
func TestSummaryRecords(t *testing.T) {
	guid := uint64(0xcc914f75dd4ca18f) // of "f"
	for what, c := range map[string]struct {
		records [][]uint64
		want    []string
	}{
		"nothing": {[][]uint64{{summaryVersion, 12}}, nil},
		"unknown": {[][]uint64{{summaryVersion, 12}, {99, 1, 2, 3}}, nil},
		"plain": {[][]uint64{{summaryVersion, 9}, {summaryFunction, 1, 0, 5, 1 << 8, 1, 0, 0, 2, 2, 3}},
			[]string{"f 5 instructions: g, h; refs [g]"}},
		"hottest": {[][]uint64{{summaryVersion, 12}, {summaryFunctionProfile, 1, 0, 5, 0, 0, 0, 0, 2, 4 | 8, 3, 7}},
			[]string{"f 5 instructions: g critical, h; refs []"}},
		"relative": {[][]uint64{{summaryVersion, 10}, {summaryFunctionRelBF, 1, 0, 5, 0, 0, 0, 0, 2, 1<<28 | 384, 3,
			64}}, []string{"f 5 instructions: g 1.5, h 0.25; refs []"}},
		"GUID": {[][]uint64{{summaryVersion, 9}, {summaryGUID, 50, guid},
			{summaryFunction, 2, 0, 5, 0, 0, 0, 0, 50, 51}}, []string{"g 5 instructions: f; refs []"}},
		"halves": {[][]uint64{{summaryVersion, 11}, {summaryGUID, 50, guid >> 32, guid & (1<<32 - 1)},
			{summaryFunction, 2, 0, 5, 0, 2, 0, 0, 50, 3, 50}}, []string{"g 5 instructions: f; refs [f h]"}},
	} {
		m := read(t, what, summarised(c.records...)).Modules[0]
		equal(t, what, describeSummary(m.mustSummary(t)), c.want)
	}
}

// TestSummaryErrors checks that a summary which is wrong is an error, and no obstacle to reading the rest.
func TestSummaryErrors(t *testing.T) {
	for want, records := range map[string][][]uint64{
		"does not begin with its version": {{summaryFunction, 1, 0, 5, 0, 0, 0, 0}},
		"of version 13":                   {{summaryVersion, 13}},
		"of version 8":                    {{summaryVersion, 8}},
		"has 6 operands":                  {{summaryVersion, 12}, {summaryFunction, 1, 0, 5, 0, 0, 0}},
		"2 of them symbols":               {{summaryVersion, 12}, {summaryFunction, 1, 0, 5, 0, 2, 0, 0, 2}},
		"value 0, which is no function":   {{summaryVersion, 12}, {summaryFunction, 0, 0, 5, 0, 0, 0, 0}},
		"value 7, which is no function":   {{summaryVersion, 12}, {summaryFunction, 7, 0, 5, 0, 0, 0, 0}},
		"or the second of the same": {{summaryVersion, 12}, {summaryFunction, 1, 0, 5, 0, 0, 0, 0},
			{summaryFunction, 1, 0, 5, 0, 0, 0, 0}},
	} {
		m := read(t, "a.bc", summarised(records...)).Modules[0]
		s, err := m.Summary()
		if s != nil || err == nil || !strings.Contains(err.Error(), want) || !placed.MatchString(err.Error()) {
			t.Errorf("%s: got %v, %v", want, s, err)
		}
	}
}

// TestSummaryBudget checks that names which overlap, so that all together are far longer than the file, are hashed as
// far as the file's size allows, the first of them at least.
func TestSummaryBudget(t *testing.T) {
	m := &Module{SourceName: strings.Repeat("x", 1000), content: content{data: make([]byte, 1000)}}
	for i := range 100 {
		m.symbols = append(m.symbols, &Symbol{Name: fmt.Sprint(i), Linkage: Internal})
	}
	if n := len(m.symbolsByGUID()); n < 10 || n > 16 {
		t.Errorf("%d identifiers of 1000 bytes were hashed for a file of as many", n)
	}
}
