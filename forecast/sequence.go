package forecast

import (
	"math"
	"time"
)

// sequence follows calls from where the program is. A function that was called makes what it calls likely; one that
// is compiled ahead makes what it calls likely in turn, by as much as it is likely itself.
//
// The probability of a function is that of at least one of its callers calling it, as if they did so independently
// of each other. It falls with the first calls that pass without, as a power of their number: what is called at all is
// mostly called soon after its caller, but much later is not rare.
type sequence struct {
	program *Program
	calls   func(Func) []Call
	learns  func(Func) bool     // calls of it cost nothing later; nil if they always do
	reasons [Address + 1]string // by CallKind
	ahead   float64             // the probability from which a function's calls are looked at before it is compiled
	nodes   []node
	active  []Func        // functions that may be open and have some probability
	due     []Func        // functions to be followed once their calls cost nothing
	clock   int           // first calls so far
	now     time.Duration // of the last event
	top     top
}

// node is what sequence knows of a function.
type node struct {
	miss   float64       // probability that none of the callers known calls it; 0 is one that nobody is known to call
	spread float64       // the probability with which its own calls count
	seen   int           // clock when its probability last rose
	at     time.Duration // when it is expected
	cause  Func          // the caller that is most likely to call it
	best   float64       // how likely
	kind   CallKind      // of that call
}

const (
	// freshness is the power of the number of first calls, with which probability falls.
	freshness = -0.3
	// farthest is how many calls deep functions that are only expected spread probability; leastSpread is
	// the probability below which they don't.
	farthest    = 6
	leastSpread = 0.05
	// lookAhead is the probability from which a body is looked into before it is compiled: it most likely will be.
	lookAhead = 0.5
)

// Sequence expects what the functions called so far call, by the reach probabilities and delays of their control flow,
// and what is reached from there through functions that are likely themselves. The nearest ancestor is the dynamic
// look-ahead compilation of Campanoni et al. (2009).
func Sequence(p *Program) Heuristic {
	return newSequence(p, p.Calls, [...]string{Direct: "called by", Indirect: "in a table of",
		Address: "address taken by"}, lookAhead)
}

// Callees is Sequence without a look at control flow: what the functions called so far mention, in the order of their
// bodies. Modules with a ThinLTO summary are not looked into at all.
func Callees(p *Program) Heuristic {
	h := newSequence(p, p.Callees, [...]string{Direct: "mentioned by", Indirect: "in a table of",
		Address: "address taken by"}, lookAhead)
	h.learns = p.Learns
	p.awaited.Store(true)
	return h
}

// Summary is Sequence over the call edges and hotness of ThinLTO's per-module summaries, for which no body is looked
// into. Modules without a summary contribute nothing.
func Summary(p *Program) Heuristic {
	return newSequence(p, p.SummaryCalls, [...]string{Direct: "by its summary called by",
		Address: "by its summary referred to by"}, leastSpread)
}

func newSequence(p *Program, calls func(Func) []Call, reasons [Address + 1]string, ahead float64) *sequence {
	return &sequence{program: p, calls: calls, reasons: reasons, ahead: ahead, nodes: make([]node, p.Len())}
}

// Observe implements Heuristic.
func (h *sequence) Observe(e Event) {
	h.now = e.Time
	n := &h.nodes[e.Func]
	switch e.Kind {
	case Called:
		h.clock++
		n.at = e.Time
		h.see(e.Func)
	case Compiled:
		if n.miss > 0 {
			h.see(e.Func)
		}
	}
}

// see follows a function that is called or compiled, now or when that costs nothing.
func (h *sequence) see(f Func) {
	switch {
	case h.awaits(f):
		h.due = append(h.due, f)
	case h.program.WasCalled(f):
		h.follow(f, 1, 0)
	default:
		h.follow(f, 1-h.nodes[f].miss, 0)
	}
}

func (h *sequence) awaits(f Func) bool { return h.learns != nil && h.learns(f) }

// follow lets the calls of f count with probability p, that of f itself.
func (h *sequence) follow(f Func, p float64, depth int) {
	from := &h.nodes[f]
	before := from.spread
	if p <= before || depth > farthest {
		return
	}
	from.spread = p
	for _, c := range h.calls(f) {
		if c.Callee == f || h.program.WasCalled(c.Callee) {
			continue
		}
		to := &h.nodes[c.Callee]
		w := likely(c, h.program.functions[c.Callee].Traits)
		if to.miss == 0 {
			to.miss = 1
			h.active = append(h.active, c.Callee)
		}
		// The part that counted before is taken out.
		to.miss = max(to.miss*(1-w*p)/(1-w*before), math.SmallestNonzeroFloat64)
		to.seen = h.clock
		if w*p > to.best {
			to.best, to.cause, to.kind, to.at = w*p, f, c.Kind, from.at+c.After
		}
		if q := 1 - to.miss; h.spreads(to, q) && !h.awaits(c.Callee) {
			h.follow(c.Callee, q, depth+1)
		}
	}
}

// spreads says that the probability q of a function is, or has become, so much that its calls are worth a look.
func (h *sequence) spreads(n *node, q float64) bool {
	if n.spread > 0 {
		return q > max(leastSpread, n.spread*1.1)
	}
	return q > leastSpread && q >= h.ahead
}

// The probability that a caller which is called makes a call at all in the run, whose many calls of it have a chance
// each. Fitted to first calls of SQLite, Lua and bzip2: of calls with a reach of 1/2 and more 83 % were made, of
// all others, down to one in 500, about 60 %; see docs/heuristics.md.
const (
	leastLikely    = 0.5
	reachLikely    = 0.45 // more, in proportion to reach
	unlikelyFactor = 0.7
	addressFactor  = 0.8
	coldFactor     = 0.05
	noReturnFactor = 0.3
)

// likely is the probability that a call is made by a caller that is called.
func likely(c Call, callee Traits) float64 {
	w := leastLikely + reachLikely*c.Reach
	switch c.Kind {
	case Address:
		w *= addressFactor
	case Indirect:
		w *= c.Reach / (c.Reach + 0.2)
	}
	if c.Unlikely {
		w *= unlikelyFactor
	}
	if callee.Cold {
		w *= coldFactor
	}
	if callee.NoReturn {
		w *= noReturnFactor
	}
	return w
}

// Forecast implements Heuristic.
func (h *sequence) Forecast(n int) []Candidate {
	due := h.due
	h.due = h.due[:0]
	for _, f := range due {
		h.see(f)
	}
	h.top.begin(n)
	open := h.active[:0]
	for _, f := range h.active {
		if !h.program.Open(f) {
			continue
		}
		open = append(open, f)
		node := &h.nodes[f]
		p := (1 - node.miss) * fresh(h.clock-node.seen)
		h.top.add(f, p, max(0, node.at-h.now))
	}
	h.active = open
	return h.top.list(func(f Func) (string, Func) { return h.reasons[h.nodes[f].kind], h.nodes[f].cause })
}

// fresh is what is left of a probability after some first calls.
func fresh(age int) float64 { return aged[min(age, len(aged)-1)] }

var aged = func() (a [1024]float64) {
	for age := range a {
		a[age] = math.Pow(float64(1+age), freshness)
	}
	return a
}()
