package sched

import (
	"testing"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/tier"
)

// speculating is a scheduler whose only function another worker compiles ahead.
func speculating(t *testing.T) *Scheduler {
	t.Helper()
	s := New(1, planOf(equal(1, unitSize), forecast.All), func() {})
	if unit := s.Speculate(); len(unit) != 1 {
		t.Fatalf("the unit is %v", unit)
	}
	return s
}

var only = []forecast.Func{0}

func TestWhatIsWaitedForIsBegunAgain(t *testing.T) {
	s := speculating(t)
	if _, _, ok := s.NextDemand(); ok {
		t.Fatal("the demand worker has work before anybody waits")
	}
	s.Note(0)
	if f, again, ok := s.NextDemand(); f != 0 || !again || !ok {
		t.Fatalf("the demand worker got %d, %v, %v; another worker is at what is waited for", f, again, ok)
	}
	s.Note(0)
	if _, _, ok := s.NextDemand(); ok {
		t.Error("it was begun a third time")
	}
	if !s.First(only) {
		t.Fatal("the first to be done is not")
	}
	if s.First(only) {
		t.Error("both were first")
	}
	s.Done(only, tier.Baseline)
	s.Speculate()
	if s.First(only) || !s.Drained() || len(s.Compilations()) != 1 {
		t.Errorf("a function of which the second was done first was compiled %d times", len(s.Compilations()))
	}
}

func TestTheDemandWorkerIsKickedForWhatIsBegun(t *testing.T) {
	kicks := 0
	s := New(1, planOf(equal(1, unitSize), forecast.All), func() { kicks++ })
	s.Speculate()
	if s.Demand(0); kicks != 1 {
		t.Errorf("%d kicks for a demand of what another worker is at", kicks)
	}
}

func TestWhatIsGivenUpIsNotFirst(t *testing.T) {
	s := speculating(t)
	s.Note(0)
	s.NextDemand() // begins it again
	s.Abandon(only)
	if s.First(only) {
		t.Error("a function that nobody has claimed has code")
	}
	if f, again, ok := s.NextDemand(); f != 0 || again || !ok {
		t.Errorf("what was given up and is waited for is handed out as %d, %v, %v", f, again, ok)
	}
	if !s.First(only) {
		t.Error("who has claimed it anew is not first")
	}
	s.Done(only, tier.Baseline)
	if s.Speculate(); !s.Drained() {
		t.Error("something is left to do")
	}
}

// What another worker has taken to help is begun again too, when the demand worker has time.
func TestWhatAnotherWorkerHelpsWithIsBegunAgain(t *testing.T) {
	s := New(2, nil, func() {})
	s.Note(0)
	s.NextDemand()
	s.Demand(1)
	if f, ok := s.Help(); f != 1 || !ok {
		t.Fatalf("helping with %d, %v", f, ok)
	}
	if f, again, ok := s.NextDemand(); f != 1 || !again || !ok {
		t.Errorf("the demand worker got %d, %v, %v", f, again, ok)
	}
}

// A pause is not the end: who waits for speculation to drain waits on.
func TestAPauseIsNotTheEnd(t *testing.T) {
	plan := planOf(equal(2, unitSize), forecast.All)
	plan.SetClock(stopped{})
	s := New(2, plan, func() {})
	unit := s.Speculate()
	s.Spent(unit, Speculation, Spent{CPU: time.Millisecond, Wait: time.Hour})
	s.Done(unit, tier.O0)
	if s.Speculate() != nil || s.Drained() {
		t.Error("in a pause a unit was handed out, or nothing is left")
	}
	s.lookAgain()
	if s.Note(0); s.Drained() {
		t.Error("after the pause nothing is left")
	}
}

func TestLargerUnitsAreNotBegunAgain(t *testing.T) {
	s := New(3, planOf(equal(3, 10), forecast.All), func() {})
	if unit := s.Speculate(); len(unit) != 3 {
		t.Fatalf("the unit is %v", unit)
	}
	s.Note(1)
	if _, _, ok := s.NextDemand(); ok {
		t.Error("a function of a larger unit was begun again")
	}
}

func TestSpeculationPausesInACrowd(t *testing.T) {
	var c crowd
	const ms = time.Millisecond
	note := func(cpu, wait, now, until time.Duration) {
		t.Helper()
		if c.note(Spent{CPU: cpu, Wait: wait}, now); c.until != until {
			t.Errorf("at %v it pauses until %v, want %v", now, c.until, until)
		}
	}
	note(ms, ms, 0, 0)            // disturbed
	note(ms/10, 0, 1*ms, 0)       // too short to tell
	note(ms, 9*ms, 10*ms, 20*ms)  // a tenth of a processor
	note(ms, 9*ms, 30*ms, 50*ms)  // again
	note(ms, 0, 60*ms, 50*ms)     // better
	note(0, 9*ms, 100*ms, 110*ms) // hardly anything of one
	for range 10 {
		note(ms, 9*ms, 0, min(2*c.pause, mostPause))
	}
}

// In the planner a crowd is a reason to wait, and demands are none of its business.
func TestThePlannerWaitsInACrowd(t *testing.T) {
	p := equal(2, unitSize)
	plan := planOf(p, forecast.All)
	plan.SetClock(stopped{})
	plan.Spent([]forecast.Func{0}, Demand, Spent{CPU: time.Millisecond, Wait: time.Hour})
	if _, retry := plan.Next(); retry != 0 {
		t.Errorf("after a demand it waits %v", retry)
	}
	plan.Spent([]forecast.Func{0}, Speculation, Spent{CPU: time.Millisecond, Wait: time.Hour})
	if unit, retry := plan.Next(); unit != nil || retry != leastPause {
		t.Errorf("in a crowd it gives %v and waits %v", unit, retry)
	}
}

// stopped is a clock that stands still.
type stopped struct{}

func (stopped) Now() time.Time                  { return time.Unix(1, 0) }
func (stopped) AfterFunc(time.Duration, func()) {}
