package forecast

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// fixed is an order that nothing changes. Cold functions come last in any.
type fixed struct {
	program *Program
	order   []Func
	reason  string
	list    []Candidate // the last forecast
}

func newFixed(p *Program, reason string, compare func(a, b Func) int) *fixed {
	h := &fixed{program: p, order: make([]Func, 0, p.Len()), reason: reason}
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

// rest is what is left when nothing better is known: everything, the largest function first, which is the likeliest.
type rest struct{ *fixed }

// Rest expects all functions, and large ones more than small ones. It is for when compiling costs so little that an
// idle thread is a waste.
func Rest(p *Program) Heuristic {
	h := Largest(p).(*fixed)
	h.reason = "not compiled yet"
	return rest{h}
}

// Forecast implements Heuristic.
func (h rest) Forecast(n int) []Candidate {
	list := h.fixed.Forecast(n)
	for i := range list {
		f := &h.program.functions[list[i].Func]
		list[i].Probability = bySize(f.Size)
		if f.Cold {
			list[i].Probability *= coldFactor
		}
	}
	return list
}

// bySize is the probability that a run calls a function of so many bytes of bitcode, of which nothing else is known. In
// the workloads 25 % of those below 256 bytes are called, and 70 % from 8 kB on.
func bySize(size int) float64 {
	const least, most, perDoubling = 0.25, 0.7, 0.09
	return min(most, least+perDoubling*max(0, math.Log2(float64(size)/256)))
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
	h.list = h.list[:0]
	looked := 0
	for ; looked < len(h.order) && len(h.list) < n; looked++ {
		if f := h.order[looked]; h.program.Open(f) {
			h.list = append(h.list, Candidate{Func: f, Reason: h.reason, Cause: NoFunc})
		}
	}
	// Those that are not open need no second look.
	h.order = h.order[looked-len(h.list):]
	for i, c := range h.list {
		h.order[i] = c.Func
	}
	return h.list
}
