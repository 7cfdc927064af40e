package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// reg is a register: 0 to 15 general ones by their numbers, 16 to 31 SSE registers.
type reg uint8

const (
	noReg    reg = 0xff
	xmm0     reg = 16
	scratch  reg = reg(x64.R11) // never holds a value between instructions
	scratchX reg = xmm0 + 15    // the same
)

func (r reg) gpr() x64.Reg { return x64.Reg(r) }
func (r reg) xmm() x64.Xmm { return x64.Xmm(r - xmm0) }

// kind is how an instruction's value comes about.
type kind uint8

const (
	kindNone     kind = iota // no such value
	kindNormal               // computed where it stands
	kindFrame                // the address of something in the frame: value.slot from rbp
	kindDeferred             // computed where it is used, by the instruction's operands
)

// value is an argument or the value of an instruction while its function is compiled.
type value struct {
	class class
	kind  kind
	bits  uint8 // of integers
	// fixed is the register that holds the value wherever it lives, or noReg.
	fixed reg
	// reg is the register that holds the value now, which is fixed if there is one; or noReg.
	reg reg
	// stored says that the slot holds the value; cross that blocks other than that of its definition use it; ofPhi that
	// phis do.
	stored, cross, ofPhi bool
	own                  bool  // a phi to which an indirect branch may go: its slot is no other value's
	depth                uint8 // how many deferred addresses one that is deferred goes on from
	slot                 int32 // from rbp; 0 for none
	uses                 int32 // that are still to come, in order of the code; counts nothing for cross values
	conditions           int32 // uses as conditions of branches and selects
	inst                 int32 // that defines it; -1 - number for arguments
	next                 int32 // in the list of values whose slots are free when their block ends, plus one
	// first and last are the blocks, by their place in the order, from which to which it lives.
	first, last int32
	weight      uint32 // uses, and more for those in loops
}

// beginValues makes room for the function's values, none of which is known yet.
func (c *Compiler) beginValues() {
	b := c.body
	c.first = b.FirstArgument()
	n := int(b.EndOfValues() - c.first)
	if cap(c.values) < n {
		c.values = make([]value, n+n/2)
	}
	c.values = c.values[:n]
	clear(c.values)
}

// local is the state of a value, or nil for constants and symbols.
func (c *Compiler) local(v bitcode.ValueID) *value {
	if i := uint64(v - c.first); v >= c.first && i < uint64(len(c.values)) && c.values[i].kind != kindNone {
		return &c.values[i]
	}
	return nil
}

// idOf is the number of a value.
func (c *Compiler) idOf(index int32) bitcode.ValueID { return c.first + bitcode.ValueID(index) }
