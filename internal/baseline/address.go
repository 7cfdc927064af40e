package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// parsed is what a GEP of at most one variable index adds up to.
type parsed struct {
	index  bitcode.ValueID // of 64 bits; NoValue if there is none
	scale  uint64
	offset int64
}

// parseGEP adds up a GEP's indices. It is false if there are several that are not constant, or one of another width.
func (c *Compiler) parseGEP(i int) (p parsed, ok bool) {
	p.index = bitcode.NoValue
	t := c.body.Details[i].Type
	for k, v := range c.body.Operands(i)[1:] {
		of := c.typeOf(v)
		if of.class != classInt {
			return p, false
		}
		if n, constant := c.constantInt(v); constant {
			var offset int64
			offset, t = c.step(t, k, n)
			p.offset += offset
			continue
		}
		if p.index != bitcode.NoValue || of.bits != 64 {
			return p, false
		}
		p.index = v
		p.scale, t = c.stride(t, k)
	}
	return p, true
}

// stride is the distance of the elements over which an index goes, and their type.
func (c *Compiler) stride(t bitcode.TypeID, k int) (uint64, bitcode.TypeID) {
	if k == 0 {
		return c.layout(t).Size, t
	}
	typ := c.irType(t)
	switch typ.Kind {
	case bitcode.ArrayType:
		return c.layout(typ.Elems[0]).Size, typ.Elems[0]
	case bitcode.VectorType:
		return c.vectorStride(typ), typ.Elems[0]
	}
	refuse("a variable index into something that has no elements", "")
	return 0, t
}

// address is the operand in memory at a pointer and an offset, for the present instruction.
func (c *Compiler) address(v bitcode.ValueID, offset int64) x64.Mem {
	l := c.local(v)
	if l == nil {
		k := c.evaluate(v, 0)
		k.offset += offset
		r := c.temp()
		c.addressTo(k, r)
		return x64.At(r, 0)
	}
	switch {
	case l.kind == kindFrame:
		if at := int64(l.slot) + offset; at == int64(int32(at)) {
			return x64.At(x64.RBP, int32(at))
		}
	case l.kind == kindDeferred && c.body.Insts[l.inst].Op == bitcode.OpGEP:
		return c.deferredAddress(l, offset)
	}
	r := c.int(v)
	if offset == int64(int32(offset)) {
		return x64.At(r, int32(offset))
	}
	t := c.temp()
	c.asm.MovRI(x64.S64, t, offset)
	return x64.Indexed(r, t, 1, 0)
}

// deferredAddress is the operand at a GEP that is computed here.
func (c *Compiler) deferredAddress(l *value, offset int64) x64.Mem {
	p, _ := c.parseGEP(int(l.inst))
	base := c.body.Operands(int(l.inst))[0]
	m := c.address(base, offset+p.offset)
	if p.index == bitcode.NoValue {
		return m
	}
	index := c.int(p.index)
	if m.Scale != 0 { // the offset did not fit
		t := c.temp()
		c.asm.Lea(x64.S64, t, m)
		m = x64.At(t, 0)
	}
	m.Index, m.Scale = index, uint8(p.scale)
	return m
}

// selectGEP computes an address that is not left to who uses it.
func (c *Compiler) selectGEP(i int) {
	operands := c.body.Operands(i)
	if c.values[c.body.Insts[i].Value-c.first].class != classInt {
		c.selectVectorGEP(i)
		return
	}
	if p, ok := c.parseGEP(i); ok && (p.index == bitcode.NoValue || p.scale == 1 || p.scale == 2 || p.scale == 4 ||
		p.scale == 8) {
		m := c.address(operands[0], p.offset)
		if p.index != bitcode.NoValue {
			index := c.int(p.index)
			if m.Scale != 0 {
				t := c.temp()
				c.asm.Lea(x64.S64, t, m)
				m = x64.At(t, 0)
			}
			m.Index, m.Scale = index, uint8(p.scale)
		}
		if m.Scale == 0 && m.Disp == 0 {
			if l := c.local(operands[0]); l != nil && l.kind == kindNormal {
				c.resultFrom(i, operands[0])
			} else {
				c.move(classInt, c.result(i), reg(m.Base))
			}
			return
		}
		c.asm.Lea(x64.S64, c.result(i).gpr(), m)
		return
	}
	c.selectLongGEP(i, operands)
}

// selectLongGEP computes an address with several indices, or one whose elements are of an odd size.
func (c *Compiler) selectLongGEP(i int, operands []bitcode.ValueID) {
	t := c.body.Details[i].Type
	sum := c.temp()
	c.asm.Lea(x64.S64, sum, c.address(operands[0], 0))
	constant := int64(0)
	for k, v := range operands[1:] {
		of := c.typeOf(v)
		if of.class != classInt {
			refuse("an index of a type that is not known", "")
		}
		if n, ok := c.constantInt(v); ok {
			var offset int64
			offset, t = c.step(t, k, n)
			constant += offset
			continue
		}
		var scale uint64
		scale, t = c.stride(t, k)
		index := c.extended(v, x64.S64, true)
		switch {
		case scale == 0:
		case scale == 1 || scale == 2 || scale == 4 || scale == 8:
			c.asm.Lea(x64.S64, sum, x64.Indexed(sum, index, uint8(scale), 0))
		case scale == uint64(int32(scale)):
			c.asm.ImulRRI(x64.S64, scratch.gpr(), index, int32(scale))
			c.asm.AluRR(x64.ADD, x64.S64, sum, scratch.gpr())
		default:
			c.asm.MovRI(x64.S64, scratch.gpr(), int64(scale))
			c.asm.TwoRR(x64.IMUL2, x64.S64, scratch.gpr(), index)
			c.asm.AluRR(x64.ADD, x64.S64, sum, scratch.gpr())
		}
	}
	switch {
	case constant == int64(int32(constant)):
		if constant != 0 {
			c.asm.AluRI(x64.ADD, x64.S64, sum, int32(constant))
		}
	default:
		c.asm.MovRI(x64.S64, scratch.gpr(), constant)
		c.asm.AluRR(x64.ADD, x64.S64, sum, scratch.gpr())
	}
	c.resultIn(i, reg(sum))
}
