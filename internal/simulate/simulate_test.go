package simulate

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/trace"
)

const us = time.Microsecond

// The prices of LLVM, as constants.
const (
	unitCost     = 330 * us
	functionCost = 110 * us
	byteCost     = 750 * time.Nanosecond
)

// What the synthetic traces have.
const (
	size     = 1000 // bytes of bitcode of a function
	own      = functionCost + size*byteCost
	begun    = 1000 * us
	loadTime = 7000 * us
	dataTime = 3000 * us
	linking  = 500 * us
	started  = begun + loadTime + dataTime + linking
	notice   = 10 * us
	finish   = 5 * us
	wake     = 20 * us
)

// fake makes views of a program of functions of these sizes. The first one is its entry.
func fake(sizes ...int) func() *forecast.Program {
	p := linked(sizes...)
	p.Entry.Symbol = p.Functions[0]
	return func() *forecast.Program { return forecast.NewProgram(p, nil) }
}

func linked(sizes ...int) *program.Program {
	p := &program.Program{Modules: []*program.Module{{}}}
	for i, size := range sizes {
		def := &bitcode.Symbol{Module: &bitcode.Module{}, Body: bitcode.ByteRange{End: int64(size)}}
		p.Functions = append(p.Functions, &program.Symbol{Func: program.FuncID(i), Kind: program.Function,
			Module: p.Modules[0], Def: def})
	}
	return p
}

// traced makes the trace of a run without speculation of a program with functions of these sizes, all of which are
// called in order, each so long after the one before goes on.
func traced(sizes []int, gaps []time.Duration) *trace.Trace {
	t := &trace.Trace{Header: trace.Header{Version: trace.Version, Modules: []string{""}, Functions: len(sizes)}}
	t.End.Started = trace.Time(started)
	t.Units = append(t.Units, trace.Unit{Reason: trace.Data, Begin: trace.Time(begun),
		End: trace.Time(started - linking), Compile: trace.Time(loadTime + dataTime)})
	now := started
	for f, size := range sizes {
		now += gaps[f]
		begin := now + notice
		if f == 0 {
			begin = started - linking // main is wanted before it is called
		}
		cost := unitCost + functionCost + time.Duration(size)*byteCost
		end := begin + cost + finish
		t.Functions = append(t.Functions, trace.Function{ID: f, Bytes: size})
		t.Units = append(t.Units, trace.Unit{Functions: []int{f}, Reason: trace.Demand, Begin: trace.Time(begin),
			End: trace.Time(end), Compile: trace.Time(cost)})
		t.Calls = append(t.Calls, trace.Call{Function: f, At: trace.Time(now), Wait: trace.Time(end + wake - now),
			Stalled: true})
		now = end + wake
	}
	t.End.Ended = trace.Time(now + 100*us)
	return t
}

// equal makes the model of a program of n equal functions, called one after the other.
func equal(t *testing.T, n int, gap time.Duration) (*Model, *trace.Trace) {
	t.Helper()
	sizes, gaps := make([]int, n), make([]time.Duration, n)
	for i := range sizes {
		sizes[i], gaps[i] = size, gap
	}
	tr := traced(sizes, gaps)
	m, err := NewModel(tr, fake(sizes...))
	if err != nil {
		t.Fatal(err)
	}
	return m, tr
}

// inOrder expects all functions, in the order in which they are called.
var inOrder = forecast.All

func expect(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	// Times pass through floating point.
	if diff := max(got-want, want-got); diff > 100 {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestWithoutSpeculationTheRunIsTheTracedOne(t *testing.T) {
	m, tr := equal(t, 20, 50*us)
	r := m.Run(Options{Threads: 3})
	var stall time.Duration
	for _, c := range tr.Calls {
		stall += time.Duration(c.Wait)
	}
	expect(t, "stall", r.Stall, stall)
	expect(t, "wall", r.Wall, time.Duration(tr.End.Ended))
	expect(t, "the program's beginning", r.Began, started)
	if r.Called != 20 || r.Stalls != 20 || r.Compiled != 20 || r.Demand != 20 {
		t.Errorf("%+v", r)
	}
}

func TestPromotionsAreNoPartOfTheReplay(t *testing.T) {
	sizes, gaps := []int{size, size, size}, []time.Duration{0, 500 * us, 500 * us}
	tr := traced(sizes, gaps)
	plain, err := NewModel(tr, fake(sizes...))
	if err != nil {
		t.Fatal(err)
	}
	tr.Units = append(tr.Units, trace.Unit{Functions: []int{1}, Reason: trace.Promotion, Tier: "O3", Worker: -2,
		Begin: tr.End.Started, End: tr.End.Ended, Compile: trace.Time(time.Second), Link: 1000, Code: 1})
	promoted, err := NewModel(tr, fake(sizes...))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Threads: 1}
	if a, b := plain.Run(o), promoted.Run(o); a != b {
		t.Errorf("with a promotion in the trace the run is %+v, without %+v", b, a)
	}
}

func TestATenfoldSpeedLeavesWakingThreads(t *testing.T) {
	m, _ := equal(t, 20, 50*us)
	slow, fast := m.Run(Options{Threads: 1}), m.Run(Options{Threads: 1, Speed: 10})
	const waking = notice + finish + wake
	perCall := (unitCost + own) / 10
	// Main is compiled before the program begins.
	expect(t, "stall", fast.Stall, 19*(perCall+waking))
	if fast.Wall >= slow.Wall {
		t.Errorf("wall time went from %v to %v", slow.Wall, fast.Wall)
	}
}

func TestWhatIsReadyIsNotWaitedFor(t *testing.T) {
	m, _ := equal(t, 4, 10*time.Millisecond)
	r := m.Run(Options{Policy: inOrder, Threads: 1, FreeAnalysis: true})
	// Main is ready before the program begins, and all others in time.
	if r.Stalls != 0 || r.Useful != 3 || r.Late != 0 || r.Wasted != 0 || r.Compiled != 4 {
		t.Errorf("%+v", r)
	}
}

func TestALateFunctionIsWaitedForToItsEnd(t *testing.T) {
	const large = 100_000
	sizes := []int{1, large, large}
	tr := traced(sizes, []time.Duration{1000 * us, 0, 0})
	m, err := NewModel(tr, fake(sizes...))
	if err != nil {
		t.Fatal(err)
	}
	r := m.Run(Options{Policy: inOrder, Threads: 1, FreeAnalysis: true})
	// The thread that speculates compiles static data, and then the large functions, one after the other. Each is
	// called when it is at it already: the program waits for it, though the demand worker has nothing to do.
	cost := unitCost + functionCost + large*byteCost
	expect(t, "stall", r.Stall, 2*(cost+finish)+wake-linking-1000*us)
	if r.Late != 2 || r.Stalls != 2 || r.Demand != 1 {
		t.Errorf("%+v", r)
	}
}

func TestDemandsAreHelpedWith(t *testing.T) {
	const large = 20_000
	sizes := []int{large, large}
	p := linked(sizes...)
	p.Ctors = []program.Structor{{Func: program.Ref{Symbol: p.Functions[0]}}}
	p.Entry.Symbol = p.Functions[1]
	m, err := NewModel(traced(sizes, []time.Duration{0, 0}),
		func() *forecast.Program { return forecast.NewProgram(p, nil) })
	if err != nil {
		t.Fatal(err)
	}
	// Both are wanted from the start. The demand worker compiles the one when it is done with static data; the other
	// worker, which has to load the module first, helps it with the other.
	r := m.Run(Options{Threads: 1})
	cost := unitCost + functionCost + large*byteCost
	expect(t, "stall", r.Stall, wake+loadTime+cost+finish+wake-linking)
	if r.Demand != 2 || r.Stalls != 2 {
		t.Errorf("%+v", r)
	}
}

func TestAnalysisTakesTime(t *testing.T) {
	m, _ := equal(t, 60, 10*us)
	free, real := m.Run(Options{Policy: inOrder, Threads: 2, FreeAnalysis: true}),
		m.Run(Options{Policy: inOrder, Threads: 2})
	if free.Stall >= real.Stall {
		t.Errorf("planning for free: stall %v; otherwise %v", free.Stall, real.Stall)
	}
}

func TestMoreThreadsWaitLess(t *testing.T) {
	m, _ := equal(t, 200, 10*us)
	before := m.Run(Options{Threads: 1}).Stall
	for _, threads := range []int{1, 2, 4, 8, 16, 64} {
		r := m.Run(Options{Policy: inOrder, Threads: threads})
		if r.Stall > before {
			t.Errorf("%d threads: stall %v, with fewer %v", threads, r.Stall, before)
		}
		before = r.Stall
		if again := m.Run(Options{Policy: inOrder, Threads: threads}); again != r {
			t.Errorf("two runs differ: %+v and %+v", r, again)
		}
	}
}

func TestTheBoundOfEqualFunctionsIsKnown(t *testing.T) {
	// All calls come at once when the program begins, so it goes on when the last function is compiled.
	const n, threads = 100, 3
	m, _ := equal(t, n, 0)
	last := begun + loadTime + unitCost + (n*own+dataTime)/(threads+1)
	bound := m.Bound(Options{Threads: threads})
	// Each of the calls that wait may wake the program, but those that overlap with compiling cost nothing in the
	// bound.
	if low, high := last-started, last-started+n*wake; bound < low || bound > high {
		t.Errorf("bound %v, want %v to %v", bound, low, high)
	}
}

func TestNothingIsBetterThanTheBound(t *testing.T) {
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 1))
		n := 5 + random.IntN(100)
		sizes, gaps := make([]int, n), make([]time.Duration, n)
		for i := range sizes {
			sizes[i] = 1 + random.IntN(10)*random.IntN(10)*random.IntN(100)
			gaps[i] = time.Duration(random.IntN(5)*random.IntN(500)) * us
		}
		m, err := NewModel(traced(sizes, gaps), fake(sizes...))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{Threads: 1}, {Threads: 4}, {Threads: 9, Speed: 7}} {
			best, bound := m.Best(o), m.Bound(o)
			if bound > best.Stall {
				t.Errorf("seed %d, %+v: the bound is %v, and %v is possible", seed, o, bound, best.Stall)
			}
			o.FreeAnalysis = true
			for name, policy := range map[string]forecast.Maker{"none": nil, "all": forecast.All,
				"largest": forecast.Largest, "random": forecast.Random} {
				o.Policy = policy
				if r := m.Run(o); r.Stall < bound {
					t.Errorf("seed %d, %+v: %s waits %v, the bound is %v", seed, o, name, r.Stall, bound)
				}
			}
		}
	}
}

func TestAnotherProgramIsRefused(t *testing.T) {
	tr := traced([]int{10, 20}, []time.Duration{0, 0})
	for name, view := range map[string]func() *forecast.Program{"sizes": fake(10, 30), "number": fake(10)} {
		if _, err := NewModel(tr, view); err == nil || !strings.Contains(err.Error(), "another program") {
			t.Errorf("other %s: error %v", name, err)
		}
	}
	tr.Calls = nil
	if _, err := NewModel(tr, fake(10, 20)); err == nil {
		t.Error("a run without calls is no model")
	}
}
