package forecast

// frequency is the static estimate of how often each function is called in a run, as the fixed point of a Markov model
// over the call graph: Wagner, Maverick, Graham and Harrison, "Accurate static estimators for program optimization"
// (1994). It is solved by pushing: a function tells its callees of the calls of it that they have not heard of yet, so
// that a new caller changes no more than it has to.
type frequency struct {
	program *Program
	rank    []rank
	pending []Func // functions that are to tell their callees, first in, first out
	active  []Func // functions that may be open and have some frequency
	top     top
}

type rank struct {
	calls  float64 // estimated, of those that callees have heard of
	news   float64 // the rest
	best   float64 // the most that one caller told
	cause  Func    // that caller
	pushes int
	queued bool // in pending
	active bool // in active
}

const (
	// A function tells its callees at most mostPushes times, which ends circles that would grow for ever, and of less
	// than leastNews calls not at all.
	mostPushes = 4
	leastNews  = 0.01
	// pushesAtOnce bounds the bodies looked into for one forecast.
	pushesAtOnce = 8
	// frequentLikely is the probability of a function that is called often according to the estimate. Nothing that
	// happens in the run makes it more or less likely, so it is modest.
	frequentLikely = 0.5
)

// Frequency expects the functions that are called most often over the whole run, whose call in it is the
// least in doubt.
func Frequency(p *Program) Heuristic {
	h := &frequency{program: p, rank: make([]rank, p.Len())}
	for _, f := range p.Roots() {
		h.tell(f, NoFunc, 1)
	}
	return h
}

// tell adds calls to what f's callees have to hear of.
func (h *frequency) tell(f, from Func, calls float64) {
	r := &h.rank[f]
	r.news += calls
	if calls > r.best {
		r.best, r.cause = calls, from
	}
	if !r.active {
		r.active = true
		h.active = append(h.active, f)
	}
	h.queue(f)
}

// queue has f tell its callees some time, if it has something to tell.
func (h *frequency) queue(f Func) {
	r := &h.rank[f]
	if r.queued || r.pushes == mostPushes || r.news < leastNews {
		return
	}
	r.queued = true
	h.pending = append(h.pending, f)
}

// push has the next function tell its callees. It is false if there is none.
func (h *frequency) push() bool {
	if len(h.pending) == 0 {
		return false
	}
	f := h.pending[0]
	h.pending = h.pending[1:]
	r := &h.rank[f]
	news := r.news
	r.calls, r.news, r.pushes, r.queued = r.calls+news, 0, r.pushes+1, false
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
	for i := 0; i < pushesAtOnce && h.push(); i++ {
	}
	t := &h.top
	t.begin(n)
	open := h.active[:0]
	for _, f := range h.active {
		if !h.program.Open(f) {
			h.rank[f].active = false
			continue
		}
		open = append(open, f)
		r := &h.rank[f]
		calls := r.calls + r.news
		if h.program.functions[f].Cold {
			calls *= coldFactor
		}
		t.add(f, frequentLikely*calls/(1+calls), 0)
	}
	h.active = open
	return t.list(func(f Func) (string, Func) { return "often called, most by", h.rank[f].cause })
}
