package bitcode

import (
	"math/bits"
	"slices"
)

// encoding is how an operand of an abbreviation is written.
type encoding uint8

const (
	literalEncoding encoding = iota
	fixedEncoding
	vbrEncoding
	arrayEncoding
	char6Encoding
	blobEncoding
)

const char6 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._"

// operand is one operand of an abbreviation. An array's element is the operand behind it.
type operand struct {
	encoding encoding
	width    uint8  // bits
	literal  uint64 // the value, or 0

	// For decode, which takes all numbers for such in up to three chunks:
	need  uint8     // bits that it looks at; of what it cannot decode, more than there are
	flags uint64    // one bit above each flag that, if it is clear, ends the number
	end   uint64    // one bit above where the number ends in any case
	parts [3]uint64 // where the bits of each chunk go

	ends uint64 // of numbers in chunks, all flags in the bits that peek returns
}

func literalOperand(v uint64) operand { return operand{literal: v, end: 1} }

func fixedOperand(width uint) operand {
	return operand{encoding: fixedEncoding, width: uint8(width), need: uint8(width), end: 1 << width,
		parts: [3]uint64{1<<width - 1}}
}

func char6Operand() operand { return operand{encoding: char6Encoding, width: 6, need: peeked + 1} }

func vbrOperand(width uint) operand {
	o := operand{encoding: vbrEncoding, width: uint8(width)}
	for i := range o.parts {
		if uint(o.need)+width > peeked {
			break
		}
		o.need += uint8(width)
		o.flags |= 1 << o.need
		o.parts[i] = (1<<(width-1) - 1) << (uint(i) * (width - 1))
	}
	for flag := width - 1; flag < peeked; flag += width {
		o.ends |= 1 << flag
	}
	return o
}

// vbr6 is how the operands of records without an abbreviation are written.
var vbr6 = vbrOperand(6)

// tooLong is the size which decode gives a number of more chunks than it looks at. All others are less.
const tooLong = 64

// decode decodes the number that begins with the lowest bit. It does so without a branch, as neither encoding nor
// length of the next number can be predicted.
func (o *operand) decode(b uint64) (v uint64, size uint) {
	size = o.size(b)
	b &= 1<<(size&63) - 1
	return b&o.parts[0] | b>>1&o.parts[1] | b>>2&o.parts[2] | o.literal, size
}

// size is the size of what decode decodes.
func (o *operand) size(b uint64) uint { return uint(bits.TrailingZeros64(^b<<1&o.flags | o.end)) }

// scalar reads one operand.
func (s *stream) scalar(o *operand) uint64 {
	switch o.encoding {
	case literalEncoding:
		return o.literal
	case vbrEncoding:
		return s.vbr(uint(o.width))
	case char6Encoding:
		return uint64(char6[s.fixed(6)])
	}
	return s.fixed(uint(o.width))
}

// scalars reads the operands of an abbreviation behind the code, up to an array or blob, and appends them to ops.
func (s *stream) scalars(ops []uint64, a *abbrev) []uint64 {
	list := a.scalars[1:]
	ops, read := extend(ops, len(list))
	if a.need <= peeked {
		b, pos, sizes := peek(s.data, s.pos), s.pos, uint(0)
		for i := range list {
			v, size := list[i].decode(b)
			read[i] = v
			b >>= size & 63
			pos += uint64(size)
			sizes |= size
		}
		if sizes < tooLong {
			s.pos = pos
			return ops
		}
	}
	for i := range list {
		read[i] = s.scalar(&list[i])
	}
	return ops
}

// numbers reads n operands that are written in the same way and appends them to ops.
func (s *stream) numbers(ops []uint64, n uint64, o *operand) []uint64 {
	ops, read := extend(ops, int(n))
	if o.encoding != vbrEncoding {
		for i := range read {
			read[i] = s.scalar(o)
		}
		return ops
	}
	b, there := uint64(0), uint(0) // bits that come next, and how many
	for i := range read {
		if there < uint(o.need) {
			b, there = peek(s.data, s.pos), peeked
		}
		v, size := o.decode(b)
		if size == tooLong {
			read[i], there = s.vbr(uint(o.width)), 0
			continue
		}
		read[i] = v
		s.pos += uint64(size)
		b >>= size & 63
		there -= size
	}
	return ops
}

// skipScalars passes over what scalars reads.
func (s *stream) skipScalars(a *abbrev) {
	list := a.scalars[1:]
	if a.need <= peeked {
		b, pos, sizes := peek(s.data, s.pos), s.pos, uint(0)
		for i := range list {
			size := list[i].size(b)
			b >>= size & 63
			pos += uint64(size)
			sizes |= size
		}
		if sizes < tooLong {
			s.pos = pos
			return
		}
	}
	for i := range list {
		s.scalar(&list[i])
	}
}

// skipNumbers passes over n operands that are written in the same way. Of numbers in chunks it counts the ends.
func (s *stream) skipNumbers(n uint64, o *operand) {
	if o.encoding != vbrEncoding {
		s.skip(n * uint64(o.width))
		return
	}
	for n > 0 {
		ends := ^peek(s.data, s.pos) & o.ends
		there := uint64(bits.OnesCount64(ends))
		if there < n {
			n -= there
			s.pos += uint64(peeked / o.width * o.width)
			continue
		}
		for ; n > 1; n-- {
			ends &= ends - 1
		}
		s.pos += uint64(bits.TrailingZeros64(ends)) + 1
		return
	}
}

// extend makes a list n elements longer, which are to be filled in.
func extend(list []uint64, n int) (all, added []uint64) {
	all = slices.Grow(list, n)[:len(list)+n]
	return all, all[len(list):]
}
