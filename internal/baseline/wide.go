package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// Integers of 65 to 128 bits are held in memory, their lower half first, and computed with in pairs of registers. What
// is beyond their width is undefined, so that only those of 128 bits are compared, divided and shifted to the right.

// pair loads a wide integer into two registers.
func (c *Compiler) pair(v bitcode.ValueID, low, high x64.Reg) {
	m := c.inMemory(v)
	c.asm.MovRM(x64.S64, low, m)
	c.asm.MovRM(x64.S64, high, offset(m, 8))
}

// storePair makes two registers the value of an instruction.
func (c *Compiler) storePair(i int, low, high x64.Reg) {
	m := c.memory(i)
	c.asm.MovMR(x64.S64, m, low)
	c.asm.MovMR(x64.S64, offset(m, 8), high)
}

// whole refuses integers whose upper bits would have to be known.
func whole(t *typeInfo) {
	if t.bits != 128 {
		refuse("arithmetic of an odd width of more than 64 bits", "")
	}
}

func (c *Compiler) selectWide(i int, inst *bitcode.Inst) {
	operands := c.body.Operands(i)
	t := c.typ(inst.Type)
	switch inst.Code {
	case binaryAdd, binarySub, binaryAnd, binaryOr, binaryXor:
		low, high := c.temp(), c.temp()
		c.pair(operands[0], low, high)
		m := c.inMemory(operands[1])
		second := aluOps[inst.Code]
		switch inst.Code {
		case binaryAdd:
			second = x64.ADC
		case binarySub:
			second = x64.SBB
		}
		c.asm.AluRM(aluOps[inst.Code], x64.S64, low, m)
		c.asm.AluRM(second, x64.S64, high, offset(m, 8))
		c.storePair(i, low, high)
	case binaryMul:
		c.multiplyWide(i, operands)
	case binaryShl, binaryLShr, binaryAShr:
		c.shiftWide(i, inst, operands, t)
	default:
		whole(t)
		name := map[uint8]string{binaryUDiv: "__udivti3", binarySDiv: "__divti3", binaryURem: "__umodti3",
			binarySRem: "__modti3"}[inst.Code]
		a, b := c.inMemory(operands[0]), c.inMemory(operands[1])
		c.spillFor(operands)
		for k, m := range [...]x64.Mem{a, offset(a, 8), b, offset(b, 8)} {
			c.asm.MovRM(x64.S64, argumentRegs[k].gpr(), m)
		}
		c.pinned = 0
		c.callRuntime(name)
		c.storePair(i, x64.RAX, x64.RDX)
	}
}

// multiplyWide multiplies: the halves' products, but for that of the upper ones.
func (c *Compiler) multiplyWide(i int, operands []bitcode.ValueID) {
	rax, rdx := c.exactly(x64.RAX), c.exactly(x64.RDX)
	a, b := c.inMemory(operands[0]), c.inMemory(operands[1])
	x, y := c.temp(), c.temp()
	c.asm.MovRM(x64.S64, x, a)
	c.asm.TwoRM(x64.IMUL2, x64.S64, x, offset(b, 8))
	c.asm.MovRM(x64.S64, y, b)
	c.asm.MovRM(x64.S64, rax, a)
	c.asm.UnaryR(x64.MUL, x64.S64, y)
	c.asm.TwoRM(x64.IMUL2, x64.S64, y, offset(a, 8))
	c.asm.AluRR(x64.ADD, x64.S64, rdx, x)
	c.asm.AluRR(x64.ADD, x64.S64, rdx, y)
	c.storePair(i, rax, rdx)
}

// shiftWide shifts both halves, and takes one for the other from 64 bits on.
func (c *Compiler) shiftWide(i int, inst *bitcode.Inst, operands []bitcode.ValueID, t *typeInfo) {
	if inst.Code != binaryShl {
		whole(t)
	}
	rcx := c.exactly(x64.RCX)
	low, high, zero := c.temp(), c.temp(), c.temp()
	c.pair(operands[0], low, high)
	c.asm.MovRM(x64.S64, rcx, c.inMemory(operands[1]))
	first, second := low, high // the half that is shifted alone, and the one that takes bits from it
	op, double := x64.SHL, x64.SHLD
	if inst.Code != binaryShl {
		first, second, double = high, low, x64.SHRD
		op = shifts[inst.Code]
	}
	if inst.Code == binaryAShr {
		c.asm.MovRR(x64.S64, zero, high)
		c.asm.ShiftRI(x64.SAR, x64.S64, zero, 63)
	} else {
		c.asm.MovRI(x64.S64, zero, 0)
	}
	c.asm.DoubleRRCL(double, x64.S64, second, first)
	c.asm.ShiftRCL(op, x64.S64, first)
	c.asm.TestRI(x64.S8, rcx, 64)
	c.asm.CmovRR(x64.CondNE, x64.S64, second, first)
	c.asm.CmovRR(x64.CondNE, x64.S64, first, zero)
	c.storePair(i, low, high)
}

// compareWide sets the flags. Equality is that of all bits; order is the borrow of a subtraction.
func (c *Compiler) compareWide(i int) condition {
	operands := c.body.Operands(i)
	whole(c.typeOf(operands[0]))
	a, b := operands[0], operands[1]
	k := c.comparison(i)
	low, high := c.temp(), c.temp()
	switch k.cond {
	case x64.CondE, x64.CondNE:
		c.pair(a, low, high)
		m := c.inMemory(b)
		c.asm.AluRM(x64.XOR, x64.S64, low, m)
		c.asm.AluRM(x64.XOR, x64.S64, high, offset(m, 8))
		c.asm.AluRR(x64.OR, x64.S64, low, high)
		return k
	case x64.CondA, x64.CondBE, x64.CondG, x64.CondLE:
		a, b = b, a
		k.cond = k.cond.Swap()
	}
	c.pair(a, low, high)
	m := c.inMemory(b)
	c.asm.AluRM(x64.CMP, x64.S64, low, m)
	c.asm.AluRM(x64.SBB, x64.S64, high, offset(m, 8))
	return k
}

// castWide converts to or from a wide integer.
func (c *Compiler) castWide(i int, inst *bitcode.Inst, v bitcode.ValueID, from, to *typeInfo) {
	switch {
	case inst.Code == castTrunc && from.class == classWide && to.class == classInt,
		inst.Code == castPtrToInt && from.class == classWide && to.class == classInt:
		c.asm.MovRM(x64.S64, c.result(i).gpr(), c.inMemory(v))
	case inst.Code == castTrunc && from.class == classWide && to.class == classWide:
		c.copyTo(c.memory(i), v)
	case (inst.Code == castZExt || inst.Code == castSExt) && from.class == classInt && to.class == classWide:
		low := c.extended(v, x64.S64, inst.Code == castSExt)
		high := c.temp()
		if inst.Code == castSExt {
			c.asm.MovRR(x64.S64, high, low)
			c.asm.ShiftRI(x64.SAR, x64.S64, high, 63)
		} else {
			c.asm.MovRI(x64.S64, high, 0)
		}
		c.storePair(i, low, high)
	case inst.Code == castBitcast && from.size == to.size && from.class.inMemory() && to.class.inMemory():
		c.copyTo(c.memory(i), v)
	default:
		refuse("a conversion of more than 64 bits", c.describeType(inst.Type))
	}
}

// selectWideIntrinsic does an intrinsic whose operands are held in memory.
func (c *Compiler) selectWideIntrinsic(i int, id intrinsic, call *bitcode.Call, args []bitcode.ValueID) {
	t := c.typeOf(args[0])
	if t.class == classVector && id >= reduceAdd && id <= reduceUMin {
		c.selectReduction(i, id, args)
		return
	}
	refuse("an intrinsic of a type that is not known", call.Callee.Name)
}
