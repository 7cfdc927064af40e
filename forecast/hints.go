package forecast

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// hints follows what a front end or an embedder said of functions.
type hints struct {
	program *Program
	list    []Candidate // those that were open when last seen
}

const (
	// orderedLikely is the probability of a function that has a place in an order and no probability of its own.
	orderedLikely = 0.9
	// hintGap is the time that is taken to pass between first calls in a given order: their median in real programs.
	hintGap = 10 * time.Microsecond
)

// Hints follows Function.Hint: functions with an order first, in that order, then the likely ones. It resembles the
// branch and call hints that WebAssembly's compilation-hints proposal has front ends write.
func Hints(p *Program) Heuristic {
	h := &hints{program: p}
	last := 0
	for f := range p.functions {
		last = max(last, p.functions[f].Order)
	}
	for f := range Func(p.Len()) {
		hint := p.functions[f].Hint
		if hint == (Hint{}) {
			continue
		}
		c := Candidate{Func: f, Probability: hint.Likely, Reason: "hinted", Cause: NoFunc}
		if c.Probability == 0 {
			c.Probability = orderedLikely
		}
		place := hint.Order
		if place == 0 {
			place = last + 1
		}
		c.After = time.Duration(min(place, math.MaxInt32)) * hintGap
		h.list = append(h.list, c)
	}
	slices.SortStableFunc(h.list, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(a.After, b.After), -cmp.Compare(a.Probability, b.Probability))
	})
	return h
}

// Observe implements Heuristic.
func (h *hints) Observe(Event) {}

// Forecast implements Heuristic.
func (h *hints) Forecast(n int) []Candidate {
	h.list = slices.DeleteFunc(h.list, func(c Candidate) bool { return !h.program.Open(c.Func) })
	return h.list[:min(n, len(h.list))]
}
