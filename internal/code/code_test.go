package code

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// fakeMemory hands out memory of one slice, which begins at an address.
type fakeMemory struct {
	base  uint64
	bytes []byte
	used  uint64
	takes int
}

func (m *fakeMemory) Take(_ Section, size, align uint64) (uint64, []byte, error) {
	m.takes++
	at := (m.base+m.used+align-1)&^(align-1) - m.base
	if at+size > uint64(len(m.bytes)) {
		return 0, nil, errors.New("no room")
	}
	m.used = at + size
	return m.base + at, m.bytes[at : at+size], nil
}

func (m *fakeMemory) at(address uint64) []byte { return m.bytes[address-m.base:] }

func newFakeMemory() *fakeMemory { return &fakeMemory{base: 0x10000040, bytes: make([]byte, 1<<20)} }

// place reserves and writes a unit.
func place(u *Unit, a *Arena, resolve func(Target) (uint64, error)) (Placed, error) {
	p, err := u.Reserve(a)
	if err == nil {
		err = u.Write(&p, resolve)
	}
	return p, err
}

// TestPlace places units and checks where their references lead.
func TestPlace(t *testing.T) {
	m := newFakeMemory()
	arena := NewArena(m, 64<<10)
	for range 3 {
		var u Unit
		u.Text = make([]byte, 100)
		word := u.Address(Target{Value, 7}, 5)
		named := u.Address(u.NameOf("memcpy"), 0)
		u.Refer(Reference{Offset: 10, In: Text, Kind: Rel32, To: Target{InReadOnly, word}, Addend: -4})
		u.Refer(Reference{Offset: 20, In: Text, Kind: Rel32, To: Target{Value, 7}, Addend: -4})
		table := u.Pad(16)
		u.ReadOnly = append(u.ReadOnly, 0, 0, 0, 0)
		u.Refer(Reference{Offset: table, In: ReadOnly, Kind: Rel32, To: Target{InText, 33}})
		u.Definitions = []Definition{{Place: 1, In: Text}, {Place: 9, In: ReadOnly, Offset: table}}
		own := u.Address(Target{Value, 9}, 0)
		const seven, memcpy = 0x10000123, 0x7fff00001234
		placed, err := place(&u, arena, func(to Target) (uint64, error) {
			switch {
			case to == Target{Value, 7}:
				return seven, nil
			case to.Of == Name && u.Names[to.Index] == "memcpy":
				return memcpy, nil
			}
			t.Errorf("the address of %v is asked for", to)
			return 0, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if placed.Sections[Text]%Granule != 0 || placed.TextSize%Granule != 0 || placed.Sections[ReadOnly]%16 != 0 {
			t.Errorf("placed at %x, %d bytes, and %x", placed.Sections[Text], placed.TextSize,
				placed.Sections[ReadOnly])
		}
		rel := func(at uint64) uint64 { return at + uint64(int64(int32(binary.LittleEndian.Uint32(m.at(at))))) }
		word64 := func(at uint64) uint64 { return binary.LittleEndian.Uint64(m.at(at)) }
		for _, c := range []struct {
			what      string
			got, want uint64
		}{
			{"from text to a word", rel(placed.Sections[Text]+10) + 4, placed.Sections[ReadOnly] + uint64(word)},
			{"from text to a value", rel(placed.Sections[Text]+20) + 4, seven},
			{"from a table to text", rel(placed.Sections[ReadOnly] + uint64(table)), placed.Sections[Text] + 33},
			{"the word", word64(placed.Sections[ReadOnly] + uint64(word)), seven + 5},
			{"the word for a name", word64(placed.Sections[ReadOnly] + uint64(named)), memcpy},
			{"the word for a variable of its own", word64(placed.Sections[ReadOnly] + uint64(own)),
				placed.Of(u.Definitions[1])},
		} {
			if c.got != c.want {
				t.Errorf("%s: %x, not %x", c.what, c.got, c.want)
			}
		}
	}
	if m.takes != 2 {
		t.Errorf("memory was taken %d times for three small units", m.takes)
	}
}

// TestTooFar checks that nothing is written for what 32 bits do not reach, and that errors of whoever resolves come
// back.
func TestTooFar(t *testing.T) {
	var u Unit
	u.Text = make([]byte, 8)
	u.Refer(Reference{Offset: 0, In: Text, Kind: Rel32, To: Target{Value, 1}})
	arena := NewArena(newFakeMemory(), 64<<10)
	if _, err := place(&u, arena, func(Target) (uint64, error) { return 1 << 40, nil }); err == nil ||
		!strings.Contains(err.Error(), "too far") {
		t.Errorf("the error is %v", err)
	}
	missing := errors.New("missing")
	if _, err := place(&u, arena, func(Target) (uint64, error) { return 0, missing }); err != missing {
		t.Errorf("the error is %v", err)
	}
}

// TestClone checks that a copy does not change with what it is of.
func TestClone(t *testing.T) {
	u := &Unit{Text: []byte{1}, ReadOnly: []byte{2}}
	u.Refer(Reference{Offset: 3})
	c := u.Clone()
	u.Text[0], u.ReadOnly[0], u.References[0].Offset = 9, 9, 9
	if c.Text[0] != 1 || c.ReadOnly[0] != 2 || c.References[0].Offset != 3 {
		t.Errorf("the copy became %v", c)
	}
	if u.Reset(); len(u.Text)+len(u.ReadOnly)+len(u.References) > 0 {
		t.Error("something is left")
	}
}

// TestFrame has llvm-dwarfdump read an unwinding table.
func TestFrame(t *testing.T) {
	const readelf = "/usr/lib/llvm-22/bin/llvm-dwarfdump"
	if _, err := os.Stat(readelf); err != nil {
		t.Skip("llvm-dwarfdump is not installed")
	}
	var u Unit
	u.Text = make([]byte, 0x123)
	var w FrameWriter
	w.Start(0)
	w.Advance(1)
	w.PushedRBP()
	w.Advance(4)
	w.FramedByRBP()
	w.Advance(0x111)
	w.Saved(3, 4)    // rbx
	w.Saved(12, 300) // which takes more than a byte
	w.Advance(0x122)
	w.Left()
	w.Restored(3)
	u.AddFrame(Frame{End: 0x123, Instructions: w.Bytes})
	table := u.ReadOnly[u.EHFrame : u.EHFrame+u.EHFrameSize]
	out, err := dump(t, readelf, append(bytes.Clone(table), 0, 0, 0, 0))
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"CFA=RSP+8: RIP=[CFA-8]", "CFA=RSP+16: RBP=[CFA-16], RIP=[CFA-8]",
		"CFA=RBP+16: RBP=[CFA-16], RIP=[CFA-8]",
		"CFA=RBP+16: RBX=[CFA-32], RBP=[CFA-16], R12=[CFA-2400], RIP=[CFA-8]"} {
		if !strings.Contains(out, want) {
			t.Errorf("there is no row %s in\n%s", want, out)
		}
	}
}

// dump has a section .eh_frame printed.
func dump(t *testing.T, tool string, table []byte) (string, error) {
	t.Helper()
	dir := t.TempDir()
	text := ".section .eh_frame,\"a\",@unwind\n"
	for _, b := range table {
		text += fmt.Sprintln(".byte", b)
	}
	source, object := dir+"/a.s", dir+"/a.o"
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("/usr/lib/llvm-22/bin/llvm-mc", "-triple=x86_64", "-filetype=obj", source, "-o",
		object).CombinedOutput(); err != nil {
		return string(out), err
	}
	out, err := exec.Command(tool, "--eh-frame", object).CombinedOutput()
	return string(out), err
}
