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
	inst    uint32
	block   uint32
	after   uint32 // cycles from the start of the block
	address bool

	// For sorting:
	key   uint64 // the same for sites that become one call, unless they are indirect
	place uint32 // of the block
}

// interest says what scan looks at in an instruction.
type interest uint8

const (
	nothing   interest = iota
	operation          // whether it is a division
	addresses          // which it may pass on
	callee
)

// interests are those in instructions.
var interests = func() (of [256]interest) {
	for op := range of {
		of[op] = addresses
	}
	for _, op := range []bitcode.Opcode{bitcode.OpCmp, bitcode.OpLoad, bitcode.OpGEP, bitcode.OpBr, bitcode.OpSwitch} {
		of[op] = nothing
	}
	for _, op := range []bitcode.Opcode{bitcode.OpCall, bitcode.OpInvoke, bitcode.OpCallBr} {
		of[op] = callee
	}
	of[bitcode.OpBinary] = operation
	return of
}()

// scan finds out what the instructions of each block say. It is one loop, for it takes most of the time of an analysis.
func (a *analysis) scan() {
	a.facts = take(&a.room.facts, len(a.body.Blocks))
	a.sites = a.room.sites[:0]
	calls := a.body.Calls
	for block := range a.facts {
		b := a.body.Blocks[block]
		f := &a.facts[block]
		f.weight = usual
		noReturn := false
		cycles := uint32(0)
		for i, inst := range a.body.Insts[b.First:b.End] {
			switch interests[inst.Op] {
			case callee:
				call := &calls[0]
				calls = calls[1:]
				traits := a.callTraits(call)
				noReturn = noReturn || traits.NoReturn
				f.calls = f.calls || isCode(call)
				if traits.Cold {
					f.weight = rare
				}
				a.addCall(call, uint32(block), cycles)
				cycles += costOfCall(call)
			case addresses:
				a.addAddresses(a.body.Operands(int(b.First)+i), site{inst: b.First + uint32(i), block: uint32(block),
					after: cycles})
			case operation:
				if isDivision[inst.Code] {
					cycles += divideCycles - 1
				}
			}
			cycles += uint32(prices[inst.Op])
		}
		f.cycles = float64(cycles)
		if a.body.Insts[b.End-1].Op == bitcode.OpUnreachable {
			f.weight = impossible
			if noReturn {
				f.weight = almostNever
			}
		}
	}
	a.room.sites = a.sites
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

// addCall notes what is called, and of which functions the addresses are passed.
func (a *analysis) addCall(call *bitcode.Call, block, after uint32) {
	at := site{inst: call.Inst, block: block, after: after}
	if isCode(call) {
		s := at
		s.typ = call.Type
		if call.Callee != nil {
			s.callee = resolve(call.Callee)
		}
		a.sites = append(a.sites, s)
	}
	operands := a.body.Operands(int(call.Inst))
	a.addAddresses(operands[:len(operands)-1], at) // without the callee
}

// addAddresses notes the functions whose addresses are among the operands of an instruction.
func (a *analysis) addAddresses(operands []bitcode.ValueID, at site) {
	for _, v := range operands {
		if _, computed := a.body.Def(v); computed {
			continue
		}
		if f := behind(a.body, v); f != nil && f.Kind == bitcode.FunctionSymbol {
			s := at
			s.callee, s.address = f, true
			a.sites = append(a.sites, s)
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
