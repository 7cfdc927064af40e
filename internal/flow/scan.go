package flow

import (
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
)

// Traits are what a function's attributes and section say of it.
type Traits struct {
	Cold     bool // hardly ever called: cold, .text.unlikely
	Hot      bool // hot, .text.hot
	NoReturn bool // noreturn
	Startup  bool // called once, early: .text.startup
}

// TraitsOf are the traits of a function, or of the function behind an alias.
func TraitsOf(s *bitcode.Symbol) Traits {
	s = resolve(s)
	set := s.Module.AttributesOf(s.Attributes)
	return Traits{
		Cold:     set.Has(bitcode.Cold) || inSection(s, ".text.unlikely"),
		Hot:      set.Has(bitcode.Hot) || inSection(s, ".text.hot"),
		NoReturn: set.Has(bitcode.NoReturn),
		Startup:  inSection(s, ".text.startup"),
	}
}

func inSection(s *bitcode.Symbol, name string) bool {
	rest, ok := strings.CutPrefix(s.Section, name)
	return ok && (rest == "" || rest[0] == '.')
}

// resolve follows aliases. An ifunc stands for itself: what its resolver returns is not known.
func resolve(s *bitcode.Symbol) *bitcode.Symbol {
	for range 8 { // aliases may go round in circles
		if s.Kind != bitcode.AliasSymbol || s.Base == nil {
			break
		}
		s = s.Base
	}
	return s
}

// site is a place in the code that calls a function or takes its address.
type site struct {
	callee  *bitcode.Symbol
	typ     bitcode.TypeID
	address bool
	inst    uint32
	block   uint32
	after   float64 // cycles from the start of the block
}

// scan finds out what the instructions of each block say.
func (a *analysis) scan() {
	a.facts = take(&a.room.facts, len(a.body.Blocks))
	a.sites = a.room.sites[:0]
	calls := a.body.Calls
	for block := range a.facts {
		b := a.body.Blocks[block]
		f := &a.facts[block]
		f.weight = usual
		noReturn := false
		for i := b.First; i < b.End; i++ {
			var call *bitcode.Call
			if isCall(a.body.Insts[i].Op) && len(calls) > 0 && calls[0].Inst == i {
				call, calls = &calls[0], calls[1:]
				traits := a.callTraits(call)
				noReturn = noReturn || traits.NoReturn
				f.calls = f.calls || isCode(call)
				if traits.Cold {
					f.weight = rare
				}
			}
			if call != nil || passes[a.body.Insts[i].Op] {
				a.addSites(call, int(i), uint32(block), f.cycles)
			}
			f.cycles += cost(call, a.body.Insts[i])
		}
		if a.body.Insts[b.End-1].Op == bitcode.OpUnreachable {
			f.weight = impossible
			if noReturn {
				f.weight = almostNever
			}
		}
	}
	a.room.sites = a.sites
}

// passes says which instructions pass on the addresses among their operands.
var passes = func() (p [256]bool) {
	for op := range p {
		p[op] = true
	}
	for _, op := range []bitcode.Opcode{bitcode.OpBinary, bitcode.OpCmp, bitcode.OpLoad, bitcode.OpGEP, bitcode.OpBr, bitcode.OpSwitch} {
		p[op] = false
	}
	return p
}()

func isCall(op bitcode.Opcode) bool {
	return op == bitcode.OpCall || op == bitcode.OpInvoke || op == bitcode.OpCallBr
}

// callTraits are the traits of a call: its own and those of what it calls.
func (a *analysis) callTraits(c *bitcode.Call) Traits {
	set := a.body.Function.Module.AttributesOf(c.Attributes)
	t := Traits{Cold: set.Has(bitcode.Cold), NoReturn: set.Has(bitcode.NoReturn)}
	if c.Callee != nil {
		of := TraitsOf(c.Callee)
		t.Cold, t.NoReturn = t.Cold || of.Cold, t.NoReturn || of.NoReturn
	}
	return t
}

// addSites notes what an instruction calls and of which functions it takes the address.
func (a *analysis) addSites(call *bitcode.Call, inst int, block uint32, after float64) {
	operands := a.body.Operands(inst)
	if call != nil {
		operands = operands[:len(operands)-1] // without the callee
		if isCode(call) {
			s := site{typ: call.Type, inst: uint32(inst), block: block, after: after}
			if call.Callee != nil {
				s.callee = resolve(call.Callee)
			}
			a.sites = append(a.sites, s)
		}
	}
	for _, v := range operands {
		if f := behind(a.body, v); f != nil && f.Kind == bitcode.FunctionSymbol {
			a.sites = append(a.sites, site{callee: f, address: true, inst: uint32(inst), block: block, after: after})
		}
	}
}

// isCode says that a call is of code somewhere else.
func isCode(c *bitcode.Call) bool { return !c.Asm && !isIntrinsic(c.Callee) }

func isIntrinsic(s *bitcode.Symbol) bool { return s != nil && strings.HasPrefix(s.Name, "llvm.") }

// behind is the symbol that a value is or points into, or nil.
func behind(b *bitcode.Body, v bitcode.ValueID) *bitcode.Symbol {
	for range 4 { // expressions are hardly ever deeper
		c, ok := b.Constant(v)
		if !ok {
			return nil
		}
		switch c.Op {
		case bitcode.SymbolConstant:
			return resolve(b.Symbol(v))
		case bitcode.CastConstant, bitcode.GEPConstant, bitcode.EquivalentConstant:
			operands := b.ConstantOperands(v)
			if len(operands) == 0 {
				return nil
			}
			v = operands[0]
		default:
			return nil
		}
	}
	return nil
}
