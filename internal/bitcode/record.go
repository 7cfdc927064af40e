package bitcode

// abbrev reads the definition of an abbreviation.
func (s *stream) abbrev() abbrev {
	n := s.vbr(5)
	if s.err == nil && (n == 0 || n > maxAbbrevOperands) {
		s.fail("an abbreviation has %d operands", n)
	}
	if s.err != nil {
		return nil
	}
	a := make(abbrev, 0, n)
	literals := 0
	for range n {
		if s.fixed(1) == 1 {
			literals++
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
				literals++
				o = operand{}
			}
		}
		if o.encoding == char6Encoding {
			o.width = 6
		}
		a = append(a, o)
	}
	if !a.valid() || literals > maxLiterals {
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
		s.rest, s.plain = nil, s.vbr(6)
		if s.plain > (s.limit-s.pos)/6 {
			s.fail("a record has %d operands, for which its block has no room", s.plain)
			s.plain = 0
		}
		return code
	}
	s.plain = 0
	if id -= firstAbbrev; id >= uint64(len(s.abbrevs)) {
		s.rest = nil
		s.fail("a record is written by abbreviation %d, which is not defined", id+firstAbbrev)
		return 0
	}
	a := s.abbrevs[id]
	s.rest = a[1:]
	return s.scalar(a[0])
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

// operands reads the operands of the present record into ops and blob. After an error there are none.
func (s *stream) operands() []uint64 {
	ops := s.ops[:0]
	s.blob = nil
	for range s.plain {
		ops = append(ops, s.vbr(6))
	}
	for i, o := range s.rest {
		if o.encoding == arrayEncoding {
			ops = s.array(ops, s.rest[i+1])
			break
		}
		if o.encoding == blobEncoding {
			s.blob = s.readBlob()
			break
		}
		ops = append(ops, s.scalar(o))
	}
	s.ops = ops
	if s.err != nil {
		s.ops = ops[:0]
	}
	return s.ops
}

// arrayLen reads the length of an array and checks that there is room for it.
func (s *stream) arrayLen(element operand) uint64 {
	n := s.vbr(6)
	if n > (s.limit-s.pos)/uint64(element.width) {
		s.fail("an array has %d elements, for which its block has no room", n)
		return 0
	}
	return n
}

func (s *stream) array(ops []uint64, element operand) []uint64 {
	for range s.arrayLen(element) {
		ops = append(ops, s.scalar(element))
	}
	return ops
}

func (s *stream) readBlob() []byte {
	n := s.vbr(6)
	s.align()
	if n > (s.limit-s.pos)/8 {
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
	for i, o := range s.rest {
		switch o.encoding {
		case literalEncoding:
		case vbrEncoding:
			s.vbr(uint(o.width))
		case arrayEncoding:
			element := s.rest[i+1]
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
		s.vbr(width)
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
