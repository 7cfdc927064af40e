package baseline

import (
	"encoding/binary"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/x64"
)

// selectAlloca makes room on the stack while the function runs, or takes room of the frame that has to be aligned
// further.
func (c *Compiler) selectAlloca(i int) {
	size, align, ok := c.allocaSize(i)
	if align > 1<<12 {
		refuse("an alloca that is aligned to more than a page", "")
	}
	if ok && c.at == 0 {
		r := c.result(i).gpr()
		c.asm.Lea(x64.S64, r, x64.At(x64.RBP, c.allocate(size+align, frameAlign)))
		c.asm.AluRI(x64.ADD, x64.S64, r, int32(align-1))
		c.asm.AluRI(x64.AND, x64.S64, r, -int32(align))
		return
	}
	if c.probe {
		refuse("an alloca of a size that is not known, whose pages are to be touched in turn", "")
	}
	c.dynamic = true
	align = max(align, frameAlign)
	n := c.body.Operands(i)[0]
	r := c.temp()
	c.asm.MovRR(x64.S64, scratch.gpr(), x64.RSP)
	count, elem := c.extended(n, x64.S64, false), c.layout(c.body.Details[i].Type).Size
	switch {
	case elem == 1:
		c.asm.MovRR(x64.S64, r, count)
	case elem == uint64(int32(elem)):
		c.asm.ImulRRI(x64.S64, r, count, int32(elem))
	default:
		refuse("an alloca that is too large", "")
	}
	c.asm.AluRR(x64.SUB, x64.S64, scratch.gpr(), r)
	c.asm.AluRI(x64.AND, x64.S64, scratch.gpr(), -int32(align))
	c.asm.MovRR(x64.S64, x64.RSP, scratch.gpr())
	// Room for arguments of calls is lowest, also now. How much that is shows when all calls are known.
	c.outAlign = max(c.outAlign, align)
	c.asm.Lea(x64.S64, c.result(i).gpr(), x64.At(x64.RSP, 1<<31-1))
	c.outFields = append(c.outFields, c.asm.Pos()-4)
}

// selectLoad loads a value.
func (c *Compiler) selectLoad(i int) {
	inst := &c.body.Insts[i]
	info := c.typ(inst.Type)
	pointer := c.body.Operands(i)[0]
	if d := &c.body.Details[i]; d.Order != bitcode.NotAtomic {
		c.checkAtomic(info, d)
	}
	switch info.class {
	case classInt:
		m, to := c.globalOrAddress(pointer)
		r := c.result(i).gpr()
		c.loadInt(r, m, info.bits, to)
	case classFloat, classDouble:
		m, to := c.globalOrAddress(pointer)
		c.loadReg(info.class, c.result(i), m)
		c.referGlobal(to)
	case classWide, classX87, classVector, classMemory:
		refuseBits(info)
		m := c.address(pointer, 0)
		to := c.memory(i)
		size := info.size
		if info.class == classWide || info.class == classX87 {
			size = uint32(c.layout(inst.Type).Store)
		}
		c.copyMemory(to, m, size)
	default:
		refuse("a load of a type that is not known", c.describeType(inst.Type))
	}
}

// global is a symbol near the code whose address an instruction can contain.
type global struct {
	known  bool
	to     code.Target
	offset int64
}

// globalOrAddress is the operand in memory at a pointer. That at a symbol has still to be referred to.
func (c *Compiler) globalOrAddress(pointer bitcode.ValueID) (x64.Mem, global) {
	if c.local(pointer) == nil {
		if k := c.evaluate(pointer, 0); k.symbol != nil && c.reachOf(k.symbol) == Near &&
			k.offset == int64(int32(k.offset)) {
			c.mention(bitcode.Mention{Symbol: k.symbol, Type: bitcode.NoType})
			return x64.Rel(0), global{true, valueAt(k.symbol), k.offset}
		}
	}
	return c.address(pointer, 0), global{}
}

// referGlobal refers to a symbol from the instruction written last.
func (c *Compiler) referGlobal(g global) {
	if g.known {
		c.refer(g.to, g.offset)
	}
}

// loadInt loads an integer of n bits, zero-extended, as LLVM stores them: the bits above in its last byte are zero.
func (c *Compiler) loadInt(r x64.Reg, m x64.Mem, n uint16, g global) {
	bytes := uint32(n+7) / 8
	switch bytes {
	case 1:
		c.asm.MovzxRM(x64.S8, r, m)
	case 2:
		c.asm.MovzxRM(x64.S16, r, m)
	case 4:
		c.asm.MovRM(x64.S32, r, m)
	case 8:
		c.asm.MovRM(x64.S64, r, m)
	default:
		if g.known {
			t := c.temp()
			c.asm.Lea(x64.S64, t, m)
			c.referGlobal(g)
			m, g = x64.At(t, 0), global{}
		}
		// The parts are put together in the scratch register: r may be part of the address.
		first := true
		for at := bytes; at > 0; {
			s := largestPart(at)
			at -= 1 << s
			if !first {
				c.asm.ShiftRI(x64.SHL, x64.S64, scratch.gpr(), uint8(8<<s))
				t := c.temp()
				c.asm.MovzxRM(s, t, offset(m, at))
				c.asm.AluRR(x64.OR, x64.S64, scratch.gpr(), t)
				continue
			}
			c.asm.MovzxRM(s, scratch.gpr(), offset(m, at))
			first = false
		}
		c.move(classInt, reg(r), scratch)
	}
	c.referGlobal(g)
}

// largestPart is the size of the last part of so many bytes, which are put together of parts of powers of two, the
// largest first.
func largestPart(bytes uint32) x64.Size {
	s := x64.S8
	for bytes&(1<<s) == 0 {
		s++
	}
	return s
}

// selectStore stores a value.
func (c *Compiler) selectStore(i int) {
	operands := c.body.Operands(i)
	pointer, v := operands[0], operands[1]
	info := c.typeOf(v)
	d := &c.body.Details[i]
	if d.Order != bitcode.NotAtomic {
		s := c.checkAtomic(info, d)
		if d.Order == bitcode.SequentiallyConsistent {
			c.storeBarrier(pointer, v, info, s)
			return
		}
	}
	switch info.class {
	case classInt:
		c.storeIntTo(pointer, v, info.bits)
	case classFloat, classDouble:
		m, to := c.globalOrAddress(pointer)
		c.storeReg(info.class, m, reg(c.float(v))+xmm0)
		c.referGlobal(to)
	case classWide, classX87, classVector, classMemory:
		m := c.address(pointer, 0)
		c.storeMemory(m, v, info)
	default:
		refuse("a store of a type that is not known", "")
	}
}

// storeMemory stores a value that is held in memory, and nothing beyond it.
func (c *Compiler) storeMemory(m x64.Mem, v bitcode.ValueID, info *typeInfo) {
	refuseBits(info)
	size := uint32(c.layout(c.body.TypeOf(v)).Store)
	l := c.local(v)
	if l == nil {
		c.writeConstant(m, v)
		return
	}
	if info.class == classWide && info.bits&7 != 0 {
		refuse("a store of an integer of an odd width of more than 64 bits", "")
	}
	if !l.stored {
		refuse("a value that is used before it is computed", "")
	}
	c.copyMemory(m, x64.At(x64.RBP, l.slot), size)
}

// storeIntTo stores an integer of n bits: whole bytes, with zeros above it.
func (c *Compiler) storeIntTo(pointer, v bitcode.ValueID, n uint16) {
	s, ok := natural(n)
	if !ok {
		c.storeOdd(c.address(pointer, 0), v, n)
		return
	}
	if k, ok := c.immediate(v); ok {
		m, to := c.globalOrAddress(pointer)
		c.asm.MovMI(s, m, k)
		c.referGlobal(to)
		return
	}
	r := c.int(v)
	m, to := c.globalOrAddress(pointer)
	c.asm.MovMR(s, m, r)
	c.referGlobal(to)
}

func (c *Compiler) storeOdd(m x64.Mem, v bitcode.ValueID, n uint16) {
	r := c.extended(v, x64.S64, false)
	bytes := uint32(n+7) / 8
	if bytes&(bytes-1) == 0 {
		c.asm.MovMR(largestPart(bytes), m, r)
		return
	}
	c.asm.MovRR(x64.S64, scratch.gpr(), r)
	for at := uint32(0); at < bytes; {
		s := x64.S32
		for at+1<<s > bytes {
			s--
		}
		c.asm.MovMR(s, offset(m, at), scratch.gpr())
		c.asm.ShiftRI(x64.SHR, x64.S64, scratch.gpr(), uint8(8<<s))
		at += 1 << s
	}
}

// copyTo writes a value that is held in memory to a slot. It uses the scratch registers only.
func (c *Compiler) copyTo(to x64.Mem, v bitcode.ValueID) {
	l := c.local(v)
	if l == nil {
		c.writeConstant(to, v)
		return
	}
	if !l.class.inMemory() || !l.stored {
		refuse("a value that is used before it is computed", "")
	}
	c.copyMemory(to, x64.At(x64.RBP, l.slot), c.sizeInMemory(v))
}

// sizeInMemory is how much of a value is kept in memory.
func (c *Compiler) sizeInMemory(v bitcode.ValueID) uint32 {
	info := c.typeOf(v)
	if info.class == classWide || info.class == classX87 {
		return 16
	}
	return info.size
}

// writeConstant writes a constant that is held in memory, by the general scratch register. What is not defined is left
// as it is.
func (c *Compiler) writeConstant(m x64.Mem, v bitcode.ValueID) {
	t := c.body.TypeOf(v)
	size := uint32(c.layout(t).Store)
	if c.typ(t).ofBits {
		size = c.typ(t).size
	}
	c.writeParts(m, v, t, size, 0)
}

// refuseBits refuses vectors of i1 where they lie in memory, for they are not held as they lie there.
func refuseBits(t *typeInfo) {
	if t.ofBits {
		refuse("a vector of bits in memory", "")
	}
}

func (c *Compiler) writeParts(m x64.Mem, v bitcode.ValueID, t bitcode.TypeID, size uint32, depth int) {
	k, ok := c.body.Constant(v)
	if !ok || c.local(v) != nil || depth > maxDepth {
		refuse("a constant that is not known", "")
	}
	switch k.Op {
	case bitcode.UndefConstant:
		return
	case bitcode.NullConstant:
		c.writeBytes(m, nil, size)
		return
	case bitcode.DataConstant:
		c.writeBytes(m, c.body.Image(v), size)
		return
	case bitcode.AggregateConstant:
		c.writeElements(m, v, t, depth)
		return
	}
	switch info := c.typ(t); info.class {
	case classInt:
		n := c.evaluate(v, 0)
		if n.symbol == nil && n.block < 0 {
			var image [8]byte
			binary.LittleEndian.PutUint64(image[:], uint64(n.offset&lowBits(info.bits)))
			c.writeBytes(m, image[:], size)
			return
		}
		c.addressTo(n, scratch.gpr())
		c.asm.MovMR(x64.S64, m, scratch.gpr())
	case classWide: // one that fits 64 bits
		n, ok := k.Int()
		if !ok {
			refuse("a constant expression that is not known", "")
		}
		var image [16]byte
		binary.LittleEndian.PutUint64(image[:], uint64(n))
		binary.LittleEndian.PutUint64(image[8:], uint64(n>>63))
		c.writeBytes(m, image[:], size)
	default:
		refuse("a constant expression that is not known", "")
	}
}

// writeElements writes the elements of an aggregate or vector.
func (c *Compiler) writeElements(m x64.Mem, v bitcode.ValueID, t bitcode.TypeID, depth int) {
	typ := c.irType(t)
	for i, e := range c.body.ConstantOperands(v) {
		of := c.body.TypeOf(e)
		var at uint64
		switch typ.Kind {
		case bitcode.StructType:
			l := c.layout(t)
			if i >= len(l.Offsets) {
				refuse("a constant that is not known", "")
			}
			at = l.Offsets[i]
		case bitcode.ArrayType:
			at = uint64(i) * c.layout(typ.Elems[0]).Size
		default:
			if c.typ(t).ofBits {
				at = uint64(i) // its store size is a byte, and its value 0 or 1
			} else {
				at = uint64(i) * c.vectorStride(typ)
			}
		}
		c.writeParts(offset(m, uint32(at)), e, of, uint32(c.layout(of).Store), depth+1)
	}
}

// writeBytes writes bytes, and zeros behind them up to a size.
func (c *Compiler) writeBytes(m x64.Mem, image []byte, size uint32) {
	var word [8]byte
	for at := uint32(0); at < size; {
		s := x64.S64
		for at+1<<s > size {
			s--
		}
		clear(word[:])
		if at < uint32(len(image)) {
			copy(word[:1<<s], image[at:])
		}
		n := int64(binary.LittleEndian.Uint64(word[:]))
		if s == x64.S64 && n != int64(int32(n)) {
			c.asm.MovRI(x64.S64, scratch.gpr(), n)
			c.asm.MovMR(x64.S64, offset(m, at), scratch.gpr())
		} else {
			c.asm.MovMI(s, offset(m, at), int32(n))
		}
		at += 1 << s
	}
}

// element is where a value lies within an aggregate, and its type.
func (c *Compiler) element(t bitcode.TypeID, indices []uint32) (at uint32, of bitcode.TypeID) {
	for _, i := range indices {
		typ := c.irType(t)
		if typ.Kind == bitcode.VectorType || typ.Kind == bitcode.ArrayType && uint64(i) >= typ.Len {
			refuse("an index beyond an array", "")
		}
		offset, elem := c.step(t, 1, int64(i))
		at += uint32(offset)
		t = elem
	}
	return at, t
}

// selectExtractValue takes an element out of an aggregate.
func (c *Compiler) selectExtractValue(i int) {
	inst := &c.body.Insts[i]
	v := c.body.Operands(i)[0]
	at, of := c.element(c.body.TypeOf(v), c.body.List(i))
	l := c.local(v)
	if l == nil {
		c.extractConstant(i, v)
		return
	}
	if l.class != classMemory || !l.stored || of != inst.Type {
		refuse("a value that is used before it is computed", "")
	}
	c.loadElement(i, x64.At(x64.RBP, l.slot+int32(at)), inst.Type)
}

// loadElement makes the value of an instruction what lies in memory.
func (c *Compiler) loadElement(i int, m x64.Mem, t bitcode.TypeID) {
	switch info := c.typ(t); info.class {
	case classInt:
		c.loadInt(c.result(i).gpr(), m, info.bits, global{})
	case classFloat, classDouble:
		c.loadReg(info.class, c.result(i), m)
	case classNone:
		refuse("a value of a type that is not known", c.describeType(t))
	default:
		refuseBits(info)
		c.copyMemory(c.memory(i), m, uint32(c.layout(t).Store))
	}
}

// extractConstant takes an element out of a constant, by way of the frame.
func (c *Compiler) extractConstant(i int, v bitcode.ValueID) {
	at, _ := c.element(c.body.TypeOf(v), c.body.List(i))
	m := x64.At(x64.RBP, c.allocate(c.typeOf(v).size, frameAlign))
	c.writeConstant(m, v)
	c.loadElement(i, offset(m, at), c.body.Insts[i].Type)
}

// selectInsertValue makes an aggregate with another element.
func (c *Compiler) selectInsertValue(i int) {
	operands := c.body.Operands(i)
	whole, v := operands[0], operands[1]
	if c.typeOf(whole).class != classMemory {
		refuse("an aggregate of a type that is not known", "")
	}
	at, of := c.element(c.body.TypeOf(whole), c.body.List(i))
	if of != c.body.TypeOf(v) {
		refuse("operands of types that do not go together", "")
	}
	to := c.memory(i)
	c.copyTo(to, whole)
	c.storeElement(offset(to, at), v, c.typ(of))
}

// storeElement stores a value of any class.
func (c *Compiler) storeElement(m x64.Mem, v bitcode.ValueID, info *typeInfo) {
	switch info.class {
	case classInt:
		if s, ok := natural(info.bits); ok {
			c.asm.MovMR(s, m, c.int(v))
		} else {
			c.storeOdd(m, v, info.bits)
		}
	case classFloat, classDouble:
		c.storeReg(info.class, m, reg(c.float(v))+xmm0)
	case classNone:
		refuse("a value of a type that is not known", "")
	default:
		c.storeMemory(m, v, info)
	}
}
