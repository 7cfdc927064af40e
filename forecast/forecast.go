// Package forecast says which functions a running program will call next: heuristics, and the view of the
// program that they are given.
//
// Rule: a heuristic only guesses. It compiles nothing, delays nothing, and costs at most time of an idle core; a
// wrong guess makes a program slower, never wrong.
package forecast

import (
	"time"

	"github.com/orcast/orcast/internal/program"
)

// Func is a function of a program, by number: 0 to Program.Len()-1.
type Func = program.FuncID

// NoFunc is no function.
const NoFunc = program.NoFunc

// Heuristic guesses what is called next.
//
// The engine makes one for each run. It calls the methods of a heuristic one at a time, though not always on the same
// goroutine, and never while the program waits for the answer. A heuristic must not keep what it is given but
// the Program.
type Heuristic interface {
	// Observe tells what has happened, in the order in which it happened.
	Observe(Event)
	// Forecast returns open functions (see Program.Open), the best first; n is how many are of use, more do no harm. A
	// function may be listed several times, for different reasons, which then count together. The list is good until
	// the next call.
	Forecast(n int) []Candidate
}

// Maker makes a heuristic for a run of a program. Nothing has happened yet then; Program.Roots are what is
// certain to happen.
type Maker func(*Program) Heuristic

// Event is something that happened to a function.
type Event struct {
	Kind EventKind
	Func Func
	Time time.Duration // since the program was loaded
}

// EventKind says what happened.
type EventKind uint8

const (
	// Called: the program called it for the first time, or is certain to.
	Called EventKind = iota
	// Compiled: somebody compiles it or has compiled it; it is not open any longer.
	Compiled
)

// Candidate is a guess.
type Candidate struct {
	Func Func
	// Probability is how likely the function is to be called in the rest of the run, above 0 and at most 1. It is 0
	// if the heuristic does not know; the order in which it lists candidates is then kept.
	Probability float64
	// After is in how much time the program is expected to call it, not counting waits for code.
	After time.Duration
	// Reason says why, in a few words that go before the name of Cause: "called by". Candidates of one reason are
	// trusted by how well those before them did; see docs/heuristics.md.
	Reason string
	// Cause is the function that Reason is about, or NoFunc.
	Cause Func
}
