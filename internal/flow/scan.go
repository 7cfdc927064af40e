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
	a.facts = make([]facts, len(a.body.Blocks))
	a.sites = make([]site, 0, len(a.body.Calls))
	calls := a.body.Calls
	for block := range a.facts {
		b := a.body.Blocks[block]
		f := &a.facts[block]
		f.weight = usual
		noReturn := false
		for i := b.First; i < b.End; i++ {
			op := a.body.Insts[i].Op
			var call *bitcode.Call
			if isCall(op) {
				for len(calls) > 0 && calls[0].Inst < i {
					calls = calls[1:]
				}
				if len(calls) > 0 && calls[0].Inst == i {
					call = &calls[0]
				}
			}
			if call != nil {
				traits := a.callTraits(call)
				noReturn = noReturn || traits.NoReturn
				f.calls = f.calls || !call.Asm && !isIntrinsic(call.Callee)
				if traits.Cold {
					f.weight = rare
				}
			}
			a.addSites(call, int(i), uint32(block), f.cycles)
			f.cycles += a.cost(call, int(i))
		}
		if a.body.Insts[b.End-1].Op == bitcode.OpUnreachable {
			f.weight = impossible
			if noReturn {
				f.weight = almostNever
			}
		}
	}
}

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
	s := site{inst: uint32(inst), block: block, after: after}
	operands := a.body.Operands(inst)
	if call != nil {
		operands = operands[:len(operands)-1]
		if !call.Asm && !isIntrinsic(call.Callee) {
			s.callee, s.typ = call.Callee, call.Type
			if s.callee != nil {
				s.callee = resolve(s.callee)
			}
			a.sites = append(a.sites, s)
		}
	}
	if a.body.Insts[inst].Op == bitcode.OpCmp {
		return
	}
	s.address, s.typ = true, bitcode.NoType
	for _, v := range operands {
		if s.callee = behind(a.body, v); s.callee != nil && s.callee.Kind == bitcode.FunctionSymbol {
			a.sites = append(a.sites, s)
		}
	}
}

func isIntrinsic(s *bitcode.Symbol) bool { return s != nil && strings.HasPrefix(s.Name, "llvm.") }

// behind is the symbol that a value is or points into, or nil.
func behind(b *bitcode.Body, v bitcode.ValueID) *bitcode.Symbol {
	for range 4 { // expressions are hardly ever deeper
		if s := b.Symbol(v); s != nil {
			return resolve(s)
		}
		operands := b.ConstantOperands(v)
		if len(operands) == 0 {
			return nil
		}
		switch c, _ := b.Constant(v); c.Op {
		case bitcode.CastConstant, bitcode.GEPConstant, bitcode.EquivalentConstant:
			v = operands[0]
		default:
			return nil
		}
	}
	return nil
}

// Prices in cycles, of optimised code that finds its data in the first cache.
const (
	callCycles      = 100 // a call, with what the callee does
	intrinsicCycles = 10
	atomicCycles    = 20
	divideCycles    = 20
	loadCycles      = 4
	jumpCycles      = 5 // to one of many places
)

// cost is what an instruction takes in cycles.
func (a *analysis) cost(call *bitcode.Call, inst int) float64 {
	if call != nil {
		switch {
		case call.Asm:
			return intrinsicCycles
		case !isIntrinsic(call.Callee):
			return callCycles
		case isMark(call.Callee.Name):
			return 0
		default:
			return intrinsicCycles
		}
	}
	switch in := a.body.Insts[inst]; in.Op {
	case bitcode.OpPhi, bitcode.OpAlloca, bitcode.OpFreeze, bitcode.OpUnreachable, bitcode.OpLandingPad:
		return 0
	case bitcode.OpLoad:
		return loadCycles
	case bitcode.OpCmpXchg, bitcode.OpAtomicRMW, bitcode.OpFence:
		return atomicCycles
	case bitcode.OpSwitch, bitcode.OpIndirectBr:
		return jumpCycles
	case bitcode.OpBinary:
		const firstDivision, lastDivision = 3, 6 // udiv, sdiv or fdiv, urem, srem or frem
		if in.Code >= firstDivision && in.Code <= lastDivision {
			return divideCycles
		}
	}
	return 1
}

// isMark says that an intrinsic becomes no code.
func isMark(name string) bool {
	for _, prefix := range []string{"llvm.dbg.", "llvm.lifetime.", "llvm.assume", "llvm.experimental.noalias", "llvm.annotation", "llvm.invariant."} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
