package code

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
)

// sampleValues is how many values the module of sample units has.
const sampleValues = 20

// sample is a unit with something of everything. Its function is at place n, its variable at n + 10.
func sample(n int) *Unit {
	u := &Unit{Text: bytes.Repeat([]byte{byte(n)}, 30+n), Data: []byte{}}
	word := u.Address(Target{Value, 3}, -5)
	u.Address(u.NameOf("memcpy"), 0)
	u.Address(u.NameOf(fmt.Sprint("name", n)), 1<<40)
	variable := u.Address(Target{InText, 7}, 0)
	u.Refer(Reference{Offset: 8, In: Text, Kind: Rel32, To: Target{InReadOnly, word}, Addend: -4})
	u.Refer(Reference{Offset: 12, In: Text, Kind: Rel32, To: Target{Value, uint32(n + 10)}, Addend: -4})
	u.Definitions = []Definition{{Place: bitcode.Place(n), In: Text},
		{Place: bitcode.Place(n + 10), In: ReadOnly, Offset: variable}}
	u.AddFrame(Frame{End: uint32(len(u.Text))})
	return u
}

// sampleData is a unit of static data, with a variable in each section.
func sampleData() *Unit {
	u := &Unit{Text: []byte{}, ReadOnly: []byte{}, Names: []string{}}
	d := u.AddVariable(4, Data, 24, 8)
	u.AddVariable(5, Zero, 100, 64)
	u.AddVariable(6, Zero, 1, 1)
	u.AddVariable(7, ReadOnly, 3, 1)
	u.AddVariable(8, ReadOnly, 32, 32)
	u.Refer(Reference{Offset: d.Offset + 16, In: Data, Kind: Abs64, To: Target{Value, 5}, Addend: 8})
	u.Refer(Reference{Offset: d.Offset + 8, In: Data, Kind: Low32, To: Target{Value, 5}, Addend: 8})
	u.Refer(Reference{Offset: d.Offset + 8, In: Data, Kind: Minus32, To: Target{Value, 6}, Addend: 3})
	return u
}

// TestPlaceData places static data: every variable is aligned, and those in the unit are known by what resolves them.
func TestPlaceData(t *testing.T) {
	u := sampleData()
	if got, err := Decode(u.Encode(), sampleValues); err != nil || !reflect.DeepEqual(got, u) {
		t.Fatalf("%+v became %+v, error %v", u, got, err)
	}
	m := newFakeMemory()
	p, err := u.Reserve(NewArena(m, 0))
	if err != nil {
		t.Fatal(err)
	}
	for i, align := range []uint64{8, 64, 1, 1, 32} {
		if at := p.Of(u.Definitions[i]); at%align != 0 {
			t.Errorf("variable %d is at %#x", i, at)
		}
	}
	const elsewhere = 0x12345678
	resolve := func(to Target) (uint64, error) { return elsewhere + uint64(to.Index-5)<<40, nil }
	if err := u.Write(&p, resolve); err != nil {
		t.Fatal(err)
	}
	if got := binary.LittleEndian.Uint64(m.at(p.Of(u.Definitions[0]) + 16)); got != elsewhere+8 {
		t.Errorf("the reference is to %#x", got)
	}
	if got := binary.LittleEndian.Uint32(m.at(p.Of(u.Definitions[0]) + 8)); got != 8-3 {
		t.Errorf("the difference is %#x", got)
	}
}

// TestDecode checks that a unit comes back as it was, and that an error tells what is no unit.
func TestDecode(t *testing.T) {
	u := sample(1)
	encoded := u.Encode()
	got, err := Decode(encoded, sampleValues)
	if err != nil || !reflect.DeepEqual(got, u) {
		t.Fatalf("%+v became %+v, error %v", u, got, err)
	}
	for n := range encoded {
		if _, err := Decode(encoded[:n], sampleValues); err == nil || !strings.Contains(err.Error(), "byte ") {
			t.Errorf("of %d bytes %d were enough, error %v", len(encoded), n, err)
		}
	}
	if _, err := Decode(append(encoded, 0), sampleValues); err == nil {
		t.Error("a byte too many was no error")
	}
	if _, err := Decode(encoded, 10); err == nil {
		t.Error("places that the module has not were no error")
	}
}

// FuzzDecode checks that whatever is decoded can be placed, renumbered, merged, and encoded again.
func FuzzDecode(f *testing.F) {
	f.Add(sample(1).Encode())
	f.Add(sampleData().Encode())
	f.Add(Merge([]*Unit{sample(1), sample(2)}).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		u, err := Decode(b, sampleValues)
		if err != nil || len(u.Text)+len(u.ReadOnly) > 1<<16 {
			return
		}
		again, err := Decode(u.Encode(), sampleValues)
		if err != nil || !reflect.DeepEqual(again, u) {
			t.Fatalf("%+v became %+v, error %v", u, again, err)
		}
		// What it refers to may be too far away, which is an error and no fault.
		if u.IsCode() {
			again = Merge([]*Unit{u, again})
		} else if u.ZeroSize > 1<<16 {
			return
		}
		_, _ = place(again, NewArena(newFakeMemory(), 0),
			func(Target) (uint64, error) { return 0x10000000, nil })
		places := make([]bitcode.Place, sampleValues)
		u.Renumber(places, places)
	})
}

// TestMerge places units one by one and as one, and compares what their references have become.
func TestMerge(t *testing.T) {
	units := []*Unit{sample(1), sample(2), sample(5)}
	addressOf := func(u *Unit) func(Target) (uint64, error) {
		return func(to Target) (uint64, error) {
			if to.Of == Name {
				return 0x1000 * uint64(len(u.Names[to.Index])), nil
			}
			return 0x10000000 + uint64(to.Index), nil
		}
	}
	m := newFakeMemory()
	merged := Merge(units)
	whole, err := place(merged, NewArena(m, 0), addressOf(merged))
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		alone, err := place(u, NewArena(m, 0), addressOf(u))
		if err != nil {
			t.Fatal(err)
		}
		var text, variable uint64 // in the whole
		for _, d := range merged.Definitions {
			switch d.Place {
			case u.Definitions[0].Place:
				text = whole.Of(d)
				if n := merged.Size(d); n < len(u.Text) || n >= len(u.Text)+Granule {
					t.Errorf("a function of %d bytes has %d in the whole", len(u.Text), n)
				}
			case u.Definitions[1].Place:
				variable = whole.Of(d)
			}
		}
		le := binary.LittleEndian
		shift := variable - alone.Of(u.Definitions[1]) // of read-only data
		for offset := uint64(0); offset < uint64(u.EHFrame); offset += 8 {
			one, other := le.Uint64(m.at(alone.Sections[ReadOnly]+offset)),
				le.Uint64(m.at(alone.Sections[ReadOnly]+offset+shift))
			if one == alone.Sections[Text]+7 {
				one = text + 7
			}
			if one != other {
				t.Errorf("the word at %d is %#x, in the whole %#x", offset, one, other)
			}
		}
		rel := func(at uint64) uint64 { return at + uint64(int64(int32(le.Uint32(m.at(at))))) }
		for _, at := range []uint64{8, 12} {
			if one, other := rel(alone.Sections[Text]+at), rel(text+at); one+shift != other {
				t.Errorf("the reference at %d is to %#x, in the whole to %#x", at, one+shift, other)
			}
		}
	}
	if n := bytes.Count(m.at(whole.EHFrame)[:whole.EHFrameSize], []byte("zR")); n != len(units) {
		t.Errorf("the whole has %d tables for unwinding", n)
	}
}

// TestRenumber checks what becomes of references and definitions of values in another version of a module.
func TestRenumber(t *testing.T) {
	u := sample(1)
	uses, definitions := make([]bitcode.Place, sampleValues), make([]bitcode.Place, sampleValues)
	for i := range uses {
		uses[i], definitions[i] = bitcode.Place(i)+1, bitcode.Place(i)+2
	}
	uses[3], definitions[11] = Gone, Gone
	u.Renumber(uses, definitions)
	if want := []Definition{{Place: 3, In: Text}}; !reflect.DeepEqual(u.Definitions, want) {
		t.Errorf("it defines %v, want %v", u.Definitions, want)
	}
	var places []bitcode.Place
	for _, r := range u.References {
		if r.To.Of == Value {
			places = append(places, bitcode.Place(r.To.Index))
		}
	}
	if want := []bitcode.Place{Gone, 12}; !reflect.DeepEqual(places, want) {
		t.Errorf("it refers to %v, want %v", places, want)
	}
	if _, err := Decode(u.Encode(), sampleValues); err != nil {
		t.Errorf("a unit that refers to what is gone: %v", err)
	}
}

// TestDamagedUnits checks that damage to any byte is an error or leaves a unit that can be placed.
func TestDamagedUnits(t *testing.T) {
	encoded := Merge([]*Unit{sample(1), sample(2)}).Encode()
	random := rand.New(rand.NewPCG(1, 2))
	for at := range encoded {
		for range 2 {
			b := bytes.Clone(encoded)
			b[at] = byte(random.Uint32())
			if u, err := Decode(b, sampleValues); err == nil {
				_, _ = place(u, NewArena(newFakeMemory(), 0), func(Target) (uint64, error) { return 0x10000000, nil })
			}
		}
	}
}
