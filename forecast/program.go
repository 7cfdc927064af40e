package forecast

import (
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/flow"
	"github.com/orcast/orcast/internal/program"
)

// Program is what heuristics may know of a program. The engine makes it. Its methods may be called by any number of
// goroutines.
type Program struct {
	linked    *program.Program
	functions []Function
	roots     []Func
	calls     []analysis // by Calls
	callees   []analysis // by Callees
	summaries []summary
	tables    []tables  // of the modules
	outlines  sync.Pool // of *outline
	analysed  atomic.Int32
	looks     atomic.Bool // some heuristic asked for Calls
	skims     atomic.Bool // some heuristic asked for Callees
	lessons   bool        // see ExpectLessons
	awaited   atomic.Bool // some heuristic waits for lessons
	state     []atomic.Uint32
}

// Function is what is known of a function without looking into it.
type Function struct {
	Name   string // as in an object file, with the mangling of its language; may be empty
	Module int    // position of its module in link order
	Size   int    // bytes of bitcode, which the cost of compiling it is about proportional to; 0 if there is no body
	Traits
	Hint
}

// Traits are what a function's attributes and section say.
type Traits struct {
	Cold     bool // hardly ever called: the attribute cold, the section .text.unlikely
	Hot      bool // the attribute hot, the section .text.hot
	NoReturn bool // the attribute noreturn
	Startup  bool // called once, early: the section .text.startup
}

// Hint is what a front end or an embedder says of a function. In IR these are the string attributes
// "orcast-likely"="0.9" and "orcast-order"="3".
type Hint struct {
	Likely float64 // probability that it is called, above 0 and at most 1; 0 if nobody says
	Order  int     // expected position among first calls, from 1; 0 if nobody says
}

// NewProgram makes the view of a program, with hints by name that come before those of its attributes.
func NewProgram(p *program.Program, hints map[string]Hint) *Program {
	v := &Program{
		linked:    p,
		functions: make([]Function, len(p.Functions)),
		calls:     make([]analysis, len(p.Functions)),
		callees:   make([]analysis, len(p.Functions)),
		summaries: make([]summary, len(p.Modules)),
		tables:    make([]tables, len(p.Modules)),
		state:     make([]atomic.Uint32, len(p.Functions)),
	}
	v.outlines.New = func() any { return &outline{seen: map[callee]struct{}{}} }
	known := map[attributes]Hint{}
	for i, s := range p.Functions {
		f := &v.functions[i]
		f.Name, f.Module = s.Name, int(s.Module.Number)
		if s.Kind != program.Function {
			continue
		}
		f.Size = int(s.Def.Body.End - s.Def.Body.Start)
		f.Traits = Traits(flow.TraitsOf(s.Def))
		key := attributes{int(s.Module.Number), s.Def.Attributes}
		hint, ok := known[key]
		if !ok {
			hint = hintOf(s.Def)
			known[key] = hint
		}
		if given, ok := hints[s.Name]; ok && !s.Local {
			hint = given
		}
		f.Hint = hint
	}
	for _, c := range v.everyRun().list {
		v.roots = append(v.roots, c.Func)
	}
	return v
}

// attributes name a list of attributes of one of the modules.
type attributes struct {
	module int
	list   bitcode.AttributeListID
}

// hintOf reads a function's hints. One that makes no sense is no hint.
func hintOf(s *bitcode.Symbol) (h Hint) {
	set := s.Module.AttributesOf(s.Attributes)
	if text, ok := set.Value("orcast-likely"); ok {
		if p, err := strconv.ParseFloat(text, 64); err == nil && p > 0 && p <= 1 {
			h.Likely = p
		}
	}
	if text, ok := set.Value("orcast-order"); ok {
		if n, err := strconv.Atoi(text); err == nil && n > 0 {
			h.Order = n
		}
	}
	return h
}

// Len is the number of functions, those without a body included.
func (p *Program) Len() int { return len(p.functions) }

// Function returns what is known of f without looking into it.
func (p *Program) Function(f Func) Function { return p.functions[f] }

// Extent returns the Size and the Module of f's Function.
func (p *Program) Extent(f Func) (size, module int) {
	return p.functions[f].Size, p.functions[f].Module
}

// ModuleName is the name of a module: its file, or archive(member).
func (p *Program) ModuleName(module int) string { return p.linked.Modules[module].Name }

// Modules is the number of modules.
func (p *Program) Modules() int { return len(p.linked.Modules) }

// Roots are the functions that every run calls, in order: resolvers of ifuncs, constructors, the entry.
func (p *Program) Roots() []Func { return p.roots }

// Lookup finds a function by the name that other modules know it by.
func (p *Program) Lookup(name string) (Func, bool) {
	ref, ok := p.linked.Lookup(name)
	if !ok || ref.Symbol == nil || ref.Symbol.Func < 0 {
		return NoFunc, false
	}
	return Func(ref.Symbol.Func), true
}

// What has happened to a function, as bits.
const (
	taken  = 1 << iota // somebody compiles it or has compiled it
	called             // it was called, or is certain to be
	reused             // its code is taken from an earlier run: that teaches nothing
)

// Open says that f has a body that nobody has compiled or is compiling. Its answer may be late.
func (p *Program) Open(f Func) bool {
	return p.functions[f].Size > 0 && p.state[f].Load()&taken == 0
}

// WasCalled says that f was called, or is certain to be. Its answer may be late.
func (p *Program) WasCalled(f Func) bool { return p.state[f].Load()&called != 0 }

// Note keeps an event for Open and WasCalled. It is the engine's, which calls it before it tells heuristics.
func (p *Program) Note(e Event) {
	if e.Kind == Called {
		p.state[e.Func].Or(called)
	} else {
		p.state[e.Func].Or(taken)
	}
}

// NoteReused is Note of Compiled for a function whose code is taken from an earlier run.
func (p *Program) NoteReused(f Func) { p.state[f].Or(taken | reused) }

// Reopen takes Compiled back: whoever had f has given it up. It is the engine's.
func (p *Program) Reopen(f Func) { p.state[f].And(^uint32(taken)) }

// Analysed is the number of functions that were looked into so far.
func (p *Program) Analysed() int { return int(p.analysed.Load()) }

// tables are the functions in a module's variables, found when first needed.
type tables struct {
	once sync.Once
	*flow.Tables
}

func (p *Program) tablesOf(m *program.Module) *flow.Tables {
	t := &p.tables[m.Number]
	t.once.Do(func() { t.Tables = flow.NewTables(m.Bitcode) })
	return t.Tables
}
