package forecast

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/orcast/orcast/internal/program"
)

// summarisedProgram loads modules that a program of LLVM 22 makes of texts of the given kind, ".c" or ".ll".
func summarisedProgram(t *testing.T, command []string, kind string, modules ...string) *Program {
	t.Helper()
	tool := "/usr/lib/llvm-22/bin/" + command[0]
	if _, err := os.Stat(tool); err != nil {
		t.Skipf("%s of LLVM 22 is not installed", command[0])
	}
	dir := t.TempDir()
	var inputs []string
	for i, text := range modules {
		source, module := filepath.Join(dir, fmt.Sprint(i, kind)), filepath.Join(dir, fmt.Sprint(i, ".bc"))
		if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(tool, append(command[1:], source, "-o", module)...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", tool, err, out)
		}
		inputs = append(inputs, module)
	}
	var reader program.Reader
	linked, err := reader.Load(inputs, nil, "main")
	if err != nil {
		t.Fatal(err)
	}
	return NewProgram(linked, nil)
}

const (
	callerC = `
void near(int), far(int), never(int);
__attribute__((noinline)) static void here(int n) { far(n); }
int main(int argc, char **argv) { near(argc); here(argc); return 0; }
void elsewhere(int n) { never(n); }
`
	calleesC = `
extern int count;
void deeper(int);
void near(int n) { count += n; deeper(n); }
void far(int n) { count -= n; }
void never(int n) { count *= n; }
`
	deepestC = `
int count;
void deeper(int n) { count ^= n; }
`
)

func TestSummaryLooksIntoNoBody(t *testing.T) {
	p := summarisedProgram(t, []string{"clang", "-O2", "-flto=thin", "-c"}, ".c", callerC, calleesC, deepestC)
	maker, err := Policy("summary")
	if err != nil {
		t.Fatal(err)
	}
	r := newRun(p, maker)
	r.requireForecast(t)
	r.called(t, "main")
	names := namesOf(p, r.Forecast(1000))
	slices.Sort(names)
	if want := []string{"deeper", "far", "here", "near"}; !slices.Equal(names, want) {
		t.Errorf("after main %q are expected, want %q", names, want)
	}
	r.called(t, "near")
	if before, after := r.probability("far"), r.probability("deeper"); before >= after {
		t.Errorf("far is expected with %v, and deeper, whose caller was called, with %v", before, after)
	}
	for f := range Func(p.Len()) {
		r.Prepare(f)
	}
	if p.Analysed() != 0 {
		t.Errorf("%d functions were looked into", p.Analysed())
	}
}

func TestWithoutASummary(t *testing.T) {
	p := summarisedProgram(t, []string{"clang", "-O2", "-emit-llvm", "-c"}, ".c", callerC, calleesC, deepestC)
	r := newRun(p, Summary)
	r.called(t, "main", "near")
	r.requireForecast(t)
}

// weightedIR is a module whose function main calls others, as often as its branch weights say.
const weightedIR = `
@pointer = global ptr null
@elsewhere = alias void (), ptr @usual
define i32 @main(i1 %c, i32 %n) {
entry:
  br i1 %c, label %rarely, label %loop, !prof !21
rarely:
  call void @frozen()
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ 0, %rarely ], [ %next, %loop ]
  %next = add i32 %i, 1
  call void @hot()
  %more = icmp slt i32 %next, %n
  br i1 %more, label %loop, label %done, !prof !22
done:
  call void @elsewhere()
  store ptr @stored, ptr @pointer
  call void @unknown()
  ret i32 0
}
declare void @unknown()
define void @hot() { ret void }
define void @frozen() { ret void }
define void @usual() { ret void }
define void @stored() { ret void }
!21 = !{!"branch_weights", i32 1, i32 89}
!22 = !{!"branch_weights", i32 999, i32 1}
`

// profiledIR is the same with a profile.
var profiledIR = strings.Replace(weightedIR, "%n) {", "%n) !prof !20 {", 1) + `
!20 = !{!"function_entry_count", i64 90}
!llvm.module.flags = !{!0}
!0 = !{i32 1, !"ProfileSummary", !1}
!1 = !{!2, !3, !4, !5, !6, !7, !8, !9}
!2 = !{!"ProfileFormat", !"InstrProf"}
!3 = !{!"TotalCount", i64 100000}
!4 = !{!"MaxCount", i64 90000}
!5 = !{!"MaxInternalCount", i64 90000}
!6 = !{!"MaxFunctionCount", i64 90000}
!7 = !{!"NumCounts", i64 5}
!8 = !{!"NumFunctions", i64 5}
!9 = !{!"DetailedSummary", !10}
!10 = !{!11, !12, !13}
!11 = !{i32 10000, i64 90000, i32 1}
!12 = !{i32 990000, i64 50000, i32 1}
!13 = !{i32 999999, i64 2, i32 4}
`

// summaryCalls has the calls of main in order, by their names.
func summaryCalls(t *testing.T, p *Program) (names []string, calls map[string]Call) {
	t.Helper()
	main, ok := p.Lookup("main")
	if !ok {
		t.Fatal("there is no main")
	}
	calls = map[string]Call{}
	for _, c := range p.SummaryCalls(main) {
		name := p.Function(c.Callee).Name
		names = append(names, name)
		calls[name] = c
	}
	return names, calls
}

func TestSummaryCallsOfAProfile(t *testing.T) {
	names, calls := summaryCalls(t, summarisedProgram(t, []string{"opt", "-module-summary"}, ".ll", profiledIR))
	if want := []string{"frozen", "hot", "usual", "stored"}; !slices.Equal(names, want) {
		t.Fatalf("main calls %q, want %q", names, want)
	}
	for name, want := range map[string]Call{
		"frozen": {Reach: 0.02, Frequency: 0.02, Unlikely: true},
		"hot":    {Reach: 0.9, Frequency: 0.9},
		"usual":  {Reach: 0.5, Frequency: 0.5},
		"stored": {Reach: 0.5, Frequency: 0.5, Kind: Address},
	} {
		got := calls[name]
		want.Callee, want.After = got.Callee, got.After
		if got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if calls["frozen"].After >= calls["usual"].After {
		t.Errorf("frozen is called after %v, usual after %v", calls["frozen"].After, calls["usual"].After)
	}
}

func TestSummaryCallsOfFrequencies(t *testing.T) {
	_, calls := summaryCalls(t, summarisedProgram(t, []string{"opt", "-module-summary", "-write-relbf-to-summary"},
		".ll", weightedIR))
	for name, want := range map[string]Call{
		"frozen": {Reach: 1. / 90, Frequency: 1. / 90},
		"hot":    {Reach: 1, Frequency: 1000},
		"usual":  {Reach: 1, Frequency: 1},
	} {
		got := calls[name]
		if math.Abs(got.Reach-want.Reach) > 1./256 || math.Abs(got.Frequency/want.Frequency-1) > 0.5 || got.Unlikely {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestASummaryIsSharedByWorkers(t *testing.T) {
	p := summarisedProgram(t, []string{"opt", "-module-summary"}, ".ll", profiledIR)
	main, _ := p.Lookup("main")
	var group sync.WaitGroup
	var lists [8][]Call
	for i := range lists {
		group.Go(func() { lists[i] = p.SummaryCalls(main) })
	}
	group.Wait()
	for _, list := range lists {
		if len(list) == 0 || &list[0] != &lists[0][0] {
			t.Fatalf("a worker got %v, another %v", list, lists[0])
		}
	}
}
