package sched

import "github.com/orcast/orcast/forecast"

// trusts is how well guesses have done in this run, by their reason: the functions compiled for that reason and called
// since, over the number that the probabilities promised. Probabilities are corrected by that. A function that was not
// called by hearing first calls after it was compiled counts as a wrong guess.
type trusts struct {
	reasons map[string]*trust
	guesses []guesses // by function: those that it was compiled for, until they are settled
	pending []pending // functions compiled on a guess and not settled, the oldest first
	clock   int       // first calls so far
}

type trust struct{ promised, kept float64 }

type guess struct {
	reason      *trust
	probability float64
}

// guesses are those on one function: the first few.
type guesses struct {
	n    int
	list [4]guess
}

func (g *guesses) all() []guess { return g.list[:g.n] }

type pending struct {
	function forecast.Func
	since    int
}

const (
	// hearing is how many first calls a guess has to come true.
	hearing = 60
	// doubt is how many kept promises a reason starts with, so that it takes some guesses to lose or gain trust.
	doubt = 4
	// Trust stays within these bounds: whoever was wrong may do better later.
	leastTrust, mostTrust = 0.1, 1.5
	// agreement is what a second reason adds, in parts of its probability. Heuristics read the same program, so they
	// agree more often than independent ones would.
	agreement = 0.25
)

func newTrusts(n int) *trusts {
	return &trusts{reasons: map[string]*trust{}, guesses: make([]guesses, n)}
}

// of is the trust in a reason.
func (t *trusts) of(reason string) *trust {
	r := t.reasons[reason]
	if r == nil {
		r = &trust{}
		t.reasons[reason] = r
	}
	return r
}

func (r *trust) factor() float64 {
	return min(max((r.kept+doubt)/(r.promised+doubt), leastTrust), mostTrust)
}

// combine is the probability of a function for several reasons.
func combine(p, q float64) float64 {
	p, q = max(p, q), min(p, q)
	return p + (1-p)*q*agreement
}

// compiled notes that a function is compiled for some reasons.
func (t *trusts) compiled(function forecast.Func, g guesses) {
	t.guesses[function] = g
	t.pending = append(t.pending, pending{function, t.clock})
}

// observe settles guesses.
func (t *trusts) observe(e forecast.Event) {
	if e.Kind != forecast.Called {
		return
	}
	t.clock++
	for _, g := range t.guesses[e.Func].all() {
		g.reason.promised += g.probability
		g.reason.kept++
	}
	t.guesses[e.Func] = guesses{}
	for len(t.pending) > 0 && t.clock-t.pending[0].since > hearing {
		f := t.pending[0].function
		t.pending = t.pending[1:]
		for _, g := range t.guesses[f].all() {
			g.reason.promised += g.probability
		}
		t.guesses[f] = guesses{}
	}
}
