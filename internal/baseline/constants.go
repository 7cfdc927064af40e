package baseline

import (
	"encoding/binary"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/x64"
)

// constant is what a constant of a register class is: a number, or an address.
type constant struct {
	symbol *bitcode.Symbol // the address of which offset is added to, or nil
	block  int32           // the block whose address it is, or -1
	offset int64           // the number
}

// maxDepth bounds how deeply constants may be nested.
const maxDepth = 64

// evaluate works out an integer or pointer constant.
func (c *Compiler) evaluate(v bitcode.ValueID, depth int) constant {
	k, ok := c.body.Constant(v)
	if !ok || depth > maxDepth {
		refuse("a constant that is not known", "")
	}
	number := constant{block: -1}
	operands := c.body.ConstantOperands(v)
	switch k.Op {
	case bitcode.SymbolConstant:
		number.symbol = c.body.Symbol(v)
		return number
	case bitcode.NullConstant, bitcode.UndefConstant:
		return number
	case bitcode.IntegerConstant:
		number.offset, _ = k.Int()
		return number
	case bitcode.BlockConstant:
		if len(operands) == 1 && c.body.Symbol(operands[0]) == c.body.Function {
			number.block = int32(c.body.AddressedBlock(v))
			return number
		}
		refuse("the address of another function's block", "")
	case bitcode.EquivalentConstant:
		if len(operands) == 1 {
			return c.evaluate(operands[0], depth+1)
		}
	case bitcode.CastConstant:
		if len(operands) == 1 {
			return c.evaluateCast(k, operands[0], depth)
		}
	case bitcode.GEPConstant:
		return c.evaluateGEP(v, operands, depth)
	case bitcode.BinaryConstant:
		if len(operands) == 2 {
			return c.evaluateBinary(k, operands, depth)
		}
	case bitcode.DataConstant:
		if image := c.body.Image(v); len(image) >= 8 && c.typ(k.Type).class == classInt {
			number.offset = int64(binary.LittleEndian.Uint64(image))
			return number
		}
	}
	refuse("a constant expression that is not known", "")
	return number
}

// evaluateCast works out casts that keep the bits: of addresses those to integers of 64 bits and back.
func (c *Compiler) evaluateCast(k bitcode.Constant, of bitcode.ValueID, depth int) constant {
	n := c.evaluate(of, depth+1)
	from, to := c.typeOf(of), c.typ(k.Type)
	isNumber := n.symbol == nil && n.block < 0
	switch {
	case from.class != classInt || to.class != classInt:
	case k.Code == castTrunc && isNumber, k.Code == castSExt && isNumber, from.bits == 64 && to.bits == 64:
		if k.Code == castSExt {
			n.offset = signExtend(n.offset, from.bits)
		}
		return n
	case k.Code == castZExt && isNumber:
		n.offset &= lowBits(from.bits)
		return n
	}
	refuse("a constant expression that is not known", "a cast")
	return n
}

// evaluateGEP works out the address arithmetic of a constant.
func (c *Compiler) evaluateGEP(v bitcode.ValueID, operands []bitcode.ValueID, depth int) constant {
	if len(operands) == 0 || c.typeOf(operands[0]).class != classInt {
		refuse("a constant expression that is not known", "")
	}
	n := c.evaluate(operands[0], depth+1)
	t := c.body.GEPType(v)
	if t == bitcode.NoType {
		refuse("address arithmetic over a type that is not known", "")
	}
	for i, index := range operands[1:] {
		k := c.evaluate(index, depth+1)
		if k.symbol != nil || k.block >= 0 {
			refuse("a constant expression that is not known", "an index that is an address")
		}
		var offset int64
		offset, t = c.step(t, i, signExtend(k.offset, c.typeOf(index).bits))
		n.offset += offset
	}
	return n
}

// step is how far an index with a constant value leads, and the type of what is there. The first index goes over whole
// values of the type.
func (c *Compiler) step(t bitcode.TypeID, i int, index int64) (offset int64, of bitcode.TypeID) {
	if i == 0 {
		return index * int64(c.layout(t).Size), t
	}
	typ := c.irType(t)
	switch typ.Kind {
	case bitcode.StructType:
		l := c.layout(t)
		if uint64(index) >= uint64(len(typ.Elems)) {
			refuse("an index beyond a structure", "")
		}
		return int64(l.Offsets[index]), typ.Elems[index]
	case bitcode.ArrayType:
		return index * int64(c.layout(typ.Elems[0]).Size), typ.Elems[0]
	case bitcode.VectorType:
		return index * int64(c.vectorStride(typ)), typ.Elems[0]
	}
	refuse("an index into something that has no elements", "")
	return 0, t
}

// vectorStride is the distance of the elements of a vector whose elements take whole bytes.
func (c *Compiler) vectorStride(t *bitcode.Type) uint64 {
	l := c.layout(t.Elems[0])
	if of := c.typ(t.Elems[0]); of.class == classInt && of.bits&7 != 0 || l.Store != l.Size {
		refuse("a vector whose elements are not bytes", "")
	}
	return l.Size
}

// evaluateBinary works out sums and differences.
func (c *Compiler) evaluateBinary(k bitcode.Constant, operands []bitcode.ValueID, depth int) constant {
	a, b := c.evaluate(operands[0], depth+1), c.evaluate(operands[1], depth+1)
	switch {
	case c.typ(k.Type).bits != 64:
	case k.Code == binaryAdd && b.symbol == nil && b.block < 0:
		a.offset += b.offset
		return a
	case k.Code == binaryAdd && a.symbol == nil && a.block < 0:
		b.offset += a.offset
		return b
	case k.Code == binarySub && b.symbol == nil && b.block < 0:
		a.offset -= b.offset
		return a
	case k.Code == binarySub && a.symbol == b.symbol && a.block < 0 && b.block < 0:
		return constant{block: -1, offset: a.offset - b.offset}
	}
	refuse("a constant expression that is not known", "")
	return a
}

// constantInt is the value of an operand that is a constant number, with the sign of its type.
func (c *Compiler) constantInt(v bitcode.ValueID) (int64, bool) {
	if v >= c.first && c.local(v) != nil {
		return 0, false
	}
	k, ok := c.body.Constant(v)
	if !ok {
		return 0, false
	}
	return k.Int()
}

// immediate is the value of an operand that an instruction can contain.
func (c *Compiler) immediate(v bitcode.ValueID) (int32, bool) {
	n, ok := c.constantInt(v)
	return int32(n), ok && n == int64(int32(n))
}

// isUndef says that an operand is undef or poison.
func (c *Compiler) isUndef(v bitcode.ValueID) bool {
	if c.local(v) != nil {
		return false
	}
	k, ok := c.body.Constant(v)
	return ok && k.Op == bitcode.UndefConstant
}

// constantIn brings a constant of a register class into a register.
func (c *Compiler) constantIn(v bitcode.ValueID) reg {
	switch c.typeOf(v).class {
	case classInt:
		r := reg(c.temp())
		c.constantTo(v, r)
		return r
	case classFloat, classDouble:
		r := reg(c.tempX()) + xmm0
		c.constantTo(v, r)
		return r
	}
	refuse("a constant that is not known", "")
	return noReg
}

// constantTo brings a constant into a register. The flags stay.
func (c *Compiler) constantTo(v bitcode.ValueID, r reg) {
	if r >= xmm0 {
		c.floatTo(v, r.xmm())
		return
	}
	k := c.evaluate(v, 0)
	c.addressTo(k, r.gpr())
}

// addressTo brings a number or address into a register. The flags stay.
func (c *Compiler) addressTo(k constant, r x64.Reg) {
	switch {
	case k.block >= 0:
		c.asm.Lea(x64.S64, r, x64.Rel(0))
		c.jumps = append(c.jumps, jump{c.field(), c.blockPlace(k.block)})
		if k.offset != 0 {
			refuse("a constant expression that is not known", "an address within a block")
		}
	case k.symbol != nil:
		c.symbolTo(k, r)
	default:
		c.asm.MovRI(x64.S64, r, k.offset)
	}
}

// blockPlace is the position of a block whose address is taken. One that cannot be reached has the address of the
// first.
func (c *Compiler) blockPlace(block int32) int32 {
	if uint64(block) >= uint64(len(c.place)) || c.place[block] < 0 {
		return 0
	}
	return c.place[block]
}

// symbolTo brings the address of a symbol, and an offset, into a register.
func (c *Compiler) symbolTo(k constant, r x64.Reg) {
	c.mention(bitcode.Mention{Symbol: k.symbol, Type: bitcode.NoType})
	to := valueAt(k.symbol)
	switch c.reachOf(k.symbol) {
	case Near:
		if k.offset != int64(int32(k.offset)) {
			refuse("an address far from its symbol", "")
		}
		c.asm.Lea(x64.S64, r, x64.Rel(0))
		c.refer(to, k.offset)
	case Far:
		c.asm.MovRM(x64.S64, r, x64.Rel(0))
		c.refer(code.Target{Of: code.InReadOnly, Index: c.literalAddress(to)}, 0)
		if k.offset != 0 {
			c.asm.Lea(x64.S64, r, x64.At(r, int32(k.offset)))
			if k.offset != int64(int32(k.offset)) {
				refuse("an address far from its symbol", "")
			}
		}
	default:
		c.threadLocalTo(k, r)
	}
}

// valueAt is the target for a symbol of the module.
func valueAt(s *bitcode.Symbol) code.Target {
	return code.Target{Of: code.Value, Index: uint32(s.Place())}
}

func (c *Compiler) reachOf(s *bitcode.Symbol) Reach {
	if s.ThreadLocal != 0 {
		return ThreadLocal // also one of a library
	}
	if p := s.Place(); int(p) < len(c.reach) {
		return c.reach[p]
	}
	return Far
}

// literalAddress is the offset of the word in the read-only section that has a target's address.
func (c *Compiler) literalAddress(t code.Target) uint32 {
	for i := range c.unit.References {
		if r := &c.unit.References[i]; r.Kind == code.Abs64 && r.To == t && r.In == code.ReadOnly && r.Addend == 0 {
			return r.Offset
		}
	}
	return c.unit.Address(t, 0)
}

// refer makes the displacement of the instruction written last lead to a target.
func (c *Compiler) refer(t code.Target, addend int64) {
	c.unit.Refer(referenceFrom(&c.asm, t, addend))
}

// referenceFrom is the reference of the displacement of the instruction written last.
func referenceFrom(a *x64.Assembler, t code.Target, addend int64) code.Reference {
	pos, tail := a.Field()
	return code.Reference{Offset: uint32(pos), In: code.Text, Kind: code.Rel32, To: t, Addend: addend - int64(tail)}
}

// field is the position of the displacement of the instruction written last, which ends with it.
func (c *Compiler) field() int32 {
	pos, _ := c.asm.Field()
	return int32(pos)
}

// literal is the offset in the read-only section of bytes, which are aligned to their number.
func (c *Compiler) literal(b []byte) code.Target {
	at := c.unit.Pad(len(b))
	c.unit.ReadOnly = append(c.unit.ReadOnly, b...)
	return code.Target{Of: code.InReadOnly, Index: at}
}

// floatTo brings a constant float or double into a register. The flags stay.
func (c *Compiler) floatTo(v bitcode.ValueID, r x64.Xmm) {
	image, ok := c.floatImage(v)
	if !ok {
		c.asm.SseXX(x64.XORPS, r, r)
		return
	}
	to := c.literal(image)
	if len(image) == 4 {
		c.asm.SseXM(x64.MOVSS, r, x64.Rel(0))
	} else {
		c.asm.SseXM(x64.MOVSD, r, x64.Rel(0))
	}
	c.refer(to, 0)
}

// floatImage is a constant float or double as it lies in memory; it is false for zero and what is not defined.
func (c *Compiler) floatImage(v bitcode.ValueID) ([]byte, bool) {
	k, ok := c.body.Constant(v)
	if !ok {
		refuse("a constant that is not known", "")
	}
	switch k.Op {
	case bitcode.NullConstant, bitcode.UndefConstant:
		return nil, false
	case bitcode.DataConstant:
		image := c.body.Image(v)
		if class := c.typ(k.Type).class; class == classFloat && len(image) == 4 || class == classDouble &&
			len(image) == 8 {
			return image, true
		}
	}
	refuse("a constant expression that is not known", "of a float")
	return nil, false
}

// signExtend extends the lower bits of a number.
func signExtend(n int64, bits uint16) int64 {
	if bits == 0 || bits >= 64 {
		return n
	}
	return n << (64 - bits) >> (64 - bits)
}

// lowBits is a mask.
func lowBits(bits uint16) int64 {
	if bits >= 64 {
		return -1
	}
	return 1<<bits - 1
}
