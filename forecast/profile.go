package forecast

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/orcast/orcast/profile"
)

// replay expects that this run goes like one of those recorded. It is a hidden Markov model: the hidden state is which
// of the recorded runs this one is like, or none of them, and each first call says which ones are likely. In each run
// it keeps two places: the furthest call that was made, and the last one. Usually they are the same; they are not where
// threads take turns, or for a while after a single call that came too early.
type replay struct {
	program *Program
	source  replaySource
	runs    []replayed
	none    float64 // probability that this run is like none of them
	novelty float64 // the part of the latest first calls that no run has as they are now
	content []content
	asked   int   // how many of it are known
	edited  int   // of these functions, those that were edited since some run
	stamp   []int // by function: the forecast that has it already
	now     int   // the forecast under way
}

// replaySource is what a replay is made from.
type replaySource struct {
	profile *profile.Profile
	content func(Func) uint64
	reason  string
	absent  float64 // likelihood of a first call in a run that does not have it
}

// content is the hash of a function's content, asked for when it is needed: that may take as long as looking into it.
type content struct {
	known bool
	hash  uint64
}

const (
	// Likelihoods of a first call: in a run that has it near the places, in a run that has it elsewhere, in one that
	// does not have it, and in one that is like none of those recorded.
	nearCall   = 1.0
	farCall    = 0.5
	absentCall = 0.1
	anyCall    = 0.3
	// near is how many calls off the place is near.
	near = 64
	// strange is the probability before the first call that the run is like none; change that it gets like any other
	// run, as if drawn anew, with the next call. So nothing that was likely once is given up for good.
	strange = 0.1
	change  = 0.01
	// leastLike is the probability from which a run has a say.
	leastLike = 0.02
	// A call that was passed over is expected with half the probability each halving calls beyond it, and after given
	// up not at all. Of such calls back are looked at: they may be those of another thread, or just out of order.
	halving = 8
	givenUp = 32
	back    = 16
	// recency is the weight of the latest first call in novelty.
	recency = 1.0 / 16
	// soon is the time that makes a candidate half as urgent as one that is expected at once.
	soon = 20 * time.Millisecond
)

// passedBy is what is left of the probability of a call when so many calls beyond it were made.
var passedBy = func() (left [givenUp + 1]float64) {
	for k := range left {
		left[k] = math.Exp2(-float64(k) / halving)
	}
	return left
}()

// Profile expects what runs recorded in p did: the functions that they called after the calls made so far, in that
// order and with those gaps. Runs that this one differs from lose their say after a few first calls, and get it back if
// it comes to be like them. A function counts as the one recorded if it has its name, and its content if content is not
// nil: that gives the hash that profile.Function.ID was made by, 0 if it does not know, and is called once for each
// function that is about to be expected. p must not change during the run; nil is one without runs.
func Profile(p *profile.Profile, content func(Func) uint64) Maker {
	if p == nil {
		p = &profile.Profile{}
	}
	return replayOf(recordedSource(p, content))
}

func recordedSource(p *profile.Profile, content func(Func) uint64) replaySource {
	return replaySource{p, content, "recorded after", absentCall}
}

// Order expects functions in the order of their names, as long as first calls keep to it. That functions are called
// which are not named does not count against it.
func Order(names []string) Maker {
	var p profile.Profile
	var run profile.Run
	for i := range names {
		run.Calls = append(run.Calls, profile.Call{Function: i, At: time.Duration(i) * hintGap})
	}
	p.Record(run, func(i int) profile.Function { return profile.Function{Name: names[i]} })
	return replayOf(replaySource{&p, nil, "ordered after", anyCall})
}

func replayOf(s replaySource) Maker {
	return func(p *Program) Heuristic { return newReplay(p, s) }
}

// newReplay expects nothing yet. What takes time is left until there is a question, which a worker asks: the program
// need not wait for it.
func newReplay(p *Program, s replaySource) *replay { return &replay{program: p, source: s, none: 1} }

// prepare matches the profile with the program, once.
func (h *replay) prepare() {
	if h.stamp != nil {
		return
	}
	h.stamp = make([]int, h.program.Len())
	h.content = make([]content, h.program.Len())
	funcs := match(h.program, h.source.profile.Functions())
	sum := 0.0
	for _, r := range h.source.profile.Runs() {
		sum += r.Weight
		h.runs = append(h.runs, newReplayed(h.program, h.source.profile, r, funcs))
	}
	if len(h.runs) == 0 {
		return
	}
	h.none = strange
	for i := range h.runs {
		h.runs[i].prior *= (1 - strange) / sum
		h.runs[i].like = h.runs[i].prior
	}
}

// Observe implements Heuristic.
func (h *replay) Observe(e Event) {
	if e.Kind != Called {
		return
	}
	h.prepare()
	if len(h.runs) == 0 {
		return
	}
	h.none *= anyCall
	sum, news := h.none, 1.0
	for i := range h.runs {
		r := &h.runs[i]
		at, ok := r.placeOf(e.Func)
		switch {
		case !ok:
			r.like *= h.source.absent
		case r.near(at):
			r.like *= nearCall
		default:
			r.like *= farCall
		}
		if ok {
			if !r.calls[at].void {
				news = 0
			}
			r.called(at)
		}
		sum += r.like
	}
	h.novelty += (news - h.novelty) * recency
	h.none = h.none/sum*(1-change) + strange*change
	for i := range h.runs {
		r := &h.runs[i]
		r.like = r.like/sum*(1-change) + r.prior*change
	}
}

// Forecast implements Heuristic.
func (h *replay) Forecast(n int) []Candidate {
	h.prepare()
	h.now++
	var list []Candidate
	for i := range h.runs {
		r := &h.runs[i]
		if r.like < leastLike {
			continue
		}
		list = h.scan(list, r, r.front, n+back)
		if r.last != r.front {
			list = h.scan(list, r, r.last, n+back)
		}
	}
	slices.SortStableFunc(list, func(a, b Candidate) int { return -cmp.Compare(urgency(&a), urgency(&b)) })
	return h.verified(list, n)
}

// urgency sorts candidates by both of probability and time.
func urgency(c *Candidate) float64 { return c.Probability / (1 + float64(c.After)/float64(soon)) }

// scan adds open functions of a run around a place, n at most.
func (h *replay) scan(list []Candidate, r *replayed, place, n int) []Candidate {
	for i := r.open.next(r.open.before(place, back)); i < len(r.calls) && n > 0; i = r.open.next(i + 1) {
		f := r.calls[i].function
		if !h.program.Open(f) || h.program.WasCalled(f) || r.passed(i) > givenUp {
			r.open.remove(i)
			continue
		}
		n--
		if h.stamp[f] == h.now {
			continue
		}
		h.stamp[f] = h.now
		if c := h.candidate(f); c.Probability > 0 {
			list = append(list, c)
		}
	}
	return list
}

// candidate is what all runs together say of a function.
func (h *replay) candidate(f Func) Candidate {
	c := Candidate{Func: f, Reason: h.source.reason, Cause: NoFunc}
	after, most := 0.0, 0.0
	for i := range h.runs {
		r := &h.runs[i]
		at, ok := r.placeOf(f)
		passed := 0
		if ok {
			passed = r.passed(at)
		}
		if !ok || r.like < leastLike || r.calls[at].void || passed > givenUp {
			continue
		}
		p := r.like * passedBy[passed]
		c.Probability += p
		after += p * float64(r.gap(at))
		if p > most {
			most, c.Cause = p, r.calls[at].after
		}
	}
	if c.Probability > 0 {
		c.After = time.Duration(after / c.Probability)
		c.Probability = min(c.Probability, 1)
	}
	return c
}

// verified takes the first n candidates whose content is as recorded.
func (h *replay) verified(list []Candidate, n int) []Candidate {
	if h.source.content == nil {
		return list[:min(n, len(list))]
	}
	kept := list[:0]
	for _, c := range list {
		if len(kept) == n {
			break
		}
		if h.verify(c.Func) {
			c = h.candidate(c.Func)
		}
		if c.Probability > 0 {
			kept = append(kept, c)
		}
	}
	return kept
}

// sampled is how many functions are looked at, and after that one of how many, until one is found that has another
// content. To look at a function takes about half as long as to compile it, and most programs are as they were.
const sampled = 16

// verify voids calls of f whose content is another now, and says whether there were any.
func (h *replay) verify(f Func) (voided bool) {
	c := &h.content[f]
	if c.known || h.edited == 0 && h.asked >= sampled && int(f)%sampled != 0 {
		return false
	}
	c.known, c.hash = true, h.source.content(f)
	h.asked++
	for i := range h.runs {
		r := &h.runs[i]
		at, ok := r.placeOf(f)
		if ok && r.calls[at].id != 0 && c.hash != 0 && r.calls[at].id != c.hash {
			r.calls[at].void, voided = true, true
			r.open.remove(at)
		}
	}
	if voided {
		h.edited++
	}
	return voided
}
