package sched

import (
	"slices"
	"sync"
	"testing"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/tier"
)

// expectTaken says what the worker of a unit got that it may have had to lend.
func expectTaken(t *testing.T, loan *Loan, taken []forecast.Func, want ...forecast.Func) {
	t.Helper()
	if (loan == nil) != (len(want) > 0) || !slices.Equal(taken, want) {
		t.Errorf("a unit was lent: %v, and took %v, not %v", loan != nil, taken, want)
	}
}

func TestAUnitWaitsForWhatItNeeds(t *testing.T) {
	s := New(2, nil, func() {})
	s.Claim(0, Demand)
	s.Claim(1, Demand)
	loan, taken := s.Lend([]forecast.Func{0}, 1)
	expectTaken(t, loan, taken)
	var wg sync.WaitGroup
	wg.Go(func() { s.Done([]forecast.Func{1}, tier.O0) })
	if end := s.Await(loan); end != Done {
		t.Errorf("the loan ended by %d", end)
	}
	wg.Wait()
	// The unit is in no loan any more, so it is not taken.
	s.Promote(1)
	loan, taken = s.Lend([]forecast.Func{1}, 0)
	expectTaken(t, loan, taken)
}

func TestUnitsThatNeedEachOtherBecomeOne(t *testing.T) {
	s := New(4, nil, func() {})
	for f := range forecast.Func(4) {
		s.Claim(f, Demand)
	}
	// Nobody waits for 3, of which 0 is compiled with.
	first, taken := s.Lend([]forecast.Func{0, 3}, 1)
	expectTaken(t, first, taken)
	second, taken := s.Lend([]forecast.Func{1}, 2)
	expectTaken(t, second, taken)
	loan, taken := s.Lend([]forecast.Func{2}, 3)
	expectTaken(t, loan, taken, 0, 3)
	loan, taken = s.Lend([]forecast.Func{2, 0, 3}, 1)
	expectTaken(t, loan, taken, 1)
	for i, l := range []*Loan{first, second} {
		if end := s.Await(l); end != Taken {
			t.Errorf("loan %d ended by %d", i, end)
		}
	}
}

func TestWhatIsGivenUpEndsALoan(t *testing.T) {
	s := New(2, nil, func() {})
	s.Claim(0, Demand)
	s.Claim(1, Speculation)
	loan, _ := s.Lend([]forecast.Func{0}, 1)
	var wg sync.WaitGroup
	wg.Go(func() { s.Abandon([]forecast.Func{1}) })
	if end := s.Await(loan); end != Open {
		t.Errorf("the loan ended by %d", end)
	}
	wg.Wait()
	if !s.Claim(1, Demand) {
		t.Error("what was given up cannot be claimed")
	}
	loan, _ = s.Lend([]forecast.Func{0}, 1)
	wg.Go(s.Close)
	if end := s.Await(loan); end != Closed {
		t.Errorf("the loan ended by %d", end)
	}
	wg.Wait()
}
