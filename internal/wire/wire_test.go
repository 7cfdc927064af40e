package wire

import (
	"encoding/binary"
	"strings"
	"testing"
)

// TestReader reads what was written, and from all beginnings of it.
func TestReader(t *testing.T) {
	b := append([]byte("head"), binary.AppendUvarint(nil, 300)...)
	b = binary.AppendVarint(b, -7)
	b = append(AppendBytes(b, []byte("some bytes")), 2)
	read := func(b []byte) (n uint64, signed int64, text string, kind byte, err error) {
		r := NewReader("thing", b, 4)
		n, signed, text, kind = r.Below(301), r.Signed(), string(r.Bytes()), r.Byte(2)
		return n, signed, text, kind, r.End("there is more")
	}
	if n, signed, text, kind, err := read(b); n != 300 || signed != -7 || text != "some bytes" || kind != 2 ||
		err != nil {
		t.Errorf("it reads %d, %d, %q, %d, %v", n, signed, text, kind, err)
	}
	for end := 4; end < len(b); end++ {
		if _, _, _, _, err := read(b[:end]); err == nil || !strings.Contains(err.Error(), "damaged thing at byte") {
			t.Errorf("of %d bytes %d make no error but %v", len(b), end, err)
		}
	}
	if _, _, _, _, err := read(append(b, 0)); err == nil || !strings.Contains(err.Error(), "there is more") {
		t.Errorf("a byte too many: %v", err)
	}
}

// TestWhatCannotBe has a reader meet numbers that are too large: it fails once, and reads zeros from then on.
func TestWhatCannotBe(t *testing.T) {
	for what, read := range map[string]func(*Reader) uint64{
		"below": func(r *Reader) uint64 { return r.Below(200) },
		"count": func(r *Reader) uint64 { return uint64(r.Count(1)) },
		"bytes": func(r *Reader) uint64 { return uint64(len(r.Bytes())) },
		"byte":  func(r *Reader) uint64 { return uint64(r.Byte(1)) },
	} {
		r := NewReader("thing", append(binary.AppendUvarint(nil, 200), 1, 1), 0)
		if v := read(r); v != 0 || r.Err() == nil {
			t.Errorf("%s: it reads %d, error %v", what, v, r.Err())
		}
		first := r.Err()
		if v := r.Number(); v != 0 || r.Err() != first {
			t.Errorf("%s: then it reads %d, error %v and no more %v", what, v, r.Err(), first)
		}
	}
}
