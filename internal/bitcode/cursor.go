package bitcode

import (
	"encoding/binary"
	"fmt"
)

// cursor reads bits, the lowest of a byte first. The first error stays, and the cursor then stands at its limit.
// Reading beyond the limit is harmless (what lies beyond the data are zeros), so fixed and vbr leave it to their
// callers to find out, with checkLimit, before they act on what they read.
type cursor struct {
	name  string // of the file, for errors
	data  []byte // from the stream's magic number on
	base  int64  // offset of data in the file
	pos   uint64 // bits
	limit uint64 // bits
	err   error
}

// fail records an error at the present position, unless there is one already.
func (c *cursor) fail(format string, args ...any) {
	c.failAt(c.pos, format, args...)
}

func (c *cursor) failAt(pos uint64, format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("%s: byte %d: %s", c.name, c.base+int64(pos/8), fmt.Sprintf(format, args...))
	}
	c.pos = c.limit
}

// checkLimit fails if what was read lies beyond the limit.
func (c *cursor) checkLimit() {
	if c.pos > c.limit {
		c.failAt(c.limit, "the data ends inside a record")
	}
}

// left is the number of bits up to the limit.
func (c *cursor) left() uint64 {
	if c.pos > c.limit {
		return 0
	}
	return c.limit - c.pos
}

// skip moves on by n bits.
func (c *cursor) skip(n uint64) {
	if n > c.left() {
		c.failAt(c.limit, "the data ends inside a block")
		return
	}
	c.pos += n
}

// align moves on to the next multiple of 32 bits.
func (c *cursor) align() { c.skip(-c.pos & 31) }

// peek returns the bits of data at a position, 57 of them at least; those after its end are 0.
func peek(data []byte, pos uint64) uint64 {
	if i := pos >> 3; i+8 <= uint64(len(data)) {
		return binary.LittleEndian.Uint64(data[i:]) >> (pos & 7)
	}
	return peekTail(data, pos)
}

func peekTail(data []byte, pos uint64) uint64 {
	var last [8]byte
	if i := pos >> 3; i < uint64(len(data)) {
		copy(last[:], data[i:])
	}
	return binary.LittleEndian.Uint64(last[:]) >> (pos & 7)
}

// fixed reads n bits, at most 32.
func (c *cursor) fixed(n uint) uint64 {
	v := peek(c.data, c.pos) & (1<<(n&63) - 1)
	c.pos += uint64(n)
	return v
}

// vbr reads a number in chunks of n bits, 2 to 32, of which the highest says that more follow.
func (c *cursor) vbr(n uint) uint64 {
	v, pos := vbrAt(c.data, c.pos, n)
	c.pos = pos
	return v
}

// vbrAt reads the number at a position, of which it keeps 64 bits, and returns the position behind it.
func vbrAt(data []byte, pos uint64, n uint) (v, behind uint64) {
	w := peek(data, pos)
	more := uint64(1) << ((n - 1) & 63)
	if v = w & (more<<1 - 1); v < more {
		return v, pos + uint64(n)
	}
	v = 0
	for shift, used := uint(0), uint(0); ; shift, used = shift+n-1, used+n {
		if used+n > 57 {
			pos += uint64(used)
			w, used = peek(data, pos), 0
		}
		chunk := w & (more<<1 - 1)
		w >>= n & 63
		v |= (chunk &^ more) << shift
		if chunk < more || shift >= 64 {
			return v, pos + uint64(used+n)
		}
	}
}
