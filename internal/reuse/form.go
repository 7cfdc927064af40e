package reuse

import (
	"errors"

	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/object"
)

// Code is kept in two forms, each in parts of its own: objects, which LLVM makes and links, and units, which the
// baseline compiler makes and the loader places.

// isUnit says that kept code is a unit.
func isUnit(b []byte) bool { return code.IsEncoded(b) }

// codeOf makes kept code, of a module that had so many values, into code to be linked. The error says that it is
// damaged.
func (c *Code) codeOf(what string, kept []byte, values int) (loader.Code, error) {
	if isUnit(kept) {
		return c.program.NewUnit(kept, values)
	}
	return llvm.NewObject(what, kept), nil
}

// merge makes one of several pieces of code of one form, of a module with so many values.
func merge(pieces [][]byte, values int) ([]byte, error) {
	if !isUnit(pieces[0]) {
		inputs := make([]object.Input, len(pieces))
		for i, p := range pieces {
			inputs[i].Object = p
		}
		return object.Merge(inputs)
	}
	units := make([]*code.Unit, len(pieces))
	for i, p := range pieces {
		u, err := code.Decode(p, values)
		if err != nil {
			return nil, err
		}
		if !u.IsCode() {
			return nil, errors.New("a part of an image is no code")
		}
		units[i] = u
	}
	return code.Merge(units).Encode(), nil
}

// renumber makes code of another version of a module into code of this one.
func renumber(piece []byte, e *llvm.Renumbering) ([]byte, error) {
	if !isUnit(piece) {
		return object.Merge([]object.Input{{Object: piece, Rename: renamer(e)}})
	}
	u, err := code.Decode(piece, len(e.Uses))
	if err != nil {
		return nil, err
	}
	u.Renumber(e.Uses, e.Definitions)
	return u.Encode(), nil
}
