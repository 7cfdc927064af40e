package baseline

import (
	"math/bits"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// Operations of OpBinary, as in bitcode. Those of floats have the numbers of their signed likes.
const (
	binaryAdd = iota
	binarySub
	binaryMul
	binaryUDiv
	binarySDiv
	binaryURem
	binarySRem
	binaryShl
	binaryLShr
	binaryAShr
	binaryAnd
	binaryOr
	binaryXor
)

// Operations of OpCast, as in bitcode.
const (
	castTrunc = iota
	castZExt
	castSExt
	castFPToUI
	castFPToSI
	castUIToFP
	castSIToFP
	castFPTrunc
	castFPExt
	castPtrToInt
	castIntToPtr
	castBitcast
	castAddrSpace
	castPtrToAddr
)

var aluOps = [...]x64.Alu{binaryAdd: x64.ADD, binarySub: x64.SUB, binaryAnd: x64.AND, binaryOr: x64.OR,
	binaryXor: x64.XOR}

// sizeFor is the size in which integers of so many bits are computed with.
func sizeFor(n uint16) x64.Size {
	if n <= 32 {
		return x64.S32
	}
	return x64.S64
}

// natural is the size of registers that has exactly so many bits.
func natural(n uint16) (x64.Size, bool) {
	switch n {
	case 8, 16, 32, 64:
		return x64.Size(bits.TrailingZeros16(n) - 3), true
	}
	return 0, false
}

// selectBinary does arithmetic.
func (c *Compiler) selectBinary(i int) {
	inst := &c.body.Insts[i]
	switch c.typ(inst.Type).class {
	case classInt:
		c.selectInteger(i, inst)
	case classFloat, classDouble:
		c.selectFloat(i, inst)
	case classWide:
		c.selectWide(i, inst)
	case classX87:
		c.selectX87(i, inst)
	case classVector:
		c.selectVectorBinary(i, inst)
	default:
		refuse("arithmetic of a type that is not known", c.describeType(inst.Type))
	}
}

func (c *Compiler) selectInteger(i int, inst *bitcode.Inst) {
	operands := c.body.Operands(i)
	a, b := operands[0], operands[1]
	n := c.typ(inst.Type).bits
	s := sizeFor(n)
	switch inst.Code {
	case binaryAdd, binaryAnd, binaryOr, binaryXor:
		if _, ok := c.constantInt(a); ok || c.isLast(b) && !c.isLast(a) {
			if _, ok := c.constantInt(b); !ok {
				a, b = b, a
			}
		}
		c.selectAlu(i, inst.Code, s, a, b)
	case binarySub:
		c.selectAlu(i, inst.Code, s, a, b)
	case binaryMul:
		c.selectMultiply(i, s, a, b)
	case binaryShl, binaryLShr, binaryAShr:
		c.selectShift(i, inst.Code, n, a, b)
	default:
		c.selectDivide(i, inst.Code, n, a, b)
	}
}

// isLast says that this is the last use of a value which has a register that another may take.
func (c *Compiler) isLast(v bitcode.ValueID) bool {
	l := c.local(v)
	return l != nil && l.kind == kindNormal && !l.cross && l.uses == 1 && l.fixed == noReg
}

// selectAlu does an operation with an immediate, a slot or a register as its second operand.
func (c *Compiler) selectAlu(i int, code uint8, s x64.Size, a, b bitcode.ValueID) {
	op := aluOps[code]
	if n, ok := c.immediate(b); ok {
		if sum := code == binaryAdd || code == binarySub && n != -1<<31; sum && !c.isLast(a) && c.local(a) != nil {
			if code == binarySub {
				n = -n
			}
			from := c.int(a)
			c.asm.Lea(s, c.result(i).gpr(), x64.At(from, n))
			return
		}
		r := c.resultFrom(i, a).gpr()
		c.asm.AluRI(op, s, r, n)
		return
	}
	if m, ok := c.inSlot(b); ok {
		r := c.resultFrom(i, a).gpr()
		c.asm.AluRM(op, s, r, m)
		return
	}
	y := c.int(b)
	if code == binaryAdd && !c.isLast(a) && c.local(a) != nil {
		x := c.int(a)
		c.asm.Lea(s, c.result(i).gpr(), x64.Indexed(x, y, 1, 0))
		return
	}
	r := c.resultFrom(i, a).gpr()
	c.asm.AluRR(op, s, r, y)
}

// inSlot is the slot of a value that is in no register now. It has the bits of the value, and above them anything.
func (c *Compiler) inSlot(v bitcode.ValueID) (x64.Mem, bool) {
	l := c.local(v)
	if l == nil || l.kind != kindNormal || l.reg != noReg || !l.stored {
		return x64.Mem{}, false
	}
	return x64.At(x64.RBP, l.slot), true
}

func (c *Compiler) selectMultiply(i int, s x64.Size, a, b bitcode.ValueID) {
	if _, ok := c.constantInt(a); ok {
		a, b = b, a
	}
	if n, ok := c.immediate(b); ok && c.local(a) != nil {
		if n > 0 && n&(n-1) == 0 {
			r := c.resultFrom(i, a).gpr()
			c.asm.ShiftRI(x64.SHL, s, r, uint8(bits.TrailingZeros32(uint32(n))))
			return
		}
		from := c.int(a)
		c.asm.ImulRRI(s, c.result(i).gpr(), from, n)
		return
	}
	if m, ok := c.inSlot(b); ok {
		r := c.resultFrom(i, a).gpr()
		c.asm.TwoRM(x64.IMUL2, s, r, m)
		return
	}
	y := c.int(b)
	r := c.resultFrom(i, a).gpr()
	c.asm.TwoRR(x64.IMUL2, s, r, y)
}

var shifts = [...]x64.Shift{binaryShl: x64.SHL, binaryLShr: x64.SHR, binaryAShr: x64.SAR}

// selectShift shifts. What is shifted to the right is extended first; of the amount the bits of the type count.
func (c *Compiler) selectShift(i int, code uint8, n uint16, a, b bitcode.ValueID) {
	s := sizeFor(n)
	amount, constant := c.constantInt(b)
	if constant && uint64(amount) >= uint64(n) {
		amount = 0 // the result is poison
	}
	if !constant {
		c.into(b, x64.RCX)
		if n < 8 {
			c.asm.AluRI(x64.AND, x64.S32, x64.RCX, int32(lowBits(n)))
		}
	}
	var r x64.Reg
	if code == binaryShl || n == uint16(s.Bits()) {
		r = c.resultFrom(i, a).gpr()
	} else {
		r = c.resultExtended(i, a, s, code == binaryAShr).gpr()
	}
	switch {
	case !constant:
		c.asm.ShiftRCL(shifts[code], s, r)
	case amount != 0:
		c.asm.ShiftRI(shifts[code], s, r, uint8(amount))
	}
}

// selectDivide divides, or takes the remainder, in rax and rdx.
func (c *Compiler) selectDivide(i int, code uint8, n uint16, a, b bitcode.ValueID) {
	s := sizeFor(n)
	signed := code == binarySDiv || code == binarySRem
	if k, ok := c.constantInt(b); ok && !signed && k > 0 && k&(k-1) == 0 {
		r := c.resultExtended(i, a, s, false).gpr()
		switch {
		case code == binaryUDiv && k > 1:
			c.asm.ShiftRI(x64.SHR, s, r, uint8(bits.TrailingZeros64(uint64(k))))
		case code == binaryURem && k-1 == int64(int32(k-1)):
			c.asm.AluRI(x64.AND, s, r, int32(k-1))
		case code == binaryURem:
			c.asm.MovRI(x64.S64, scratch.gpr(), k-1)
			c.asm.AluRR(x64.AND, s, r, scratch.gpr())
		}
		return
	}
	c.into(a, x64.RAX)
	c.exactly(x64.RDX)
	divisor := c.extended(b, s, signed)
	c.extend(x64.RAX, x64.RAX, n, s, signed)
	if signed {
		c.asm.Cwd(s)
		c.asm.UnaryR(x64.IDIV, s, divisor)
	} else {
		c.asm.AluRR(x64.XOR, x64.S32, x64.RDX, x64.RDX)
		c.asm.UnaryR(x64.DIV, s, divisor)
	}
	if code == binaryUDiv || code == binarySDiv {
		c.resultIn(i, reg(x64.RAX))
	} else {
		c.resultIn(i, reg(x64.RDX))
	}
}

// into brings a value into a certain general register, which the present instruction may write to.
func (c *Compiler) into(v bitcode.ValueID, r x64.Reg) {
	l := c.local(v)
	if l != nil && l.kind == kindNormal && l.reg == reg(r) && l.fixed == noReg {
		if l.class == classInt && c.isLast(v) {
			c.holds[r], l.reg = 0, noReg
		} else {
			c.evict(reg(r)) // it has the value still
		}
		c.pinned |= 1 << r
		return
	}
	keep := c.pinned | 1<<r
	c.exactly(r)
	c.loadInto(v, reg(r))
	c.pinned = keep
}

// loadInto brings a value of a register class into a register that is pinned.
func (c *Compiler) loadInto(v bitcode.ValueID, r reg) {
	l := c.local(v)
	switch {
	case l == nil:
		if (c.typeOf(v).class == classInt) != (r < xmm0) {
			refuse("operands of types that do not go together", "")
		}
		c.constantTo(v, r)
		return
	case l.class.inMemory() || (l.class == classInt) != (r < xmm0):
		refuse("operands of types that do not go together", "")
	case l.kind == kindFrame:
		c.asm.Lea(x64.S64, r.gpr(), x64.At(x64.RBP, l.slot))
		return
	}
	if m, ok := c.inSlot(v); ok {
		c.loadReg(l.class, r, m)
		return
	}
	c.move(l.class, r, c.in(v))
}

// extended is a register with an integer that has been extended to a size, which may be written to only if that is its
// last use.
func (c *Compiler) extended(v bitcode.ValueID, s x64.Size, signed bool) x64.Reg {
	n := c.typeOf(v).bits
	if k, ok := c.constantInt(v); ok {
		r := c.temp()
		c.extendedConstant(r, k, n, signed)
		return r
	}
	if n == uint16(s.Bits()) {
		return c.int(v)
	}
	if m, ok := c.inSlot(v); ok {
		if from, ok := natural(n); ok {
			r := c.temp()
			c.extendFrom(r, m, from, s, signed)
			return r
		}
	}
	from := c.int(v)
	r := c.temp()
	c.extend(r, from, n, s, signed)
	return r
}

func (c *Compiler) extendedConstant(r x64.Reg, k int64, n uint16, signed bool) {
	if !signed {
		k &= lowBits(n)
	}
	c.asm.MovRI(x64.S64, r, k)
}

// resultExtended is the register for the value of the present instruction, holding an operand extended to a size.
func (c *Compiler) resultExtended(i int, v bitcode.ValueID, s x64.Size, signed bool) reg {
	n := c.typeOf(v).bits
	if k, ok := c.constantInt(v); ok {
		r := c.result(i)
		c.extendedConstant(r.gpr(), k, n, signed)
		return r
	}
	if m, ok := c.inSlot(v); ok {
		if from, ok := natural(n); ok {
			r := c.result(i)
			c.extendFrom(r.gpr(), m, from, s, signed)
			return r
		}
	}
	if c.isLast(v) {
		r := c.resultFrom(i, v)
		c.extend(r.gpr(), r.gpr(), n, s, signed)
		return r
	}
	from := c.int(v)
	r := c.result(i)
	c.extend(r.gpr(), from, n, s, signed)
	return r
}

// extendFrom loads an integer and extends it to a size.
func (c *Compiler) extendFrom(r x64.Reg, m x64.Mem, from, s x64.Size, signed bool) {
	if signed && from < s {
		c.asm.MovsxRM(s, from, r, m)
	} else {
		c.asm.MovzxRM(from, r, m)
	}
}

// extend extends an integer of n bits to a size, at least. It changes flags.
func (c *Compiler) extend(to, from x64.Reg, n uint16, s x64.Size, signed bool) {
	size, ok := natural(n)
	switch {
	case n >= uint16(s.Bits()):
		c.move(classInt, reg(to), reg(from))
	case ok && signed:
		c.asm.MovsxRR(s, size, to, from)
	case ok:
		c.asm.MovzxRR(size, to, from)
	case signed:
		c.move(classInt, reg(to), reg(from))
		c.asm.ShiftRI(x64.SHL, s, to, uint8(s.Bits()-int(n)))
		c.asm.ShiftRI(x64.SAR, s, to, uint8(s.Bits()-int(n)))
	case n < 32:
		c.asm.MovRR(x64.S32, to, from)
		c.asm.AluRI(x64.AND, x64.S32, to, int32(lowBits(n)))
	default:
		c.move(classInt, reg(to), reg(from))
		c.asm.ShiftRI(x64.SHL, x64.S64, to, uint8(64-n))
		c.asm.ShiftRI(x64.SHR, x64.S64, to, uint8(64-n))
	}
}

// selectCast converts.
func (c *Compiler) selectCast(i int) {
	inst := &c.body.Insts[i]
	v := c.body.Operands(i)[0]
	from, to := c.typeOf(v), c.typ(inst.Type)
	if from.class == classVector || to.class == classVector {
		c.selectVectorCast(i, inst, v)
		return
	}
	if from.class == classX87 || to.class == classX87 {
		c.castX87(i, inst, v, from, to)
		return
	}
	if from.class == classWide || to.class == classWide {
		c.castWide(i, inst, v, from, to)
		return
	}
	switch inst.Code {
	case castTrunc, castZExt, castSExt, castPtrToInt, castIntToPtr, castPtrToAddr:
		if from.class != classInt || to.class != classInt {
			break
		}
		if to.bits <= from.bits {
			c.resultFrom(i, v)
		} else {
			c.resultExtended(i, v, max(x64.S32, sizeFor(to.bits)), inst.Code == castSExt)
		}
		return
	case castBitcast:
		if from.size == to.size && from.class != classNone && !from.class.inMemory() && !to.class.inMemory() {
			c.bitcast(i, v, from, to)
			return
		}
	case castFPToUI, castFPToSI, castUIToFP, castSIToFP, castFPTrunc, castFPExt:
		c.castFloat(i, inst, v, from, to)
		return
	}
	refuse("a cast that is not known", c.describeType(inst.Type))
}

// bitcast takes the bits of a value for one of another type.
func (c *Compiler) bitcast(i int, v bitcode.ValueID, from, to *typeInfo) {
	s := sizeFor(uint16(8 * from.size))
	switch {
	case (from.class == classInt) == (to.class == classInt):
		c.resultFrom(i, v)
	case to.class == classInt:
		x := c.float(v)
		c.asm.MovdRX(s, c.result(i).gpr(), x)
	default:
		if from.bits != uint16(s.Bits()) {
			refuse("a cast that is not known", "")
		}
		x := c.int(v)
		c.asm.MovdXR(s, c.result(i).xmm(), x)
	}
}

// selectFreeze fixes a value that is not defined. What is in a register or slot already is one value.
func (c *Compiler) selectFreeze(i int) { c.selectCopy(i, c.body.Operands(i)[0]) }

// selectCopy makes the value of an instruction that of an operand of the same type.
func (c *Compiler) selectCopy(i int, v bitcode.ValueID) {
	if c.values[c.body.Insts[i].Value-c.first].class.inMemory() {
		c.copyTo(c.memory(i), v)
		return
	}
	c.resultFrom(i, v)
}
