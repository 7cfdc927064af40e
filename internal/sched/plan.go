package sched

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/tier"
)

// Planner makes units of what a heuristic forecasts: the best first, by the stall they are expected to save for the
// time they take. Its methods may be called by any goroutine.
type Planner struct {
	program *forecast.Program
	budget  Budget
	threads int
	clock   Clock
	began   time.Time

	mu        sync.Mutex // held while planning; guards what follows
	heuristic forecast.Heuristic
	trusts    *trusts
	list      []candidate  // of the last forecast
	best      []*candidate // those of the list that are worth their time, the best first
	place     []int32      // of functions in the list while it is made

	stale bool // something was called since the forecast

	costsMu sync.Mutex // guards costs and crowd; taken after mu
	costs   Costs
	crowd   crowd
	cpu     atomic.Int64 // nanoseconds spent on speculation
	code    atomic.Int64 // bytes of speculation's code
}

// Budget bounds speculation.
type Budget struct {
	// CPU is the part of the compile threads' time, from the program's start, that speculation may take, above 0;
	// 0 and 1 are no bound.
	CPU float64
	// Code is the number of bytes of machine code after which speculation ends; 0 is no bound.
	Code int64
}

// candidate is a function with all that is guessed of it.
type candidate struct {
	function    forecast.Func
	size        int // bytes of bitcode
	module      int
	probability float64 // 0: not known, the order of the forecast counts
	after       time.Duration
	score       float64 // stall saved over time taken
	guesses     guesses
}

const (
	// window is how many candidates are compared with each other.
	window = 16
	// unitSize bounds a unit of several functions: bytes of bitcode. Compiling it takes some 2 ms at -O 0, which is
	// also how late a function gets that is called just when its unit is begun.
	unitSize = 2 << 10
	// companion is how good, beside the best one, another function must be to share its unit.
	companion = 0.5
	// horizon is the delay that makes a candidate half as urgent as one that is expected at once.
	horizon = 20 * time.Millisecond
	// The stall saved must be expected to be the price of the time taken and the regret, in parts of a unit's fixed
	// cost, for what may be in vain. They are low, for threads that speculate take only time which the program has no
	// use for; and the regret weighs on small functions, of which there are many, more than on the few large ones that
	// are long to wait for. It is shared by the threads: the more there are, the sooner one is free for what turns out
	// to be better.
	price  = 0.05
	regret = 0.4
	// spare is what a thread's time is the less scarce for each other one that speculates. With many of them all that
	// is worth compiling is compiled in time but for what takes longest, which has to be begun first.
	spare = 150 * time.Microsecond
)

// NewPlanner makes the planner of a run with so many threads that speculate, at a tier.
func NewPlanner(p *forecast.Program, h forecast.Heuristic, b Budget, threads int, t tier.Tier) *Planner {
	planner := &Planner{program: p, heuristic: h, budget: b, threads: threads, trusts: newTrusts(p.Len()),
		place: make([]int32, p.Len()), costs: CostsOf(t)}
	planner.SetClock(machineClock{})
	return planner
}

// SetClock has the planner begin now by another clock. It is called before the planner is used.
func (p *Planner) SetClock(c Clock) { p.clock, p.began = c, c.Now() }

// elapsed is the time since the planner began.
func (p *Planner) elapsed() time.Duration { return p.clock.Now().Sub(p.began) }

// Observe passes an event on.
func (p *Planner) Observe(e forecast.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trusts.observe(e)
	p.heuristic.Observe(e)
	p.stale = p.stale || e.Kind == forecast.Called
}

// Next returns the next unit, functions of one module, or none if nothing is worth its time now. If that may change by
// itself, retry says when.
func (p *Planner) Next() (unit []forecast.Func, retry time.Duration) {
	wait, ok := p.affordable()
	if !ok || wait > 0 {
		return nil, wait
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stale {
		if unit = p.cluster(); len(unit) > 0 {
			return unit, 0
		}
	}
	p.costsMu.Lock()
	costs := p.costs
	p.costsMu.Unlock()
	p.assess(p.heuristic.Forecast(window), &costs)
	p.stale = false
	return p.cluster(), 0
}

// affordable says whether the budget allows another unit, and if not yet, when it will.
func (p *Planner) affordable() (wait time.Duration, ok bool) {
	if p.budget.Code > 0 && p.code.Load() >= p.budget.Code {
		return 0, false
	}
	p.costsMu.Lock()
	wait = p.crowd.until - p.elapsed()
	p.costsMu.Unlock()
	if wait > 0 {
		return wait, true
	}
	if p.budget.CPU > 0 && p.budget.CPU < 1 {
		rate := p.budget.CPU * float64(p.threads)
		earned := time.Duration(rate * float64(p.elapsed()))
		if over := time.Duration(p.cpu.Load()) - earned; over > 0 {
			return time.Duration(float64(over)/rate) + time.Millisecond, true
		}
	}
	return 0, true
}

// assess fills the list with what was forecast.
func (p *Planner) assess(forecasts []forecast.Candidate, costs *Costs) {
	p.list = p.list[:0]
	for i := range forecasts {
		f := forecasts[i].Func
		if !p.program.Open(f) {
			continue
		}
		// The place of a function is right if that is where it is: nothing has to be cleared from forecast to forecast.
		at := int(p.place[f])
		if at >= len(p.list) || p.list[at].function != f {
			at = len(p.list)
			p.place[f] = int32(at)
			p.list = append(p.list, candidate{function: f, after: forecasts[i].After})
		}
		p.list[at].add(&forecasts[i], p.trusts)
	}
	p.best = p.best[:0]
	for i := range p.list {
		c := &p.list[i]
		c.size, c.module = p.program.Extent(c.function)
		if c.assess(costs, p.threads) {
			p.best = append(p.best, c)
		}
	}
	slices.SortStableFunc(p.best, func(a, b *candidate) int { return -cmp.Compare(a.score, b.score) })
}

// add takes another guess of a function into account.
func (c *candidate) add(guessed *forecast.Candidate, t *trusts) {
	if guessed.Probability == 0 {
		return
	}
	r := t.of(guessed.Reason)
	if c.guesses.n < len(c.guesses.list) {
		c.guesses.list[c.guesses.n] = guess{r, guessed.Probability}
		c.guesses.n++
	}
	c.probability = combine(c.probability, min(guessed.Probability*r.factor(), 1))
	c.after = min(c.after, guessed.After)
}

// assess finds what compiling a candidate ahead is worth, and whether that is its price. Whoever waits for it waits for
// a unit of its own; ahead it takes its share of a larger one.
func (c *candidate) assess(costs *Costs, threads int) bool {
	if c.probability == 0 {
		return true
	}
	const share = 0.25 // of the fixed cost of a unit, for one of about four functions
	own := float64(costs.Function(c.size))
	fixed := float64(costs.Unit())
	gain := c.probability * (own + fixed + float64(costs.HandOver()))
	time := own + share*fixed + float64(threads-1)*float64(spare)
	c.score = gain / time / (1 + float64(c.after)/float64(horizon))
	return gain >= price*own+regret/float64(threads)*fixed
}

// cluster makes a unit of the best candidate and of others of its module that are nearly as good.
func (p *Planner) cluster() []forecast.Func {
	var unit []forecast.Func
	var first *candidate
	size := 0
	for _, c := range p.best {
		switch {
		case !p.program.Open(c.function) || p.program.WasCalled(c.function):
			continue // somebody is at it, or sure to be
		case first == nil:
			first = c
		case !p.costs.share():
			return unit
		case size+c.size > unitSize || c.module != first.module:
			if c.probability == 0 {
				return unit // the order counts
			}
			continue
		case c.score < companion*first.score:
			return unit
		}
		size += c.size
		unit = append(unit, c.function)
		p.trusts.compiled(c.function, c.guesses)
	}
	return unit
}

// Spent is what a unit took.
type Spent struct {
	CPU  time.Duration // processor time of compiling it
	Wait time.Duration // of its worker for a processor, as far as that is known
	Code int           // bytes
}

// Spent takes note of what a unit took, and of the code that came of it if it was speculation.
func (p *Planner) Spent(unit []forecast.Func, reason Reason, spent Spent) {
	size := 0
	for _, f := range unit {
		bytes, _ := p.program.Extent(f)
		size += bytes
	}
	p.costsMu.Lock()
	p.costs.Learn(len(unit), size, spent.CPU)
	if reason == Speculation {
		p.crowd.note(spent, p.elapsed())
	}
	p.costsMu.Unlock()
	if reason == Speculation {
		p.cpu.Add(int64(spent.CPU))
		p.code.Add(int64(spent.Code))
	}
}
