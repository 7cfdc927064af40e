package forecast

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/orcast/orcast/internal/program"
)

// staticProgram loads modules of textual IR. The test is skipped if LLVM 22 is not installed.
func staticProgram(t testing.TB, modules ...string) *Program {
	t.Helper()
	const assembler = "/usr/lib/llvm-22/bin/llvm-as"
	if _, err := os.Stat(assembler); err != nil {
		t.Skip("llvm-as of LLVM 22 is not installed")
	}
	var inputs []string
	for _, text := range modules {
		input := filepath.Join(t.TempDir(), "module.ll")
		if err := os.WriteFile(input, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(assembler, input).CombinedOutput(); err != nil {
			t.Fatalf("llvm-as: %v\n%s", err, out)
		}
		inputs = append(inputs, filepath.Join(filepath.Dir(input), "module.bc"))
	}
	var reader program.Reader
	linked, err := reader.Load(inputs, nil, "main")
	if err != nil {
		t.Fatal(err)
	}
	return NewProgram(linked, nil)
}

// namesOf lists candidates by name.
func namesOf(p *Program, list []Candidate) []string {
	var names []string
	for _, c := range list {
		names = append(names, p.Function(c.Func).Name)
	}
	return names
}

func requireOrder(t *testing.T, p *Program, list []Candidate, want ...string) {
	t.Helper()
	if got := namesOf(p, list); !slices.Equal(got, want) {
		t.Errorf("the order is %q, want %q", got, want)
	}
}

const staticIR = `
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [
  { i32, ptr, ptr } { i32 65535, ptr @construct, ptr null }
]
define void @never() {
  call void @afternever()
  ret void
}
define void @afternever() { ret void }
define internal void @construct() {
  call void @first()
  ret void
}
define void @first() { ret void }
define void @unlikely() cold { ret void }
define i32 @main(i32 %argc, ptr %argv) {
  %one = icmp eq i32 %argc, 1
  br i1 %one, label %rare, label %usual, !prof !0
rare:
  call void @unlikely()
  br label %usual
usual:
  call void @second()
  call void @third()
  ret i32 0
}
define void @third() { ret void }
define void @second() {
  call void @below()
  ret void
}
define void @below() { ret void }
define void @hinted() "orcast-likely"="0.75" "orcast-order"="200" { ret void }
!0 = !{!"branch_weights", i32 1, i32 3}
`

func TestStaticListsByExpectedTime(t *testing.T) {
	p := staticProgram(t, staticIR)
	maker, err := Policy("sequence,hints")
	if err != nil {
		t.Fatal(err)
	}
	list := Static(p, maker)
	requireOrder(t, p, list, "construct", "main", "first", "second", "below", "third", "hinted", "unlikely")
	for i, want := range []struct{ reason, cause string }{
		{ReasonConstructor, ""}, {ReasonEntry, ""}, {"called by", "construct"}, {"called by", "main"},
		{"called by", "second"}, {"called by", "main"}, {"hinted", ""}, {"called by", "main"},
	} {
		c := list[i]
		cause := ""
		if c.Cause != NoFunc {
			cause = p.Function(c.Cause).Name
		}
		if c.Reason != want.reason || cause != want.cause {
			t.Errorf("%s is expected as %q %q, want %q %q", p.Function(c.Func).Name, c.Reason, cause, want.reason,
				want.cause)
		}
		if start := i < 2; start != (c.Probability == 1) || c.Probability <= 0 {
			t.Errorf("%s has probability %v", p.Function(c.Func).Name, c.Probability)
		}
	}
	if below, second := list[4].Probability, list[3].Probability; below >= second {
		t.Errorf("below has probability %v, its only caller %v", below, second)
	}
	if hinted := list[6].Probability; hinted != 0.75 {
		t.Errorf("the hinted function has probability %v, want 0.75", hinted)
	}
	if cold, usual := list[7].Probability, list[3].Probability; cold > usual/4 {
		t.Errorf("the cold function has probability %v, others %v", cold, usual)
	}
}

func TestStaticOfOtherPolicies(t *testing.T) {
	for _, test := range []struct {
		policy string
		want   []string
	}{
		{"none", []string{"construct", "main"}},
		{"hints", []string{"construct", "main", "hinted"}},
		{"all", []string{"construct", "main", "never", "afternever", "first", "third", "second", "below", "hinted",
			"unlikely"}},
		{"hints,all", []string{"construct", "main", "hinted", "never", "afternever", "first", "third", "second",
			"below", "unlikely"}},
	} {
		p := staticProgram(t, staticIR)
		maker, err := Policy(test.policy)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(test.policy)
		requireOrder(t, p, Static(p, maker), test.want...)
	}
}

func TestStaticGoesDeep(t *testing.T) {
	text := "define i32 @main() {\n call void @f0()\n ret i32 0\n}\n"
	var want []string
	const depth = 30
	for i := range depth {
		name := "f" + string(rune('0'+i/10)) + string(rune('0'+i%10))
		want = append(want, name)
		text += "define void @" + name + "() {\n"
		if i < depth-1 {
			text += " call void @f" + string(rune('0'+(i+1)/10)) + string(rune('0'+(i+1)%10)) + "()\n"
		}
		text += " ret void\n}\n"
	}
	p := staticProgram(t, "define void @f0() {\n call void @f00()\n ret void\n}\n"+text)
	requireOrder(t, p, Static(p, Sequence), append([]string{"main", "f0"}, want...)...)
}

// several lists one function for three reasons, and goes on until it was told that the function is compiled.
type several struct {
	f      Func
	events []Event
}

func (s *several) Observe(e Event) { s.events = append(s.events, e) }

func (s *several) Forecast(int) []Candidate {
	return []Candidate{
		{Func: s.f, Probability: 0.2, After: 3 * time.Millisecond, Reason: "weak", Cause: NoFunc},
		{Func: s.f, Probability: 0.6, Reason: "strong", Cause: NoFunc},
		{Func: s.f, Probability: 0.4, After: time.Millisecond, Reason: "middling", Cause: NoFunc},
	}
}

func TestStaticKeepsTheBestCandidate(t *testing.T) {
	p := staticProgram(t, "define i32 @main() {\n ret i32 0\n}\ndefine void @other() {\n ret void\n}\n")
	other, _ := p.Lookup("other")
	entry, _ := p.Lookup("main")
	h := &several{f: other}
	list := Static(p, func(*Program) Heuristic { return h })
	want := Candidate{Func: other, Probability: 0.6, After: 3 * time.Millisecond, Reason: "strong", Cause: NoFunc}
	if len(list) != 2 || list[1] != want {
		t.Errorf("got %+v, want main and %+v", list, want)
	}
	events := []Event{{Kind: Called, Func: entry}, {Kind: Compiled, Func: entry}, {Kind: Compiled, Func: other}}
	if !slices.Equal(h.events, events) {
		t.Errorf("the heuristic observed %v, want %v", h.events, events)
	}
}

func TestStaticOfALibrary(t *testing.T) {
	p := staticProgram(t, `
define i32 @main() {
  call void @helper()
  ret i32 0
}
define internal void @helper() { ret void }
define hidden void @hidden() { ret void }
define linkonce_odr void @inline() { ret void }
define weak_odr void @weak() { ret void }
define internal void @unused() { ret void }
`)
	p.linked.Entry = program.Ref{} // as if nobody had asked for main
	list := Static(p, Sequence)
	requireOrder(t, p, list, "main", "weak", "helper")
	if list[0].Reason != ReasonExported || list[1].Reason != ReasonExported || list[2].Reason != "called by" {
		t.Errorf("the reasons are %q, %q, %q", list[0].Reason, list[1].Reason, list[2].Reason)
	}
}
