package sched

import (
	"reflect"
	"sync"
	"testing"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/tier"
)

// fake makes a program of one function for each size, in modules of six.
func fake(sizes ...int) *forecast.Program {
	p := &program.Program{}
	for i, size := range sizes {
		for i/6 >= len(p.Modules) {
			p.Modules = append(p.Modules, &program.Module{Number: program.ModuleID(len(p.Modules))})
		}
		def := &bitcode.Symbol{Module: &bitcode.Module{}, Body: bitcode.ByteRange{End: int64(size)}}
		p.Functions = append(p.Functions, &program.Symbol{Func: program.FuncID(i), Kind: program.Function,
			Module: p.Modules[i/6], Def: def})
	}
	return forecast.NewProgram(p, nil)
}

func equal(n, size int) *forecast.Program {
	sizes := make([]int, n)
	for i := range sizes {
		sizes[i] = size
	}
	return fake(sizes...)
}

// planOf plans by a heuristic, with one thread.
func planOf(p *forecast.Program, m forecast.Maker) *Planner {
	return NewPlanner(p, m(p), Budget{}, 1, tier.O0)
}

func TestDemandComesBeforeSpeculation(t *testing.T) {
	s := New(4, planOf(equal(4, unitSize), forecast.All), func() {})
	s.Demand(2)
	if f, _, ok := s.NextDemand(); f != 2 || !ok {
		t.Fatalf("the demand worker got %d, %v", f, ok)
	}
	s.Demand(3) // the demand worker is busy: another one has to take it, before speculation
	for _, want := range []struct {
		unit   []forecast.Func
		reason Reason
	}{{[]forecast.Func{3}, Demand}, {[]forecast.Func{0}, Speculation}, {[]forecast.Func{1}, Speculation}} {
		unit, reason, ok := s.Take()
		if !ok || !reflect.DeepEqual(unit, want.unit) || reason != want.reason {
			t.Errorf("got %v for %v, want %v", unit, reason, want)
		}
	}
}

func TestAFunctionIsHandedOutOnce(t *testing.T) {
	const n, takers = 500, 8
	s := New(n, planOf(equal(n, unitSize/3), forecast.All), func() {})
	count := make([]int, n)
	var mu sync.Mutex
	var wg sync.WaitGroup
	note := func(unit ...forecast.Func) {
		mu.Lock()
		for _, f := range unit {
			count[f]++
		}
		mu.Unlock()
		s.Done(unit, tier.O0)
	}
	for range takers {
		wg.Go(func() {
			for f := range forecast.Func(n) {
				s.Demand(f)
			}
		})
		wg.Go(func() {
			for {
				unit, _, ok := s.Take()
				if !ok {
					return
				}
				note(unit...)
			}
		})
	}
	wg.Go(func() {
		for {
			f, again, ok := s.NextDemand()
			if s.Closed() {
				return
			}
			if !ok || again {
				continue
			}
			note(f)
			if compiledIn(s) == n {
				s.Close()
			}
		}
	})
	wg.Go(func() { // whoever ends last closes
		for compiledIn(s) < n {
			s.Demand(0)
		}
		s.Close()
	})
	wg.Wait()
	for f, c := range count {
		if c != 1 {
			t.Errorf("function %d was handed out %d times", f, c)
		}
	}
}

func compiledIn(s *Scheduler) int { return len(s.Compilations()) }

func TestJoinAndAbandon(t *testing.T) {
	s := New(3, nil, func() {})
	s.Demand(0)
	f, _, _ := s.NextDemand()
	if !s.Join([]forecast.Func{f}, []forecast.Func{1}) {
		t.Fatal("an open function could not join")
	}
	if s.Join([]forecast.Func{2}, []forecast.Func{1}) {
		t.Fatal("a claimed function joined a second unit")
	}
	s.Abandon([]forecast.Func{0, 1})
	if f, _, ok := s.NextDemand(); f != 0 || !ok {
		t.Errorf("an abandoned demand was lost: got %d, %v", f, ok)
	}
	if !s.Done([]forecast.Func{0}, tier.O0) {
		t.Error("nobody wants a function that was demanded")
	}
	if !s.Demand(0) {
		t.Error("a compiled function is not reported as done")
	}
}

func TestTheDemandWorkerIsKicked(t *testing.T) {
	kicks := 0
	s := New(4, nil, func() { kicks++ })
	expect := func(want int, when string) {
		t.Helper()
		if kicks != want {
			t.Errorf("%d kicks after %s, want %d", kicks, when, want)
		}
	}
	s.Note(0)
	expect(0, "the worker's own note")
	s.NextDemand()
	s.Demand(1)
	expect(0, "a demand while the worker is busy")
	s.Demand(1)
	s.NextDemand()
	s.NextDemand()
	expect(0, "the worker's return to listening")
	s.Demand(2)
	expect(1, "a demand while the worker listens")
	s.Close()
	expect(2, "closing")
}

func TestDrainedMeansDone(t *testing.T) {
	s := New(2, planOf(equal(2, unitSize), forecast.All), func() {})
	first, _, _ := s.Take()
	second, _, _ := s.Take()
	if s.Done(first, tier.O0); s.Drained() {
		t.Error("drained while a unit is under way")
	}
	s.Done(second, tier.O0)
	if unit := s.Speculate(); unit != nil {
		t.Errorf("%v was handed out after all was", unit)
	}
	if !s.Drained() {
		t.Error("not drained when all is done")
	}
}

func TestAPromotionComesAfterTheFirstCompilation(t *testing.T) {
	s := New(1, nil, func() {})
	if s.Promote(0) {
		t.Fatal("a function that has no code was promoted")
	}
	s.Demand(0)
	f, _, _ := s.NextDemand()
	if s.Promote(f) {
		t.Fatal("a function was promoted while it was compiled")
	}
	s.Done([]forecast.Func{f}, tier.O0)
	if !s.Promote(f) || s.Promote(f) {
		t.Fatal("a function with code was not promoted, or twice at once")
	}
	if !s.Demand(f) || s.Claim(f, Demand) || s.Drained() {
		t.Error("a function that is promoted has no code, or nobody works on it")
	}
	s.Abandon([]forecast.Func{f})
	if !s.Promote(f) {
		t.Error("a promotion that was given up cannot be tried again")
	}
	s.Done([]forecast.Func{f}, tier.O2)
	want := []Compilation{{f, Demand, tier.O0}, {f, Promotion, tier.O2}}
	if got := s.Compilations(); !reflect.DeepEqual(got, want) || !s.Drained() {
		t.Errorf("compilations %v, want %v; all done: %v", got, want, s.Drained())
	}
}
