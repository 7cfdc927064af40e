package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/x64"
)

// Thread-local variables are reached by __tls_get_addr, from wherever they are. It wants two words, of which the second
// is the address of the variable's tls_index, as for code that JITLink links.

// selectThreadLocal asks for the address of a thread-local variable.
func (c *Compiler) selectThreadLocal(i int, v bitcode.ValueID) {
	s := c.body.Symbol(v)
	if s == nil || c.local(v) != nil {
		refuse("a thread-local variable that is not known", "")
	}
	c.spillFor(c.body.Operands(i))
	c.pinned = 0
	c.asm.Lea(x64.S64, x64.RDI, x64.Rel(0))
	c.refer(c.threadLocalWords(s), 0)
	c.callRuntime("__tls_get_addr")
	c.pinned |= 1 << x64.RAX
	c.resultIn(i, reg(x64.RAX))
}

// threadLocalWords are the two words for a variable.
func (c *Compiler) threadLocalWords(s *bitcode.Symbol) code.Target {
	words := c.unit.Pad(8)
	c.unit.ReadOnly = append(c.unit.ReadOnly, 0, 0, 0, 0, 0, 0, 0, 0)
	c.unit.Address(valueAt(s), 0)
	return code.Target{Of: code.InReadOnly, Index: words}
}

// threadLocal is a variable that is named as a constant somewhere in the function. One thread goes through the
// function, so the prologue asks for the address, once, and leaves it in the frame.
type threadLocal struct {
	symbol *bitcode.Symbol
	words  code.Target
	slot   int32
}

// threadLocals are those of the present function.
type threadLocals struct {
	named []threadLocal
	// keepAt is where arguments are while the prologue asks.
	keepAt int32
	// asking are the references of the prologue, whose offsets are from its beginning.
	asking []code.Reference
}

// threadLocalTo brings the address of a thread-local variable, and an offset, into a register.
func (c *Compiler) threadLocalTo(k constant, r x64.Reg) {
	switch {
	case k.symbol.ThreadLocal == 0 || k.symbol.Linkage == bitcode.ExternWeak:
		// It is one in another module only; or there may be none, and asking for it ends the program.
		refuse("a thread-local variable that is not known", "")
	case k.offset != int64(int32(k.offset)):
		refuse("an address far from its symbol", "")
	}
	c.asm.MovRM(x64.S64, r, x64.At(x64.RBP, c.slotOfThreadLocal(k.symbol)))
	if k.offset != 0 {
		c.asm.Lea(x64.S64, r, x64.At(r, int32(k.offset)))
	}
}

// slotOfThreadLocal is where the address of a thread-local variable is in the frame.
func (c *Compiler) slotOfThreadLocal(s *bitcode.Symbol) int32 {
	for _, t := range c.named {
		if t.symbol == s {
			return t.slot
		}
	}
	if len(c.named) == 0 {
		c.keepAt = c.allocate(uint32(savedSize), frameAlign)
	}
	t := threadLocal{s, c.threadLocalWords(s), c.allocate(8, 8)}
	c.named = append(c.named, t)
	return t.slot
}

// askForThreadLocals is the part of the prologue that asks for the addresses. What arguments are in registers stay
// there.
func (c *Compiler) askForThreadLocals(a *x64.Assembler) {
	general := argumentRegs[:c.incoming.general]
	for k, r := range general {
		a.MovMR(x64.S64, x64.At(x64.RBP, c.keepAt+int32(8*k)), r.gpr())
	}
	inFrame := func(k int) x64.Mem { return x64.At(x64.RBP, c.keepAt+int32(savedGeneral+16*k)) }
	for k := range c.incoming.sse {
		a.SseMX(x64.StoreAPS, inFrame(k), x64.Xmm(k))
	}
	ask := code.Target{Of: code.InReadOnly, Index: c.literalAddress(c.unit.NameOf("__tls_get_addr"))}
	for _, t := range c.named {
		a.Lea(x64.S64, x64.RDI, x64.Rel(0))
		c.asking = append(c.asking, referenceFrom(a, t.words, 0))
		a.CallM(x64.Rel(0))
		c.asking = append(c.asking, referenceFrom(a, ask, 0))
		a.MovMR(x64.S64, x64.At(x64.RBP, t.slot), x64.RAX)
	}
	for k, r := range general {
		a.MovRM(x64.S64, r.gpr(), x64.At(x64.RBP, c.keepAt+int32(8*k)))
	}
	for k := range c.incoming.sse {
		a.SseXM(x64.MOVAPS, x64.Xmm(k), inFrame(k))
	}
}
