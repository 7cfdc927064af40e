package forecast

import (
	"cmp"
	"slices"
	"time"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/program"
)

// Static says what a heuristic expects of a run before there is one: the starts of the program, and then, in the order
// in which their first calls are expected, the functions that the heuristic comes to expect while the likeliest ones
// are taken as compiled, over and over. Cold functions come last. Each function is listed once, with the probability
// and the reason of its most probable candidate; functions that nothing is known to call are not listed.
//
// The starts have probability 1 and a Reason that stands alone: ReasonEntry, ReasonConstructor, ReasonResolver. If the
// entry is no function of the IR, they are also the functions which native objects name (ReasonNative), or, if there
// are none, those that others can name (ReasonExported).
//
// A nil m, which is the policy none, expects the starts only. Static takes p for itself: its events stay in p.
func Static(p *Program, m Maker) []Candidate {
	starts := p.starts()
	p.roots = p.roots[:0]
	for _, c := range starts {
		p.roots = append(p.roots, c.Func)
	}
	if m == nil {
		return starts
	}
	s := &static{program: p, heuristic: m(p), known: make([]expected, p.Len())}
	for _, c := range starts {
		for _, e := range []Event{{Kind: Called, Func: c.Func}, {Kind: Compiled, Func: c.Func}} {
			p.Note(e)
			s.heuristic.Observe(e)
		}
		// What a start makes likely gets less so while the next ones pass. Here that says nothing.
		s.forecast(startWindow)
	}
	for s.advance() {
	}
	if h, ok := s.heuristic.(settler); ok {
		h.settle()
		s.forecast(p.Len())
	}
	return append(starts, s.inOrder()...)
}

// Reasons of what Static begins with.
const (
	ReasonEntry       = "entry"
	ReasonConstructor = "constructor"
	ReasonResolver    = "ifunc resolver"
	ReasonNative      = "named by a native object"
	ReasonExported    = "exported"
)

const (
	// leastExpanded is the probability from which a function's own calls count.
	leastExpanded = 0.01
	// startWindow is how many candidates are asked for after each start.
	startWindow = 64
)

// static is the state of Static.
type static struct {
	program   *Program
	heuristic Heuristic
	known     []expected // by function
	listed    []Func     // the functions that are listed, in the order in which they came up
}

// expected is what is known of a function.
type expected struct {
	Candidate
	listed   bool
	compiled bool // taken as such
}

// forecast takes note of the n best candidates.
func (s *static) forecast(n int) []Candidate {
	list := s.heuristic.Forecast(n)
	for _, c := range list {
		k := &s.known[c.Func]
		switch {
		case !k.listed:
			s.listed = append(s.listed, c.Func)
			k.Candidate, k.listed = c, true
		case c.Probability > k.Probability:
			if c.After == 0 { // not every heuristic says when
				c.After = k.After
			}
			k.Candidate = c
		case c.After > 0 && (k.After == 0 || c.Probability == k.Probability):
			k.After = c.After
		}
	}
	return list
}

// advance takes the likely functions of another forecast as compiled, and says whether any is new. They stay open, so
// that the heuristic goes on to forecast them, with what it learns from the others.
func (s *static) advance() bool {
	some := false
	for _, c := range s.forecast(s.program.Len()) {
		if k := &s.known[c.Func]; !k.compiled && c.Probability >= leastExpanded {
			k.compiled, some = true, true
			s.heuristic.Observe(Event{Kind: Compiled, Func: c.Func})
		}
	}
	return some
}

// inOrder are all candidates as Static returns them. Those without a probability keep the order of the heuristic.
func (s *static) inOrder() []Candidate {
	var list []Candidate
	for _, f := range s.listed {
		if !s.program.WasCalled(f) { // not a start
			list = append(list, s.known[f].Candidate)
		}
	}
	slices.SortStableFunc(list, func(a, b Candidate) int {
		return cmp.Or(
			s.rank(a)-s.rank(b),
			cmp.Compare(a.After, b.After),
			-cmp.Compare(a.Probability, b.Probability),
		)
	})
	return list
}

// rank sorts candidates coarsely: cold ones last, and before them those of which it is not known how likely they are.
func (s *static) rank(c Candidate) int {
	switch {
	case s.program.functions[c.Func].Cold:
		return 2
	case c.Probability == 0:
		return 1
	}
	return 0
}

// settler is a heuristic that works a little for each forecast and can do all of it at once.
type settler interface{ settle() }

func (h *frequency) settle() {
	for h.push() {
	}
}

func (b *blend) settle() {
	for _, h := range b.parts {
		if s, ok := h.(settler); ok {
			s.settle()
		}
	}
}

// starts are what Static begins with.
func (p *Program) starts() []Candidate {
	s := p.everyRun()
	if p.linked.Entry.Symbol != nil {
		return s.list
	}
	before := len(s.list)
	for _, o := range p.linked.Objects {
		for _, use := range o.Undefined {
			ref, _ := p.linked.Lookup(use.Name)
			s.add(ref.Symbol, ReasonNative)
		}
	}
	if len(s.list) > before {
		return s.list
	}
	for _, f := range p.linked.Functions {
		if exported(f) {
			s.add(f, ReasonExported)
		}
	}
	return s.list
}

// everyRun are the functions that every run calls, in order.
func (p *Program) everyRun() *starts {
	s := &starts{listed: make([]bool, p.Len())}
	for _, f := range p.linked.Functions {
		s.add(f.Resolver, ReasonResolver)
	}
	for _, c := range p.linked.Ctors {
		s.add(c.Func.Symbol, ReasonConstructor)
	}
	s.add(p.linked.Entry.Symbol, ReasonEntry)
	return s
}

// starts are functions that are certain to be called, each once.
type starts struct {
	list   []Candidate
	listed []bool // by function
}

// add adds a symbol if it is a function.
func (s *starts) add(symbol *program.Symbol, reason string) {
	if symbol == nil || symbol.Kind != program.Function || s.listed[symbol.Func] {
		return
	}
	s.listed[symbol.Func] = true
	s.list = append(s.list, Candidate{Func: Func(symbol.Func), Probability: 1, Reason: reason, Cause: NoFunc})
}

// exported says that a function is there for others to call. An inline function of C++ is not: whoever calls it brings
// a copy along.
func exported(s *program.Symbol) bool {
	l := s.Def.Linkage
	return !s.Local && s.Def.Visibility != bitcode.Hidden && l != bitcode.LinkOnceAny && l != bitcode.LinkOnceODR
}

// Cycles is the time that a number of estimated cycles takes on the machine that times are estimated for.
func Cycles(n float64) time.Duration { return time.Duration(n / cyclesPerNanosecond) }
