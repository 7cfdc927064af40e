package analysis

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/orcast/orcast/forecast"
)

// irFiles writes textual IR to files a.ll, b.ll and so on.
func irFiles(t *testing.T, texts ...string) []string {
	t.Helper()
	folder := t.TempDir()
	var files []string
	for i, text := range texts {
		file := filepath.Join(folder, string(rune('a'+i))+".ll")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func analyzeIR(t *testing.T, o Options, texts ...string) *Analysis {
	t.Helper()
	o.Inputs = irFiles(t, texts...)
	a, err := Analyze(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const (
	mainIR = `
declare void @other(i32)
declare i32 @puts(ptr)
define i32 @main(i32 %argc, ptr %argv) {
  call void @local()
  call void @other(i32 %argc)
  call void @_ZN2ns4lastEi(i32 %argc)
  ret i32 0
}
define internal void @local() { ret void }
define void @_ZN2ns4lastEi(i32 %x) { ret void }
define void @_ZN2ns4lastEPKc(ptr %x) { ret void }
`
	otherIR = `
declare i32 @puts(ptr)
declare void @abort() noreturn
@text = constant [2 x i8] c"x\00"
@table = constant [2 x ptr] [ptr @local, ptr @another]
define void @other(i32 %x) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %next = add i32 %i, 1
  %n = call i32 @puts(ptr @text)
  %more = icmp slt i32 %next, %x
  br i1 %more, label %loop, label %done
done:
  switch i32 %x, label %fine [
    i32 100, label %wrong
    i32 200, label %wrong
  ]
fine:
  %slot = getelementptr [2 x ptr], ptr @table, i32 0, i32 %x
  %f = load ptr, ptr %slot
  call void %f()
  ret void
wrong:
  call void @abort()
  unreachable
}
define internal void @local() { ret void }
define internal void @another() { ret void }
define internal void @spare() { ret void }
`
)

func TestAnalyzeTwoModules(t *testing.T) {
	a := analyzeIR(t, Options{}, mainIR, otherIR)
	if a.Policy != DefaultPolicy || a.Start != "main" || len(a.Modules) != 2 {
		t.Fatalf("policy %q, start %q, %d modules; want the default, main, 2", a.Policy, a.Start, len(a.Modules))
	}
	for i, want := range []struct {
		functions []string
		orders    []int
		others    []string
	}{
		{[]string{"main", "local", "_ZN2ns4lastEi"}, []int{1, 2, 4}, []string{"_ZN2ns4lastEPKc"}},
		{[]string{"other", "local", "another"}, []int{3, 5, 6}, []string{"spare"}},
	} {
		var functions, others []string
		var orders []int
		for _, f := range a.Modules[i].Functions {
			functions, orders = append(functions, f.Name), append(orders, f.Order)
			if f.Size <= 0 || f.CompileUS <= 0 || f.Probability <= 0 || f.Probability > 1 || f.AfterUS < 0 ||
				f.Reason == "" {
				t.Errorf("%s makes no sense: %+v", f.Name, f)
			}
		}
		for _, f := range a.Modules[i].Others {
			others = append(others, f.Name)
		}
		if !slices.Equal(functions, want.functions) || !slices.Equal(orders, want.orders) ||
			!slices.Equal(others, want.others) {
			t.Errorf("module %d has %q in places %d and others %q, want %+v", i, functions, orders, others, want)
		}
	}
	other := a.Modules[1].Functions[0]
	if other.Cause == nil || other.Cause.Name != "main" || other.Reason != "called by" {
		t.Errorf("other is expected as %q %v, want called by main", other.Reason, other.Cause)
	}
	main := a.Modules[0].Functions[0]
	if len(main.Calls) != 3 || main.Calls[1].Callee.Name != "other" || main.Calls[1].Callee.ID != other.ID ||
		main.Calls[1].Kind != "direct" {
		t.Errorf("main calls %+v, want local, other and last", main.Calls)
	}
	var kinds []string
	for _, c := range other.Calls {
		kinds = append(kinds, c.Kind)
	}
	if !slices.Equal(kinds, []string{"indirect", "indirect"}) {
		t.Errorf("other's calls are %q, want two indirect ones", kinds)
	}
}

func TestAnalyzeIsJSON(t *testing.T) {
	text, err := json.Marshal(analyzeIR(t, Options{Policy: "none"}, mainIR))
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	for _, want := range []string{
		`{"policy":"none","start":"main","modules":[{"name":"`,
		`"functions":[{"id":0,"module":0,"name":"main","order":1,"probability":1,"after_us":0,"size":`,
		`"reason":"entry","calls":[{"callee":{"id":1,"module":0,"name":"local"},` +
			`"kind":"direct","reach":1,"after_us":0,"frequency":1},`,
		`"others":[{"id":1,"module":0,"name":"local"},` +
			`{"id":2,"module":0,"name":"_ZN2ns4lastEi","demangled":"ns::last(int)"},`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s in %s", want, got)
		}
	}
}

func TestAnalyzeHints(t *testing.T) {
	a := analyzeIR(t, Options{Hints: map[string]forecast.Hint{"_ZN2ns4lastEPKc": {Likely: 0.7}}}, mainIR, otherIR)
	f := a.Modules[0].Functions[len(a.Modules[0].Functions)-1]
	if f.Demangled != "ns::last(char const*)" || f.Probability != 0.7 || f.Reason != "hinted" {
		t.Errorf("the last function is %+v, want the hinted one", f)
	}
}

func TestFlow(t *testing.T) {
	a := analyzeIR(t, Options{}, mainIR, otherIR)
	f, err := a.Flow("other")
	if err != nil {
		t.Fatal(err)
	}
	if f.Name != "other" || !strings.HasSuffix(f.ModuleName, "b.ll") || f.Order != 3 || f.Cause.Name != "main" {
		t.Errorf("it is %q of %s, order %d, cause %v", f.Name, f.ModuleName, f.Order, f.Cause)
	}
	type block struct {
		ends       string
		depth      int
		successors []int
		calls      []string
	}
	want := []block{
		{"br", 0, []int{1}, nil},
		{"br", 1, []int{1, 2}, []string{"direct puts"}},
		{"switch", 0, []int{3, 4}, nil},
		{"ret", 0, nil, []string{"indirect "}},
		{"unreachable", 0, nil, []string{"direct abort"}},
	}
	if len(f.Blocks) != len(want) {
		t.Fatalf("there are %d blocks, want %d", len(f.Blocks), len(want))
	}
	for i, w := range want {
		b := f.Blocks[i]
		got := block{ends: b.Ends, depth: b.Depth}
		sum := 0.0
		for _, e := range b.Successors {
			got.successors = append(got.successors, e.Block)
			sum += e.Probability
		}
		for _, c := range b.Calls {
			got.calls = append(got.calls, c.Kind+" "+c.Callee.Name)
		}
		if b.Number != i || got.ends != w.ends || got.depth != w.depth || !slices.Equal(got.successors, w.successors) ||
			!slices.Equal(got.calls, w.calls) {
			t.Errorf("block %d is %+v, want %+v", i, got, w)
		}
		if len(b.Successors) > 0 && math.Abs(sum-1) > 1e-9 {
			t.Errorf("the probabilities of what follows block %d add up to %v", i, sum)
		}
	}
	loop, wrong := f.Blocks[1], f.Blocks[4]
	if loop.Frequency < 2 || loop.Reach != 1 {
		t.Errorf("the loop is executed %v times, with probability %v", loop.Frequency, loop.Reach)
	}
	if !wrong.Unlikely || wrong.Reach > 0.1 {
		t.Errorf("the block that aborts has probability %v, unlikely %v", wrong.Reach, wrong.Unlikely)
	}
	candidates := f.Blocks[3].Calls[0].Candidates
	if len(candidates) != 2 || candidates[0].Name != "local" || candidates[1].Name != "another" {
		t.Errorf("the call by pointer may be of %v, want local and another", candidates)
	}
	if puts := loop.Calls[0]; puts.Callee.ID != -1 || puts.Reach != 1 || puts.Frequency != loop.Frequency {
		t.Errorf("the call of puts is %+v", puts)
	}
}

func TestFlowFindsByName(t *testing.T) {
	a := analyzeIR(t, Options{}, mainIR, otherIR)
	module := a.Modules[1].Name
	for _, test := range []struct{ name, want, err string }{
		{"main", "main", ""},
		{"_ZN2ns4lastEi", "_ZN2ns4lastEi", ""},
		{"ns::last(int)", "_ZN2ns4lastEi", ""},
		{"ns::last", "", ":_ZN2ns4lastEPKc"},
		{"local", "", module + ":local"},
		{module + ":local", "local", ""},
		{"spare", "spare", ""},
		{"anothr", "", "there is:\n  another"},
		{"OTHER", "", "other"},
		{"ns::lost", "", "ns::last(int)"},
		{"puts", "", "no function is called puts"},
		{"", "", "no function is called "},
	} {
		f, err := a.Flow(test.name)
		switch {
		case test.err == "" && (err != nil || f.Name != test.want):
			t.Errorf("%s: got %+v, %v; want %s", test.name, f, err, test.want)
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
			t.Errorf("%s: got error %v, want one with %q", test.name, err, test.err)
		}
	}
}

func TestAnalyzeWithAHeuristic(t *testing.T) {
	a := analyzeIR(t, Options{Heuristic: forecast.Largest, Policy: "none"}, mainIR)
	f := a.Modules[0].Functions
	if a.Policy != "" || len(f) != 4 || f[1].Reason != "large" {
		t.Errorf("policy %q, functions %+v; want all, because they are large", a.Policy, f)
	}
}

func TestAnalyzeLibrary(t *testing.T) {
	a := analyzeIR(t, Options{}, otherIR)
	f := a.Modules[0].Functions
	if a.Start != "exported functions" || len(f) != 3 || f[0].Name != "other" || f[0].Reason != "exported" ||
		f[0].Cause != nil {
		t.Errorf("start %q, functions %+v; want other and what it calls", a.Start, f)
	}
}

func TestAnalyzeRefuses(t *testing.T) {
	files := irFiles(t, mainIR, mainIR, "no IR")
	for _, test := range []struct {
		options Options
		want    string
	}{
		{Options{}, "no input"},
		{Options{Inputs: files[:1], Policy: "luck"}, "luck"},
		{Options{Inputs: files[:1], Entry: "absent"}, "absent"},
		{Options{Inputs: files[:2]}, "ns::last(int)"},
		{Options{Inputs: files[2:]}, "c.ll"},
	} {
		if _, err := Analyze(test.options); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: got error %v, want one with %q", test.options, err, test.want)
		}
	}
}
