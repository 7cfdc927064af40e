package code

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Granule is the alignment of a unit's text: unwinding finds a unit by the granule of an address.
const Granule = 64

// Memory is where units are placed. Take returns size bytes with an address of that alignment: the address by which the
// program knows them, and the bytes as the compiler writes them. Any number of goroutines may call it.
type Memory interface {
	Take(s Section, size, align uint64) (target uint64, working []byte, err error)
}

// Arena takes memory in chunks and hands it out in pieces. It is for one goroutine at a time.
type Arena struct {
	memory Memory
	chunks [2]chunk
}

type chunk struct {
	target uint64
	rest   []byte
}

// chunkSize is how much an arena takes at once. What is left of it in the end is wasted.
const chunkSize = 64 << 10

// NewArena returns an arena.
func NewArena(m Memory) *Arena { return &Arena{memory: m} }

func (a *Arena) take(s Section, size, align uint64) (uint64, []byte, error) {
	if size > chunkSize/4 {
		return a.memory.Take(s, size, align)
	}
	c := &a.chunks[s]
	skip := -c.target & (align - 1)
	if uint64(len(c.rest)) < skip+size {
		target, working, err := a.memory.Take(s, chunkSize, align)
		if err != nil {
			return 0, nil, err
		}
		*c, skip = chunk{target, working}, 0
	}
	at, piece := c.target+skip, c.rest[skip:skip+size:skip+size]
	c.target, c.rest = at+size, c.rest[skip+size:]
	return at, piece, nil
}

// Placed is where the parts of a unit have come to lie: target addresses.
type Placed struct {
	Text, TextSize         uint64
	ReadOnly, ReadOnlySize uint64
	EHFrame, EHFrameSize   uint64
}

// Of is the address of a definition.
func (p *Placed) Of(d Definition) uint64 {
	if d.In == Text {
		return p.Text + uint64(d.Offset)
	}
	return p.ReadOnly + uint64(d.Offset)
}

// Place copies a unit into memory and writes its references. Resolve says where values and names are. The program must
// not come to know the unit before Place has returned.
func (u *Unit) Place(a *Arena, resolve func(Target) (uint64, error)) (Placed, error) {
	// Whole granules, so that no two units share one.
	size := (uint64(len(u.Text)) + Granule - 1) &^ (Granule - 1)
	text, code, err := a.take(Text, size, Granule)
	if err != nil {
		return Placed{}, err
	}
	ro, data, err := a.take(ReadOnly, uint64(len(u.ReadOnly)), 16)
	if err != nil {
		return Placed{}, err
	}
	copy(code, u.Text)
	copy(data, u.ReadOnly)
	for i := range u.References {
		r := &u.References[i]
		var to uint64
		switch r.To.Of {
		case InText:
			to = text + uint64(r.To.Index)
		case InReadOnly:
			to = ro + uint64(r.To.Index)
		default:
			if d := u.definition(r.To); d != nil {
				to = ro + uint64(d.Offset)
			} else if to, err = resolve(r.To); err != nil {
				return Placed{}, err
			}
		}
		to += uint64(r.Addend)
		at, b := text+uint64(r.Offset), code
		if r.In == ReadOnly {
			at, b = ro+uint64(r.Offset), data
		}
		if r.Kind == Abs64 {
			binary.LittleEndian.PutUint64(b[r.Offset:], to)
			continue
		}
		distance := int64(to - at)
		if distance < math.MinInt32 || distance > math.MaxInt32 {
			return Placed{}, fmt.Errorf("a reference from %#x to %#x is too far for 32 bits", at, to)
		}
		binary.LittleEndian.PutUint32(b[r.Offset:], uint32(distance))
	}
	return Placed{text, size, ro, uint64(len(u.ReadOnly)), ro + uint64(u.EHFrame), uint64(u.EHFrameSize)}, nil
}

// definition is the variable of the unit's own that a target is, or nil. Functions are known by their stubs.
func (u *Unit) definition(t Target) *Definition {
	if t.Of == Value {
		for i := range u.Definitions {
			if d := &u.Definitions[i]; d.In == ReadOnly && d.Place == t.Index {
				return d
			}
		}
	}
	return nil
}
