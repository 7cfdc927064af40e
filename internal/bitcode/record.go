package bitcode

// abbrev reads the definition of an abbreviation.
func (s *stream) abbrev() (a abbrev) {
	n := s.vbr(5)
	s.checkLimit()
	if s.err == nil && (n == 0 || n > maxAbbrevOperands) {
		s.fail("an abbreviation has %d operands", n)
	}
	valid := true
	for ; n > 0 && s.err == nil; n-- {
		o := s.definition()
		isNumber := o.encoding != arrayEncoding && o.encoding != blobEncoding
		switch {
		case a.tail == arrayEncoding:
			valid = valid && isNumber && o.encoding != literalEncoding
			a.element = o
		case isNumber:
			a.add(o)
		default: // an array next to last, a blob last
			valid = valid && len(a.scalars) > 0 && (o.encoding == arrayEncoding) == (n == 2) && n <= 2
			a.tail = o.encoding
		}
	}
	s.checkLimit()
	if !valid {
		s.fail("an abbreviation is malformed")
	}
	return a
}

// add adds a scalar, the first of which is the code.
func (a *abbrev) add(o operand) {
	if len(a.scalars) > 0 {
		a.need += uint(o.need)
		if o.encoding == literalEncoding {
			a.literals++
		}
	}
	a.scalars = append(a.scalars, o)
}

// definition reads the definition of an operand.
func (s *stream) definition() operand {
	if s.fixed(1) == 1 {
		return literalOperand(s.vbr(8))
	}
	switch e := encoding(s.fixed(3)); e {
	case fixedEncoding, vbrEncoding:
		width := s.vbr(5)
		if width > maxWidth || e == vbrEncoding && width == 1 {
			s.fail("an abbreviation has an operand of %d bits", width)
			return operand{}
		}
		if width == 0 { // LLVM's reader takes this for a literal 0
			return literalOperand(0)
		}
		if e == vbrEncoding {
			return vbrOperand(uint(width))
		}
		return fixedOperand(uint(width))
	case char6Encoding:
		return char6Operand()
	case arrayEncoding, blobEncoding:
		return operand{encoding: e}
	}
	s.fail("an operand of an abbreviation has no encoding")
	return operand{}
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
	return s.scalar(&s.abbrevs[id].scalars[0])
}

// operands reads the operands of the present record, and its blob. They are good until the next record. After an
// error there are none.
func (s *stream) operands() []uint64 {
	ops := s.ops[:0]
	if s.form == noForm {
		ops = s.numbers(ops, s.plain, &vbr6)
	} else {
		a := &s.abbrevs[s.form]
		ops = s.scalars(ops, a)
		s.literals += a.literals
		switch a.tail {
		case arrayEncoding:
			ops = s.numbers(ops, s.arrayLen(&a.element), &a.element)
		case blobEncoding:
			s.blob = s.readBlob()
		}
	}
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

// arrayLen reads the length of an array and checks that there is room for it.
func (s *stream) arrayLen(element *operand) uint64 {
	n := s.vbr(6)
	if n > s.left()/uint64(element.width) {
		s.fail("an array has %d elements, for which its block has no room", n)
		return 0
	}
	return n
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
	if s.form == noForm {
		s.skipNumbers(s.plain, &vbr6)
		return
	}
	a := &s.abbrevs[s.form]
	s.skipScalars(a)
	switch a.tail {
	case arrayEncoding:
		s.skipNumbers(s.arrayLen(&a.element), &a.element)
	case blobEncoding:
		s.readBlob()
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
