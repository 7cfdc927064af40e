package baseline

import (
	"encoding/binary"
	"math"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// Floats of 80 bits are held in memory and computed with on the x87 stack, which is empty between instructions.

var x87Ops = map[uint8]x64.X87{binaryAdd: x64.FADDP, binarySub: x64.FSUBP, binaryMul: x64.FMULP, binarySDiv: x64.FDIVP}

// selectX87 does arithmetic: st(1) is the first operand, st(0) the second.
func (c *Compiler) selectX87(i int, inst *bitcode.Inst) {
	operands := c.body.Operands(i)
	op, ok := x87Ops[inst.Code]
	if !ok {
		refuse("arithmetic of x86_fp80 that is not known", "")
	}
	c.asm.X87M(x64.FLD80, c.inMemory(operands[0]))
	c.asm.X87M(x64.FLD80, c.inMemory(operands[1]))
	c.asm.X87St(op, 1)
	c.asm.X87M(x64.FSTP80, c.memory(i))
}

// compareX87 sets the flags as UCOMIS does.
func (c *Compiler) compareX87(i int) condition {
	inst := &c.body.Insts[i]
	if inst.Code == floatFalse || inst.Code >= floatTrue {
		refuse("a comparison that is not known", "")
	}
	operands := c.body.Operands(i)
	a, b := operands[0], operands[1]
	if floatConds[inst.Code].swapped {
		a, b = b, a
	}
	c.asm.X87M(x64.FLD80, c.inMemory(b))
	c.asm.X87M(x64.FLD80, c.inMemory(a))
	c.asm.X87St(x64.FUCOMIP, 1)
	c.asm.X87St(x64.FSTP, 0) // the flags stay
	return c.comparison(i)
}

// castX87 converts to or from a float of 80 bits.
func (c *Compiler) castX87(i int, inst *bitcode.Inst, v bitcode.ValueID, from, to *typeInfo) {
	room := x64.At(x64.RBP, c.allocate(16, frameAlign))
	switch {
	case inst.Code == castFPExt && (from.class == classFloat || from.class == classDouble):
		c.storeReg(from.class, room, reg(c.float(v))+xmm0)
		c.asm.X87M([2]x64.X87Mem{x64.FLD32, x64.FLD64}[isDouble(from.class)], room)
		c.asm.X87M(x64.FSTP80, c.memory(i))
	case inst.Code == castFPTrunc && (to.class == classFloat || to.class == classDouble):
		c.asm.X87M(x64.FLD80, c.inMemory(v))
		c.asm.X87M([2]x64.X87Mem{x64.FSTP32, x64.FSTP64}[isDouble(to.class)], room)
		c.loadReg(to.class, c.result(i), room)
	case (inst.Code == castSIToFP || inst.Code == castUIToFP) && from.class == classInt:
		c.intToX87(i, v, room, inst.Code == castSIToFP)
	case (inst.Code == castFPToSI || inst.Code == castFPToUI) && to.class == classInt:
		c.x87ToInt(i, v, room, to.bits, inst.Code == castFPToSI)
	default:
		refuse("a conversion of x86_fp80 that is not known", "")
	}
}

// intToX87 converts an integer. One of 64 bits without sign is read as if it had one, and gets 2^64 if that was set.
func (c *Compiler) intToX87(i int, v bitcode.ValueID, room x64.Mem, signed bool) {
	n := c.typeOf(v).bits
	r := c.extended(v, x64.S64, signed)
	to := c.memory(i)
	c.asm.MovMR(x64.S64, room, r)
	c.asm.X87M(x64.FILD64, room)
	if !signed && n == 64 {
		var image [4]byte
		binary.LittleEndian.PutUint32(image[:], math.Float32bits(1<<64))
		c.asm.TestRR(x64.S64, r, r)
		fits := c.asm.Jcc8(x64.CondNS)
		c.asm.X87M(x64.FADD32, x64.Rel(0))
		c.refer(c.literal(image[:]), 0)
		c.asm.Patch8(fits, c.asm.Pos())
	}
	c.asm.X87M(x64.FSTP80, to)
}

// x87ToInt converts to an integer, rounding to zero, for which the control word has to be changed meanwhile. Numbers
// from 2^63 on, without sign, are made smaller by that and get the bit back.
func (c *Compiler) x87ToInt(i int, v bitcode.ValueID, room x64.Mem, n uint16, signed bool) {
	const roundToZero = 0x0c00
	from := c.inMemory(v)
	r := c.result(i).gpr()
	old, chopped := offset(room, 8), offset(room, 12)
	c.asm.X87M(x64.FNSTCW, old)
	c.asm.MovzxRM(x64.S16, scratch.gpr(), old)
	c.asm.AluRI(x64.OR, x64.S32, scratch.gpr(), roundToZero)
	c.asm.MovMR(x64.S16, chopped, scratch.gpr())
	c.asm.X87M(x64.FLD80, from)
	if signed || n < 64 {
		c.asm.X87M(x64.FLDCW, chopped)
		c.asm.X87M(x64.FISTP64, room)
		c.asm.X87M(x64.FLDCW, old)
		c.asm.MovRM(x64.S64, r, room)
		return
	}
	var image [4]byte
	binary.LittleEndian.PutUint32(image[:], math.Float32bits(1<<63))
	c.asm.X87M(x64.FLD32, x64.Rel(0))
	c.refer(c.literal(image[:]), 0)
	c.asm.MovRI(x64.S32, scratch.gpr(), 0)
	c.asm.X87St(x64.FUCOMI, 1) // 2^63 with the number
	small := c.asm.Jcc8(x64.CondA)
	c.asm.X87St(x64.FSUBP, 1)
	c.asm.MovRI(x64.S64, scratch.gpr(), -1<<63)
	done := c.asm.Jmp8()
	c.asm.Patch8(small, c.asm.Pos())
	c.asm.X87St(x64.FSTP, 0)
	c.asm.Patch8(done, c.asm.Pos())
	c.asm.X87M(x64.FLDCW, chopped)
	c.asm.X87M(x64.FISTP64, room)
	c.asm.X87M(x64.FLDCW, old)
	c.asm.MovRM(x64.S64, r, room)
	c.asm.AluRR(x64.XOR, x64.S64, r, scratch.gpr())
}

// selectX87Intrinsic does arithmetic of floats of 80 bits that needs no call.
func (c *Compiler) selectX87Intrinsic(i int, id intrinsic, args []bitcode.ValueID) {
	if c.typ(c.body.Insts[i].Type).class != classX87 {
		refuse("an intrinsic of a type that is not known", "")
	}
	op := x64.FABS
	switch id {
	case fmuladdIntrinsic:
		c.asm.X87M(x64.FLD80, c.inMemory(args[0]))
		c.asm.X87M(x64.FLD80, c.inMemory(args[1]))
		c.asm.X87St(x64.FMULP, 1)
		c.asm.X87M(x64.FLD80, c.inMemory(args[2]))
		c.asm.X87St(x64.FADDP, 1)
		c.asm.X87M(x64.FSTP80, c.memory(i))
		return
	case fabsIntrinsic:
	case sqrtIntrinsic:
		op = x64.FSQRT
	case copysignIntrinsic:
		c.copySignX87(i, args)
		return
	default:
		refuse("an intrinsic of x86_fp80 that is not known", "")
	}
	c.asm.X87M(x64.FLD80, c.inMemory(args[0]))
	c.asm.X87Op(op)
	c.asm.X87M(x64.FSTP80, c.memory(i))
}

// copySignX87 makes the sign of a number, the uppermost of its bits, that of another.
func (c *Compiler) copySignX87(i int, args []bitcode.ValueID) {
	to, from, sign := c.memory(i), c.inMemory(args[0]), c.inMemory(args[1])
	r, s := c.temp(), c.temp()
	c.asm.MovzxRM(x64.S16, r, offset(from, 8))
	c.asm.MovzxRM(x64.S16, s, offset(sign, 8))
	c.asm.AluRI(x64.AND, x64.S32, r, 0x7fff)
	c.asm.AluRI(x64.AND, x64.S32, s, 0x8000)
	c.asm.AluRR(x64.OR, x64.S32, r, s)
	c.asm.MovRM(x64.S64, s, from)
	c.asm.MovMR(x64.S64, to, s)
	c.asm.MovMR(x64.S16, offset(to, 8), r)
}
