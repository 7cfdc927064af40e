package code

import (
	"encoding/binary"
	"errors"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/wire"
)

// magic begins an encoded unit; no other form in which code is kept begins so.
const magic = "orcu\x02"

// Gone is the index of a value that is not there any more.
const Gone = 1<<32 - 1

// IsEncoded says that these are the bytes of a unit, and not code in another form.
func IsEncoded(b []byte) bool { return len(b) >= len(magic) && string(b[:len(magic)]) == magic }

// Encode is the unit's bytes, from which Decode makes it again. All numbers are varints as in encoding/binary, signed
// only for addends:
//
//	unit       = magic, text, read-only data, data, size of zeros, alignment, size of the unwinding tables, names,
//	             definitions, references
//	definition = place, section, offset
//	reference  = section | kind<<2 | kind of target<<4, offset, index, addend
//
// Texts and lists come after their length. The unwinding tables are the end of the read-only data.
func (u *Unit) Encode() []byte {
	b := make([]byte, 0, len(u.Text)+len(u.ReadOnly)+len(u.Data)+8*len(u.References)+8*len(u.Definitions)+64)
	b = append(b, magic...)
	b = wire.AppendBytes(b, u.Text)
	b = wire.AppendBytes(b, u.ReadOnly)
	b = wire.AppendBytes(b, u.Data)
	b = binary.AppendUvarint(b, uint64(u.ZeroSize))
	b = binary.AppendUvarint(b, uint64(u.Align))
	b = binary.AppendUvarint(b, uint64(u.EHFrameSize))
	b = binary.AppendUvarint(b, uint64(len(u.Names)))
	for _, n := range u.Names {
		b = wire.AppendBytes(b, []byte(n))
	}
	b = binary.AppendUvarint(b, uint64(len(u.Definitions)))
	for _, d := range u.Definitions {
		b = binary.AppendUvarint(b, uint64(d.Place))
		b = append(b, byte(d.In))
		b = binary.AppendUvarint(b, uint64(d.Offset))
	}
	b = binary.AppendUvarint(b, uint64(len(u.References)))
	for _, r := range u.References {
		b = append(b, byte(r.In)|byte(r.Kind)<<2|byte(r.To.Of)<<4)
		b = binary.AppendUvarint(b, uint64(r.Offset))
		b = binary.AppendUvarint(b, uint64(r.To.Index))
		b = binary.AppendVarint(b, r.Addend)
	}
	return b
}

// Decode reads a unit of a module that has so many values. The unit shares the bytes.
//
// An error says at which byte they are none: nothing in a unit that is read leads out of it.
func Decode(b []byte, values int) (*Unit, error) {
	if !IsEncoded(b) {
		return nil, errors.New("byte 0: this is no unit of code")
	}
	r := wire.NewReader("code", b, len(magic))
	u := &Unit{Text: r.Bytes(), ReadOnly: r.Bytes(), Data: r.Bytes(), ZeroSize: uint32(r.Below(1 << 31))}
	if u.Align = uint32(r.Below(maxAlign + 1)); u.Align&(u.Align-1) != 0 {
		r.Fail("an alignment that is no power of two")
	}
	u.EHFrameSize = uint32(r.Below(uint64(len(u.ReadOnly)) + 1))
	if u.EHFrameSize > 0 {
		u.EHFrame = uint32(len(u.ReadOnly)) - u.EHFrameSize
	}
	u.Names = make([]string, r.Count(1))
	for i := range u.Names {
		u.Names[i] = string(r.Bytes())
	}
	u.Definitions = make([]Definition, r.Count(3))
	for i := range u.Definitions {
		place, in := r.Below(uint64(values)), Section(r.Byte(byte(Zero)))
		u.Definitions[i] = Definition{bitcode.Place(place), in, uint32(r.Below(u.size(in)))}
	}
	u.References = make([]Reference, r.Count(4))
	for i := range u.References {
		u.References[i] = u.readReference(r, uint64(values))
	}
	if err := r.End("there is more than a unit"); err != nil {
		return nil, err
	}
	return u, nil
}

// maxAlign is the largest alignment: that of a page.
const maxAlign = 4096

func (u *Unit) size(s Section) uint64 {
	if s == Zero {
		return uint64(u.ZeroSize)
	}
	return uint64(len(u.Contents(s)))
}

func (u *Unit) readReference(r *wire.Reader, values uint64) Reference {
	kinds := r.Byte(byte(Zero) | byte(Minus32)<<2 | byte(Name)<<4)
	ref := Reference{In: Section(kinds & 3), Kind: Kind(kinds >> 2 & 3), To: Target{Of: TargetKind(kinds >> 4)}}
	if ref.In == Zero {
		r.Fail("a reference where there are no bytes")
		return Reference{}
	}
	size := uint64(4)
	if ref.Kind == Abs64 {
		size = 8
	}
	room := u.size(ref.In) + 1
	ref.Offset = uint32(r.Below(room - min(size, room)))
	index, limit := r.Number(), values
	switch ref.To.Of {
	case InText, InReadOnly:
		limit = u.size(Section(ref.To.Of)) + 1
	case Name:
		limit = uint64(len(u.Names))
	}
	if index >= limit && (ref.To.Of != Value || index != Gone) {
		r.Fail("a reference leads out of the code")
	}
	ref.To.Index, ref.Addend = uint32(index), r.Signed()
	return ref
}

// Renumber gives the values that a unit refers to and defines other places. A definition without a place is none any
// more, and its code stays; a reference to a value that has none is to Gone.
func (u *Unit) Renumber(uses, definitions []bitcode.Place) {
	for i := range u.References {
		if to := &u.References[i].To; to.Of == Value && to.Index != Gone {
			to.Index = uint32(uses[to.Index])
		}
	}
	kept := u.Definitions[:0]
	for _, d := range u.Definitions {
		if d.Place = definitions[d.Place]; d.Place != Gone {
			kept = append(kept, d)
		}
	}
	u.Definitions = kept
}

// IsCode says that a unit has functions with unwinding tables, and no variables but constants.
func (u *Unit) IsCode() bool {
	return u.EHFrameSize > 0 && len(u.Data) == 0 && u.ZeroSize == 0 && u.Align <= 16
}

// Merge makes one unit of several of a module that are code. Placing it is as placing them one by one,
// but for what several of them define: the first definition is taken by all.
func Merge(units []*Unit) *Unit {
	m := &Unit{}
	text, frames, references, definitions := 0, 0, 0, 0
	for _, u := range units {
		m.EHFrame += (u.EHFrame + 15) &^ 15
		text += len(u.Text) + Granule
		frames += len(u.ReadOnly) - int(u.EHFrame)
		references += len(u.References)
		definitions += len(u.Definitions)
	}
	m.Text, m.ReadOnly = make([]byte, 0, text), make([]byte, m.EHFrame, int(m.EHFrame)+frames)
	m.References, m.Definitions = make([]Reference, 0, references), make([]Definition, 0, definitions)
	names, defined := map[string]uint32{}, map[Definition]bool{}
	data := uint32(0) // where the read-only data of the next one begins
	for _, u := range units {
		for len(m.Text)%Granule != 0 {
			m.Text = append(m.Text, int3)
		}
		p := pieces{unit: u, text: uint32(len(m.Text)), data: data, frames: uint32(len(m.ReadOnly)) - u.EHFrame}
		m.Text = append(m.Text, u.Text...)
		copy(m.ReadOnly[data:], u.ReadOnly[:u.EHFrame])
		m.ReadOnly = append(m.ReadOnly, u.ReadOnly[u.EHFrame:]...)
		data += (u.EHFrame + 15) &^ 15
		m.add(p, names, defined)
	}
	m.EHFrameSize = uint32(len(m.ReadOnly)) - m.EHFrame
	return m
}

const int3 = 0xcc

// pieces are where the parts of a unit stand in a merged one.
type pieces struct {
	unit               *Unit
	text, data, frames uint32 // what is added to an offset
}

func (p *pieces) at(s Section, offset uint32) uint32 {
	switch {
	case s == Text:
		return offset + p.text
	case offset < p.unit.EHFrame:
		return offset + p.data
	}
	return offset + p.frames
}

// add appends definitions and references of a unit. Names are positions in m.Names; defined has the definitions,
// without offsets.
func (m *Unit) add(p pieces, names map[string]uint32, defined map[Definition]bool) {
	for _, d := range p.unit.Definitions {
		if key := (Definition{Place: d.Place, In: d.In}); !defined[key] {
			defined[key] = true
			m.Definitions = append(m.Definitions, Definition{d.Place, d.In, p.at(d.In, d.Offset)})
		}
	}
	for _, r := range p.unit.References {
		r.Offset = p.at(r.In, r.Offset)
		switch r.To.Of {
		case InText:
			r.To.Index = p.at(Text, r.To.Index)
		case InReadOnly:
			r.To.Index = p.at(ReadOnly, r.To.Index)
		case Name:
			name := p.unit.Names[r.To.Index]
			n, known := names[name]
			if !known {
				n = uint32(len(m.Names))
				names[name], m.Names = n, append(m.Names, name)
			}
			r.To.Index = n
		}
		m.References = append(m.References, r)
	}
}
