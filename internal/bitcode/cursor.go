package bitcode

import (
	"encoding/binary"
	"fmt"
)

// cursor reads bits, the lowest of a byte first. The first error stays: from then on every read yields 0 and
// the cursor stands at its limit, so that callers need to look at err only where they would act on what they read.
type cursor struct {
	name  string // of the file, for errors
	data  []byte // from the stream's magic number on
	base  int64  // offset of data in the file
	pos   uint64 // bits
	limit uint64 // bits; what lies beyond must not be read
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

// peek returns the next bits, 57 of them at least; those after the end of data are 0.
func (c *cursor) peek() uint64 {
	if i := c.pos >> 3; i+8 <= uint64(len(c.data)) {
		return binary.LittleEndian.Uint64(c.data[i:]) >> (c.pos & 7)
	}
	return c.peekTail()
}

func (c *cursor) peekTail() uint64 {
	var last [8]byte
	if i := c.pos >> 3; i < uint64(len(c.data)) {
		copy(last[:], c.data[i:])
	}
	return binary.LittleEndian.Uint64(last[:]) >> (c.pos & 7)
}

// skip moves on by n bits, which must be less than 1<<63.
func (c *cursor) skip(n uint64) {
	if n > c.limit-c.pos {
		c.fail("the data ends inside a block")
		return
	}
	c.pos += n
}

// fixed reads n bits, at most 57.
func (c *cursor) fixed(n uint) uint64 {
	if uint64(n) > c.limit-c.pos {
		c.skip(uint64(n))
		return 0
	}
	v := c.peek() & (1<<n - 1)
	c.pos += uint64(n)
	return v
}

// vbr reads a number in chunks of n bits, 2 to 32, of which the highest says that more follow.
func (c *cursor) vbr(n uint) uint64 {
	more := uint64(1) << (n - 1)
	if v := c.peek() & (more<<1 - 1); v < more && uint64(n) <= c.limit-c.pos {
		c.pos += uint64(n)
		return v
	}
	return c.longVBR(n)
}

func (c *cursor) longVBR(n uint) uint64 {
	more := uint64(1) << (n - 1)
	var v uint64
	for shift := uint(0); ; shift += n - 1 {
		chunk := c.fixed(n)
		if shift >= 64 {
			c.fail("a number has more than 64 bits")
		}
		if c.err != nil {
			return 0
		}
		v |= (chunk &^ more) << shift
		if chunk < more {
			return v
		}
	}
}

// align moves on to the next multiple of 32 bits.
func (c *cursor) align() { c.skip(-c.pos & 31) }
