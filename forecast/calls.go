package forecast

import (
	"slices"
	"sync"
	"time"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/flow"
	"github.com/orcast/orcast/internal/program"
)

// Call is a function that another one calls, or may call.
type Call struct {
	Callee Func
	Kind   CallKind
	// Reach is the probability that one call of the caller calls it at all.
	Reach float64
	// After is the time from the caller's entry until it first does, if it does.
	After time.Duration
	// Frequency is how often one call of the caller calls it.
	Frequency float64
	// Unlikely says that it happens only on the way to cold or unreachable code.
	Unlikely bool
}

// CallKind says how a function is called.
type CallKind uint8

const (
	// Direct: by name.
	Direct CallKind = iota
	// Indirect: through a pointer, which may hold this function's address.
	Indirect
	// Address: not here, but its address is passed on or stored.
	Address
)

// analysis are the calls of a function, found when first needed.
type analysis struct {
	once  sync.Once
	calls []Call
}

// cyclesPerNanosecond is that of the machine which flow's estimates are turned into time for.
const cyclesPerNanosecond = 3

// Calls returns the calls of f in the order in which they are expected. The first to ask looks into the function's
// body, which takes some 30 microseconds and more for large ones; a body that cannot be decoded has no calls. The
// result must not be changed.
func (p *Program) Calls(f Func) []Call {
	if !p.looks.Load() {
		p.looks.Store(true)
	}
	a := &p.calls[f]
	a.once.Do(func() { a.calls = p.analyse(p.linked.Functions[f]) })
	return a.calls
}

// Callees returns what f calls, or may call, in the order in which it stands in the body, each callee once: a quick look,
// which takes a quarter of the time of Calls and follows no control flow. Every Reach is that of a call of which nothing
// is known, and After a guess by position. Of modules with a ThinLTO summary it is SummaryCalls, without a look into the
// body. The result must not be changed.
func (p *Program) Callees(f Func) []Call {
	if !p.skims.Load() {
		p.skims.Store(true)
	}
	a := &p.callees[f]
	a.once.Do(func() {
		if s := p.linked.Functions[f]; p.hasSummary(s) {
			a.calls = p.SummaryCalls(f)
		} else {
			a.calls = p.skim(s)
		}
	})
	return a.calls
}

// Prepare looks into f as heuristics of this run do, if they do at all, so that the next forecast need not. It is for
// workers, which do it in parallel.
func (p *Program) Prepare(f Func) {
	if p.looks.Load() {
		p.Calls(f)
	}
	if p.skims.Load() {
		p.Callees(f)
	}
}

func (p *Program) analyse(s *program.Symbol) []Call {
	if s.Kind != program.Function {
		return nil
	}
	p.analysed.Add(1)
	var list []flow.Call
	var targets map[bitcode.TypeID][]*bitcode.Symbol // of indirect calls
	err := s.Def.Lend(func(body *bitcode.Body) {
		list = flow.CallsOf(body)
		if slices.ContainsFunc(list, func(c flow.Call) bool { return c.Callee == nil }) {
			targets = p.tablesOf(s.Module).Candidates(body)
		}
	})
	if err != nil {
		return nil // LLVM will say what is wrong with it, if it comes to be compiled
	}
	calls := make([]Call, 0, len(list))
	for i := range list {
		c := &list[i]
		if c.Callee != nil {
			kind := Direct
			if c.Address {
				kind = Address
			}
			calls = p.appendCall(calls, s.Module, c, c.Callee, kind, 1)
			continue
		}
		for _, t := range targets[c.Type] {
			calls = p.appendCall(calls, s.Module, c, t, Indirect, 1/float64(len(targets[c.Type])))
		}
	}
	return calls
}

// unknownReach is taken for the reach of a call of which nothing is known.
const unknownReach = 0.5

func (p *Program) skim(s *program.Symbol) []Call {
	if s.Kind != program.Function {
		return nil
	}
	p.analysed.Add(1)
	var calls []Call
	err := s.Def.Skim(func(mentions []bitcode.Mention) {
		calls = p.callsOf(s.Module, mentions)
	})
	if err != nil {
		return nil // LLVM will say what is wrong with it, if it comes to be compiled
	}
	return calls
}

// callsOf makes calls of what a body of a module mentions.
func (p *Program) callsOf(m *program.Module, mentions []bitcode.Mention) []Call {
	var targets map[bitcode.TypeID][]*bitcode.Symbol // of indirect calls
	if slices.ContainsFunc(mentions, func(m bitcode.Mention) bool { return m.Symbol == nil }) {
		targets = p.tablesOf(m).Targets(mentions)
	}
	list := outline{calls: make([]Call, 0, len(mentions)), seen: make(map[seen]bool, len(mentions))}
	for _, mention := range mentions {
		c := flow.Call{Reach: unknownReach, Frequency: unknownReach, Delay: float64(mention.Inst) * cyclesPerInstruction}
		switch {
		case mention.Symbol == nil:
			for _, t := range targets[mention.Type] {
				list.add(p, m, &c, t, Indirect, 1/float64(len(targets[mention.Type])))
			}
		case mention.Call:
			list.add(p, m, &c, mention.Symbol, Direct, 1)
		default:
			list.add(p, m, &c, mention.Symbol, Address, 1)
		}
	}
	return slices.Clip(list.calls)
}

// outline is a list of calls that has each callee once for each kind.
type outline struct {
	calls []Call
	seen  map[seen]bool
}

type seen struct {
	symbol *bitcode.Symbol
	kind   CallKind
}

func (o *outline) add(p *Program, m *program.Module, c *flow.Call, callee *bitcode.Symbol, kind CallKind, share float64) {
	if key := (seen{callee, kind}); !o.seen[key] {
		o.seen[key] = true
		o.calls = p.appendCall(o.calls, m, c, callee, kind, share)
	}
}

// appendCall adds what one of a module's functions calls, if that is a function of the program; share is how
// likely the call is one of this callee.
func (p *Program) appendCall(calls []Call, m *program.Module, c *flow.Call, callee *bitcode.Symbol, kind CallKind, share float64) []Call {
	target := m.Ref(callee).Symbol
	if target == nil || target.Func < 0 {
		return calls
	}
	if target.Kind == program.IFunc {
		target = target.Resolver // the engine has no say in what comes after it
	}
	return append(calls, Call{Callee: Func(target.Func), Kind: kind, Reach: c.Reach * share,
		After: time.Duration(c.Delay / cyclesPerNanosecond), Frequency: c.Frequency * share, Unlikely: c.Unlikely})
}
