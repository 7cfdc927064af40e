package image

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
)

// some is an image with everything in it that an image can have.
func some() *Image {
	return &Image{
		Environment: Digest{1, 2, 3},
		Values:      300,
		Data: Data{Digest: Digest{4}, Definitions: []bitcode.Place{0, 299}, Uses: []bitcode.Place{7, 7, 128},
			Object: []byte("data")},
		Parts: []Part{
			{Object: []byte("hot"), Functions: []Function{
				{Place: 10, Name: "main", Called: true, Digest: Digest{5}, Uses: []bitcode.Place{11, 200}},
				{Place: 11, Name: "odd\x00\xff name", Called: true},
				{Place: 12, Digest: Digest{6}, Uses: []bitcode.Place{}},
			}},
			{Object: []byte("cold"), Lenient: true, Functions: []Function{{Place: 13, Name: "never"}}},
		},
	}
}

func TestImagesComeBack(t *testing.T) {
	for _, i := range []*Image{some(), {}, {Values: 1 << 20, Parts: []Part{{Object: bytes.Repeat([]byte{1}, 1<<16)}}}} {
		got, err := Decode(i.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Encode(), i.Encode()) || got.Values != i.Values || len(got.Parts) != len(i.Parts) {
			t.Errorf("%+v came back as %+v", i, got)
		}
	}
	got, err := Decode(some().Encode())
	if err != nil || !reflect.DeepEqual(got, normal(some())) {
		t.Errorf("it came back as %+v (%v)", got, err)
	}
}

// normal has empty lists where Decode makes them.
func normal(i *Image) *Image {
	for k := range i.Parts {
		for n := range i.Parts[k].Functions {
			if f := &i.Parts[k].Functions[n]; f.Digest == (Digest{}) {
				f.Uses = nil
			}
		}
	}
	return i
}

// TestDamage checks that nothing that is cut off or changed makes a panic, and that what cannot be right is an error.
func TestDamage(t *testing.T) {
	whole := some().Encode()
	for n := range whole {
		if _, err := Decode(whole[:n]); err == nil || n > 0 && !strings.Contains(err.Error(), "damaged image at byte") {
			t.Errorf("of %d bytes %d make no error but %v", len(whole), n, err)
		}
	}
	if _, err := Decode(append(bytes.Clone(whole), 0)); err == nil ||
		!strings.Contains(err.Error(), "more than an image") {
		t.Errorf("a byte too many: %v", err)
	}
	if _, err := Decode(append([]byte{Version + 1}, whole[1:]...)); err == nil ||
		!strings.Contains(err.Error(), "version 2") {
		t.Errorf("another version: %v", err)
	}
	beyond := some()
	beyond.Parts[0].Functions[0].Uses[0] = 300
	if _, err := Decode(beyond.Encode()); err == nil || !strings.Contains(err.Error(), "place 300 of 300") {
		t.Errorf("a place that is none: %v", err)
	}
	r := rand.New(rand.NewPCG(4, 4))
	for range 5000 {
		b := bytes.Clone(whole)
		for range 1 + r.IntN(3) {
			b[r.IntN(len(b))] = byte(r.Uint32())
		}
		Decode(b)
	}
}

// FuzzImage checks that whatever can be decoded is encoded in the same way.
func FuzzImage(f *testing.F) {
	f.Add(some().Encode())
	f.Add((&Image{}).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		i, err := Decode(b)
		if err != nil {
			return
		}
		again, err := Decode(i.Encode())
		if err != nil || !bytes.Equal(again.Encode(), i.Encode()) {
			t.Errorf("%+v came back as %+v (%v)", i, again, err)
		}
	})
}
