package jit

import (
	"crypto/sha256"
	"fmt"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/image"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
)

// digest says what a definition of a module compiles to in this program, and the places of the values that it uses.
type digest struct {
	hash image.Digest
	uses []uint32
}

// digestOf digests a definition, once. The error says why that cannot be done.
func (e *Session) digestOf(m *program.Module, s *bitcode.Symbol) (digest, error) {
	if known, ok := e.digests.Load(s); ok {
		d := known.(digested)
		return d.digest, d.err
	}
	d, err := e.newDigest(m, s)
	e.digests.Store(s, digested{d, err})
	return d, err
}

type digested struct {
	digest
	err error
}

// newDigest adds to the digest of the content what its symbols mean in this program, as far as code depends on that, the
// names of those which the code names, and whether there are variables to be compiled with it.
func (e *Session) newDigest(m *program.Module, s *bitcode.Symbol) (d digest, err error) {
	content, err := s.Digest()
	if err != nil {
		return d, err
	}
	h := sha256.New()
	h.Write(content.Hash[:])
	describe := func(r *bitcode.Symbol) {
		ref := e.refs[m.Number][r.Place()]
		h.Write([]byte{meaningOf(ref)})
		if ref.Kind == llvm.ByName || ref.Kind == llvm.WeakName {
			fmt.Fprintf(h, "%d %s", len(r.Name), r.Name)
		}
	}
	describe(s)
	h.Write([]byte{byte(min(1, len(e.owned.byOwner[s])))})
	d.uses = make([]uint32, len(content.Refs))
	for i, r := range content.Refs {
		d.uses[i] = uint32(r.Place())
		describe(r)
	}
	d.hash = image.Digest(h.Sum(nil))
	return d, nil
}

// meaningOf is what of a Ref an object depends on.
func meaningOf(r llvm.Ref) byte {
	b := byte(r.Kind) << 3
	if r.Near {
		b |= 1
	}
	if r.Defines {
		b |= 2
		if r.Self == r.Number {
			b |= 4
		}
	}
	return b
}
