package bitcode

import "math/bits"

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
//
// All encodings of numbers are decoded by the same few operations without a branch, as the lengths of most numbers
// cannot be predicted.
type operand struct {
	encoding encoding
	width    uint8
	need     uint8     // bits that decode looks at
	literal  uint64    // the value, or 0
	chunks   [4]uint64 // where the bits of the value's parts stand once the flags before them are shifted out
	flags    uint64    // one bit above those which, if clear, end the number
	end      uint64    // one bit above where it ends in any case, if it does
}

func literalOperand(v uint64) operand { return operand{literal: v, end: 1} }

func fixedOperand(e encoding, width uint) operand {
	return operand{encoding: e, width: uint8(width), need: uint8(width), chunks: [4]uint64{1<<width - 1}, end: 1 << width}
}

func vbrOperand(width uint) operand {
	o := operand{encoding: vbrEncoding, width: uint8(width)}
	for i := range o.chunks {
		if uint(o.need)+width > peeked {
			break
		}
		o.need += uint8(width)
		o.flags |= 1 << o.need
		o.chunks[i] = (1<<(width-1) - 1) << (uint(i) * (width - 1))
	}
	return o
}

// vbr6 is how the operands of records without an abbreviation are written.
var vbr6 = vbrOperand(6)

// tooLong is the size which decode gives a number that takes more than the bits which it looks at.
const tooLong = 64

// decode decodes the number that begins with the lowest bit. It needs o.need bits.
func (o *operand) decode(b uint64) (v uint64, size uint) {
	size = uint(bits.TrailingZeros64(^b<<1&o.flags | o.end))
	b &= 1<<(size&63) - 1
	return b&o.chunks[0] | b>>1&o.chunks[1] | b>>2&o.chunks[2] | b>>3&o.chunks[3] | o.literal, size
}

// scalar reads one operand.
func (s *stream) scalar(o *operand) uint64 {
	if o.encoding == literalEncoding {
		return o.literal
	}
	v, size := o.decode(peek(s.data, s.pos))
	if size == tooLong {
		return s.vbr(uint(o.width))
	}
	s.pos += uint64(size)
	if o.encoding == char6Encoding {
		v = uint64(char6[v])
	}
	return v
}

// scalars reads operands and appends them to ops.
func (s *stream) scalars(ops []uint64, list []operand) []uint64 {
	var b uint64 // bits at the position, if there are any
	var there uint
	for i := range list {
		o := &list[i]
		if there < uint(o.need) {
			b, there = peek(s.data, s.pos), peeked
		}
		v, size := o.decode(b)
		if size == tooLong || o.encoding == char6Encoding {
			v, there = s.scalar(o), 0
		} else {
			s.pos += uint64(size)
			b >>= size & 63
			there -= size
		}
		ops = append(ops, v)
	}
	return ops
}

// numbers reads n operands that are written in the same way and appends them to ops.
func (s *stream) numbers(ops []uint64, n uint64, o *operand) []uint64 {
	var b uint64
	var there uint
	for range n {
		if there < uint(o.need) {
			b, there = peek(s.data, s.pos), peeked
		}
		v, size := o.decode(b)
		if size == tooLong || o.encoding == char6Encoding {
			v, there = s.scalar(o), 0
		} else {
			s.pos += uint64(size)
			b >>= size & 63
			there -= size
		}
		ops = append(ops, v)
	}
	return ops
}
