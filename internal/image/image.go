// Package image is the form in which the compiled code of a module is kept from run to run.
//
// Rule: an image says for each thing in it what it was made of, and never whether that is still so. It is read from a
// store that checks it against damage, and still no bytes make it panic or take more than thirty times their number.
//
// # Constraints
//
//   - A warm start reads an image whole, before the program's first instruction: it is a few parts with one object
//     each, not an object a function, and there is nothing to parse but a table of functions.
//   - After an edit of the module what is still true is to be found without the old bitcode: each function has a digest
//     of its content and the places of what it mentions.
//
// # Bytes
//
// All numbers are unsigned varints (as in encoding/binary), digests 32 bytes, strings and objects a length and so many
// bytes:
//
//	image    = version, environment digest, number of values of the module, data, n, n parts
//	data     = digest, places of definitions, places of uses, object      (an empty object: there is none)
//	part     = lenient (0 or 1), object, n, n functions
//	function = place, name, flags (1 called, 2 sure), [digest, places of uses]  if it is sure
//	places   = n, n numbers
//
// SQLite's, with 820 of 1,471 functions, has 1.6 MB of which 1.5 MB are two objects.
//
// # Rejected
//
//   - One entry a function: 800 files to open, and 800 objects to link, which takes JITLink ten times as long as two.
//   - One image a program: a library would be compiled anew for each program that it is a part of.
//   - The linked bytes in place of objects: libraries are elsewhere in each run, and a forged image could name any
//     address.
package image

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/wire"
)

// Version is that of the form. An image of another version is as good as none.
const Version = 1

// Digest says what something was made of; zero is one that is not known.
type Digest = [32]byte

// Image is what was compiled of one module.
type Image struct {
	Environment Digest // of what of the module is in every object
	Values      int    // of the module; places are below it
	Data        Data
	Parts       []Part
}

// Data is a module's static data.
type Data struct {
	Digest      Digest
	Definitions []bitcode.Place // its variables and aliases, in order
	Uses        []bitcode.Place // what they mention
	Object      []byte          // nil if there is none
}

// Part is an object with the bodies of some functions.
type Part struct {
	Object []byte
	// Lenient says that there are bodies in the object besides those of Functions, of versions of the module that are
	// gone, which may name what is gone as well.
	Lenient   bool
	Functions []Function // in the order of their first calls
}

// Function is a body in a part's object.
type Function struct {
	Place  bitcode.Place
	Name   string // as in an object file
	Called bool   // in the last run that had the choice
	// Digest says what it was made of, and Uses are the places of what it mentions, in the digest's order. A zero
	// Digest is that of a function of which nobody can say what it depends on, other than the whole module.
	Digest Digest
	Uses   []bitcode.Place
}

const (
	called = 1 << iota
	sure
)

// Encode is the image's bytes.
func (i *Image) Encode() []byte {
	b := binary.AppendUvarint(make([]byte, 0, i.size()), Version)
	b = append(b, i.Environment[:]...)
	b = binary.AppendUvarint(b, uint64(i.Values))
	b = append(b, i.Data.Digest[:]...)
	b = appendPlaces(b, i.Data.Definitions)
	b = appendPlaces(b, i.Data.Uses)
	b = wire.AppendBytes(b, i.Data.Object)
	b = binary.AppendUvarint(b, uint64(len(i.Parts)))
	for _, p := range i.Parts {
		b = append(b, flag(p.Lenient, 1))
		b = wire.AppendBytes(b, p.Object)
		b = binary.AppendUvarint(b, uint64(len(p.Functions)))
		for _, f := range p.Functions {
			b = f.append(b)
		}
	}
	return b
}

// size returns about how many bytes the image takes.
func (i *Image) size() int {
	n := 256 + len(i.Data.Object) + 4*len(i.Data.Definitions) + 4*len(i.Data.Uses)
	for _, p := range i.Parts {
		n += len(p.Object) + 16
		for _, f := range p.Functions {
			n += len(f.Name) + len(f.Digest) + 4*len(f.Uses) + 16
		}
	}
	return n
}

func (f *Function) append(b []byte) []byte {
	known := f.Digest != Digest{}
	b = binary.AppendUvarint(b, uint64(f.Place))
	b = wire.AppendBytes(b, []byte(f.Name))
	b = append(b, flag(f.Called, called)|flag(known, sure))
	if known {
		b = append(b, f.Digest[:]...)
		b = appendPlaces(b, f.Uses)
	}
	return b
}

func flag(set bool, bit byte) byte {
	if set {
		return bit
	}
	return 0
}

func appendPlaces(b []byte, places []bitcode.Place) []byte {
	b = binary.AppendUvarint(b, uint64(len(places)))
	for _, p := range places {
		b = binary.AppendUvarint(b, uint64(p))
	}
	return b
}

// Decode reads an image, which keeps b.
//
// An error says that these are not the bytes of an image of this Version, and where they stop to be.
func Decode(b []byte) (*Image, error) {
	r := reader{wire.NewReader("image", b, 0)}
	if v := r.Number(); v != Version && r.Err() == nil {
		return nil, fmt.Errorf("an image of version %d; this is for version %d", v, Version)
	}
	i := &Image{Environment: r.digest(), Values: int(r.Below(1<<31 + 1))}
	i.Data = Data{Digest: r.digest(), Definitions: r.places(i.Values), Uses: r.places(i.Values), Object: r.Bytes()}
	for n := r.Count(3); n > 0 && r.Err() == nil; n-- {
		p := Part{Lenient: r.byte() == 1, Object: r.Bytes()}
		functions := r.Count(3)
		p.Functions = make([]Function, 0, functions)
		for ; functions > 0 && r.Err() == nil; functions-- {
			p.Functions = append(p.Functions, r.function(i.Values))
		}
		i.Parts = append(i.Parts, p)
	}
	return i, r.End("there is more than an image")
}

// reader reads what an image consists of; after an error it reads zeros.
type reader struct{ *wire.Reader }

func (r reader) byte() byte { return r.Byte(math.MaxUint8) }

func (r reader) digest() (d Digest) {
	copy(d[:], r.Take(len(d)))
	return d
}

func (r reader) places(values int) []bitcode.Place {
	list := make([]bitcode.Place, r.Count(1))
	for i := range list {
		list[i] = r.place(values)
	}
	return list
}

func (r reader) place(values int) bitcode.Place {
	v := r.Number()
	if v >= uint64(values) {
		r.Fail(fmt.Sprintf("place %d of %d", v, values))
		return 0
	}
	return bitcode.Place(v)
}

func (r reader) function(values int) Function {
	f := Function{Place: r.place(values), Name: string(r.Bytes())}
	flags := r.byte()
	f.Called = flags&called != 0
	if flags&sure != 0 {
		f.Digest, f.Uses = r.digest(), r.places(values)
	}
	return f
}
