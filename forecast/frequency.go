package forecast

import "math"

// frequency is the static estimate of how often each function is called in a run, as the fixed point of a Markov model
// over the call graph: Wagner, Maverick, Graham and Harrison, "Accurate static estimators for program optimization"
// (1994). It is solved by pushing: the function with the most calls that its callees have not heard of yet tells them
// next, so that bodies which hardly matter are never looked into.
type frequency struct {
	program *Program
	rank    []rank
	pending []Func // functions with news for their callees; a heap by news
	active  []Func // functions that may be open and have some frequency
	cause   []Func
}

type rank struct {
	calls  float64 // estimated, of those that callees have heard of
	news   float64 // the rest
	best   float64 // the most that one caller told
	pushes int
	active bool
}

const (
	// A function tells its callees at most mostPushes times, which ends circles that would grow for ever, and of less than
	// leastNews calls not at all.
	mostPushes = 4
	leastNews  = 0.01
	// pushesAtOnce bounds the bodies looked into for one forecast.
	pushesAtOnce = 8
)

// Frequency expects the functions that are called most often over the whole run, whose call in it is the
// least in doubt.
func Frequency(p *Program) Heuristic {
	h := &frequency{program: p, rank: make([]rank, p.Len()), cause: make([]Func, p.Len())}
	for _, f := range p.Roots() {
		h.tell(f, NoFunc, 1)
	}
	return h
}

// tell adds calls to what f's callees have to hear of.
func (h *frequency) tell(f, from Func, calls float64) {
	r := &h.rank[f]
	if r.news == 0 && r.pushes < mostPushes {
		h.pending = append(h.pending, f)
	}
	r.news += calls
	if calls > r.best {
		r.best, h.cause[f] = calls, from
	}
	if !r.active {
		r.active = true
		h.active = append(h.active, f)
	}
}

// push has the function with the most news tell its callees. It is false if there is none.
func (h *frequency) push() bool {
	best, at := leastNews, -1
	for i, f := range h.pending {
		if n := h.rank[f].news; n > best {
			best, at = n, i
		}
	}
	if at < 0 {
		return false
	}
	f := h.pending[at]
	h.pending[at] = h.pending[len(h.pending)-1]
	h.pending = h.pending[:len(h.pending)-1]
	r := &h.rank[f]
	news := r.news
	r.calls, r.news, r.pushes = r.calls+news, 0, r.pushes+1
	for _, c := range h.program.Calls(f) {
		if c.Kind != Address && c.Callee != f {
			h.tell(c.Callee, f, news*c.Frequency)
		}
	}
	return true
}

// Observe implements Heuristic.
func (h *frequency) Observe(Event) {}

// Forecast implements Heuristic.
func (h *frequency) Forecast(n int) []Candidate {
	for range pushesAtOnce {
		if !h.push() {
			break
		}
	}
	t := newTop(n)
	open := h.active[:0]
	for _, f := range h.active {
		if !h.program.Open(f) {
			continue
		}
		open = append(open, f)
		calls := h.rank[f].calls + h.rank[f].news
		if h.program.functions[f].Cold {
			calls *= coldFactor
		}
		// Of calls that come independently of each other, at least one comes with this probability (Poisson).
		t.add(Candidate{Func: f, Probability: -math.Expm1(-calls), Reason: "often called, most by", Cause: h.cause[f]})
	}
	h.active = open
	return t.list()
}
