package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// Atomic operations of x86-64: aligned loads acquire, stores release, and locked instructions are sequentially
// consistent (Intel SDM, volume 3, 9.2).

// checkAtomic refuses accesses that are not one instruction.
func (c *Compiler) checkAtomic(info *typeInfo, d *bitcode.Detail) x64.Size {
	s, ok := natural(info.bits)
	switch {
	case info.class == classFloat:
		s = x64.S32
	case info.class == classDouble:
		s = x64.S64
	case info.class != classInt || !ok:
		refuse("an atomic operation of a type that is not known", "")
	}
	if a := d.Align(); a != 0 && a < uint64(s.Bits()/8) {
		refuse("an atomic operation that is not aligned", "")
	}
	return s
}

// storeBarrier stores and keeps later loads from coming before that.
func (c *Compiler) storeBarrier(pointer, v bitcode.ValueID, info *typeInfo, s x64.Size) {
	m := c.address(pointer, 0)
	r := c.bitsOf(v, info)
	c.asm.ExchangeMR(x64.XCHG, s, m, r)
}

// bitsOf is a general register for the present instruction with a copy of a scalar's bits.
func (c *Compiler) bitsOf(v bitcode.ValueID, info *typeInfo) x64.Reg {
	if info.class == classInt {
		return c.copyOf(v)
	}
	x := c.float(v)
	r := c.temp()
	c.asm.MovdRX(x64.S64, r, x)
	return r
}

// selectFence orders what comes before and after. Only stores and later loads change places by themselves.
func (c *Compiler) selectFence(i int) {
	if c.body.Details[i].Order == bitcode.SequentiallyConsistent {
		c.asm.Mfence()
	}
}

// selectCmpXchg makes a structure of what was there, and whether that was what was expected.
func (c *Compiler) selectCmpXchg(i int) {
	operands := c.body.Operands(i)
	info := c.typeOf(operands[1])
	if info.class != classInt {
		refuse("an atomic operation of a type that is not known", "")
	}
	s := c.checkAtomic(info, &c.body.Details[i])
	c.into(operands[1], x64.RAX)
	m := c.address(operands[0], 0)
	r := c.int(operands[2])
	c.asm.Lock()
	c.asm.ExchangeMR(x64.CMPXCHG, s, m, r)
	to := c.memory(i)
	c.asm.MovMR(s, to, x64.RAX)
	c.asm.SetM(x64.CondE, offset(to, uint32(c.layout(c.body.Insts[i].Type).Offsets[1])))
}

// Operations of OpAtomicRMW, as in bitcode.
const (
	rmwXchg = iota
	rmwAdd
	rmwSub
	rmwAnd
	rmwNand
	rmwOr
	rmwXor
	rmwMax
	rmwMin
	rmwUMax
	rmwUMin
	rmwFAdd
	rmwFSub
)

var rmwAlu = [...]x64.Alu{rmwAdd: x64.ADD, rmwSub: x64.SUB, rmwAnd: x64.AND, rmwNand: x64.AND, rmwOr: x64.OR,
	rmwXor: x64.XOR}

// selectRMW changes memory in one step. The value is what was there.
func (c *Compiler) selectRMW(i int) {
	inst := &c.body.Insts[i]
	operands := c.body.Operands(i)
	pointer, v := operands[0], operands[1]
	info := c.typeOf(v)
	s := c.checkAtomic(info, &c.body.Details[i])
	unused := c.values[inst.Value-c.first].uses == 0
	switch {
	case inst.Code == rmwXchg && info.class == classInt:
		m := c.address(pointer, 0)
		r := c.copyOf(v)
		c.asm.ExchangeMR(x64.XCHG, s, m, r)
		c.resultIn(i, reg(r))
	case unused && inst.Code >= rmwAdd && inst.Code <= rmwXor && inst.Code != rmwNand:
		m := c.address(pointer, 0)
		r := c.int(v)
		c.asm.Lock()
		c.asm.AluMR(rmwAlu[inst.Code], s, m, r)
	case inst.Code == rmwAdd || inst.Code == rmwSub:
		m := c.address(pointer, 0)
		r := c.copyOf(v)
		if inst.Code == rmwSub {
			c.asm.UnaryR(x64.NEG, s, r)
		}
		c.asm.Lock()
		c.asm.ExchangeMR(x64.XADD, s, m, r)
		c.resultIn(i, reg(r))
	default:
		c.rmwLoop(i, inst.Code, pointer, v, info, s)
	}
}

// rmwLoop tries until nobody has changed the memory meanwhile.
func (c *Compiler) rmwLoop(i int, code uint8, pointer, v bitcode.ValueID, info *typeInfo, s x64.Size) {
	c.exactly(x64.RAX)
	m := c.address(pointer, 0)
	var x x64.Xmm
	var r x64.Reg
	if info.class == classInt {
		r = c.int(v)
	} else {
		x = c.float(v)
	}
	t := c.temp()
	c.asm.MovRM(s, x64.RAX, m)
	loop := c.asm.Pos()
	switch code {
	case rmwAnd, rmwNand, rmwOr, rmwXor:
		c.asm.MovRR(x64.S64, t, r)
		c.asm.AluRR(rmwAlu[code], x64.S64, t, x64.RAX)
		if code == rmwNand {
			c.asm.UnaryR(x64.NOT, x64.S64, t)
		}
	case rmwMax, rmwMin, rmwUMax, rmwUMin:
		c.asm.MovRR(x64.S64, t, r)
		c.asm.AluRR(x64.CMP, s, x64.RAX, r)
		cond := [...]x64.Cond{x64.CondG, x64.CondL, x64.CondA, x64.CondB}[code-rmwMax]
		c.asm.CmovRR(cond, x64.S64, t, x64.RAX)
	case rmwFAdd, rmwFSub:
		if info.class == classInt {
			refuse("an atomic operation of a type that is not known", "")
		}
		op := [2][2]x64.Sse{{x64.ADDSS, x64.ADDSD}, {x64.SUBSS, x64.SUBSD}}[code-rmwFAdd][isDouble(info.class)]
		c.asm.MovdXR(x64.S64, scratchX.xmm(), x64.RAX)
		c.asm.SseXX(op, scratchX.xmm(), x)
		c.asm.MovdRX(x64.S64, t, scratchX.xmm())
	case rmwXchg:
		c.asm.MovdRX(x64.S64, t, x)
	default:
		refuse("an atomic operation that is not known", "")
	}
	c.asm.Lock()
	c.asm.ExchangeMR(x64.CMPXCHG, s, m, t)
	c.asm.Jcc(x64.CondNE, loop)
	if info.class == classInt {
		c.resultIn(i, reg(x64.RAX))
	} else {
		c.asm.MovdXR(x64.S64, c.result(i).xmm(), x64.RAX)
	}
}
