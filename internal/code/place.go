package code

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/orcast/orcast/internal/bitcode"
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
	size   uint64 // of a chunk
	chunks [4]chunk
}

type chunk struct {
	target uint64
	rest   []byte
}

// NewArena returns an arena that takes so many bytes at once, or, for 0, as many as are needed.
func NewArena(m Memory, size uint64) *Arena { return &Arena{memory: m, size: size} }

func (a *Arena) take(s Section, size, align uint64) (uint64, []byte, error) {
	if size > a.size/4 {
		return a.memory.Take(s, size, align)
	}
	c := &a.chunks[s]
	skip := -c.target & (align - 1)
	if uint64(len(c.rest)) < skip+size {
		target, working, err := a.memory.Take(s, a.size, align)
		if err != nil {
			return 0, nil, err
		}
		*c, skip = chunk{target, working}, 0
	}
	at, piece := c.target+skip, c.rest[skip:skip+size:skip+size]
	c.target, c.rest = at+size, c.rest[skip+size:]
	return at, piece, nil
}

// Placed is where the sections of a unit have come to lie: target addresses.
type Placed struct {
	Sections             [4]uint64
	TextSize             uint64
	EHFrame, EHFrameSize uint64
	working              [4][]byte
}

// Of is the address of a definition.
func (p *Placed) Of(d Definition) uint64 { return p.Sections[d.In] + uint64(d.Offset) }

// Reserve copies a unit into memory. What it defines has its address then, and references are still to be written.
func (u *Unit) Reserve(a *Arena) (p Placed, err error) {
	// Whole granules, so that no two units share one.
	p.TextSize = (uint64(len(u.Text)) + Granule - 1) &^ (Granule - 1)
	sizes := [4]uint64{p.TextSize, uint64(len(u.ReadOnly)), uint64(len(u.Data)), uint64(u.ZeroSize)}
	for s, size := range sizes {
		align := uint64(max(u.Align, 16))
		if Section(s) == Text {
			align = Granule
		}
		if size == 0 {
			continue
		}
		if p.Sections[s], p.working[s], err = a.take(Section(s), size, align); err != nil {
			return Placed{}, err
		}
		if Section(s) != Zero {
			copy(p.working[s], u.Contents(Section(s)))
		}
	}
	p.EHFrame, p.EHFrameSize = p.Sections[ReadOnly]+uint64(u.EHFrame), uint64(u.EHFrameSize)
	return p, nil
}

// Write writes the references of a unit that has been reserved. Resolve says where values and names are. The program
// must not come to know the unit before.
func (u *Unit) Write(p *Placed, resolve func(Target) (uint64, error)) error {
	variables := u.variables()
	for i := range u.References {
		r := &u.References[i]
		var to uint64
		switch r.To.Of {
		case InText, InReadOnly:
			to = p.Sections[r.To.Of] + uint64(r.To.Index)
		default:
			var err error
			if d := definition(variables, r.To); d != nil {
				to = p.Of(*d)
			} else if to, err = resolve(r.To); err != nil {
				return err
			}
		}
		at, b := p.Sections[r.In]+uint64(r.Offset), p.working[r.In][r.Offset:]
		if err := r.Kind.put(b, at, to+uint64(r.Addend)); err != nil {
			return err
		}
	}
	return nil
}

// put writes a reference that is at an address.
func (k Kind) put(b []byte, at, to uint64) error {
	switch k {
	case Abs64:
		binary.LittleEndian.PutUint64(b, to)
	case Low32:
		binary.LittleEndian.PutUint32(b, uint32(to))
	case Minus32:
		binary.LittleEndian.PutUint32(b, binary.LittleEndian.Uint32(b)-uint32(to))
	default:
		distance := int64(to - at)
		if distance < math.MinInt32 || distance > math.MaxInt32 {
			return fmt.Errorf("a reference from %#x to %#x is too far for 32 bits", at, to)
		}
		binary.LittleEndian.PutUint32(b, uint32(distance))
	}
	return nil
}

// variables are those that a unit with code defines, of which there are few. Functions are known by their stubs, and
// static data by what the program takes for it.
func (u *Unit) variables() (list []Definition) {
	for _, d := range u.Definitions {
		if d.In == ReadOnly && len(u.Text) > 0 {
			list = append(list, d)
		}
	}
	return list
}

// definition is the variable that a target is, or nil.
func definition(variables []Definition, t Target) *Definition {
	for i := range variables {
		if t.Of == Value && variables[i].Place == bitcode.Place(t.Index) {
			return &variables[i]
		}
	}
	return nil
}
