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

// Error is a fault in a bitcode file.
type Error struct {
	File   string // as Read was told
	Offset int64  // of the byte at which it was noticed
	What   string
}

func (e *Error) Error() string { return fmt.Sprintf("%s: byte %d: %s", e.File, e.Offset, e.What) }

// fail records an error at the present position, unless there is one already.
func (c *cursor) fail(format string, args ...any) {
	c.failAt(c.pos, format, args...)
}

func (c *cursor) failAt(pos uint64, format string, args ...any) {
	if c.err == nil {
		c.err = &Error{File: c.name, Offset: c.base + int64(pos/8), What: fmt.Sprintf(format, args...)}
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

// peeked is how many bits peek returns at least.
const peeked = 57

// peek returns the bits of data at a position, and zeros behind its end.
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

// vbr reads a number in chunks of n bits, 2 to 32, of which the highest says that more follow. It keeps 64 bits.
func (c *cursor) vbr(n uint) uint64 {
	more := uint64(1) << ((n - 1) & 63)
	v := peek(c.data, c.pos) & (more<<1 - 1)
	c.pos += uint64(n)
	if v < more {
		return v
	}
	return c.longVBR(v&^more, more, n)
}

// longVBR continues vbr behind a first chunk.
func (c *cursor) longVBR(v, more uint64, n uint) uint64 {
	for shift := n - 1; ; shift += n - 1 {
		chunk := c.fixed(n)
		v |= (chunk &^ more) << shift
		if chunk < more || shift >= 64 {
			return v
		}
	}
}
