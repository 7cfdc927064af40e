package baseline

import (
	"encoding/binary"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
)

// writeVariables adds the variables that hold addresses of the function's blocks, such as tables of computed gotos.
// They are constants: what a program may write to does not lie among read-only data.
func (c *Compiler) writeVariables(variables []*bitcode.Symbol) {
	for _, v := range variables {
		if !v.Constant || len(v.BlockOwners) != 1 || v.Section != "" {
			refuse("a variable with addresses of blocks that is not a plain constant", "")
		}
		layout := c.layout(v.Type)
		if layout.Size > maxFrame || layout.Align > 16 || v.Align > 16 {
			refuse("a variable with addresses of blocks that is not a plain constant", "")
		}
		d := c.unit.AddVariable(v.Place(), code.ReadOnly, uint32(layout.Size), 16)
		c.writeData(place{d.In, d.Offset}, v.Initialiser(), v.Type, 0)
	}
}

// place is where a constant is written to.
type place struct {
	in code.Section
	at uint32
}

// writeData writes a constant to where there are zeros.
func (c *Compiler) writeData(to place, v bitcode.ValueID, t bitcode.TypeID, depth int) {
	k, ok := c.body.Constant(v)
	if !ok || depth > maxDepth {
		refuse("a constant that is not known", "")
	}
	switch k.Op {
	case bitcode.UndefConstant, bitcode.NullConstant:
		return
	case bitcode.DataConstant:
		copy(c.room(to, t), c.body.Image(v))
		return
	case bitcode.AggregateConstant:
		typ := c.irType(t)
		for i, e := range c.body.ConstantOperands(v) {
			if typ.Kind == bitcode.StructType && i >= len(typ.Elems) {
				refuse("a constant that is not known", "")
			}
			by, of := c.step(t, 1, int64(i))
			c.writeData(place{to.in, to.at + uint32(by)}, e, of, depth+1)
		}
		return
	}
	info := c.typ(t)
	if info.class != classInt {
		refuse("a constant expression that is not known", "")
	}
	if c.writeDifference(to, v, k, info) {
		return
	}
	n := c.evaluate(v, 0)
	switch {
	case n.block >= 0:
		c.words = append(c.words, word{len(c.unit.References), c.blockPlace(n.block)})
		c.unit.Refer(code.Reference{Offset: to.at, In: to.in, Kind: code.Abs64, To: code.Target{Of: code.InText},
			Addend: n.offset})
	case n.symbol != nil:
		switch {
		case info.bits != 64:
			refuse("a constant expression that is not known", "a part of an address")
		case n.symbol.ThreadLocal != 0:
			refuse("the address of a thread-local variable in memory", "")
		}
		c.unit.Refer(code.Reference{Offset: to.at, In: to.in, Kind: code.Abs64,
			To: valueAt(n.symbol), Addend: n.offset})
	default:
		var image [8]byte
		binary.LittleEndian.PutUint64(image[:], uint64(n.offset&lowBits(info.bits)))
		copy(c.room(to, t), image[:])
	}
}

// room are the bytes of a value of a type. (Wide integers come in whole words, of which the last may be too long.)
func (c *Compiler) room(to place, t bitcode.TypeID) []byte {
	return c.unit.Contents(to.in)[to.at:][:c.layout(t).Store]
}

// differences are distances between two blocks, to be written when all blocks have their places.
type difference struct {
	at       uint32
	to, from int32 // positions of blocks
	size     uint32
}

// writeDifference writes the distance between two blocks, as tables for computed gotos may hold it, or of 32 bits
// between two values near the code, as other tables do: the difference of two addresses as integers.
func (c *Compiler) writeDifference(to place, v bitcode.ValueID, k bitcode.Constant, info *typeInfo) bool {
	if k.Op == bitcode.CastConstant && k.Code == castTrunc {
		if v = c.body.ConstantOperands(v)[0]; v < bitcode.NoValue {
			k, _ = c.body.Constant(v)
		}
	}
	operands := c.body.ConstantOperands(v)
	if k.Op != bitcode.BinaryConstant || k.Code != binarySub || len(operands) != 2 ||
		info.bits != 32 && info.bits != 64 {
		return false
	}
	a, b := c.evaluate(operands[0], 0), c.evaluate(operands[1], 0)
	if a.symbol != nil && b.symbol != nil && a.symbol != b.symbol && info.bits == 32 {
		c.referLow(to, code.Low32, a)
		c.referLow(to, code.Minus32, b)
		return true
	}
	if to.in != code.ReadOnly || a.block < 0 || b.block < 0 {
		return false
	}
	c.differences = append(c.differences, difference{to.at, c.blockPlace(a.block), c.blockPlace(b.block),
		uint32(info.bits / 8)})
	return true
}

// referLow has the lower half of an address written. Those near the code have distances that fit in it.
func (c *Compiler) referLow(to place, kind code.Kind, k constant) {
	if c.reachOf(k.symbol) != Near || k.offset != int64(int32(k.offset)) {
		refuse("an address far from its symbol", "")
	}
	c.unit.Refer(code.Reference{Offset: to.at, In: to.in, Kind: kind,
		To: valueAt(k.symbol), Addend: k.offset})
}

// writeDifferences writes what writeDifference has left.
func (c *Compiler) writeDifferences() {
	for _, d := range c.differences {
		n := int64(c.labels[d.to]) - int64(c.labels[d.from])
		if d.size == 4 {
			binary.LittleEndian.PutUint32(c.unit.ReadOnly[d.at:], uint32(n))
		} else {
			binary.LittleEndian.PutUint64(c.unit.ReadOnly[d.at:], uint64(n))
		}
	}
}
