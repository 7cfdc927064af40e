package baseline

import (
	"encoding/binary"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// Vectors are held in memory, one element behind the other; those of i1 have a byte for each element there, 0 or 1.
// What SSE2 does with whole registers is done so, the rest element by element.

// lanes is how a vector is held.
type lanes struct {
	n    uint32
	size uint32 // bytes of an element
	of   typeInfo
	bit  bool // elements are i1
}

func (c *Compiler) lanesOf(t bitcode.TypeID) lanes {
	typ := c.irType(t)
	if typ.Kind != bitcode.VectorType || typ.Len > 256 {
		refuse("a vector of a type that is not known", c.describeType(t))
	}
	of := *c.typ(typ.Elems[0])
	v := lanes{n: uint32(typ.Len), size: of.size, of: of}
	switch {
	case of.class == classInt && of.bits == 1:
		v.bit, v.size = true, 1
	case of.class == classFloat, of.class == classDouble:
	case of.class == classInt && (of.bits == 8 || of.bits == 16 || of.bits == 32 || of.bits == 64):
	default:
		refuse("a vector of a type that is not known", c.describeType(t))
	}
	return v
}

// at is the operand for an element.
func (v lanes) at(m x64.Mem, k uint32) x64.Mem { return offset(m, k*v.size) }

// width is the size of an element in a general register.
func (v lanes) width() x64.Size {
	switch v.size {
	case 1:
		return x64.S8
	case 2:
		return x64.S16
	case 4:
		return x64.S32
	}
	return x64.S64
}

// load brings an element into a general register, extended.
func (c *Compiler) loadLane(r x64.Reg, v lanes, m x64.Mem, k uint32, signed bool) {
	if v.bit && signed {
		c.asm.MovzxRM(x64.S8, r, v.at(m, k))
		c.asm.UnaryR(x64.NEG, x64.S64, r)
		return
	}
	c.extendFrom(r, v.at(m, k), v.width(), x64.S64, signed)
}

// chunks goes through a vector in the pieces that SSE registers take: 16, 8 or 4 bytes. It is false if it does not
// consist of them.
func chunks(size uint32, do func(at, n uint32)) bool {
	if size&3 != 0 {
		return false
	}
	for at := uint32(0); at < size; {
		n := uint32(16)
		for at+n > size {
			n /= 2
		}
		do(at, n)
		at += n
	}
	return true
}

func (c *Compiler) loadChunk(r x64.Xmm, m x64.Mem, n uint32) {
	if n == 4 {
		c.asm.SseXM(x64.MOVD, r, m)
	} else {
		c.loadVector(r, m, n)
	}
}

func (c *Compiler) storeChunk(m x64.Mem, r x64.Xmm, n uint32) {
	if n == 4 {
		c.asm.SseMX(x64.StoreD, m, r)
	} else {
		c.storeVector(m, r, n)
	}
}

var (
	paddOps = [...]x64.Sse{x64.PADDB, x64.PADDW, x64.PADDD, x64.PADDQ}
	psubOps = [...]x64.Sse{x64.PSUBB, x64.PSUBW, x64.PSUBD, x64.PSUBQ}
)

// wholeOp is the instruction that does an operation on all elements of a register.
func wholeOp(code uint8, v lanes) (x64.Sse, bool) {
	if v.of.class != classInt {
		packed := [...][2]x64.Sse{binaryAdd: {x64.ADDPS, x64.ADDPD}, binarySub: {x64.SUBPS, x64.SUBPD},
			binaryMul: {x64.MULPS, x64.MULPD}, binarySDiv: {x64.DIVPS, x64.DIVPD}}
		if code > binarySDiv || code == binaryUDiv {
			return 0, false
		}
		return packed[code][isDouble(v.of.class)], true
	}
	switch code {
	case binaryAdd:
		return paddOps[v.width()], !v.bit
	case binarySub:
		return psubOps[v.width()], !v.bit
	case binaryAnd:
		return x64.PAND, true
	case binaryOr:
		return x64.POR, true
	case binaryXor:
		return x64.PXOR, true
	case binaryMul:
		return x64.PMULLW, v.size == 2
	}
	return 0, false
}

// selectVectorBinary does arithmetic on vectors.
func (c *Compiler) selectVectorBinary(i int, inst *bitcode.Inst) {
	v := c.lanesOf(inst.Type)
	operands := c.body.Operands(i)
	a, b, to := c.inMemory(operands[0]), c.inMemory(operands[1]), c.memory(i)
	op, ok := wholeOp(inst.Code, v)
	if ok && (v.of.class == classInt || v.n*v.size >= 8) && v.n*v.size&3 == 0 {
		x, y := c.tempX(), c.tempX()
		chunks(v.n*v.size, func(at, n uint32) {
			c.loadChunk(x, offset(a, at), n)
			c.loadChunk(y, offset(b, at), n)
			c.asm.SseXX(op, x, y)
			c.storeChunk(offset(to, at), x, n)
		})
		return
	}
	if v.of.class != classInt {
		c.floatLanes(inst.Code, v, to, a, b)
		return
	}
	c.intLanes(inst.Code, v, to, a, b)
}

func (c *Compiler) floatLanes(code uint8, v lanes, to, a, b x64.Mem) {
	op, ok := floatOps[code]
	if !ok {
		refuse("arithmetic of vectors that is not known", "")
	}
	x := reg(c.tempX()) + xmm0
	for k := range v.n {
		c.loadReg(v.of.class, x, v.at(a, k))
		c.asm.SseXM(op[isDouble(v.of.class)], x.xmm(), v.at(b, k))
		c.storeReg(v.of.class, v.at(to, k), x)
	}
}

// intLanes does arithmetic element by element, in registers that division and shifts want.
func (c *Compiler) intLanes(code uint8, v lanes, to, a, b x64.Mem) {
	rax, rcx, rdx := c.exactly(x64.RAX), c.exactly(x64.RCX), c.exactly(x64.RDX)
	signed := code == binarySDiv || code == binarySRem || code == binaryAShr
	for k := range v.n {
		c.loadLane(rax, v, a, k, signed)
		c.loadLane(rcx, v, b, k, signed)
		result := rax
		switch code {
		case binaryAdd, binarySub, binaryAnd, binaryOr, binaryXor:
			c.asm.AluRR(aluOps[code], x64.S64, rax, rcx)
		case binaryMul:
			c.asm.TwoRR(x64.IMUL2, x64.S64, rax, rcx)
		case binaryShl, binaryLShr, binaryAShr:
			c.asm.ShiftRCL(shifts[code], x64.S64, rax)
		case binaryUDiv, binaryURem:
			c.asm.AluRR(x64.XOR, x64.S32, rdx, rdx)
			c.asm.UnaryR(x64.DIV, x64.S64, rcx)
		default:
			c.asm.Cwd(x64.S64)
			c.asm.UnaryR(x64.IDIV, x64.S64, rcx)
		}
		if code == binaryURem || code == binarySRem {
			result = rdx
		}
		c.storeLane(v, to, k, result)
	}
}

// storeLane stores an element.
func (c *Compiler) storeLane(v lanes, m x64.Mem, k uint32, r x64.Reg) {
	if v.bit {
		c.asm.AluRI(x64.AND, x64.S32, r, 1)
	}
	c.asm.MovMR(v.width(), v.at(m, k), r)
}

// selectVectorNegate changes the signs of floats.
func (c *Compiler) selectVectorNegate(i int, inst *bitcode.Inst, value bitcode.ValueID) {
	v := c.lanesOf(inst.Type)
	c.signLanes(v, c.memory(i), c.inMemory(value), x64.XOR, 1<<63)
}

// signLanes combines the bits of floats with a mask, whose bits for a double are given.
func (c *Compiler) signLanes(v lanes, to, from x64.Mem, op x64.Alu, mask uint64) {
	if v.of.class == classFloat {
		mask >>= 32
	}
	r, m := c.temp(), c.temp()
	c.asm.MovRI(x64.S64, m, int64(mask))
	for k := range v.n {
		c.asm.MovRM(v.width(), r, v.at(from, k))
		c.asm.AluRR(op, v.width(), r, m)
		c.asm.MovMR(v.width(), v.at(to, k), r)
	}
}

// selectVectorCompare makes a vector of i1.
func (c *Compiler) selectVectorCompare(i int, inst *bitcode.Inst) {
	operands := c.body.Operands(i)
	v := c.lanesOf(c.body.TypeOf(operands[0]))
	if result := c.lanesOf(inst.Type); !result.bit || result.n != v.n {
		refuse("a comparison of a type that is not known", "")
	}
	a, b, to := c.inMemory(operands[0]), c.inMemory(operands[1]), c.memory(i)
	cond := c.comparison(i)
	r := c.temp()
	if v.of.class == classInt {
		if inst.Code < intEQ {
			refuse("a comparison of a type that is not known", "")
		}
		y := c.temp()
		signed := inst.Code >= intEQ+6
		for k := range v.n {
			c.loadLane(r, v, a, k, signed)
			c.loadLane(y, v, b, k, signed)
			c.asm.AluRR(x64.CMP, x64.S64, r, y)
			c.asm.SetM(cond.cond, offset(to, k))
		}
		return
	}
	if inst.Code == floatFalse || inst.Code >= floatTrue {
		refuse("a comparison that is not known", "")
	}
	if floatConds[inst.Code].swapped {
		a, b = b, a
	}
	x := reg(c.tempX()) + xmm0
	op := [2]x64.Sse{x64.UCOMISS, x64.UCOMISD}[isDouble(v.of.class)]
	for k := range v.n {
		c.loadReg(v.of.class, x, v.at(a, k))
		c.asm.SseXM(op, x.xmm(), v.at(b, k))
		c.setCondition(cond, r)
		c.asm.MovMR(x64.S8, offset(to, k), r)
	}
}

// selectVectorSelect chooses element by element.
func (c *Compiler) selectVectorSelect(i int, inst *bitcode.Inst) {
	operands := c.body.Operands(i)
	v := c.lanesOf(inst.Type)
	if by := c.lanesOf(c.body.TypeOf(operands[2])); !by.bit || by.n != v.n {
		refuse("a choice of a type that is not known", "")
	}
	yes, no, by, to := c.inMemory(operands[0]), c.inMemory(operands[1]), c.inMemory(operands[2]), c.memory(i)
	r, y := c.temp(), c.temp()
	for k := range v.n {
		c.loadLane(r, v, no, k, false)
		c.loadLane(y, v, yes, k, false)
		c.asm.TestMI(x64.S8, offset(by, k), 1)
		c.asm.CmovRR(x64.CondNE, x64.S64, r, y)
		c.asm.MovMR(v.width(), v.at(to, k), r)
	}
}

// lane is the operand in memory for an element whose index may be a variable. One that is out of range is some element.
func (c *Compiler) lane(v lanes, m x64.Mem, index bitcode.ValueID) x64.Mem {
	if n, ok := c.constantInt(index); ok {
		return v.at(m, uint32(uint64(n)%uint64(v.n)))
	}
	if v.n&(v.n-1) != 0 {
		refuse("a variable index into a vector of an odd length", "")
	}
	r := c.copyOf(index)
	c.asm.AluRI(x64.AND, x64.S32, r, int32(v.n-1))
	m.Index, m.Scale = r, uint8(v.size)
	return m
}

func (c *Compiler) selectExtractElement(i int) {
	inst := &c.body.Insts[i]
	operands := c.body.Operands(i)
	v := c.lanesOf(c.body.TypeOf(operands[0]))
	m := c.lane(v, c.inMemory(operands[0]), operands[1])
	if c.typ(inst.Type).bits != v.of.bits || c.typ(inst.Type).class != v.of.class {
		refuse("operands of types that do not go together", "")
	}
	c.loadElement(i, m, inst.Type)
}

func (c *Compiler) selectInsertElement(i int) {
	inst := &c.body.Insts[i]
	operands := c.body.Operands(i)
	v := c.lanesOf(inst.Type)
	if of := c.typeOf(operands[1]); of.bits != v.of.bits || of.class != v.of.class {
		refuse("operands of types that do not go together", "")
	}
	to := c.memory(i)
	c.copyTo(to, operands[0])
	c.storeElement(c.lane(v, to, operands[2]), operands[1], &v.of)
}

// selectShuffle puts elements of two vectors together.
func (c *Compiler) selectShuffle(i int) {
	inst := &c.body.Insts[i]
	operands := c.body.Operands(i)
	v, from := c.lanesOf(inst.Type), c.lanesOf(c.body.TypeOf(operands[0]))
	if v.size != from.size || v.bit != from.bit {
		refuse("operands of types that do not go together", "")
	}
	var sources [2]x64.Mem
	for k := range sources {
		if !c.isUndef(operands[k]) {
			sources[k] = c.inMemory(operands[k])
		}
	}
	to := c.memory(i)
	for k := range v.n {
		n, ok := c.maskElement(operands[2], k)
		if !ok || n >= 2*from.n || c.isUndef(operands[n/from.n]) {
			continue
		}
		c.copyWords(v.at(to, k), from.at(sources[n/from.n], n%from.n), v.size)
	}
}

// maskElement is an element of the mask of a shuffle. It is false if any element will do.
func (c *Compiler) maskElement(mask bitcode.ValueID, k uint32) (uint32, bool) {
	m, ok := c.body.Constant(mask)
	if !ok || c.local(mask) != nil {
		refuse("a shuffle whose mask is not a constant", "")
	}
	switch m.Op {
	case bitcode.NullConstant:
		return 0, true
	case bitcode.UndefConstant:
		return 0, false
	case bitcode.DataConstant:
		if image := c.body.Image(mask); int(4*k+4) <= len(image) {
			return binary.LittleEndian.Uint32(image[4*k:]), true
		}
	case bitcode.AggregateConstant:
		if elements := c.body.ConstantOperands(mask); int(k) < len(elements) {
			n, ok := c.constantInt(elements[k])
			return uint32(n), ok
		}
	}
	refuse("a shuffle whose mask is not a constant", "")
	return 0, false
}

// selectVectorGEP computes addresses element by element: of one pointer or a vector of them, with one index.
func (c *Compiler) selectVectorGEP(i int) {
	operands := c.body.Operands(i)
	v := c.lanesOf(c.body.Insts[i].Type)
	if len(operands) != 2 {
		refuse("address arithmetic of vectors", "")
	}
	scale := c.layout(c.body.Details[i].Type).Size
	if scale != uint64(int32(scale)) {
		refuse("address arithmetic of vectors", "")
	}
	to := c.memory(i)
	r, y := c.temp(), c.temp()
	var at [2]x64.Mem
	var of [2]lanes
	for k, o := range operands {
		if c.typeOf(o).class == classVector {
			at[k], of[k] = c.inMemory(o), c.lanesOf(c.body.TypeOf(o))
		}
	}
	var base, index x64.Reg
	if of[0].n == 0 {
		base = c.int(operands[0])
	}
	if of[1].n == 0 {
		index = c.extended(operands[1], x64.S64, true)
	}
	for k := range v.n {
		if of[1].n != 0 {
			c.loadLane(y, of[1], at[1], k, true)
			c.asm.ImulRRI(x64.S64, y, y, int32(scale))
		} else {
			c.asm.ImulRRI(x64.S64, y, index, int32(scale))
		}
		if of[0].n != 0 {
			c.loadLane(r, of[0], at[0], k, false)
			c.asm.AluRR(x64.ADD, x64.S64, y, r)
		} else {
			c.asm.AluRR(x64.ADD, x64.S64, y, base)
		}
		c.asm.MovMR(x64.S64, v.at(to, k), y)
	}
}
