// Package code is machine code of functions as a code generator leaves it, before anything of it has an address, and
// puts it into memory. Rule: it knows bytes, references and tables, not what they mean to the program: whoever places a
// [Unit] says where the values are that it refers to.
//
// A unit refers to a module's values by their place in the module (bitcode.Symbol.Place), so that it is the same
// whatever else the program consists of, and to functions of the runtime by name.
package code

import (
	"encoding/binary"
	"slices"

	"github.com/orcast/orcast/internal/bitcode"
)

// Section is a part of a unit.
type Section uint8

const (
	Text     Section = iota // executed
	ReadOnly                // constants, addresses, jump tables, tables for unwinding
	Data                    // variables
	Zero                    // variables that are zero at first; it has no bytes
)

// Kind says what is written for a reference.
type Kind uint8

const (
	// Rel32 is the distance from the reference to what it is to, with the addend, in 32 bits.
	Rel32 Kind = iota
	// Abs64 is the address with the addend.
	Abs64
	// Low32 is the lower half of that.
	Low32
	// Minus32 takes the lower half of that from what an earlier reference has written.
	Minus32
)

// Target is what a reference is to: an offset in a section of the unit, a value of the module or a name.
type Target struct {
	Of    TargetKind
	Index uint32 // offset, place, or position in Unit.Names
}

// TargetKind tells targets apart.
type TargetKind uint8

const (
	InText TargetKind = iota
	InReadOnly
	Value
	Name
)

// Reference is a place in a section that gets an address or distance when the unit is placed.
type Reference struct {
	Offset uint32
	In     Section
	Kind   Kind
	To     Target
	Addend int64
}

// Definition is something that the unit defines: a body of a function, or a variable.
type Definition struct {
	Place  bitcode.Place
	In     Section
	Offset uint32
}

// Unit is compiled code or data that is placed as a whole. It belongs to who asked for it.
type Unit struct {
	Text        []byte
	ReadOnly    []byte
	Data        []byte
	ZeroSize    uint32
	Align       uint32 // of what is not text, a power of two; 0 is 16
	References  []Reference
	Names       []string
	Definitions []Definition
	// EHFrame is where the unwinding tables lie in ReadOnly, in the form of an .eh_frame section without terminator.
	EHFrame, EHFrameSize uint32
}

// Reset empties the unit and keeps its room.
func (u *Unit) Reset() {
	*u = Unit{Text: u.Text[:0], ReadOnly: u.ReadOnly[:0], Data: u.Data[:0], References: u.References[:0],
		Names: u.Names[:0], Definitions: u.Definitions[:0]}
}

// Clone returns a copy that shares nothing with the unit.
func (u *Unit) Clone() *Unit {
	c := *u
	c.Text, c.ReadOnly, c.References = slices.Clone(u.Text), slices.Clone(u.ReadOnly), slices.Clone(u.References)
	c.Names, c.Definitions, c.Data = slices.Clone(u.Names), slices.Clone(u.Definitions), slices.Clone(u.Data)
	return &c
}

// Contents are the bytes of a section, which has some: all but Zero.
func (u *Unit) Contents(s Section) []byte {
	switch s {
	case Text:
		return u.Text
	case Data:
		return u.Data
	}
	return u.ReadOnly
}

// AddVariable makes room for a variable, which is zero, and defines it there.
func (u *Unit) AddVariable(place bitcode.Place, s Section, size, align uint32) Definition {
	u.Align = max(u.Align, align)
	d := Definition{Place: place, In: s}
	grow := func(b []byte) []byte {
		d.Offset = (uint32(len(b)) + align - 1) &^ (align - 1)
		return append(b, make([]byte, d.Offset+size-uint32(len(b)))...)
	}
	switch s {
	case ReadOnly:
		u.ReadOnly = grow(u.ReadOnly)
	case Data:
		u.Data = grow(u.Data)
	default:
		d.Offset = (u.ZeroSize + align - 1) &^ (align - 1)
		u.ZeroSize = d.Offset + size
	}
	u.Definitions = append(u.Definitions, d)
	return d
}

// Size is how many bytes of text belong to a function that the unit defines.
func (u *Unit) Size(d Definition) int {
	end := uint32(len(u.Text))
	for _, o := range u.Definitions {
		if o.In == Text && o.Offset > d.Offset {
			end = min(end, o.Offset)
		}
	}
	return int(end - d.Offset)
}

// Refer adds a reference.
func (u *Unit) Refer(r Reference) { u.References = append(u.References, r) }

// NameOf is the target for a name.
func (u *Unit) NameOf(name string) Target {
	for i, n := range u.Names {
		if n == name {
			return Target{Name, uint32(i)}
		}
	}
	u.Names = append(u.Names, name)
	return Target{Name, uint32(len(u.Names) - 1)}
}

// Pad fills the read-only section up to a multiple of a power of two, and returns its length.
func (u *Unit) Pad(align int) uint32 {
	for len(u.ReadOnly)&(align-1) != 0 {
		u.ReadOnly = append(u.ReadOnly, 0)
	}
	return uint32(len(u.ReadOnly))
}

// Address adds a word with an address to the read-only section and returns its offset.
func (u *Unit) Address(t Target, addend int64) uint32 {
	at := u.Pad(8)
	u.ReadOnly = append(u.ReadOnly, 0, 0, 0, 0, 0, 0, 0, 0)
	u.Refer(Reference{Offset: at, In: ReadOnly, Kind: Abs64, To: t, Addend: addend})
	return at
}

// put32 appends a number to the read-only section.
func (u *Unit) put32(v uint32) { u.ReadOnly = binary.LittleEndian.AppendUint32(u.ReadOnly, v) }
