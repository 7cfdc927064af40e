package bitcode

// abbrev reads the definition of an abbreviation.
func (s *stream) abbrev() abbrev {
	n := s.vbr(5)
	s.checkLimit()
	if s.err == nil && (n == 0 || n > maxAbbrevOperands) {
		s.fail("an abbreviation has %d operands", n)
	}
	if s.err != nil {
		return nil
	}
	a := make(abbrev, 0, n)
	for range n {
		if s.fixed(1) == 1 {
			a = append(a, operand{literalEncoding, 0, s.vbr(8)})
			continue
		}
		o := operand{encoding: encoding(s.fixed(3))}
		if o.encoding == literalEncoding {
			s.fail("an operand of an abbreviation has no encoding")
		}
		if o.encoding == fixedEncoding || o.encoding == vbrEncoding {
			width := s.vbr(5)
			if width > maxWidth || o.encoding == vbrEncoding && width == 1 {
				s.fail("an abbreviation has an operand of %d bits", width)
			}
			o.width = uint8(width)
			if width == 0 { // LLVM's reader takes this for a literal 0
				o = operand{}
			}
		}
		if o.encoding == char6Encoding {
			o.width = 6
		}
		a = append(a, o)
	}
	s.checkLimit()
	if !a.valid() {
		s.fail("an abbreviation is malformed")
	}
	return a
}

// valid says that arrays and blobs stand only where they may: an array next to last with a scalar element
// behind it, a blob last. The first operand is the code of the record.
func (a abbrev) valid() bool {
	for i, o := range a {
		behind := len(a) - i - 1
		switch o.encoding {
		case literalEncoding:
			if i > 0 && a[i-1].encoding == arrayEncoding {
				return false
			}
		case fixedEncoding, vbrEncoding, char6Encoding:
		case arrayEncoding:
			if i == 0 || behind != 1 {
				return false
			}
		case blobEncoding:
			if i == 0 || behind != 0 || a[i-1].encoding == arrayEncoding {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// code begins the record that next has found; operands or skipOperands must follow.
func (s *stream) code(id uint64) uint64 {
	if id == unabbrevRecord {
		code := s.vbr(6)
		s.form, s.plain = noForm, s.vbr(6)
		if s.plain > s.left()/6 {
			s.fail("a record has %d operands, for which its block has no room", s.plain)
			s.plain = 0
		}
		return code
	}
	s.form, s.plain = noForm, 0
	if id -= firstAbbrev; id >= uint64(len(s.abbrevs)) {
		s.fail("a record is written by abbreviation %d, which is not defined", id+firstAbbrev)
		return 0
	}
	s.form = int(id)
	return s.scalar(s.abbrevs[id][0])
}

// rest is the abbreviation of the present record behind the code, empty if there is none.
func (s *stream) rest() abbrev {
	if s.form == noForm {
		return nil
	}
	return s.abbrevs[s.form][1:]
}

func (s *stream) scalar(o operand) uint64 {
	switch o.encoding {
	case literalEncoding:
		return o.literal
	case fixedEncoding:
		return s.fixed(uint(o.width))
	case vbrEncoding:
		return s.vbr(uint(o.width))
	}
	return uint64(char6[s.fixed(6)])
}

const char6 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._"

// operands reads the operands of the present record, and its blob. They are good until the next record. After an
// error there are none.
func (s *stream) operands() []uint64 {
	ops, pos := vbrs(s.ops[:0], s.data, s.pos, s.plain, 6)
	rest := s.rest()
	for i := range rest {
		o, v := &rest[i], uint64(0)
		switch o.encoding {
		case literalEncoding:
			v = o.literal
			s.literals++
		case fixedEncoding:
			v = peek(s.data, pos) & (1<<(o.width&63) - 1)
			pos += uint64(o.width)
		case vbrEncoding:
			v, pos = vbrAt(s.data, pos, uint(o.width))
		case char6Encoding:
			v = uint64(char6[peek(s.data, pos)&63])
			pos += 6
		case arrayEncoding:
			s.pos = pos
			ops = s.array(ops, rest[i+1])
			return s.finish(ops)
		case blobEncoding:
			s.pos = pos
			s.blob = s.readBlob()
			return s.finish(ops)
		}
		ops = append(ops, v)
	}
	s.pos = pos
	return s.finish(ops)
}

// finish keeps the room for operands, and checks that they were all there.
func (s *stream) finish(ops []uint64) []uint64 {
	if cap(ops) > cap(s.ops) {
		s.ops = ops[:cap(ops)]
	}
	if s.pos > s.limit {
		s.checkLimit()
	}
	if s.literals > len(s.data) {
		s.fail("the abbreviations make more of the file than it is")
	}
	if s.err != nil {
		return nil
	}
	return ops
}

// vbrs appends n numbers in chunks of the given width. Most have one chunk.
func vbrs(ops []uint64, data []byte, pos, n uint64, width uint) (all []uint64, behind uint64) {
	more := uint64(1) << ((width - 1) & 63)
	for range n {
		v := peek(data, pos) & (more<<1 - 1)
		if v < more {
			pos += uint64(width)
		} else {
			v, pos = vbrAt(data, pos, width)
		}
		ops = append(ops, v)
	}
	return ops, pos
}

// arrayLen reads the length of an array and checks that there is room for it.
func (s *stream) arrayLen(element operand) uint64 {
	n := s.vbr(6)
	if n > s.left()/uint64(element.width) {
		s.fail("an array has %d elements, for which its block has no room", n)
		return 0
	}
	return n
}

func (s *stream) array(ops []uint64, element operand) []uint64 {
	n := s.arrayLen(element)
	if element.encoding == vbrEncoding {
		ops, s.pos = vbrs(ops, s.data, s.pos, n, uint(element.width))
		return ops
	}
	for range n {
		ops = append(ops, s.scalar(element))
	}
	return ops
}

func (s *stream) readBlob() []byte {
	n := s.vbr(6)
	s.align()
	if n > s.left()/8 {
		s.fail("a blob has %d bytes, for which its block has no room", n)
		return nil
	}
	start := s.pos / 8
	s.skip(n * 8)
	s.align()
	return s.data[start : start+n]
}

// skipOperands passes over the operands of the present record.
func (s *stream) skipOperands() {
	s.skipVBRs(s.plain, 6)
	rest := s.rest()
	for i, o := range rest {
		switch o.encoding {
		case literalEncoding:
		case vbrEncoding:
			s.vbr(uint(o.width))
		case arrayEncoding:
			element := rest[i+1]
			n := s.arrayLen(element)
			if element.encoding == vbrEncoding {
				s.skipVBRs(n, uint(element.width))
			} else {
				s.skip(n * uint64(element.width))
			}
			return
		case blobEncoding:
			s.readBlob()
		default:
			s.skip(uint64(o.width))
		}
	}
}

// skipVBRs passes over n numbers in chunks of the given width.
func (s *stream) skipVBRs(n uint64, width uint) {
	for range n {
		_, s.pos = vbrAt(s.data, s.pos, width)
	}
}

// text is the operands from the given one on as characters.
func text(ops []uint64) string {
	b := make([]byte, len(ops))
	for i, c := range ops {
		b[i] = byte(c)
	}
	return string(b)
}

// signed decodes a number whose lowest bit is its sign. Of -0, which stands for the lowest number, it makes that.
func signed(v uint64) int64 {
	if v == 1 {
		return -1 << 63
	}
	magnitude := int64(v >> 1)
	if v&1 != 0 {
		return -magnitude
	}
	return magnitude
}

// record is the operands of a record, of which any may be missing.
type record []uint64

// at is an operand, or 0 if it is missing.
func (r record) at(i int) uint64 {
	if uint(i) < uint(len(r)) {
		return r[i]
	}
	return 0
}

// value is an operand that is a value's id plus one, or 0 for none.
func (r record) value(i int) ValueID { return valueID(r.at(i) - 1) }

// from are the operands from i on.
func (r record) from(i int) record { return r[min(i, len(r)):] }

// slice are the operands from i to j, as far as they are there.
func (r record) slice(i, j int) record { return r[min(i, len(r)):min(j, len(r))] }

// last is the last operand.
func (r record) last() uint64 { return r.at(len(r) - 1) }

// readBlockInfo reads a BLOCKINFO block.
func (s *stream) readBlockInfo() {
	outer := s.enter(blockInfoBlock)
	defer s.leave(outer)
	target := uint64(knownBlocks) // whose abbreviations follow
	s.abbrevs = nil
	for {
		what, id := s.next()
		if len(s.abbrevs) > 0 { // next took up abbreviations, which here are not the block's own
			if target < knownBlocks && len(s.info[target])+len(s.abbrevs) <= maxAbbrevs {
				s.info[target] = append(s.info[target], s.abbrevs...)
			}
			s.abbrevs = nil
		}
		switch what {
		case blockEnd:
			return
		case subBlock:
			s.skipBlock(id)
		case dataRecord:
			if code, ops := s.code(id), s.operands(); code == blockInfoSetID && len(ops) > 0 {
				target = ops[0]
			}
		}
	}
}
