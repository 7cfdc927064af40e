package baseline

import (
	"encoding/binary"
	"math"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/x64"
)

// arithmetic of floats and doubles, by the operation.
var floatOps = map[uint8][2]x64.Sse{
	binaryAdd: {x64.ADDSS, x64.ADDSD}, binarySub: {x64.SUBSS, x64.SUBSD}, binaryMul: {x64.MULSS, x64.MULSD},
	binarySDiv: {x64.DIVSS, x64.DIVSD},
}

// isDouble tells the second form of an instruction from the first.
func isDouble(k class) int {
	if k == classDouble {
		return 1
	}
	return 0
}

func (c *Compiler) selectFloat(i int, inst *bitcode.Inst) {
	class := c.typ(inst.Type).class
	operands := c.body.Operands(i)
	if inst.Code == binarySRem {
		c.callMath(i, [2]string{"fmodf", "fmod"}, operands[:2])
		return
	}
	op, ok := floatOps[inst.Code]
	if !ok {
		refuse("arithmetic that is not known", "")
	}
	c.sse(i, op[isDouble(class)], operands[0], operands[1])
}

// sse does an operation of two floats.
func (c *Compiler) sse(i int, op x64.Sse, a, b bitcode.ValueID) {
	if m, ok := c.inSlot(b); ok {
		r := c.resultFrom(i, a)
		c.asm.SseXM(op, r.xmm(), m)
		return
	}
	y := c.float(b)
	r := c.resultFrom(i, a)
	c.asm.SseXX(op, r.xmm(), y)
}

// selectUnary negates, which changes the sign and nothing else.
func (c *Compiler) selectUnary(i int) {
	inst := &c.body.Insts[i]
	v := c.body.Operands(i)[0]
	switch class := c.typ(inst.Type).class; class {
	case classFloat, classDouble:
		c.signBits(i, v, x64.XORPS, class, 1<<63)
	case classX87:
		c.asm.X87M(x64.FLD80, c.inMemory(v))
		c.asm.X87Op(x64.FCHS)
		c.asm.X87M(x64.FSTP80, c.memory(i))
	case classVector:
		c.selectVectorNegate(i, inst, v)
	default:
		refuse("arithmetic of a type that is not known", c.describeType(inst.Type))
	}
}

// signBits combines a float with a mask, whose bits for a double are given.
func (c *Compiler) signBits(i int, v bitcode.ValueID, op x64.Sse, k class, mask uint64) {
	r := c.resultFrom(i, v)
	if k == classFloat {
		mask >>= 32
	}
	c.asm.SseXM(op, r.xmm(), x64.Rel(0))
	c.refer(c.mask16(mask), 0)
}

// mask16 is 16 bytes in the read-only section that begin with the bits of a mask.
func (c *Compiler) mask16(bits uint64) code.Target {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], bits)
	return c.literal(b[:])
}

// castFloat converts between floats and integers.
func (c *Compiler) castFloat(i int, inst *bitcode.Inst, v bitcode.ValueID, from, to *typeInfo) {
	isFloat := func(t *typeInfo) bool { return t.class == classFloat || t.class == classDouble }
	switch inst.Code {
	case castFPExt, castFPTrunc:
		if isFloat(from) && isFloat(to) {
			op := x64.CVTSS2SD
			if inst.Code == castFPTrunc {
				op = x64.CVTSD2SS
			}
			x := c.float(v)
			c.asm.SseXX(op, c.result(i).xmm(), x)
			return
		}
	case castSIToFP, castUIToFP:
		if from.class == classInt && isFloat(to) {
			c.intToFloat(i, v, from.bits, to.class, inst.Code == castSIToFP)
			return
		}
	default:
		if isFloat(from) && to.class == classInt {
			c.floatToInt(i, v, from.class, to.bits, inst.Code == castFPToSI)
			return
		}
	}
	refuse("a conversion that is not known", c.describeType(inst.Type))
}

var (
	fromInt = [2]x64.SseFrom{x64.CVTSI2SS, x64.CVTSI2SD}
	toInt   = [2]x64.SseTo{x64.CVTTSS2SI, x64.CVTTSD2SI}
)

// intToFloat converts an integer. One of 64 bits without sign whose highest bit is set is halved first, with the lowest
// bit kept so that rounding sees it.
func (c *Compiler) intToFloat(i int, v bitcode.ValueID, n uint16, to class, signed bool) {
	op := fromInt[isDouble(to)]
	if signed || n < 64 {
		s := x64.S32
		if n > 32 || !signed && n == 32 {
			s = x64.S64
		}
		r := c.extended(v, s, signed)
		x := c.result(i).xmm()
		c.asm.SseXX(x64.XORPS, x, x) // so that it does not wait for what was there
		c.asm.SseXR(op, s, x, r)
		return
	}
	r, t := c.int(v), c.temp()
	x := c.result(i).xmm()
	c.asm.SseXX(x64.XORPS, x, x)
	c.asm.TestRR(x64.S64, r, r)
	high := c.asm.Jcc8(x64.CondS)
	c.asm.SseXR(op, x64.S64, x, r)
	done := c.asm.Jmp8()
	c.asm.Patch8(high, c.asm.Pos())
	c.asm.MovRR(x64.S64, t, r)
	c.asm.MovRR(x64.S64, scratch.gpr(), r)
	c.asm.ShiftRI(x64.SHR, x64.S64, t, 1)
	c.asm.AluRI(x64.AND, x64.S32, scratch.gpr(), 1)
	c.asm.AluRR(x64.OR, x64.S64, t, scratch.gpr())
	c.asm.SseXR(op, x64.S64, x, t)
	if to == classDouble {
		c.asm.SseXX(x64.ADDSD, x, x)
	} else {
		c.asm.SseXX(x64.ADDSS, x, x)
	}
	c.asm.Patch8(done, c.asm.Pos())
}

// floatToInt converts a float. Numbers from 2^63 on, without sign, are made smaller by that and get the bit back.
func (c *Compiler) floatToInt(i int, v bitcode.ValueID, from class, n uint16, signed bool) {
	op := toInt[isDouble(from)]
	x := c.float(v)
	if signed || n < 64 {
		s := x64.S32
		if n > 32 || !signed && n == 32 {
			s = x64.S64
		}
		c.asm.SseRX(op, s, c.result(i).gpr(), x)
		return
	}
	limit, sub := [8]byte{}, x64.SUBSD
	image := limit[:]
	if from == classDouble {
		binary.LittleEndian.PutUint64(image, math.Float64bits(1<<63))
	} else {
		image, sub = limit[:4], x64.SUBSS
		binary.LittleEndian.PutUint32(image, math.Float32bits(1<<63))
	}
	y := c.tempX()
	r := c.result(i).gpr()
	load := [2]x64.Sse{x64.MOVSS, x64.MOVSD}[isDouble(from)]
	c.asm.SseXM(load, scratchX.xmm(), x64.Rel(0))
	c.refer(c.literal(image), 0)
	c.asm.SseXX(x64.MOVAPS, y, x)
	c.asm.SseXX(sub, y, scratchX.xmm())
	// As LLVM does it without a branch: if the first conversion overflows, its sign selects the second one.
	c.asm.SseRX(op, x64.S64, r, x)
	c.asm.SseRX(op, x64.S64, scratch.gpr(), y)
	t := c.temp()
	c.asm.MovRR(x64.S64, t, r)
	c.asm.ShiftRI(x64.SAR, x64.S64, t, 63)
	c.asm.AluRR(x64.AND, x64.S64, t, scratch.gpr())
	c.asm.AluRR(x64.OR, x64.S64, r, t)
}

// callMath calls a function of the C library's for floats, whose names for double end the list. That for floats of 80
// bits has one that follows from it.
func (c *Compiler) callMath(i int, names [2]string, args []bitcode.ValueID) {
	result, class := c.typ(c.body.Insts[i].Type).class, c.typeOf(args[0]).class
	c.moves = c.moves[:0]
	sse, general, stack := reg(0), 0, uint32(0)
	for _, v := range args {
		m := move{class: c.typeOf(v).class, from: c.source(v), value: v, to: inRegister(xmm0 + sse)}
		switch m.class {
		case classInt:
			m.to.reg = argumentRegs[general]
			general++
		case classFloat, classDouble:
			sse++
		case classX87:
			c.copyMemory(x64.At(x64.RSP, int32(stack)), c.inMemory(v), 16)
			stack += 16
			continue
		default:
			refuse("a function of a type that is not known", c.describeType(c.body.TypeOf(v)))
		}
		c.moves = append(c.moves, m)
	}
	c.allocateOut(stack)
	c.callMoved(i, mathName(names, class))
	switch result {
	case classX87:
		c.asm.X87M(x64.FSTP80, c.memory(i))
	case classInt:
		c.pinned |= 1 << x64.RAX
		c.resultIn(i, reg(x64.RAX))
	default:
		c.pinned |= 1 << xmm0
		c.resultIn(i, xmm0)
	}
}

// mathName is the name of a function for a class of floats.
func mathName(names [2]string, class class) string {
	switch {
	case class != classX87:
		return names[isDouble(class)]
	case names[1] == "__powidf2": // of the compiler's library
		return "__powixf2"
	}
	return names[1] + "l"
}
