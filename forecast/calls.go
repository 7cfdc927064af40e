package forecast

import (
	"slices"
	"sync"
	"sync/atomic"
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
	// lesson is what they can be made of without a look into the body; nil if nobody has said. See Teach.
	lesson atomic.Pointer[[]bitcode.Mention]
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

// Callees returns what f calls, or may call, in the order in which it stands in the body, each callee once: a quick
// look, which takes a quarter of the time of Calls and follows no control flow. Every Reach is that of a call of which
// nothing is known, and After a guess by position. Of modules with a ThinLTO summary it is SummaryCalls, without a look
// into the body. The result must not be changed.
func (p *Program) Callees(f Func) []Call {
	if !p.skims.Load() {
		p.skims.Store(true)
	}
	a := &p.callees[f]
	a.once.Do(func() { a.calls = p.lookAt(p.linked.Functions[f], a.lesson.Load()) })
	return a.calls
}

func (p *Program) lookAt(s *program.Symbol, lesson *[]bitcode.Mention) []Call {
	switch {
	case p.hasSummary(s):
		return p.SummaryCalls(Func(s.Func))
	case lesson != nil:
		return p.mentioned(s.Module, *lesson)
	}
	return p.skim(s)
}

// Teach has Callees know what f mentions, from whoever compiles it and sees that anyway, if some heuristic has use for
// that. It keeps a copy. It is the engine's.
func (p *Program) Teach(f Func, mentions []bitcode.Mention) {
	if p.wantsLessons() {
		mentions = slices.Clone(mentions)
		p.callees[f].lesson.Store(&mentions)
	}
}

// Study is Teach for those who compile f without seeing what it mentions, and have the time to look.
func (p *Program) Study(f Func) {
	if s := p.linked.Functions[f]; s.Kind == program.Function && p.wantsLessons() && p.Learns(f) {
		// A body that cannot be read mentions nothing: LLVM will say what is wrong with it.
		s.Def.Skim(func(mentions []bitcode.Mention) { p.Teach(f, mentions) })
	}
}

// wantsLessons says that some heuristic waits for lessons, or asks for Callees at all.
func (p *Program) wantsLessons() bool { return p.awaited.Load() || p.skims.Load() }

// Teaches says that ExpectLessons was called.
func (p *Program) Teaches() bool { return p.lessons }

// ExpectLessons says that those who compile functions Teach what these mention. It is the engine's, before it makes
// heuristics.
func (p *Program) ExpectLessons() { p.lessons = true }

// Learns says that Callees(f) would have to look into f, and will not once f has code. Its answer may be late.
func (p *Program) Learns(f Func) bool {
	return p.lessons && p.state[f].Load()&reused == 0 && p.callees[f].lesson.Load() == nil &&
		!p.hasSummary(p.linked.Functions[f])
}

// Prepare looks into f as heuristics of this run do, if they do at all, so that the next forecast need not. It is for
// workers, which do it in parallel.
func (p *Program) Prepare(f Func) {
	if p.looks.Load() {
		p.Calls(f)
	}
	if p.skims.Load() && !p.Learns(f) {
		p.Callees(f)
	}
}

func (p *Program) analyse(s *program.Symbol) []Call {
	if s.Kind != program.Function {
		return nil
	}
	p.analysed.Add(1)
	var calls []Call
	err := s.Def.Lend(func(body *bitcode.Body) {
		list := flow.CallsOf(body)
		var targets map[bitcode.TypeID][]*bitcode.Symbol
		if slices.ContainsFunc(list, indirect) {
			targets = p.tablesOf(s.Module).Candidates(body)
		}
		calls = p.appendCalls(nil, s.Module, list, targets)
	})
	if err != nil {
		return nil // LLVM will say what is wrong with it, if it comes to be compiled
	}
	return calls
}

func indirect(c flow.Call) bool { return c.Callee == nil }

func (p *Program) skim(s *program.Symbol) []Call {
	if s.Kind != program.Function {
		return nil
	}
	p.analysed.Add(1)
	var calls []Call
	err := s.Def.Skim(func(mentions []bitcode.Mention) { calls = p.mentioned(s.Module, mentions) })
	if err != nil {
		return nil // LLVM will say what is wrong with it, if it comes to be compiled
	}
	return calls
}

// mentioned are the calls of a function of module m that mentions these.
func (p *Program) mentioned(m *program.Module, mentions []bitcode.Mention) []Call {
	o := p.outlines.Get().(*outline)
	defer p.outlines.Put(o)
	o.list = o.list[:0]
	clear(o.seen)
	indirect := false
	for _, n := range mentions {
		indirect = o.add(n) || indirect
	}
	var targets map[bitcode.TypeID][]*bitcode.Symbol
	if indirect {
		targets = p.tablesOf(m).Targets(mentions)
	}
	calls := o.room
	if cap(calls)-len(calls) < len(o.list) {
		calls = make([]Call, 0, max(4096, len(o.list)))
	}
	before := len(calls)
	calls = p.appendCalls(calls, m, o.list, targets)
	o.room = calls
	return calls[before:len(calls):len(calls)]
}

// outline makes calls of what a body mentions: each callee once, for direct calls and for mentions of its address, and
// indirect calls once for each type.
type outline struct {
	list []flow.Call
	seen map[callee]struct{}
	room []Call // with lists that were made before; many small ones share their memory
}

type callee struct {
	symbol *bitcode.Symbol
	call   bool
	typ    bitcode.TypeID // of an indirect call
}

// add adds a mention and says whether that is an indirect call.
func (o *outline) add(m bitcode.Mention) (indirect bool) {
	key := callee{symbol: m.Symbol, call: m.Call}
	if m.Symbol == nil {
		key.typ = m.Type
	}
	if _, seen := o.seen[key]; seen {
		return false
	}
	o.seen[key] = struct{}{}
	reach := reachOf[bitcode.HotnessUnknown]
	o.list = append(o.list, flow.Call{Callee: m.Symbol, Type: m.Type, Address: m.Symbol != nil && !m.Call, Reach: reach,
		Frequency: reach, Delay: float64(m.Inst) * cyclesPerInstruction})
	return m.Symbol == nil
}

// appendCalls adds what a function of module m calls, as calls of the program's functions; targets are those of its
// indirect calls, by type.
func (p *Program) appendCalls(calls []Call, m *program.Module, list []flow.Call,
	targets map[bitcode.TypeID][]*bitcode.Symbol) []Call {
	for i := range list {
		c := &list[i]
		switch {
		case c.Callee == nil:
			for _, t := range targets[c.Type] {
				calls = p.appendCall(calls, m, c, t, Indirect, 1/float64(len(targets[c.Type])))
			}
		case c.Address:
			calls = p.appendCall(calls, m, c, c.Callee, Address, 1)
		default:
			calls = p.appendCall(calls, m, c, c.Callee, Direct, 1)
		}
	}
	return calls
}

// appendCall adds what one of a module's functions calls, if that is a function of the program; share is how
// likely the call is one of this callee.
func (p *Program) appendCall(calls []Call, m *program.Module, c *flow.Call, callee *bitcode.Symbol,
	kind CallKind, share float64) []Call {
	target := m.Ref(callee).Symbol
	if target == nil || target.Func < 0 {
		return calls
	}
	if target.Kind == program.IFunc {
		target = target.Resolver // the engine has no say in what comes after it
	}
	return append(calls, Call{Callee: Func(target.Func), Kind: kind, Reach: c.Reach * share,
		After: Cycles(c.Delay), Frequency: c.Frequency * share, Unlikely: c.Unlikely})
}
