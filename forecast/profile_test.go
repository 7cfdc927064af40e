package forecast

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orcast/orcast/profile"
)

// numberedIR is a module with main, which calls static, and functions f0 to f(n-1), which nothing calls.
func numberedIR(n int) string {
	var text strings.Builder
	text.WriteString("define i32 @main() {\n call void @static()\n ret i32 0\n}\ndefine void @static() { ret void }\n")
	for i := range n {
		fmt.Fprintf(&text, "define void @f%d() { ret void }\n", i)
	}
	return text.String()
}

// numbered are the names of functions first to last of numberedIR.
func numbered(first, last int) (names []string) {
	for i := first; i <= last; i++ {
		names = append(names, fmt.Sprint("f", i))
	}
	return names
}

func together(lists ...[]string) []string { return slices.Concat(lists...) }

// recordedRuns is a profile of runs, the newest first, that call main and then functions of module.bc by name, one each
// 10 us.
func recordedRuns(runs ...[]string) *profile.Profile {
	var p profile.Profile
	for _, names := range slices.Backward(runs) {
		names = append([]string{"main"}, names...)
		var r profile.Run
		for i := range names {
			r.Calls = append(r.Calls, profile.Call{Function: i, At: time.Duration(i) * 10 * time.Microsecond})
		}
		p.Record(r, func(i int) profile.Function {
			return profile.Function{Module: "module.bc", Name: names[i], ID: idOf(names[i])}
		})
	}
	return &p
}

// idOf is the hash of a function that has only its name for content.
func idOf(name string) uint64 {
	id := uint64(1)
	for _, c := range name {
		id = id*31 + uint64(c)
	}
	return id
}

// next are the names of the first n of a forecast.
func (r *run) next(n int) []string { return namesOf(r.Program, r.Forecast(n)) }

func requireNames(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("the order is %q, want %q", got, want)
	}
}

func TestProfileKeepsOrderAndGaps(t *testing.T) {
	order := []string{"f3", "f1", "f4", "f0", "f2"}
	r := newRun(staticProgram(t, numberedIR(6)), Profile(recordedRuns(order), nil))
	requireNames(t, r.next(10), append([]string{"main"}, order...)...)
	r.called(t, "main")
	for i := range order {
		list := r.Forecast(10)
		requireOrder(t, r.Program, list, order[i:]...)
		for j, c := range list {
			if want := time.Duration(j+1) * 10 * time.Microsecond; c.After != want || c.Probability < 0.8 ||
				c.Probability > 1 {
				t.Errorf("after %d calls %s is expected in %v with %v", i, order[i+j], c.After, c.Probability)
			}
			before := append([]string{"main"}, order...)[i+j]
			if c.Reason != "recorded after" || r.Function(c.Cause).Name != before {
				t.Errorf("%s is %s %s, not %s", order[i+j], c.Reason, r.Function(c.Cause).Name, before)
			}
		}
		r.called(t, order[i])
	}
	r.requireForecast(t)
}

func TestProfileListsWhatIsOpen(t *testing.T) {
	r := newRun(staticProgram(t, numberedIR(100)), Profile(recordedRuns(numbered(0, 99)), nil))
	r.called(t, "main")
	r.event(t, Compiled, numbered(0, 49)...)
	requireNames(t, r.next(3), "f50", "f51", "f52")
	r.event(t, Called, "f50") // it waits to be compiled
	requireNames(t, r.next(2), "f51", "f52")
}

func TestProfileStandsCallsOutOfOrder(t *testing.T) {
	r := newRun(staticProgram(t, numberedIR(500)), Profile(recordedRuns(numbered(0, 499)), nil))
	r.called(t, "main", "f0", "f3")
	if ahead, passed := r.probability("f4"), r.probability("f1"); passed >= ahead || passed < ahead*0.8 {
		t.Errorf("what was just passed over has %v, what comes next %v", passed, ahead)
	}
	r.called(t, numbered(4, 30)...)
	if ahead, passed := r.probability("f31"), r.probability("f1"); passed >= ahead*0.2 {
		t.Errorf("what was passed over long ago has %v, what comes next %v", passed, ahead)
	}
	r.called(t, "f450") // a handler of errors, say
	r.called(t, "f31")
	names := r.next(40)
	if !slices.Contains(names, "f32") || !slices.Contains(names, "f33") {
		t.Errorf("after one call that came early it expects %q", names)
	}
	if p := r.probability("f32"); p < 0.7 {
		t.Errorf("after one call that came early the next one has %v", p)
	}
}

func TestProfileFollowsTwoThreads(t *testing.T) {
	r := newRun(staticProgram(t, numberedIR(400)), Profile(recordedRuns(numbered(0, 399)), nil))
	r.called(t, "main")
	for i := range 12 {
		r.called(t, fmt.Sprint("f", i), fmt.Sprint("f", 200+i))
	}
	r.called(t, "f12")
	for _, name := range []string{"f13", "f14", "f212", "f213"} {
		if p := r.probability(name); p < 0.2 {
			t.Errorf("%s has %v", name, p)
		}
	}
}

func TestProfileFindsTheRunThatThisOneIsLike(t *testing.T) {
	shared := numbered(0, 9)
	a, b := together(shared, numbered(10, 39)), together(shared, numbered(40, 69))
	r := newRun(staticProgram(t, numberedIR(70)), Profile(recordedRuns(a, b), nil))
	r.called(t, "main")
	requireNames(t, r.next(10), shared...)
	r.called(t, shared...)
	if a, b := r.probability("f10"), r.probability("f40"); a < 0.4 || b < 0.3 || a+b > 1 {
		t.Errorf("before the runs part their next calls have %v and %v", a, b)
	}
	r.called(t, "f40")
	if a, b := r.probability("f10"), r.probability("f41"); a > 0.2 || b < 0.7 {
		t.Errorf("after the first call of one run its next has %v, that of the other %v", b, a)
	}
	r.called(t, "f41")
	if names := r.next(10); !slices.Equal(names, numbered(42, 51)) {
		t.Errorf("after two calls of one run it expects %q", names)
	}
	// It may do the other thing later.
	r.called(t, numbered(42, 60)...)
	r.called(t, "f10", "f11", "f12")
	if p := r.probability("f13"); p < 0.5 {
		t.Errorf("after three calls of the other run its next has %v", p)
	}
}

func TestRecordedGivesWayWhenTheRunDiverges(t *testing.T) {
	likely := func(p *Program) Heuristic {
		return &listed{Candidate{Func: mustLookup(t, p, "static"), Probability: 0.6, Reason: "said", Cause: NoFunc}}
	}
	r := newRun(staticProgram(t, numberedIR(40)), Recorded(recordedRuns(numbered(0, 19)), nil, likely))
	r.called(t, "main", "f0", "f1")
	if p := r.probability("static"); p != 0 {
		t.Errorf("while all goes as recorded, what was not has %v", p)
	}
	r.called(t, "f20", "f21", "f22", "f23", "f24", "f25")
	if recorded, static := r.probability("f2"), r.probability("static"); recorded > static || static < 0.4 {
		t.Errorf("after six surprises what was recorded has %v, the other %v", recorded, static)
	}
	r.called(t, numbered(2, 12)...)
	if recorded, static := r.probability("f13"), r.probability("static"); recorded < 0.8 || static > 0.45 {
		t.Errorf("after eleven calls as recorded the next has %v, the other %v", recorded, static)
	}
}

// listed expects one thing, whatever happens.
type listed struct{ candidate Candidate }

func (h *listed) Observe(Event)            {}
func (h *listed) Forecast(int) []Candidate { return []Candidate{h.candidate} }

func mustLookup(t *testing.T, p *Program, name string) Func {
	t.Helper()
	f, ok := p.Lookup(name)
	if !ok {
		t.Fatalf("there is no function %s", name)
	}
	return f
}

func TestRecordedTellsTheOtherAllWhenItIsAsked(t *testing.T) {
	r := newRun(staticProgram(t, sequenceIR), Recorded(recordedRuns([]string{"sure", "deep"}), nil, Callees))
	r.called(t, "main", "sure")
	requireNames(t, r.next(10), "deep")
	if n := r.Analysed(); n != 0 {
		t.Errorf("while all goes as recorded %d functions are looked into", n)
	}
	r.called(t, "perhaps", "elsewhere")
	if p := r.probability("further"); p == 0 {
		t.Error("what a function calls that was called is not expected")
	}
	if p := r.probability("handler1"); p == 0 {
		t.Error("what main calls is not expected")
	}
}

func TestNothingRecorded(t *testing.T) {
	for name, maker := range map[string]Maker{"nil": Profile(nil, nil), "empty": Profile(&profile.Profile{}, nil),
		"no names": Order(nil), "foreign": Profile(recordedRuns(), nil)} {
		r := newRun(staticProgram(t, sequenceIR), maker)
		r.called(t, "main", "sure")
		if list := r.next(10); len(list) != 0 {
			t.Errorf("%s: it expects %q", name, list)
		}
	}
	for _, p := range []*profile.Profile{nil, {}} {
		r := newRun(staticProgram(t, sequenceIR), Recorded(p, nil, Callees))
		r.called(t, "main")
		if names := r.next(10); !slices.Contains(names, "sure") {
			t.Errorf("it expects %q", names)
		}
	}
}

func TestAnEditVoidsWhatItChanged(t *testing.T) {
	p := staticProgram(t, numberedIR(200))
	asked := map[string]int{}
	content := func(f Func) uint64 {
		name := p.Function(f).Name
		asked[name]++
		switch name {
		case "f2":
			return 4711 // it was edited
		case "f3":
			return 0 // nobody knows
		}
		return idOf(name)
	}
	r := newRun(p, Profile(recordedRuns(numbered(0, 199)), content))
	r.called(t, "main", "f0")
	requireNames(t, r.next(4), "f1", "f3", "f4", "f5")
	requireNames(t, r.next(4), "f1", "f3", "f4", "f5")
	if want := map[string]int{"f1": 1, "f2": 1, "f3": 1, "f4": 1, "f5": 1}; !maps.Equal(asked, want) {
		t.Errorf("it asked for the content of %v, want %v", asked, want)
	}
	r.called(t, "f1", "f2") // it is called where it was
	requireNames(t, r.next(2), "f3", "f4")
	if p := r.probability("f4"); p < 0.9 {
		t.Errorf("after the edited function f4 has %v", p)
	}
}

func TestRecordedGivesWayWhenAllIsEdited(t *testing.T) {
	p := staticProgram(t, sequenceIR)
	another := func(Func) uint64 { return 4711 }
	r := newRun(p, Recorded(recordedRuns([]string{"sure", "deep", "perhaps"}), another, Callees))
	r.called(t, "main")
	if names := r.next(10); !slices.Contains(names, "sure") || !slices.Contains(names, "handler1") {
		t.Errorf("it expects %q", names)
	}
}

func TestAnEditVoidsOnlyRunsBeforeIt(t *testing.T) {
	p := staticProgram(t, numberedIR(40))
	runs := recordedRuns(numbered(0, 19))
	edited := recordedRuns(together(numbered(0, 9), numbered(20, 29)))
	var both profile.Profile
	both.Merge(runs)
	renamed := func(i int) profile.Function {
		f := edited.Functions()[i]
		if f.Name == "f5" {
			f.ID = 4711
		}
		return f
	}
	both.Record(edited.Runs()[0], renamed)
	content := func(f Func) uint64 {
		if p.Function(f).Name == "f5" {
			return 4711
		}
		return idOf(p.Function(f).Name)
	}
	r := newRun(p, Profile(&both, content))
	r.called(t, "main")
	if old, now := r.probability("f4"), r.probability("f5"); now == 0 || now > 0.7*old {
		t.Errorf("f4, of two runs, has %v, and f5, of one of them, %v", old, now)
	}
}

func TestProfileFindsFunctionsByModule(t *testing.T) {
	local := func(main string) string {
		return main + "define internal void @same() { ret void }\ndefine internal void @other() { ret void }\n"
	}
	p := staticProgram(t, local("define i32 @main() { ret i32 0 }\n@a = global [2 x ptr] [ptr @same, ptr @other]\n"),
		local("@b = global [2 x ptr] [ptr @same, ptr @other]\n"))
	find := func(module, name string) Func { return match(p, []profile.Function{{Module: module, Name: name}})[0] }
	first, second := p.ModuleName(0), p.ModuleName(1)
	in := func(f Func, module int) bool { return f != NoFunc && p.Function(f).Module == module }
	if f := find(first, "same"); !in(f, 0) || p.Function(f).Name != "same" {
		t.Errorf("in the first module it finds %d", f)
	}
	if f := find(second, "same"); !in(f, 1) || p.Function(f).Name != "same" {
		t.Errorf("in the second module it finds %d", f)
	}
	if f := find("/elsewhere/module.bc", "other"); !in(f, 0) || p.Function(f).Name != "other" {
		t.Errorf("in a file of the name elsewhere it finds %d", f)
	}
	if f := find("renamed.bc", "main"); f != mustLookup(t, p, "main") {
		t.Errorf("main of a module that was renamed is %d", f)
	}
	if f := find("renamed.bc", "other"); !in(f, 0) {
		t.Errorf("a local function of a module that was renamed is %d", f)
	}
	for _, name := range []string{"absent", "a", "", "llvm.memcpy"} {
		if f := find(first, name); f != NoFunc {
			t.Errorf("%q is function %d", name, f)
		}
	}
}

func TestOrder(t *testing.T) {
	names := []string{"f7", "absent", "f2", "f9", "f4", "f5"}
	r := newRun(staticProgram(t, numberedIR(100)), Order(names))
	r.called(t, "main")
	requireNames(t, r.next(10), "f7", "f2", "f9", "f4", "f5")
	if p := r.probability("f7"); p < 0.8 {
		t.Errorf("the first one has %v", p)
	}
	r.called(t, numbered(50, 80)...) // the order says nothing of them
	if p := r.probability("f7"); p < 0.8 {
		t.Errorf("after calls that are not in the order the first one has %v", p)
	}
	for _, c := range r.Forecast(10) {
		if name := r.Function(c.Func).Name; name == "f2" &&
			(c.Reason != "ordered after" || r.Function(c.Cause).Name != "f7") {
			t.Errorf("f2 is %s %v", c.Reason, c.Cause)
		}
	}
}

func TestAnOrderThatIsWrongIsDropped(t *testing.T) {
	r := newRun(staticProgram(t, numberedIR(400)), Order(numbered(0, 399)))
	r.called(t, "main", "f0")
	before := r.probability("f1")
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(300)[:60] {
		r.called(t, fmt.Sprint("f", 100+i))
	}
	if after := r.probability("f1"); after > before/4 {
		t.Errorf("after 60 calls in another order the first one has %v, before %v", after, before)
	}
}

func TestPoliciesOfThePast(t *testing.T) {
	past := Past{Profile: recordedRuns([]string{"neverreached"}), Order: []string{"elsewhere"}}
	for name, want := range map[string][]string{
		"profile": {"neverreached"}, "order": {"elsewhere"}, "auto": {"neverreached", "elsewhere"},
		"order,profile": {"elsewhere", "neverreached"},
	} {
		maker, err := past.Policy(name)
		if err != nil {
			t.Fatal(err)
		}
		r := newRun(staticProgram(t, sequenceIR), maker)
		r.called(t, "main")
		requireNames(t, r.next(10), want...)
	}
	auto, err := Policy("auto")
	if err != nil {
		t.Fatal(err)
	}
	r := newRun(staticProgram(t, sequenceIR), auto)
	r.called(t, "main")
	if names := r.next(10); !slices.Contains(names, "sure") {
		t.Errorf("with no past auto expects %q", names)
	}
}

func TestStaticFollowsAProfile(t *testing.T) {
	p := staticProgram(t, sequenceIR)
	list := Static(p, Recorded(recordedRuns([]string{"elsewhere", "sure", "deep"}), nil, Callees))
	requireOrder(t, p, list, "main", "elsewhere", "sure", "deep")
}

func TestChain(t *testing.T) {
	draw := rand.New(rand.NewPCG(5, 6))
	for n := range 60 {
		c, left := newChain(n), make([]bool, n)
		for i := range left {
			left[i] = true
		}
		for range n {
			i := draw.IntN(n)
			c.remove(i)
			left[i] = false
			from, k := draw.IntN(n+1), draw.IntN(5)
			next := from
			for next < n && !left[next] {
				next++
			}
			before, steps := from, k
			for at := from - 1; at >= 0 && steps > 0; at-- {
				if left[at] {
					before, steps = at, steps-1
				}
			}
			if steps > 0 { // there are not so many
				before = 0
			}
			if got := c.next(from); got != next {
				t.Fatalf("of %v the next from %d is %d, want %d", left, from, got, next)
			}
			if got := c.before(from, k); got != before {
				t.Fatalf("of %v the one %d before %d is %d, want %d", left, k, from, got, before)
			}
		}
	}
}

func TestTally(t *testing.T) {
	draw := rand.New(rand.NewPCG(7, 8))
	for n := 1; n < 60; n++ {
		counts, added := make(tally, n), make([]int, n)
		for range 2 * n {
			i := draw.IntN(n)
			counts.add(i)
			added[i]++
			at, want := draw.IntN(n), 0
			for j := at + 1; j < n; j++ {
				want += added[j]
			}
			if got := counts.beyond(at); got != want {
				t.Fatalf("of %v there are %d beyond %d, want %d", added, got, at, want)
			}
		}
	}
}

func TestProfileKeepsProbabilitiesInBounds(t *testing.T) {
	p := staticProgram(t, numberedIR(300))
	for seed := range uint64(20) {
		draw := rand.New(rand.NewPCG(seed, 9))
		var runs [][]string
		for range draw.IntN(8) {
			var names []string
			for _, i := range draw.Perm(300)[:draw.IntN(300)] {
				names = append(names, fmt.Sprint("f", i))
			}
			runs = append(runs, names)
		}
		r := newRun(NewProgram(p.linked, nil), Recorded(recordedRuns(runs...), nil, Callees))
		for _, i := range draw.Perm(300) {
			r.called(t, fmt.Sprint("f", i))
			seen := map[Func]bool{}
			for _, c := range r.Forecast(20) {
				if !(c.Probability > 0 && c.Probability <= 1) || c.After < 0 || math.IsNaN(c.Probability) ||
					!r.Open(c.Func) {
					t.Fatalf("seed %d: %+v", seed, c)
				}
				if c.Reason == "recorded after" && seen[c.Func] {
					t.Fatalf("seed %d: %d is listed twice", seed, c.Func)
				}
				seen[c.Func] = true
			}
		}
	}
}

// BenchmarkProfile runs 5,000 first calls against eight recorded runs of as many, with a forecast for each five.
func BenchmarkProfile(b *testing.B) {
	const functions = 5000
	p := staticProgram(b, numberedIR(functions))
	var runs [][]string
	for i := range 8 {
		names := numbered(0, functions-1)
		draw := rand.New(rand.NewPCG(uint64(i), 3))
		part := names[functions*i/16 : functions*(i+1)/16]
		draw.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
		runs = append(runs, names[:functions-draw.IntN(functions/4)])
	}
	recording := recordedRuns(runs...)
	order := make([]Func, functions)
	for i := range order {
		order[i], _ = p.Lookup(fmt.Sprint("f", i))
	}
	for b.Loop() {
		view := NewProgram(p.linked, nil)
		h := Profile(recording, nil)(view)
		for i, f := range order {
			for _, kind := range []EventKind{Called, Compiled} {
				e := Event{Kind: kind, Func: f}
				view.Note(e)
				h.Observe(e)
			}
			if i%5 == 0 {
				h.Forecast(32)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/functions*5, "ns/forecast")
}

// Of functions that are as they were only a sample is looked at; of others all.
func TestContentIsLookedAtAsFarAsItIsInDoubt(t *testing.T) {
	const n = 160
	for _, edited := range []int{-1, 0} {
		p, asked := staticProgram(t, numberedIR(n)), 0
		content := func(f Func) uint64 {
			asked++
			if name := p.Function(f).Name; name != fmt.Sprint("f", edited) {
				return idOf(name)
			}
			return 4711
		}
		r := newRun(p, Profile(recordedRuns(numbered(0, n-1)), content))
		r.called(t, "main")
		if names := r.next(n); len(names) < n-1 {
			t.Fatalf("it expects %d functions", len(names))
		}
		if few := asked <= sampled+n/sampled+1; few != (edited < 0) {
			t.Errorf("with function %d edited it looked at %d of %d", edited, asked, n)
		}
	}
}
