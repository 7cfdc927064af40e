package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// selectIntIntrinsic does an intrinsic of integers of up to 64 bits.
func (c *Compiler) selectIntIntrinsic(i int, id intrinsic, call *bitcode.Call, args []bitcode.ValueID) {
	t := c.typeOf(args[0])
	if t.class != classInt {
		c.selectWideIntrinsic(i, id, call, args)
		return
	}
	n := t.bits
	switch id {
	case absIntrinsic:
		s := sizeFor(n)
		r := c.extended(args[0], s, true)
		to := c.result(i).gpr()
		c.asm.MovRR(x64.S64, to, r)
		c.asm.UnaryR(x64.NEG, s, to)
		c.asm.CmovRR(x64.CondS, s, to, r)
	case smaxIntrinsic, sminIntrinsic, umaxIntrinsic, uminIntrinsic:
		c.selectMinMax(i, id, args, n)
	case scmpIntrinsic, ucmpIntrinsic:
		c.selectThreeWay(i, args, n, id == scmpIntrinsic)
	case bswapIntrinsic, bitreverseIntrinsic, ctpopIntrinsic:
		c.changeBits(id, c.resultExtended(i, args[0], x64.S64, false).gpr(), c.temp(), n)
	case ctlzIntrinsic, cttzIntrinsic:
		c.selectScan(i, id, args[0], n)
	case fshlIntrinsic, fshrIntrinsic:
		c.selectFunnel(i, id, args, n)
	case saddOverflow, uaddOverflow, ssubOverflow, usubOverflow, smulOverflow, umulOverflow:
		c.selectOverflow(i, id, args, n)
	case saddSat, uaddSat, ssubSat, usubSat:
		c.selectSaturating(i, id, args, n)
	case objectSize:
		c.selectObjectSize(i, args)
	case ptrMask:
		y := c.extended(args[1], x64.S64, true)
		r := c.resultFrom(i, args[0]).gpr()
		c.asm.AluRR(x64.AND, x64.S64, r, y)
	case loadRelative:
		base := c.int(args[0])
		index := c.extended(args[1], x64.S64, true)
		r := c.result(i).gpr()
		c.asm.MovsxRM(x64.S64, x64.S32, r, x64.Indexed(base, index, 1, 0))
		c.asm.AluRR(x64.ADD, x64.S64, r, base)
	default:
		refuse("an intrinsic that is not known", call.Callee.Name)
	}
}

var minMaxConds = map[intrinsic]x64.Cond{smaxIntrinsic: x64.CondL, sminIntrinsic: x64.CondG, umaxIntrinsic: x64.CondB,
	uminIntrinsic: x64.CondA}

// selectMinMax takes the second operand if the first compares so with it.
func (c *Compiler) selectMinMax(i int, id intrinsic, args []bitcode.ValueID, n uint16) {
	s := sizeFor(n)
	signed := id == smaxIntrinsic || id == sminIntrinsic
	y := c.extended(args[1], s, signed)
	r := c.resultExtended(i, args[0], s, signed).gpr()
	c.asm.AluRR(x64.CMP, s, r, y)
	c.asm.CmovRR(minMaxConds[id], s, r, y)
}

// selectThreeWay makes -1, 0 or 1 of a comparison.
func (c *Compiler) selectThreeWay(i int, args []bitcode.ValueID, n uint16, signed bool) {
	s := sizeFor(n)
	x, y := c.extended(args[0], s, signed), c.extended(args[1], s, signed)
	above, below := x64.CondA, x64.CondB
	if signed {
		above, below = x64.CondG, x64.CondL
	}
	r := c.result(i).gpr()
	c.asm.AluRR(x64.CMP, s, x, y)
	c.asm.SetR(above, r)
	c.asm.SetR(below, scratch.gpr())
	c.asm.AluRR(x64.SUB, x64.S8, r, scratch.gpr())
	c.asm.MovsxRR(x64.S64, x64.S8, r, r)
}

// changeBits counts or reorders the lowest n bits of a register, above which there are zeros. It takes another register
// and the scratch register.
func (c *Compiler) changeBits(id intrinsic, x, t x64.Reg, n uint16) {
	switch id {
	case ctpopIntrinsic:
		c.countBits(x, t)
		return
	case bitreverseIntrinsic:
		c.swapBits(x, t, 1, 0x5555555555555555)
		c.swapBits(x, t, 2, 0x3333333333333333)
		c.swapBits(x, t, 4, 0x0f0f0f0f0f0f0f0f)
	}
	c.asm.Bswap(x64.S64, x)
	if n < 64 {
		c.asm.ShiftRI(x64.SHR, x64.S64, x, uint8(64-n))
	}
}

// swapBits swaps neighbouring groups of so many bits. The mask has the lower one of each two.
func (c *Compiler) swapBits(x, t x64.Reg, by uint8, mask int64) {
	m := scratch.gpr()
	c.asm.MovRI(x64.S64, m, mask)
	c.asm.MovRR(x64.S64, t, x)
	c.asm.ShiftRI(x64.SHR, x64.S64, t, by)
	c.asm.AluRR(x64.AND, x64.S64, t, m)
	c.asm.AluRR(x64.AND, x64.S64, x, m)
	c.asm.ShiftRI(x64.SHL, x64.S64, x, by)
	c.asm.AluRR(x64.OR, x64.S64, x, t)
}

// countBits counts bits that are set, as the baseline has no instruction for it: Warren, "Hacker's Delight", 5-1.
func (c *Compiler) countBits(x, t x64.Reg) {
	m := scratch.gpr()
	mask := func(k int64) { c.asm.MovRI(x64.S64, m, k) }
	c.asm.MovRR(x64.S64, t, x)
	c.asm.ShiftRI(x64.SHR, x64.S64, t, 1)
	mask(0x5555555555555555)
	c.asm.AluRR(x64.AND, x64.S64, t, m)
	c.asm.AluRR(x64.SUB, x64.S64, x, t)
	mask(0x3333333333333333)
	c.asm.MovRR(x64.S64, t, x)
	c.asm.AluRR(x64.AND, x64.S64, t, m)
	c.asm.ShiftRI(x64.SHR, x64.S64, x, 2)
	c.asm.AluRR(x64.AND, x64.S64, x, m)
	c.asm.AluRR(x64.ADD, x64.S64, x, t)
	c.asm.MovRR(x64.S64, t, x)
	c.asm.ShiftRI(x64.SHR, x64.S64, t, 4)
	c.asm.AluRR(x64.ADD, x64.S64, x, t)
	mask(0x0f0f0f0f0f0f0f0f)
	c.asm.AluRR(x64.AND, x64.S64, x, m)
	mask(0x0101010101010101)
	c.asm.TwoRR(x64.IMUL2, x64.S64, x, m)
	c.asm.ShiftRI(x64.SHR, x64.S64, x, 56)
}

// selectScan counts zeros from one end: of zero, all of them.
func (c *Compiler) selectScan(i int, id intrinsic, v bitcode.ValueID, n uint16) {
	x := c.extended(v, x64.S64, false)
	c.scan(id, c.result(i).gpr(), x, n)
}

// scan does that for the lowest n bits of a register.
func (c *Compiler) scan(id intrinsic, r, x x64.Reg, n uint16) {
	if id == cttzIntrinsic {
		c.asm.MovRI(x64.S32, scratch.gpr(), int64(n))
		c.asm.TwoRR(x64.BSF, x64.S64, r, x)
		c.asm.CmovRR(x64.CondE, x64.S64, r, scratch.gpr())
		return
	}
	c.asm.MovRI(x64.S64, scratch.gpr(), -1)
	c.asm.TwoRR(x64.BSR, x64.S64, r, x)
	c.asm.CmovRR(x64.CondE, x64.S64, r, scratch.gpr())
	c.asm.UnaryR(x64.NEG, x64.S64, r)
	c.asm.AluRI(x64.ADD, x64.S64, r, int32(n)-1)
}

// selectFunnel shifts two operands as one number, by an amount modulo their width.
func (c *Compiler) selectFunnel(i int, id intrinsic, args []bitcode.ValueID, n uint16) {
	left := id == fshlIntrinsic
	s := sizeFor(n)
	amount, constant := c.constantInt(args[2])
	if n != 32 && n != 64 {
		c.funnelNarrow(i, left, args, n)
		return
	}
	op, a, b := x64.SHLD, args[0], args[1]
	if !left {
		op, a, b = x64.SHRD, args[1], args[0]
	}
	if constant {
		y := c.int(b)
		r := c.resultFrom(i, a).gpr()
		if k := uint8(uint64(amount) & uint64(n-1)); k != 0 {
			c.asm.DoubleRRI(op, s, r, y, k)
		}
		return
	}
	c.into(args[2], x64.RCX)
	y := c.int(b)
	r := c.resultFrom(i, a).gpr()
	c.asm.DoubleRRCL(op, s, r, y)
}

// funnelNarrow puts both operands into one register: it is for 8 and 16 bits.
func (c *Compiler) funnelNarrow(i int, left bool, args []bitcode.ValueID, n uint16) {
	if n != 8 && n != 16 {
		refuse("an intrinsic that is not known", "a funnel shift of an odd width")
	}
	c.into(args[2], x64.RCX)
	c.asm.AluRI(x64.AND, x64.S32, x64.RCX, int32(n-1))
	low := c.extended(args[1], x64.S32, false)
	r := c.result(i).gpr()
	c.asm.MovRR(x64.S64, scratch.gpr(), low)
	high := c.int(args[0])
	c.asm.MovRR(x64.S64, r, high)
	c.shiftNarrow(left, r, scratch.gpr(), n)
}

// shiftNarrow puts two numbers of n bits together, of which the lower one is extended, and shifts them by CL.
func (c *Compiler) shiftNarrow(left bool, r, low x64.Reg, n uint16) {
	c.asm.ShiftRI(x64.SHL, x64.S32, r, uint8(n))
	c.asm.AluRR(x64.OR, x64.S32, r, low)
	if left {
		c.asm.ShiftRCL(x64.SHL, x64.S32, r)
		c.asm.ShiftRI(x64.SHR, x64.S32, r, uint8(n))
	} else {
		c.asm.ShiftRCL(x64.SHR, x64.S32, r)
	}
}

// selectOverflow computes and says whether the result is not the exact one. The value is a structure of both.
func (c *Compiler) selectOverflow(i int, id intrinsic, args []bitcode.ValueID, n uint16) {
	s, ok := natural(n)
	if !ok {
		refuse("an intrinsic that is not known", "arithmetic of an odd width that may overflow")
	}
	to := c.memory(i)
	at := uint32(c.layout(c.body.Insts[i].Type).Offsets[1])
	cond := x64.CondO
	if id == uaddOverflow || id == usubOverflow {
		cond = x64.CondB
	}
	var r x64.Reg
	switch id {
	case umulOverflow:
		c.into(args[0], x64.RAX)
		c.exactly(x64.RDX)
		c.asm.UnaryR(x64.MUL, s, c.int(args[1]))
		r = x64.RAX
	case smulOverflow:
		if s == x64.S8 {
			c.into(args[0], x64.RAX)
			c.asm.UnaryR(x64.IMUL, s, c.int(args[1]))
			r = x64.RAX
			break
		}
		r = c.copyOf(args[0])
		c.asm.TwoRR(x64.IMUL2, s, r, c.int(args[1]))
	default:
		op := x64.ADD
		if id == ssubOverflow || id == usubOverflow {
			op = x64.SUB
		}
		y := c.int(args[1])
		r = c.copyOf(args[0])
		c.asm.AluRR(op, s, r, y)
	}
	c.asm.MovMR(s, to, r)
	c.asm.SetM(cond, offset(to, at))
}

// copyOf is a register for the present instruction that holds a copy of a value.
func (c *Compiler) copyOf(v bitcode.ValueID) x64.Reg {
	r := c.temp()
	c.loadInto(v, reg(r))
	return r
}

// selectSaturating adds or subtracts; what does not fit becomes the nearest number that does.
func (c *Compiler) selectSaturating(i int, id intrinsic, args []bitcode.ValueID, n uint16) {
	s, ok := natural(n)
	if !ok {
		refuse("an intrinsic that is not known", "saturating arithmetic of an odd width")
	}
	y := c.int(args[1])
	limit := c.temp()
	c.saturate(id, s, c.resultFrom(i, args[0]).gpr(), y, limit)
}

// saturate does that with registers, of which limit is for the number that is the nearest.
func (c *Compiler) saturate(id intrinsic, s x64.Size, r, y, limit x64.Reg) {
	op := x64.ADD
	if id == ssubSat || id == usubSat {
		op = x64.SUB
	}
	bits := uint16(8) << s
	switch id {
	case uaddSat:
		c.asm.MovRI(x64.S64, limit, -1)
	case usubSat:
		c.asm.MovRI(x64.S64, limit, 0)
	default: // the sign of the first operand says which limit it is
		c.asm.MovRR(x64.S64, limit, r)
		c.asm.ShiftRI(x64.SAR, s, limit, uint8(bits-1))
		if s == x64.S64 {
			c.asm.MovRI(x64.S64, scratch.gpr(), 1<<63-1)
			c.asm.AluRR(x64.XOR, s, limit, scratch.gpr())
		} else {
			c.asm.AluRI(x64.XOR, s, limit, int32(lowBits(bits-1)))
		}
	}
	cond := x64.CondO
	if id == uaddSat || id == usubSat {
		cond = x64.CondB
	}
	c.asm.AluRR(op, s, r, y)
	c.asm.CmovRR(cond, x64.S64, r, limit)
}

// selectObjectSize is for pointers of which nothing is known: LLVM looks further where there is something to be found.
// What is not known is the most that is possible, or the least if that is asked for.
func (c *Compiler) selectObjectSize(i int, args []bitcode.ValueID) {
	l := c.local(args[0])
	known := l == nil || l.kind != kindNormal || l.inst >= 0 && c.body.Insts[l.inst].Op != bitcode.OpLoad
	least, ok := c.constantInt(args[1])
	if known || !ok {
		refuse("the size of an object", "")
	}
	size := int64(-1)
	if least != 0 {
		size = 0
	}
	c.asm.MovRI(x64.S64, c.result(i).gpr(), size)
}
