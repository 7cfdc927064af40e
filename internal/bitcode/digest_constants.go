package bitcode

import "crypto/sha256"

// rawConstant is the record of a constant. Long ones that refer to nothing have a hash in place of their operands.
type rawConstant struct {
	code uint64
	typ  TypeID
	ops  []uint64
}

type rawConstants struct {
	list []rawConstant
	ops  []uint64 // room for those of the list
}

// longestKept is how many operands of a constant that refers to nothing are kept as they are.
const longestKept = 4

// read reads a CONSTANTS block.
func (c *rawConstants) read(s *stream) {
	typ := NoType
	var text []byte
	for code := range s.records(constantsBlock) {
		ops := s.operands()
		if s.err != nil {
			return
		}
		if code == constSetType {
			typ = TypeID(min(record(ops).at(0), uint64(NoType)))
			continue
		}
		switch code {
		case constWideInteger, constFloat, constString, constCString, constData, constAsm:
			if len(ops) > longestKept && code != constAsm {
				text = text[:0]
				for _, op := range ops {
					text = append(text, byte(op), byte(op>>8), byte(op>>16), byte(op>>24), byte(op>>32), byte(op>>40), byte(op>>48), byte(op>>56))
				}
				h := sha256.Sum256(text)
				ops = append(ops[:0], uint64(len(ops)), word(h[:]), word(h[8:]), word(h[16:]), word(h[24:]))
			}
		}
		start := len(c.ops)
		c.ops = append(c.ops, ops...)
		c.list = append(c.list, rawConstant{code, typ, c.ops[start:len(c.ops):len(c.ops)]})
	}
}

func word(b []byte) (v uint64) {
	for i := range 8 {
		v |= uint64(b[i]) << (8 * i)
	}
	return v
}

// deepest is how many levels constants and metadata may have.
const deepest = 10_000

// constant writes a constant.
func (w *digester) constant(v ValueID) {
	var c rawConstant
	ok := false
	if w.body != nil && v >= w.body.body.firstConst {
		if i := v - w.body.body.firstConst; uint64(i) < uint64(len(w.local.list)) {
			c, ok = w.local.list[i], true
		}
	} else {
		c, ok = w.tables.constants[v]
	}
	if w.depth++; !ok || w.depth > deepest {
		w.unclear("there is no constant %d", v)
		return
	}
	w.number(markConstant)
	w.number(c.code)
	w.typ(uint64(c.typ))
	w.constantOperands(c)
	w.depth--
}

// constantOperands writes the operands of a constant's record; see the comments of the records.
func (w *digester) constantOperands(c rawConstant) {
	ops := record(c.ops)
	w.number(uint64(len(ops)))
	raw := func(n int) {
		for _, op := range ops.slice(0, n) {
			w.number(op)
		}
		ops = ops.from(n)
	}
	typ := func() {
		w.typ(ops.at(0))
		ops = ops.from(1)
	}
	value := func() {
		w.value(valueID(ops.at(0)))
		ops = ops.from(1)
	}
	pairs := func() {
		for len(ops) >= 2 {
			typ()
			value()
		}
	}
	switch c.code {
	case constNull, constUndef, constPoison, constInteger, constWideInteger, constFloat, constString, constCString, constData:
		raw(len(ops))
	case constAggregate:
		for len(ops) > 0 {
			value()
		}
	case constUnary:
		raw(1)
		value()
	case constBinary:
		raw(1)
		value()
		value()
	case constCast:
		raw(1)
		typ()
		value()
	case constGEPOld, constInboundsGEP:
		if len(ops)%2 == 1 {
			typ()
		}
		pairs()
	case constGEP, constGEPInRange:
		typ()
		raw(1)
		pairs()
	case constGEPRange:
		typ()
		raw(1)
		raw(rangeSize(ops))
		pairs()
	case constBlockAddress:
		typ()
		if f := w.module.symbolOf(valueID(ops.at(0))); f == nil || w.body == nil || f != w.body.body.Function {
			w.unclear("it has the address of a block of another function, which is compiled with it")
		}
		value()
	case constEquivalent, constNoCFI:
		typ()
		value()
	case constAsm:
		typ()
	default:
		w.unclear("a constant has the code %d", c.code)
	}
	raw(len(ops)) // flags, and the number of a blockaddress's block
}
