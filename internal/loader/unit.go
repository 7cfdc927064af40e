package loader

import (
	"fmt"

	"github.com/orcast/orcast/internal/baseline"
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
)

// Unit is code of the baseline compiler, which Link places without a linker: all that it refers to has an address. It
// implements Code, but is not kept.
type Unit struct {
	*code.Unit
	Arena    *code.Arena // of the goroutine that links
	Function *program.Symbol
}

// Bytes implements Code.
func (u *Unit) Bytes() []byte { return nil }

// Close implements Code.
func (u *Unit) Close() {}

// Function is a function of the module by its number in the program.
func (m *Module) Function(f program.FuncID) *program.Symbol { return m.functions[f] }

// NewArena returns memory of the region for units. It is for one goroutine.
func (l *Loader) NewArena() *code.Arena { return code.NewArena(unitMemory{l}) }

// unitMemory implements code.Memory by the zones from which JITLink takes memory too.
type unitMemory struct{ loader *Loader }

func (m unitMemory) Take(s code.Section, size, align uint64) (uint64, []byte, error) {
	zone := llvm.CodeZone
	if s == code.ReadOnly {
		zone = llvm.ReadOnlyZone
	}
	target, err := m.loader.linker.Take(zone, size, align)
	if err != nil {
		return 0, nil, err
	}
	return target, m.loader.Region.Bytes(target, int(size)), nil
}

// reachOf says how code gets at the values of a module, by their place.
func reachOf(refs []llvm.Ref) []baseline.Reach {
	reach := make([]baseline.Reach, len(refs))
	for i, r := range refs {
		switch {
		case r.Kind == llvm.ThreadLocal:
			reach[i] = baseline.ThreadLocal
		case r.Kind >= llvm.Function && r.Near:
			reach[i] = baseline.Near
		}
	}
	return reach
}

// place gives a unit its place, and what it defines its address.
func (l *Loader) place(m *Module, u *Unit) (llvm.Linked, error) {
	placed, err := u.Place(u.Arena, func(t code.Target) (uint64, error) { return l.target(m, u, t) })
	if err != nil {
		return llvm.Linked{}, err
	}
	for _, d := range u.Definitions {
		if d.In == code.Text {
			l.linker.SetPlace(int(u.Function.Number), llvm.Place{Address: placed.Of(d), Size: uint64(len(u.Text)),
				Align: code.Granule})
		} else if r := &m.Refs[d.Place]; r.Defines {
			l.linker.SetAddress(int(r.Self), placed.Of(d))
		}
	}
	return llvm.Linked{Code: placed.Text, CodeSize: placed.TextSize, EHFrame: placed.EHFrame,
		EHFrameSize: placed.EHFrameSize}, nil
}

// target finds what a unit of a module refers to. What is missing is told as JITLink would.
func (l *Loader) target(m *Module, u *Unit, t code.Target) (uint64, error) {
	name, weak := "", false
	if t.Of == code.Name {
		name = u.Names[t.Index]
	} else {
		r := m.Refs[t.Index]
		if r.Kind >= llvm.Function {
			if a := l.linker.Address(int(r.Number)); a != 0 {
				return a, nil
			}
			return 0, missing(fmt.Sprint("oc.", r.Number))
		}
		name, weak = plainName(m.Bitcode.At(int(t.Index))), r.Kind == llvm.WeakName
	}
	if a, ok := l.names.Lookup(int(m.Number), false, name); ok || weak {
		return a, nil
	}
	return 0, missing(name)
}

func missing(name string) error {
	return &llvm.LinkError{Message: "undefined symbols", Missing: []string{name}}
}

// plainName is a symbol's name in object files.
func plainName(s *bitcode.Symbol) string {
	if s.Name != "" && s.Name[0] == 1 {
		return s.Name[1:]
	}
	return s.Name
}
