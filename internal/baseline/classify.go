package baseline

import (
	"math"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// selectRounding is the rounding mode as FLT_ROUNDS has it: 0 to zero, 1 to nearest, 2 up, 3 down. The x87's control
// word has, in bits 10 and 11, 0 for to nearest, 1 for down, 2 for up, 3 for to zero.
func (c *Compiler) selectRounding(i int) {
	room := x64.At(x64.RBP, c.allocate(8, 8))
	r := c.result(i).gpr()
	c.asm.X87M(x64.FNSTCW, room)
	c.asm.MovzxRM(x64.S16, r, room)
	c.asm.ShiftRI(x64.SHR, x64.S32, r, 10)
	c.asm.AluRI(x64.AND, x64.S32, r, 3)
	// The upper bit becomes whether the two differ, the lower one the opposite of the upper one.
	c.asm.MovRR(x64.S32, scratch.gpr(), r)
	c.asm.ShiftRI(x64.SHR, x64.S32, scratch.gpr(), 1)
	c.asm.AluRR(x64.XOR, x64.S32, r, scratch.gpr())
	c.asm.AluRI(x64.AND, x64.S32, r, 1)
	c.asm.AluRR(x64.ADD, x64.S32, r, r)
	c.asm.AluRI(x64.XOR, x64.S32, scratch.gpr(), 1)
	c.asm.AluRR(x64.OR, x64.S32, r, scratch.gpr())
}

// floatRange are the bits of numbers of one class, from first to last as unsigned integers.
type floatRange struct{ first, last uint64 }

// rangesOf are the bits of float or double numbers of the classes in a mask of llvm.is.fpclass, in order. (LLVM
// Language Reference, llvm.is.fpclass.)
func rangesOf(mask int64, double bool) (ranges []floatRange) {
	infinity, normal, quiet, sign := uint64(0x7f800000), uint64(1)<<23, uint64(1)<<22, uint64(1)<<31
	if double {
		infinity, normal, quiet, sign = 0x7ff<<52, 1<<52, 1<<51, 1<<63
	}
	classes := []struct {
		positive, negative uint // bits of the mask
		floatRange
	}{
		{6, 5, floatRange{0, 0}},
		{7, 4, floatRange{1, normal - 1}},
		{8, 3, floatRange{normal, infinity - 1}},
		{9, 2, floatRange{infinity, infinity}},
		{0, 0, floatRange{infinity + 1, infinity + quiet - 1}}, // a signalling NaN
		{1, 1, floatRange{infinity + quiet, sign - 1}},         // a quiet one
	}
	add := func(r floatRange) {
		if n := len(ranges); n > 0 && ranges[n-1].last+1 == r.first {
			ranges[n-1].last = r.last
			return
		}
		ranges = append(ranges, r)
	}
	for _, k := range classes {
		if mask>>k.positive&1 != 0 {
			add(k.floatRange)
		}
	}
	for _, k := range classes {
		if mask>>k.negative&1 != 0 {
			add(floatRange{k.first + sign, k.last + sign})
		}
	}
	return ranges
}

// selectFloatClass says whether a number is of one of several classes.
func (c *Compiler) selectFloatClass(i int, args []bitcode.ValueID) {
	class := c.typeOf(args[0]).class
	mask, ok := c.constantInt(args[1])
	if class == classX87 && ok {
		c.classifyX87(i, args[0], mask)
		return
	}
	if class != classFloat && class != classDouble || !ok {
		refuse("an intrinsic of a type that is not known", "llvm.is.fpclass")
	}
	size := [2]x64.Size{x64.S32, x64.S64}[isDouble(class)]
	bits, in := c.temp(), c.temp()
	c.asm.MovdRX(size, bits, c.float(args[0]))
	r := c.result(i).gpr()
	c.asm.MovRI(x64.S32, r, 0)
	for _, within := range rangesOf(mask, class == classDouble) {
		// first <= bits <= last: bits - first <= last - first
		c.asm.MovRR(size, in, bits)
		c.asm.MovRI(size, scratch.gpr(), int64(within.first))
		c.asm.AluRR(x64.SUB, size, in, scratch.gpr())
		c.asm.MovRI(size, scratch.gpr(), int64(within.last-within.first))
		c.asm.AluRR(x64.CMP, size, in, scratch.gpr())
		c.asm.SetR(x64.CondBE, in)
		c.asm.MovzxRR(x64.S8, in, in)
		c.asm.AluRR(x64.OR, x64.S32, r, in)
	}
}

// classifyX87 is for a mask of whether a float of 80 bits is zero, infinite, or no number, as are encodings that mean
// nothing.
func (c *Compiler) classifyX87(i int, v bitcode.ValueID, mask int64) {
	const nan, zero, infinity = 0x003, 0x060, 0x204
	groups := [...]struct{ mask, fraction, exponent int64 }{{zero, 0, 0}, {infinity, -1 << 63, 0x7fff}}
	m := c.inMemory(v)
	fraction, exponent := c.temp(), c.temp()
	r := c.result(i).gpr()
	c.asm.MovRI(x64.S32, r, 0)
	if mask&nan == nan {
		c.asm.X87M(x64.FLD80, m)
		c.asm.X87St(x64.FUCOMI, 0)
		c.asm.X87St(x64.FSTP, 0) // the flags stay
		c.asm.SetR(x64.CondP, r)
		mask &^= nan
	}
	for _, g := range groups {
		if mask&g.mask != g.mask {
			continue
		}
		mask &^= g.mask
		c.asm.MovRI(x64.S64, fraction, g.fraction)
		c.asm.AluRM(x64.XOR, x64.S64, fraction, m)
		c.asm.MovzxRM(x64.S16, exponent, offset(m, 8))
		c.asm.AluRI(x64.AND, x64.S32, exponent, 0x7fff)
		c.asm.AluRI(x64.XOR, x64.S32, exponent, int32(g.exponent))
		c.asm.AluRR(x64.OR, x64.S64, exponent, fraction)
		c.asm.SetR(x64.CondE, fraction)
		c.asm.AluRR(x64.OR, x64.S8, r, fraction)
	}
	if mask != 0 {
		refuse("an intrinsic of a type that is not known", "llvm.is.fpclass")
	}
}

// selectSaturatingCast converts to an integer: what does not fit becomes the nearest number that does, and what is no
// number 0.
func (c *Compiler) selectSaturatingCast(i int, signed bool, v bitcode.ValueID) {
	class, n := c.typeOf(v).class, c.typ(c.body.Insts[i].Type).bits
	if _, ok := natural(n); !ok || class != classFloat && class != classDouble ||
		c.typ(c.body.Insts[i].Type).class != classInt {
		refuse("an intrinsic of a type that is not known", "a conversion that saturates")
	}
	x := c.float(v)
	zero, limit := c.temp(), c.temp()
	r := c.result(i).gpr()
	c.asm.MovRI(x64.S32, zero, 0)
	// What does not fit 64 bits becomes the least number of them.
	c.asm.SseRX(toInt[isDouble(class)], x64.S64, r, x)
	least, bits := int64(0), n
	if signed {
		bits--
		least = -1 << bits
		c.compareFloat(class, x, x)
		c.asm.CmovRR(x64.CondP, x64.S64, r, zero)
	}
	if least != -1<<63 {
		c.asm.MovRI(x64.S64, limit, least)
		c.asm.AluRR(x64.CMP, x64.S64, r, limit)
		c.asm.CmovRR(x64.CondL, x64.S64, r, limit)
	}
	if bits == 64 {
		c.fromUpperHalf(class, x, r, limit)
	}
	c.compareFloat(class, x, c.powerOfTwo(class, bits))
	c.asm.MovRI(x64.S64, limit, lowBits(bits))
	c.asm.CmovRR(x64.CondAE, x64.S64, r, limit)
}

// fromUpperHalf makes r the integer without sign of a float from 2^63 on.
func (c *Compiler) fromUpperHalf(class class, x x64.Xmm, r, t x64.Reg) {
	half := c.powerOfTwo(class, 63)
	low := c.tempX()
	c.asm.SseXX(x64.MOVAPS, low, x)
	c.asm.SseXX(floatOps[binarySub][isDouble(class)], low, half)
	c.asm.SseRX(toInt[isDouble(class)], x64.S64, t, low)
	c.asm.MovRI(x64.S64, scratch.gpr(), -1<<63)
	c.asm.AluRR(x64.XOR, x64.S64, t, scratch.gpr())
	c.compareFloat(class, x, half)
	c.asm.CmovRR(x64.CondAE, x64.S64, r, t)
}

// compareFloat sets the flags: carry if the first is less, and that and parity if one of them is no number.
func (c *Compiler) compareFloat(class class, a, b x64.Xmm) {
	c.asm.SseXX([2]x64.Sse{x64.UCOMISS, x64.UCOMISD}[isDouble(class)], a, b)
}

// powerOfTwo is a register for the present instruction with a float.
func (c *Compiler) powerOfTwo(class class, n uint16) x64.Xmm {
	r, bits := c.tempX(), scratch.gpr()
	if class == classFloat {
		c.asm.MovRI(x64.S32, bits, int64(math.Float32bits(float32(math.Ldexp(1, int(n))))))
		c.asm.MovdXR(x64.S32, r, bits)
	} else {
		c.asm.MovRI(x64.S64, bits, int64(math.Float64bits(math.Ldexp(1, int(n)))))
		c.asm.MovdXR(x64.S64, r, bits)
	}
	return r
}

// selectSplit makes the fraction and the integral part of a number, by the C library.
func (c *Compiler) selectSplit(i int, args []bitcode.ValueID) {
	class := c.typeOf(args[0]).class
	if class != classFloat && class != classDouble {
		refuse("an intrinsic of a type that is not known", "llvm.modf")
	}
	fraction := c.memory(i)
	integral := offset(fraction, uint32(c.layout(c.body.Insts[i].Type).Offsets[1]))
	c.moves = append(c.moves[:0], move{class: class, from: c.source(args[0]), value: args[0], to: inRegister(xmm0)},
		move{class: classInt, from: location{kind: address, at: integral.Disp}, to: inRegister(argumentRegs[0])})
	c.callMoved(i, [2]string{"modff", "modf"}[isDouble(class)])
	c.asm.SseMX([2]x64.SseStore{x64.StoreSS, x64.StoreSD}[isDouble(class)], fraction, xmm0.xmm())
}
