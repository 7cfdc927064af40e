package sched

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/tier"
)

// scripted forecasts what the test says, and keeps what it was told.
type scripted struct {
	program *forecast.Program
	list    []forecast.Candidate
	events  []forecast.Event
}

func (h *scripted) Observe(e forecast.Event) { h.events = append(h.events, e) }

func (h *scripted) Forecast(int) []forecast.Candidate {
	return slices.DeleteFunc(slices.Clone(h.list), func(c forecast.Candidate) bool { return !h.program.Open(c.Func) })
}

// units takes all units that a scheduler hands out for a script.
func units(p *forecast.Program, list ...forecast.Candidate) (units [][]forecast.Func) {
	s := New(p.Len(),
		planOf(p, func(p *forecast.Program) forecast.Heuristic { return &scripted{program: p, list: list} }), func() {})
	for {
		unit := s.Speculate()
		if unit == nil {
			return units
		}
		units = append(units, unit)
	}
}

func likely(f forecast.Func, p float64, after time.Duration) forecast.Candidate {
	return forecast.Candidate{Func: f, Probability: p, After: after, Reason: "said", Cause: forecast.NoFunc}
}

func expectUnits(t *testing.T, got [][]forecast.Func, want ...[]forecast.Func) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("units %v, want %v", got, want)
	}
}

func TestAKnownOrderIsKept(t *testing.T) {
	const third = unitSize * 2 / 5
	p := fake(third, third, 0, third, 10*unitSize, third, third, third)
	s := New(p.Len(), planOf(p, forecast.All), func() {})
	s.Demand(1)
	s.NextDemand()
	var got [][]forecast.Func
	for unit := s.Speculate(); unit != nil; unit = s.Speculate() {
		got = append(got, unit)
	}
	// Function 2 has no body, 6 and 7 are of another module.
	expectUnits(t, got, []forecast.Func{0, 3}, []forecast.Func{4}, []forecast.Func{5}, []forecast.Func{6, 7})
}

func TestTheMoreProbableComesFirst(t *testing.T) {
	p := equal(4, unitSize)
	expectUnits(t, units(p, likely(0, 0.5, 0), likely(1, 0.9, 0), likely(2, 0.7, 0)), []forecast.Func{1},
		[]forecast.Func{2}, []forecast.Func{0})
}

func TestOfEquallyProbableTheSoonerComesFirst(t *testing.T) {
	p := equal(3, unitSize)
	expectUnits(t, units(p, likely(0, 0.9, time.Second), likely(1, 0.9, time.Millisecond), likely(2, 0.9, 0)),
		[]forecast.Func{2}, []forecast.Func{1}, []forecast.Func{0})
}

func TestSmallOnesGoBeforeALargeOne(t *testing.T) {
	p := fake(50*unitSize, 100, 100, 100)
	expectUnits(t, units(p, likely(0, 0.9, 0), likely(1, 0.9, 0), likely(2, 0.8, 0), likely(3, 0.9, 0)),
		[]forecast.Func{1, 3, 2}, []forecast.Func{0})
}

func TestAnUnlikelyOneSharesNoUnitWithALikelyOne(t *testing.T) {
	p := equal(3, 100)
	expectUnits(t, units(p, likely(0, 0.9, 0), likely(1, 0.4, 0), likely(2, 0.9, 0)), []forecast.Func{0, 2},
		[]forecast.Func{1})
}

func TestReasonsCountTogether(t *testing.T) {
	p := equal(2, unitSize)
	other := likely(0, 0.5, 0)
	other.Reason = "said twice"
	expectUnits(t, units(p, likely(1, 0.55, 0), likely(0, 0.5, 0), other), []forecast.Func{0}, []forecast.Func{1})
}

func TestWhatIsNotWorthItsTimeIsLeft(t *testing.T) {
	p := equal(2, unitSize)
	if got := units(p, likely(0, price/4, 0)); got != nil {
		t.Errorf("%v was compiled, hardly expected as it is", got)
	}
}

func TestAReasonThatIsWrongLosesTrust(t *testing.T) {
	const n = 200
	p := equal(n, unitSize)
	h := &scripted{program: p}
	for f := range forecast.Func(n / 2) {
		c := likely(f, 0.8, 0)
		c.Reason = "wrong"
		h.list = append(h.list, c)
	}
	s := New(n, NewPlanner(p, h, Budget{}, 1, tier.O0), func() {})
	compiled := 0
	for f := forecast.Func(n / 2); f < n; f++ { // others are called than those which are said to be
		if s.Speculate() != nil {
			compiled++
		}
		s.Note(f)
	}
	if compiled == 0 || compiled == n/2 {
		t.Errorf("%d of %d wrong guesses were acted upon", compiled, n/2)
	}
	right := likely(n/2-1, 0.8, 0)
	right.Reason = "not tried so far"
	h.list = []forecast.Candidate{right}
	if unit := s.Speculate(); unit == nil {
		t.Error("distrust of one reason extends to another")
	}
}

func TestEventsArriveInOrder(t *testing.T) {
	p := equal(3, unitSize)
	h := &scripted{program: p, list: []forecast.Candidate{likely(2, 0.9, 0)}}
	s := New(3, NewPlanner(p, h, Budget{}, 1, tier.O0), func() {})
	s.Demand(1)
	s.NextDemand()
	s.Demand(1)
	s.Note(0)
	s.NextDemand()
	s.Speculate()
	s.Speculate()
	var got []forecast.Event
	for _, e := range h.events {
		e.Time = 0
		got = append(got, e)
	}
	want := []forecast.Event{{Kind: forecast.Called, Func: 1}, {Kind: forecast.Compiled, Func: 1},
		{Kind: forecast.Called, Func: 0}, {Kind: forecast.Compiled, Func: 0}, {Kind: forecast.Compiled, Func: 2}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}

func TestAFirstCallWakesSpeculation(t *testing.T) {
	p := equal(2, unitSize)
	h := &scripted{program: p}
	s := New(2, NewPlanner(p, h, Budget{}, 1, tier.O0), func() {})
	if s.Speculate() != nil || !s.Drained() {
		t.Fatal("something was found to do")
	}
	h.list = []forecast.Candidate{likely(1, 0.9, 0)}
	if s.Speculate() != nil {
		t.Error("the heuristic was asked again though nothing had happened")
	}
	s.Note(0)
	if unit := s.Speculate(); !reflect.DeepEqual(unit, []forecast.Func{1}) {
		t.Errorf("after a first call %v was compiled", unit)
	}
}

func TestTheBudgetEndsSpeculation(t *testing.T) {
	p := equal(4, unitSize)
	plan := NewPlanner(p, forecast.All(p), Budget{Code: 1000}, 1, tier.O0)
	s := New(4, plan, func() {})
	s.Spent(s.Speculate(), Speculation, Spent{CPU: time.Millisecond, Code: 999})
	s.Spent([]forecast.Func{3}, Demand, Spent{CPU: time.Millisecond, Code: 5000})
	if unit := s.Speculate(); unit == nil {
		t.Error("speculation ended before its budget")
	} else {
		s.Spent(unit, Speculation, Spent{CPU: time.Millisecond, Code: 1})
	}
	if unit := s.Speculate(); unit != nil {
		t.Errorf("%v was compiled beyond the budget", unit)
	}
}

func TestABudgetOfTimeComesBack(t *testing.T) {
	p := equal(2, unitSize)
	plan := NewPlanner(p, forecast.All(p), Budget{CPU: 0.5}, 1, tier.O0)
	plan.Spent([]forecast.Func{0}, Speculation, Spent{CPU: time.Hour, Code: 1})
	unit, retry := plan.Next()
	if unit != nil || retry < time.Hour || retry > 3*time.Hour {
		t.Errorf("with half of one thread's time and an hour spent: %v, more in %v", unit, retry)
	}
}

func TestCostsAreLearned(t *testing.T) {
	var c Costs
	before := c.Function(1000)
	for range 100 {
		c.Learn(1, 1000, 10*(c.Unit()+c.Function(1000)))
	}
	if after := c.Function(1000); after < 5*before {
		t.Errorf("units took ten times what was expected; the estimate went from %v to %v only", before, after)
	}
}

// quick plans by the costs of the baseline compiler.
func quick(p *forecast.Program, threads int, list ...forecast.Candidate) (units [][]forecast.Func) {
	s := New(p.Len(), NewPlanner(p, &scripted{program: p, list: list}, Budget{}, threads, tier.Baseline), func() {})
	for unit := s.Speculate(); unit != nil; unit = s.Speculate() {
		units = append(units, unit)
	}
	return units
}

func TestUnitsOfTheBaselineCompilerAreOfOneFunction(t *testing.T) {
	p := equal(3, 10)
	expectUnits(t, quick(p, 1, likely(0, 0.9, 0), likely(1, 0.9, 0), likely(2, 0.9, 0)), []forecast.Func{0},
		[]forecast.Func{1}, []forecast.Func{2})
}

func TestACheapGuessMayBeBad(t *testing.T) {
	p := equal(2, 1000)
	expectUnits(t, quick(p, 1, likely(0, 0.1, 0)), []forecast.Func{0})
	expectUnits(t, units(p, likely(0, 0.1, 0)))
}

func TestManyThreadsBeginWithWhatTakesLongest(t *testing.T) {
	list := []forecast.Candidate{likely(0, 0.5, 0), likely(1, 0.5, 0)}
	expectUnits(t, quick(fake(50000, 100), 1, list...), []forecast.Func{1}, []forecast.Func{0})
	expectUnits(t, quick(fake(50000, 100), 8, list...), []forecast.Func{0}, []forecast.Func{1})
}

// A forecast is good until something is called.
func TestTheForecastIsMadeAnewWhenSomethingIsCalled(t *testing.T) {
	p := equal(4, 1000)
	h := &counting{scripted: scripted{program: p, list: []forecast.Candidate{likely(0, 0.9, 0), likely(1, 0.9, 0),
		likely(2, 0.9, 0)}}}
	s := New(p.Len(), NewPlanner(p, h, Budget{}, 1, tier.Baseline), func() {})
	for i, want := range []int{1, 1, 2} {
		if i == 2 {
			s.Note(3)
		}
		if s.Speculate(); h.forecasts != want {
			t.Errorf("%d forecasts for %d units, want %d", h.forecasts, i+1, want)
		}
	}
}

type counting struct {
	scripted
	forecasts int
}

func (h *counting) Forecast(n int) []forecast.Candidate {
	h.forecasts++
	return h.scripted.Forecast(n)
}
