// Package wire reads and writes what forms of kept files consist of: numbers as varints (encoding/binary), and bytes
// after their length.
//
// Rule: no bytes make a reader panic, or claim memory for more things than there are bytes for.
package wire

import (
	"encoding/binary"
	"fmt"
)

// AppendBytes appends bytes after their length.
func AppendBytes(b, bytes []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(bytes))), bytes...)
}

// Reader reads bytes from their beginning. After an error it reads zeros. It is for one goroutine at a time.
type Reader struct {
	what string
	rest []byte
	size int
	err  error
}

// NewReader returns a reader of what errors call by this name. What it reads shares the bytes, of which so many have
// been read already.
func NewReader(what string, b []byte, read int) *Reader {
	return &Reader{what: what, rest: b[read:], size: len(b)}
}

// Err is the first error, which says at which byte it was found.
func (r *Reader) Err() error { return r.err }

// Fail says what is wrong at the present byte, unless something was before.
func (r *Reader) Fail(why string) {
	if r.err == nil {
		r.err = fmt.Errorf("damaged %s at byte %d: %s", r.what, r.size-len(r.rest), why)
	}
	r.rest = nil
}

// End fails, with these words, if bytes are left, and returns the first error.
func (r *Reader) End(why string) error {
	if len(r.rest) > 0 {
		r.Fail(why)
	}
	return r.err
}

const short = "it ends too early"

// Number reads a number without sign.
func (r *Reader) Number() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.Fail(short)
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// Signed reads a number with a sign.
func (r *Reader) Signed() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.Fail(short)
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// Below reads a number less than a limit.
func (r *Reader) Below(limit uint64) uint64 {
	v := r.Number()
	if v >= limit {
		r.Fail(fmt.Sprintf("%d where less than %d is possible", v, limit))
		return 0
	}
	return v
}

// Count reads a number of things that take at least so many bytes each.
func (r *Reader) Count(each int) int {
	n := r.Number()
	if n > uint64(len(r.rest)/each) {
		r.Fail(short)
		return 0
	}
	return int(n)
}

// Take reads so many bytes; nil if there are not as many.
func (r *Reader) Take(n int) []byte {
	if n > len(r.rest) {
		r.Fail(short)
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

// Bytes reads bytes after their length.
func (r *Reader) Bytes() []byte { return r.Take(r.Count(1)) }

// Byte reads one byte, of at most a value.
func (r *Reader) Byte(most byte) byte {
	b := r.Take(1)
	if b == nil {
		return 0
	}
	if b[0] > most {
		r.Fail(fmt.Sprintf("the byte before is %d, and at most %d is known", b[0], most))
		return 0
	}
	return b[0]
}
