package forecast

import "github.com/orcast/orcast/profile"

// recorded is a replay together with a heuristic for what no recorded run did.
//
// The probability of a function is a mixture: that by the runs that this one may be like, and that by the other
// heuristic for the case that it is like none. While the recorded runs are believed the other is not even told what
// happens, for it would look into functions to no purpose.
type recorded struct {
	*replay
	other Heuristic
	late  []Event     // what other has not been told of yet
	list  []Candidate // the last forecast
}

const (
	// noveltyWeight is how much the part of functions counts that are new or edited. If half of them are, that others
	// were not called before says nothing.
	noveltyWeight = 2
	// leastDoubt is the doubt from which the other heuristic is asked at all.
	leastDoubt = 0.15
)

// Recorded is Profile together with another heuristic, which guesses functions that no recorded run called. Its guesses
// count as much as this run differs from all of them. If nothing is recorded it is just the other.
func Recorded(p *profile.Profile, content func(Func) uint64, other Maker) Maker {
	if p == nil || len(p.Runs()) == 0 {
		return other
	}
	return func(program *Program) Heuristic {
		return &recorded{replay: newReplay(program, recordedSource(p, content)), other: other(program)}
	}
}

// Observe implements Heuristic.
func (h *recorded) Observe(e Event) {
	h.replay.Observe(e)
	h.late = append(h.late, e)
}

// Forecast implements Heuristic: n of each.
func (h *recorded) Forecast(n int) []Candidate {
	h.list = append(h.list[:0], h.replay.Forecast(n)...)
	doubt := h.doubt()
	if doubt < leastDoubt {
		return h.list
	}
	for _, e := range h.late {
		h.other.Observe(e)
	}
	h.late = h.late[:0]
	for _, c := range h.other.Forecast(n) {
		c.Probability *= doubt
		h.list = append(h.list, c)
	}
	return h.list
}

// doubt is how much the other heuristic counts, up to 1.
func (h *recorded) doubt() float64 {
	news := max(h.novelty, float64(h.edited)/float64(max(1, h.asked)))
	return h.none + (1-h.none)*min(1, noveltyWeight*news)
}

// settle implements settler.
func (h *recorded) settle() {
	if s, ok := h.other.(settler); ok {
		s.settle()
	}
}
