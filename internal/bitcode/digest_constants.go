package bitcode

import "crypto/sha256"

// longestKept is how many operands of a constant that refers to nothing are kept as they are. Of longer ones there are
// their number and four words of a hash.
const longestKept = 4

// readConstants reads a CONSTANTS block. The first operand of what it keeps is the type.
func (r *rawRecords) readConstants(s *stream, before func()) {
	typ := uint64(NoType)
	var content []byte
	for code := range s.records(constantsBlock) {
		ops := s.operands()
		if s.err != nil {
			return
		}
		if code == constSetType {
			typ = record(ops).at(0)
			continue
		}
		before()
		r.ops = append(r.ops, typ)
		switch code {
		case constWideInteger, constFloat, constString, constCString, constData:
			if len(ops) > longestKept {
				content = appendWords(content[:0], ops)
				h := sha256.Sum256(content)
				ops = append(ops[:0], uint64(len(ops)), word(h[:]), word(h[8:]), word(h[16:]), word(h[24:]))
			}
		}
		r.ops = append(r.ops, ops...)
		r.add(code, 1+len(ops))
	}
}

// appendWords appends numbers in little endian.
func appendWords(b []byte, words []uint64) []byte {
	for _, v := range words {
		b = append(b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24), byte(v>>32), byte(v>>40), byte(v>>48), byte(v>>56))
	}
	return b
}

func word(b []byte) (v uint64) {
	for i := range 8 {
		v |= uint64(b[i]) << (8 * i)
	}
	return v
}

// constant writes a constant of the function or the module.
func (w *digester) constant(v ValueID) {
	of, i := &w.tables.constants, uint64(v)
	if w.body != nil && v >= w.body.body.firstConst {
		of, i = &w.local, uint64(v-w.body.body.firstConst)
	}
	if i >= uint64(len(of.list)) {
		w.unclear("there is no constant %d", v)
		return
	}
	if !w.deeper() {
		return
	}
	ops := of.operands(of.list[i])
	w.number(markConstant)
	w.number(uint64(of.list[i].code))
	w.typ(ops.at(0))
	w.constantOperands(uint64(of.list[i].code), ops.from(1))
	w.depth--
}

// constantOperands writes the operands of a constant's record; see the comments of the records.
func (w *digester) constantOperands(code uint64, ops record) {
	w.number(uint64(len(ops)))
	c := constantWriter{w, ops}
	switch code {
	case constNull, constUndef, constPoison, constInteger, constWideInteger, constFloat, constString, constCString,
		constData:
	case constAggregate:
		for len(c.ops) > 0 {
			c.value()
		}
	case constUnary:
		c.raw(1)
		c.value()
	case constBinary:
		c.raw(1)
		c.value()
		c.value()
	case constCast:
		c.raw(1)
		c.typ()
		c.value()
	case constGEPOld, constInboundsGEP:
		if len(c.ops)%2 == 1 {
			c.typ()
		}
		c.pairs()
	case constGEP, constGEPInRange:
		c.typ()
		c.raw(1)
		c.pairs()
	case constGEPRange:
		c.typ()
		c.raw(1)
		c.raw(rangeSize(c.ops))
		c.pairs()
	case constBlockAddress:
		w.ownBlock(valueID(ops.at(1)))
		c.typ()
		c.value()
	case constEquivalent, constNoCFI:
		c.typ()
		c.value()
	case constAsm:
		c.typ()
	default:
		w.unclear("a constant has the code %d", code)
	}
	c.raw(len(c.ops)) // flags, texts, the number of a blockaddress's block
}

// ownBlock checks that a block's address is taken by its own function. The code of other functions decides where blocks
// are, and their digests do not know that they have to.
func (w *digester) ownBlock(function ValueID) {
	if w.body == nil || w.module.symbolOf(function) != w.body.body.Function {
		w.unclear("it has the address of a block of a function")
	}
}

// constantWriter writes the operands of a constant one after the other.
type constantWriter struct {
	*digester
	ops record
}

func (c *constantWriter) take() (op uint64) {
	if op = c.ops.at(0); len(c.ops) == 0 {
		c.unclear("the record of a constant is too short")
	}
	c.ops = c.ops.from(1)
	return op
}

func (c *constantWriter) typ() { c.digester.typ(c.take()) }

func (c *constantWriter) value() { c.digester.value(valueID(c.take())) }

func (c *constantWriter) raw(n int) {
	for ; n > 0; n-- {
		c.number(c.take())
	}
}

// pairs writes values with their types, to the end.
func (c *constantWriter) pairs() {
	for len(c.ops) > 0 {
		c.typ()
		c.value()
	}
}
