package forecast

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// fixed is an order that nothing changes. Cold functions come last in any.
type fixed struct {
	program *Program
	order   []Func
	reason  string
}

func newFixed(p *Program, reason string, compare func(a, b Func) int) *fixed {
	h := &fixed{p, make([]Func, 0, p.Len()), reason}
	for f := range Func(p.Len()) {
		if p.Open(f) {
			h.order = append(h.order, f)
		}
	}
	slices.SortStableFunc(h.order, func(a, b Func) int {
		if x, y := p.functions[a].Cold, p.functions[b].Cold; x != y {
			if x {
				return 1
			}
			return -1
		}
		return compare(a, b)
	})
	return h
}

// All is the order of the modules, and in a module that of its functions: what a compiler ahead of time would do.
func All(p *Program) Heuristic {
	return newFixed(p, "next in the module", func(a, b Func) int { return cmp.Compare(a, b) })
}

// Largest begins with the function that would take longest to wait for.
func Largest(p *Program) Heuristic {
	return newFixed(p, "large", func(a, b Func) int {
		return cmp.Compare(p.functions[b].Size, p.functions[a].Size)
	})
}

// Random is an order drawn by lot, the same in every run: what a heuristic has to be better than.
func Random(p *Program) Heuristic {
	draw := rand.New(rand.NewPCG(1, 2))
	place := make([]uint64, p.Len())
	for f := range place {
		place[f] = draw.Uint64()
	}
	return newFixed(p, "by lot", func(a, b Func) int { return cmp.Compare(place[a], place[b]) })
}

// Observe implements Heuristic.
func (h *fixed) Observe(Event) {}

// Forecast implements Heuristic.
func (h *fixed) Forecast(n int) []Candidate {
	list := make([]Candidate, 0, min(n, len(h.order)))
	for len(h.order) > 0 && !h.program.Open(h.order[0]) {
		h.order = h.order[1:]
	}
	for _, f := range h.order {
		if len(list) == n {
			break
		}
		if h.program.Open(f) {
			list = append(list, Candidate{Func: f, Reason: h.reason, Cause: NoFunc})
		}
	}
	return list
}
