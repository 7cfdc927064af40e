package reuse

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/image"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/program"
)

// digest says what a definition of a module compiles to in this program, and the places of the values that it uses.
type digest struct {
	hash image.Digest
	uses []bitcode.Place
}

// Digests are those of a program's definitions, each made once and when it is asked for. Any number of goroutines may
// ask.
type Digests struct {
	program *loader.Loader
	known   sync.Map // digested, by *bitcode.Symbol
}

type digested struct {
	digest
	err error
}

// NewDigests makes the digests of a program.
func NewDigests(l *loader.Loader) *Digests { return &Digests{program: l} }

// ID is a hash of a function's content, which an edit changes; 0 if it cannot be told.
func (d *Digests) ID(f program.FuncID) uint64 {
	m := d.program.ModuleOf(f)
	digest, err := d.of(m, d.program.Program.Functions[f].Def)
	if err != nil {
		return 0
	}
	return binary.LittleEndian.Uint64(digest.hash[:])
}

// of digests a definition. The error says why that cannot be done.
func (d *Digests) of(m *loader.Module, s *bitcode.Symbol) (digest, error) {
	if known, ok := d.known.Load(s); ok {
		d := known.(digested)
		return d.digest, d.err
	}
	made, err := d.make(m, s)
	d.known.Store(s, digested{made, err})
	return made, err
}

// note makes a digest known that an image has.
func (d *Digests) note(s *bitcode.Symbol, known digest) { d.known.Store(s, digested{digest: known}) }

// make adds to the digest of the content what its symbols mean in this program, as far as code depends on that, the
// names of those which the code names, and whether there are variables to be compiled with it.
func (d *Digests) make(m *loader.Module, s *bitcode.Symbol) (made digest, err error) {
	content, err := s.Digest()
	if err != nil {
		return made, err
	}
	h := sha256.New()
	h.Write(content.Hash[:])
	describe := func(r *bitcode.Symbol) {
		ref := m.Refs[r.Place()]
		h.Write([]byte{meaningOf(ref)})
		if ref.Kind == llvm.ByName || ref.Kind == llvm.WeakName {
			fmt.Fprintf(h, "%d %s", len(r.Name), r.Name)
		}
	}
	describe(s)
	owns := byte(0)
	if d.program.Blocks.HasOwner(s) {
		owns = 1
	}
	h.Write([]byte{owns})
	made.uses = make([]bitcode.Place, len(content.Refs))
	for i, r := range content.Refs {
		made.uses[i] = r.Place()
		describe(r)
	}
	made.hash = image.Digest(h.Sum(nil))
	return made, nil
}

// meaningOf is what of a Ref an object depends on.
func meaningOf(r llvm.Ref) byte {
	b := byte(r.Kind) << 3
	if r.Near {
		b |= 1
	}
	if r.Fixed {
		b |= 64
	}
	if r.Defines {
		b |= 2
		if r.Self == r.Number {
			b |= 4
		}
	}
	return b
}
