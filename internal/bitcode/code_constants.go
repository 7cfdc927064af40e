package bitcode

import "encoding/binary"

// contents are what constants say beside their operands, for a list of constants.
type contents struct {
	spans []span // by position in the list
	bytes []byte
	asm   []InlineAsm
}

// span is a range of contents.bytes. For a GEP first is the element type of its source, for a blockaddress the number
// of the block, for a comparison the predicate, for inline assembly its place in contents.asm.
type span struct{ first, count uint32 }

func (c *contents) reset() contents { return contents{c.spans[:0], c.bytes[:0], c.asm[:0]} }

// InlineAsm is inline assembly, as textual IR has it.
type InlineAsm struct {
	Text, Constraints string
	Intel             bool // Text is not in the syntax of AT&T
}

// InlineAsm is what an InlineAsmConstant says. It is false for that of old bitcode too.
func (c *Code) InlineAsm(v ValueID) (InlineAsm, bool) {
	k, ok := c.Constant(v)
	s, of := c.span(v)
	if !ok || k.Op != InlineAsmConstant || uint64(s.first) >= uint64(len(of.asm)) {
		return InlineAsm{}, false
	}
	return of.asm[s.first], true
}

// readAsm reads [function type, flags, length, text..., length, constraints...].
func readAsm(ops record) InlineAsm {
	const intel = 4
	n := int(min(ops.at(2), uint64(len(ops))))
	after := ops.from(3 + n)
	return InlineAsm{Text: text(ops.slice(3, 3+n)), Constraints: text(after.from(1)), Intel: ops.at(1)&intel != 0}
}

// Image is what a DataConstant looks like in memory, without padding; nil for other constants.
func (c *Code) Image(v ValueID) []byte {
	s, of := c.span(v)
	if s.count == 0 {
		return nil
	}
	return of.bytes[s.first : s.first+s.count]
}

// GEPType is the element type of the source of a GEPConstant, NoType if it is not known.
func (c *Code) GEPType(v ValueID) TypeID {
	s, _ := c.span(v)
	if uint64(s.first) < uint64(len(c.Tables.Layout)) {
		return TypeID(s.first)
	}
	return NoType
}

// AddressedBlock is the number of the block of a BlockConstant, which need not exist in a damaged file.
func (c *Code) AddressedBlock(v ValueID) uint32 {
	s, _ := c.span(v)
	return s.first
}

// span finds the contents of a constant.
func (c *Code) span(v ValueID) (s span, of *contents) {
	of, i := &c.contents, v-c.firstConst
	if v < c.firstArg {
		of, i = &c.Tables.contents, v
	}
	if uint64(i) < uint64(len(of.spans)) {
		s = of.spans[i]
	}
	return s, of
}

// readContents reads a CONSTANTS_BLOCK as readConstants does, and beside that the contents.
func (s *stream) readContents(types []Type, t *constants, c *contents) {
	typ := NoType
	for code := range s.records(constantsBlock) {
		ops := record(s.operands())
		if s.err != nil {
			return
		}
		held := span{first: uint32(len(c.bytes))}
		switch code {
		case constSetType:
			typ = TypeID(min(ops.at(0), uint64(NoType)))
			continue
		case constNull:
			t.list = append(t.list, Constant{Type: typ, Op: NullConstant})
		case constWideInteger, constFloat, constString, constCString, constData:
			t.list = append(t.list, Constant{Type: typ, Op: DataConstant})
			c.bytes = appendImage(c.bytes, elementSize(types, typ), code, ops)
			held.count = uint32(len(c.bytes)) - held.first
		case constAsm:
			held.first = uint32(len(c.asm))
			c.asm = append(c.asm, readAsm(ops))
			t.addRecord(typ, code, ops)
		default:
			held.first = numberIn(code, ops)
			t.addRecord(typ, code, ops)
		}
		c.spans = append(c.spans, held)
		if len(t.list) >= int(NoValue) || len(c.bytes) > 1<<31 {
			s.fail("there are too many constants")
		}
	}
}

// numberIn is the number in the record of a constant that a span holds.
func numberIn(code uint64, ops record) uint32 {
	number := uint64(NoType)
	switch code {
	case constGEPOld, constInboundsGEP:
		if len(ops)%2 == 1 {
			number = ops.at(0)
		}
	case constGEP, constGEPInRange, constGEPRange:
		number = ops.at(0)
	case constBlockAddress:
		number = ops.at(2)
	case constCompare:
		number = ops.at(3)
	}
	return uint32(min(number, uint64(NoType)))
}

// appendImage appends what a constant looks like in memory. size is that of a plain element or number.
func appendImage(b []byte, size int, code uint64, ops record) []byte {
	switch code {
	case constString, constCString:
		for _, c := range ops {
			b = append(b, byte(c))
		}
		if code == constCString {
			b = append(b, 0)
		}
		return b
	case constWideInteger:
		for _, word := range ops {
			b = binary.LittleEndian.AppendUint64(b, uint64(signed(word)))
		}
		return b
	}
	if code == constFloat && len(ops) == 2 && size == x87Size {
		// The upper 64 bits come first, the lower 16 last, as LLVM's own numbers have them.
		b = binary.LittleEndian.AppendUint64(b, ops[0]<<16|ops[1]&0xffff)
		return binary.LittleEndian.AppendUint16(b, uint16(ops[0]>>48))
	}
	for _, word := range ops {
		b = binary.LittleEndian.AppendUint64(b, word)[:len(b)+min(size, 8)]
	}
	return b
}

const x87Size = 10

// elementSize is the number of bytes that a plain number, or those of which an array or vector consists, has in memory.
func elementSize(types []Type, t TypeID) int {
	if uint64(t) >= uint64(len(types)) {
		return 8
	}
	typ := &types[t]
	if typ.Kind == ArrayType || typ.Kind == VectorType {
		typ = &types[typ.Elems[0]]
	}
	switch typ.Kind {
	case HalfType, BFloatType:
		return 2
	case FloatType:
		return 4
	case X86FP80Type:
		return x87Size
	case IntegerType:
		return int(min(8, (typ.Bits+7)/8))
	}
	return 8
}
