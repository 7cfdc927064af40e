package profile

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// named has functions of one module by the numbers of their names.
func named(f int) Function {
	return Function{Module: "a.bc", Name: fmt.Sprintf("f%d", f), ID: uint64(f) + 1}
}

// runOf calls functions, one each 10 microseconds.
func runOf(functions ...int) Run {
	var r Run
	for i, f := range functions {
		r.Calls = append(r.Calls, Call{Function: f, At: time.Duration(i) * 10 * time.Microsecond})
	}
	return r
}

// from has the numbers from first to before last.
func from(first, last int) (list []int) {
	for i := first; i < last; i++ {
		list = append(list, i)
	}
	return list
}

// names are those of the functions that a run calls.
func names(p *Profile, run int) string {
	var list []string
	for _, c := range p.Runs()[run].Calls {
		list = append(list, p.Functions()[c.Function].Name)
	}
	return strings.Join(list, " ")
}

func requireWeights(t *testing.T, p *Profile, want ...float64) {
	t.Helper()
	var got []float64
	for _, r := range p.Runs() {
		got = append(got, math.Round(r.Weight*1000)/1000)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("the runs weigh %v, want %v", got, want)
	}
}

func TestADifferentRunIsOneMore(t *testing.T) {
	var p Profile
	p.Record(runOf(5, 3, 4), named)
	p.Record(runOf(5, 7, 8), named)
	requireWeights(t, &p, 1, 0.9)
	if newest, older := names(&p, 0), names(&p, 1); newest != "f5 f7 f8" || older != "f5 f3 f4" {
		t.Errorf("the runs are %q and %q", newest, older)
	}
	if n := len(p.Functions()); n != 5 {
		t.Errorf("there are %d functions", n)
	}
}

func TestAnEqualRunRefreshesTheOneThatIsThere(t *testing.T) {
	var p Profile
	p.Record(runOf(from(0, 40)...), named)
	p.Record(runOf(100, 101), named)
	list := from(0, 40)
	list[3], list[4] = list[4], list[3] // threads
	list[39] = 50
	edited := func(f int) Function {
		n := named(f)
		n.ID += 1000
		return n
	}
	again := runOf(list...)
	again.Calls[0].At = 7 * time.Microsecond
	p.Record(again, edited)
	requireWeights(t, &p, 1.81, 0.9)
	if c := p.Runs()[0].Calls[0]; c.At != 7*time.Microsecond || p.Functions()[c.Function] != edited(0) {
		t.Errorf("after an edit the first call is %+v of %+v", c, p.Functions()[c.Function])
	}
	if n := len(p.Functions()); n != 42 {
		t.Errorf("%d functions are kept, and 42 are in use", n)
	}
}

func TestTheSameFunctionsInAnotherOrderAreAnotherRun(t *testing.T) {
	var p Profile
	p.Record(runOf(from(0, 40)...), named)
	p.Record(runOf(append(from(20, 40), from(0, 20)...)...), named)
	requireWeights(t, &p, 1, 0.9)
}

func TestTheLightestRunGoes(t *testing.T) {
	var p Profile
	for i := range maxRuns + 1 {
		if i == 4 {
			p.Record(runOf(0), named) // the oldest is recorded once more
		}
		p.Record(runOf(i), named)
	}
	if n := len(p.Runs()); n != maxRuns {
		t.Fatalf("%d runs are kept", n)
	}
	var kept []string
	for i := range p.Runs() {
		kept = append(kept, names(&p, i))
	}
	if want := "f8 f7 f6 f5 f4 f0 f3 f2"; strings.Join(kept, " ") != want {
		t.Errorf("kept are %v, want %s", kept, want)
	}
}

func TestWeightsSettle(t *testing.T) {
	var p Profile
	p.Record(runOf(1), named)
	for range 200 {
		p.Record(runOf(2), named)
	}
	if runs := p.Runs(); len(runs) != 1 || math.Abs(runs[0].Weight-settled) > 0.001 {
		t.Errorf("after 200 runs of one kind the weights are %+v", runs)
	}
	for range 60 {
		p.Merge(&p2)
	}
	if w := p.Runs()[0].Weight; w < 60 {
		t.Fatalf("merging gave a weight of %v", w)
	}
	p.Record(runOf(3), named)
	requireWeights(t, &p, 1, 9)
}

var p2 = func() (p Profile) {
	p.Record(runOf(2), named)
	return p
}()

func TestMerge(t *testing.T) {
	var p, q Profile
	p.Record(runOf(1, 2), named)
	p.Record(runOf(3, 4), named)
	other := func(f int) Function { return Function{Module: "b.bc", Name: named(f).Name} }
	q.Record(runOf(3, 4), named)
	q.Record(runOf(3, 4), other)
	p.Merge(&q)
	requireWeights(t, &p, 1, 1.9, 0.9)
	if module := p.Functions()[p.Runs()[0].Calls[0].Function].Module; module != "b.bc" {
		t.Errorf("the newest run is of %s", module)
	}
	if got := names(&p, 2); got != "f1 f2" {
		t.Errorf("the oldest run is %s", got)
	}
	before := p.Encode()
	p.Merge(&Profile{})
	if string(before) != string(p.Encode()) {
		t.Error("to merge nothing changes a profile")
	}
}

func TestRecordTakesWhatMakesSense(t *testing.T) {
	var p Profile
	p.Record(Run{Calls: []Call{{Function: 7}}}, func(int) Function { return Function{Module: "a.bc"} })
	if len(p.Runs()) != 0 {
		t.Error("a run without functions that have names is kept")
	}
	r := runOf(1, 2, 1)
	r.Weight = math.NaN()
	r.Calls[0].At = -time.Second
	r.Calls[1].At, r.Calls[1].Stall, r.Calls[1].Outcome = 1999, 2001, 200
	r.Wasted = []int{2, 3, 3}
	p.Record(r, named)
	requireWeights(t, &p, 1)
	got := p.Runs()[0]
	want := []Call{{Function: 0}, {Function: 1, At: time.Microsecond, Stall: 2 * time.Microsecond, Outcome: Cached}}
	if !slices.Equal(got.Calls, want) || !slices.Equal(got.Wasted, []int{2}) || p.Functions()[2] != named(3) {
		t.Errorf("kept is %+v", got)
	}
}

func TestARunIsBounded(t *testing.T) {
	var p Profile
	r := runOf(from(0, maxCalls+100)...)
	r.Wasted = from(maxCalls+100, 3*maxCalls)
	p.Record(r, named)
	if got := p.Runs()[0]; len(got.Calls) != maxCalls || len(got.Wasted) != maxCalls {
		t.Errorf("kept are %d calls and %d wasted functions", len(got.Calls), len(got.Wasted))
	}
	long := strings.Repeat("x", maxNames/4)
	p.Record(runOf(from(0, 100)...), func(f int) Function { return Function{Name: fmt.Sprint(f, long)} })
	if n := len(p.Runs()[0].Calls); n != 3 {
		t.Errorf("of functions with very long names %d are kept", n)
	}
}

func TestExpectations(t *testing.T) {
	var p Profile
	p.Record(runOf(1, 2), named)
	p.Record(runOf(2, 3), named)
	want := map[string]Expectation{
		"f1": {0.9 / 1.9, 0},
		"f2": {1, time.Duration(math.Round(0.9 / 1.9 * 10000))},
		"f3": {1 / 1.9, 10 * time.Microsecond},
	}
	for i, e := range p.Expectations() {
		name := p.Functions()[i].Name
		if w := want[name]; math.Abs(w.Probability-e.Probability) > 1e-9 || w.At != e.At {
			t.Errorf("of %s it expects %+v, want %+v", name, e, w)
		}
	}
	if len(p.Functions()) != len(want) {
		t.Errorf("there are %d functions", len(p.Functions()))
	}
}

func TestJSON(t *testing.T) {
	var p Profile
	text, err := json.Marshal(&p)
	if want := `{"version":1,"functions":[],"runs":[]}`; err != nil || string(text) != want {
		t.Errorf("without runs: %s, %v", text, err)
	}
	r := runOf(1, 2)
	r.Calls[1].Stall, r.Calls[1].Outcome = time.Millisecond, Late
	r.Wasted = []int{11}
	p.Record(r, named)
	text, err = json.Marshal(&p)
	want := `{"version":1,"functions":[` +
		`{"module":"a.bc","name":"f1","id":"0000000000000002","probability":1,"at_us":0},` +
		`{"module":"a.bc","name":"f2","id":"0000000000000003","probability":1,"at_us":10},` +
		`{"module":"a.bc","name":"f11","id":"000000000000000c","probability":0,"at_us":0}],` +
		`"runs":[{"weight":1,"calls":[{"function":0,"at_us":0,"stall_us":0,"outcome":"demanded"},` +
		`{"function":1,"at_us":10,"stall_us":1000,"outcome":"late"}],"wasted":[2]}]}`
	if err != nil || string(text) != want {
		t.Errorf("got  %s, %v\nwant %s", text, err, want)
	}
}
