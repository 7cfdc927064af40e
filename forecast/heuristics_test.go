package forecast

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// run is a run of a program as a heuristic sees it.
type run struct {
	*Program
	Heuristic
	now time.Duration
}

func newRun(p *Program, m Maker) *run { return &run{Program: p, Heuristic: m(p)} }

func (r *run) event(t *testing.T, kind EventKind, names ...string) {
	t.Helper()
	for _, name := range names {
		f, ok := r.Lookup(name)
		if !ok {
			t.Fatalf("there is no function %s", name)
		}
		r.now += time.Microsecond
		e := Event{Kind: kind, Func: f, Time: r.now}
		r.Note(e)
		r.Observe(e)
	}
}

// called makes first calls, of functions that somebody has compiled then.
func (r *run) called(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		r.event(t, Called, name)
		r.event(t, Compiled, name)
	}
}

// probability is that of a function in a forecast, 0 if it is not there.
func (r *run) probability(name string) float64 {
	f, _ := r.Lookup(name)
	for _, c := range r.Forecast(1000) {
		if c.Func == f {
			return c.Probability
		}
	}
	return 0
}

func (r *run) requireForecast(t *testing.T, want ...string) {
	t.Helper()
	requireOrder(t, r.Program, r.Forecast(1000), want...)
}

const sequenceIR = `
@table = constant [2 x ptr] [ptr @handler1, ptr @handler2]
declare void @exit(i32) noreturn
define i32 @main(i32 %argc, ptr %argv) {
  call void @sure()
  %n = icmp sgt i32 %argc, 1
  br i1 %n, label %some, label %rest
some:
  call void @perhaps()
  br label %rest
rest:
  call void @coldone()
  %p = load ptr, ptr @table
  call void %p()
  ret i32 0
}
define void @sure() {
  call void @deep()
  ret void
}
define void @deep() {
  call void @deeper()
  ret void
}
define void @deeper() { ret void }
define void @perhaps() {
  call void @further()
  ret void
}
define void @further() { ret void }
define void @coldone() cold { ret void }
define void @handler1() { ret void }
define void @handler2() { ret void }
define void @elsewhere() {
  call void @neverreached()
  ret void
}
define void @neverreached() { ret void }
`

func TestSequenceFollowsTheFrontier(t *testing.T) {
	r := newRun(staticProgram(t, sequenceIR), Sequence)
	r.requireForecast(t)
	r.called(t, "main")
	names := namesOf(r.Program, r.Forecast(1000))
	if names[0] != "sure" {
		t.Errorf("of what main calls %s is expected first, not what it always calls", names[0])
	}
	for _, pair := range [][2]string{{"sure", "perhaps"}, {"sure", "deep"}, {"deep", "deeper"}, {"perhaps", "further"},
		{"perhaps", "coldone"}, {"sure", "handler1"}} {
		if more, less := r.probability(pair[0]), r.probability(pair[1]); more <= less || less == 0 {
			t.Errorf("%s is expected with %v, %s with %v", pair[0], more, pair[1], less)
		}
	}
	for _, name := range []string{"elsewhere", "neverreached", "main"} {
		if p := r.probability(name); p != 0 {
			t.Errorf("%s is expected with %v", name, p)
		}
	}
	before := r.probability("deep")
	r.called(t, "sure")
	if after := r.probability("deep"); after <= before {
		t.Errorf("the call of its caller took the probability of deep from %v to %v", before, after)
	}
}

func TestSequenceForgets(t *testing.T) {
	r := newRun(staticProgram(t, sequenceIR), Sequence)
	r.called(t, "main")
	before := r.probability("perhaps")
	r.called(t, "elsewhere", "neverreached", "sure", "deep", "deeper")
	if after := r.probability("perhaps"); after >= before || after < before/10 {
		t.Errorf("five first calls later the probability of perhaps is %v, it was %v", after, before)
	}
}

func TestSequenceGivesReasons(t *testing.T) {
	r := newRun(staticProgram(t, sequenceIR), Sequence)
	r.called(t, "main")
	for _, c := range r.Forecast(1000) {
		name, cause := r.Function(c.Func).Name, r.Function(c.Cause).Name
		want := map[string]string{"sure": "called by main", "deep": "called by sure",
			"handler1": "in a table of main"}[name]
		if want != "" && c.Reason+" "+cause != want {
			t.Errorf("%s is expected as %s %s, not %s", name, c.Reason, cause, want)
		}
	}
}

func TestOnlyWhatIsNeededIsLookedInto(t *testing.T) {
	r := newRun(staticProgram(t, sequenceIR), Sequence)
	r.called(t, "main")
	r.Forecast(10)
	before := r.Analysed()
	for _, name := range []string{"elsewhere", "neverreached", "coldone"} {
		f, _ := r.Lookup(name)
		r.Calls(f)
	}
	if r.Analysed() != before+3 {
		t.Errorf("of three functions that nothing expects only %d had not been looked into", r.Analysed()-before)
	}
	for name, maker := range map[string]Maker{"all": All, "largest": Largest, "random": Random, "hints": Hints} {
		r := newRun(staticProgram(t, sequenceIR), maker)
		r.called(t, "main")
		r.Forecast(10)
		if f := r.Roots()[0]; r.Analysed() != 0 {
			t.Errorf("%s looked into %d functions", name, r.Analysed())
		} else if r.Prepare(f); r.Analysed() != 0 {
			t.Errorf("for %s functions are prepared", name)
		}
	}
}

func TestAFunctionIsLookedIntoOnce(t *testing.T) {
	p := staticProgram(t, sequenceIR)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for f := range Func(p.Len()) {
				p.Calls(f)
			}
		})
	}
	wg.Wait()
	if p.Analysed() != p.Len() {
		t.Errorf("%d functions were looked into, of %d", p.Analysed(), p.Len())
	}
}

func TestFixedOrders(t *testing.T) {
	const ir = `
define void @small() { ret void }
define void @frozen() cold { ret void }
define i32 @main() {
  %a = mul i32 1, 2
  ret i32 %a
}
define i32 @large(i32 %x) {
  %a = mul i32 %x, %x
  %b = mul i32 %a, %x
  %c = sdiv i32 %b, %a
  %d = xor i32 %c, %x
  ret i32 %d
}
`
	p := staticProgram(t, ir)
	newRun(p, All).requireForecast(t, "small", "main", "large", "frozen")
	newRun(p, Largest).requireForecast(t, "large", "main", "small", "frozen")
	random := namesOf(p, newRun(p, Random).Forecast(10))
	newRun(p, Random).requireForecast(t, random...)
	if random[3] != "frozen" || len(random) != 4 {
		t.Errorf("the random order is %q", random)
	}
	r := newRun(p, All)
	r.event(t, Compiled, "main")
	r.requireForecast(t, "small", "large", "frozen")
	if c := r.Forecast(1); len(c) != 1 || c[0].Probability != 0 {
		t.Errorf("asked for one: %v", c)
	}
}

func TestHints(t *testing.T) {
	const ir = `
define i32 @main() { ret i32 0 }
define void @third() "orcast-likely"="0.5" { ret void }
define void @second() "orcast-order"="20" { ret void }
define void @first() "orcast-order"="3" "orcast-likely"="0.6" { ret void }
define void @nonsense() "orcast-order"="-1" "orcast-likely"="7" { ret void }
`
	p := staticProgram(t, ir)
	r := newRun(p, Hints)
	r.requireForecast(t, "first", "second", "third")
	if p := r.probability("first"); p != 0.6 {
		t.Errorf("the probability is %v, not as hinted", p)
	}
	p = NewProgram(p.linked, map[string]Hint{"main": {Order: 1}, "third": {Order: 2}, "gone": {Order: 1}})
	newRun(p, Hints).requireForecast(t, "main", "third", "first", "second")
}

func TestFrequencyCountsCalls(t *testing.T) {
	const ir = `
define i32 @main(i32 %n) {
  call void @once()
  br label %loop
loop:
  %i = phi i32 [ 0, %0 ], [ %j, %loop ]
  call void @often(i32 %i)
  %j = add i32 %i, 1
  %more = icmp ne i32 %j, %n
  br i1 %more, label %loop, label %end
end:
  ret i32 0
}
define void @once() {
  call void @circular()
  ret void
}
define void @often(i32 %i) {
  call void @inner()
  ret void
}
define void @inner() { ret void }
define void @circular() {
  call void @circular2()
  ret void
}
define void @circular2() {
  call void @circular()
  ret void
}
`
	p := staticProgram(t, ir)
	r := newRun(p, Frequency)
	for range 10 {
		r.Forecast(10)
	}
	if often, once := r.probability("often"), r.probability("once"); often <= once || once == 0 {
		t.Errorf("often has %v, once %v", often, once)
	}
	if often, inner := r.probability("often"), r.probability("inner"); inner < often*0.9 {
		t.Errorf("often has %v, what it calls each time %v", often, inner)
	}
}

func TestPolicies(t *testing.T) {
	for _, name := range Policies() {
		maker, err := Policy(name)
		if err != nil || (maker == nil) != (name == None) {
			t.Errorf("policy %s: %v", name, err)
		}
	}
	for name, part := range map[string]string{
		"":             `""`,
		"nonee":        "nonee",
		"auto,":        `""`,
		"all,none":     `"none"`,
		"all, largest": `" largest"`,
	} {
		if _, err := Policy(name); err == nil || !strings.Contains(err.Error(), part) ||
			!strings.Contains(err.Error(), "sequence") {
			t.Errorf("policy %q: %v", name, err)
		}
	}
	blend, err := Policy("sequence,hints")
	if err != nil {
		t.Fatal(err)
	}
	hinted := strings.Replace(sequenceIR, "@elsewhere()", `@elsewhere() "orcast-likely"="0.3"`, 1)
	r := newRun(staticProgram(t, hinted), blend)
	r.called(t, "main")
	if r.probability("elsewhere") != 0.3 || r.probability("sure") == 0 {
		t.Error("a blend is not all of its parts")
	}
}

func TestTopKeepsTheMostProbable(t *testing.T) {
	draw := rand.New(rand.NewPCG(3, 4))
	for n := range 40 {
		var top top
		top.begin(n)
		var all []Candidate
		for f := range draw.IntN(100) {
			c := Candidate{Func: Func(f), Probability: float64(draw.IntN(20)) / 20, After: time.Duration(draw.IntN(3)),
				Reason: "drawn", Cause: Func(f + 1)}
			top.add(c.Func, c.Probability, c.After)
			if c.Probability > 0 {
				all = append(all, c)
			}
		}
		slices.SortFunc(all, func(a, b Candidate) int {
			return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.After, b.After),
				cmp.Compare(a.Func, b.Func))
		})
		got := top.list(func(f Func) (string, Func) { return "drawn", f + 1 })
		if want := all[:min(n, len(all))]; !slices.Equal(got, want) {
			t.Fatalf("top %d of %v is %v", n, all, got)
		}
	}
}

func TestCalleesAreListedInOrder(t *testing.T) {
	p := staticProgram(t, sequenceIR)
	main, _ := p.Lookup("main")
	var names []string
	for _, c := range p.Callees(main) {
		names = append(names, p.Function(c.Callee).Name)
		if c.Kind == Direct && c.Reach != 0.5 || c.Kind == Indirect && c.Reach != 0.5/2 {
			t.Errorf("%s is reached with %v", names[len(names)-1], c.Reach)
		}
	}
	if want := []string{"sure", "perhaps", "coldone", "handler1", "handler2"}; !slices.Equal(names, want) {
		t.Errorf("main is said to call %q, want %q", names, want)
	}
	if again := p.Callees(main); len(again) != len(names) || p.Analysed() != 1 {
		t.Errorf("asked twice, %d functions were looked into", p.Analysed())
	}
	r := newRun(p, Callees)
	r.called(t, "main")
	if names := namesOf(p, r.Forecast(1000)); names[0] != "sure" || !slices.Contains(names, "deep") {
		t.Errorf("after main it expects %q", names)
	}
}

// learnt is what a run of sequenceIR is like whose compilers teach.
func learnt(t *testing.T) *run {
	p := staticProgram(t, sequenceIR)
	p.ExpectLessons()
	return newRun(p, Callees)
}

func (r *run) study(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		f, ok := r.Lookup(name)
		if !ok {
			t.Fatalf("there is no function %s", name)
		}
		r.Study(f)
	}
}

// What is compiled is known without a look, and what is not is left alone.
func TestCalleesAreLearnt(t *testing.T) {
	r := learnt(t)
	r.called(t, "main")
	if list := r.Forecast(100); len(list) > 0 {
		t.Fatalf("%v are expected before anybody has said what main mentions", namesOf(r.Program, list))
	}
	r.study(t, "main")
	looking := newRun(staticProgram(t, sequenceIR), Callees)
	looking.called(t, "main")
	for _, name := range []string{"sure", "perhaps", "handler1"} {
		if r.probability(name) == 0 {
			t.Errorf("%s is not expected", name)
		}
	}
	if r.probability("deep") != 0 || looking.probability("deep") == 0 {
		t.Error("without lessons callees look ahead; with them what is not compiled is not known")
	}
	r.event(t, Compiled, "sure")
	r.study(t, "sure")
	if r.probability("deep") == 0 {
		t.Error("what a function mentions is not expected that is compiled ahead")
	}
	if r.Analysed() != 0 {
		t.Errorf("%d functions were looked into", r.Analysed())
	}
}

// Code of an earlier run teaches nothing.
func TestReusedFunctionsAreLookedInto(t *testing.T) {
	r := learnt(t)
	main := r.Roots()[0]
	r.NoteReused(main)
	r.called(t, "main")
	if r.probability("sure") == 0 || r.Analysed() != 1 {
		t.Errorf("of a function whose code is an earlier run's %d were looked into", r.Analysed())
	}
}

// Rest expects everything, and what is larger, and not cold, more.
func TestRest(t *testing.T) {
	r := newRun(staticProgram(t, sequenceIR), Rest)
	list := r.Forecast(1000)
	if len(list) != r.Len() {
		t.Errorf("%d of %d functions are expected", len(list), r.Len())
	}
	if cold := list[len(list)-1]; r.Function(cold.Func).Name != "coldone" || cold.Probability >= list[0].Probability/2 {
		t.Errorf("%s comes last, with %v; the first has %v", r.Function(cold.Func).Name, cold.Probability,
			list[0].Probability)
	}
	last := 0.0
	for _, size := range []int{1, 256, 300, 1000, 8 << 10, 1 << 20} {
		p := bySize(size)
		if p < last || p < 0.25 || p > 0.7 {
			t.Errorf("of %d bytes %v are called, of fewer %v", size, p, last)
		}
		last = p
	}
	r.event(t, Compiled, "main", "deep")
	for _, c := range r.Forecast(1000) {
		if name := r.Function(c.Func).Name; name == "main" || name == "deep" {
			t.Errorf("%s is compiled and expected", name)
		}
	}
}
