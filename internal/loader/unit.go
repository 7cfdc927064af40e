package loader

import (
	"errors"
	"fmt"

	"github.com/orcast/orcast/internal/baseline"
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
)

// Unit is code of the baseline compiler, which Link places without a linker: all that it refers to has an address. It
// implements Code.
type Unit struct {
	*code.Unit
	Arena *code.Arena // of the goroutine that links

	lent       bool // it is the compiler's, see Lend
	renumbered bool // by the Item's Renumbering, which is done once however often it is linked
}

// NewUnit makes a unit of what was kept for a module with so many values. It is placed in memory of its own.
func (l *Loader) NewUnit(bytes []byte, values int) (*Unit, error) {
	u, err := code.Decode(bytes, values)
	if err != nil {
		return nil, err
	}
	return l.NewUnitOf(u), nil
}

// NewUnitOf makes a unit that is placed in memory of its own.
func (l *Loader) NewUnitOf(u *code.Unit) *Unit {
	return &Unit{Unit: u, Arena: code.NewArena(unitMemory{l}, 0)}
}

// Lend makes a unit of one that belongs to a compiler, which is to call Own before it changes it.
func Lend(u *code.Unit, arena *code.Arena) *Unit { return &Unit{Unit: u, Arena: arena, lent: true} }

// Own makes the unit independent of its compiler, if it is not closed by now. Mostly it is: most units are linked as
// soon as they are compiled, and a copy of all of them would be much memory.
func (u *Unit) Own() {
	if u.lent {
		u.Unit, u.lent = u.Unit.Clone(), false
	}
}

// Keep implements Code. A unit does not change when it has been linked.
func (u *Unit) Keep() func() []byte {
	u.Own()
	return u.Encode
}

// Close implements Code.
func (u *Unit) Close() { u.lent = false }

// Function is a function of the module by its number in the program.
func (m *Module) Function(f program.FuncID) *program.Symbol { return m.functions[f] }

// arenaSize is how much memory a worker takes at once. What is left of it in the end is wasted.
const arenaSize = 64 << 10

// NewArena returns memory of the region for units. It is for one goroutine.
func (l *Loader) NewArena() *code.Arena { return code.NewArena(unitMemory{l}, arenaSize) }

// unitMemory implements code.Memory by the zones from which JITLink takes memory too.
type unitMemory struct{ loader *Loader }

func (m unitMemory) Take(s code.Section, size, align uint64) (uint64, []byte, error) {
	target, err := m.loader.linker.Take(zones[s], size, align)
	if err != nil || s == code.Zero {
		return target, nil, err
	}
	return target, m.loader.Region.Bytes(target, int(size)), nil
}

var zones = [...]llvm.LinkZone{code.Text: llvm.CodeZone, code.ReadOnly: llvm.ReadOnlyZone, code.Data: llvm.DataZone,
	code.Zero: llvm.ZeroZone}

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

// reserve gives a unit its place, and what it defines its address if the program does not run yet.
func (l *Loader) reserve(it Item, u *Unit) (code.Placed, error) {
	if e := it.Renumbering; e != nil && !u.renumbered {
		u.Renumber(e.Uses, e.Definitions)
		u.renumbered = true
	}
	placed, err := u.Reserve(u.Arena)
	if err != nil {
		return placed, err
	}
	for _, d := range u.Definitions {
		r := &it.Module.Refs[d.Place]
		switch {
		case !r.Defines:
		case d.In == code.Text:
			l.linker.SetPlace(int(r.Self), llvm.Place{Address: placed.Of(d), Size: uint64(u.Size(d)),
				Align: code.Granule})
		case l.isThreadLocal(r):
			def := it.Module.Bitcode.At(d.Place)
			l.linker.SetPlace(int(r.Self), llvm.Place{Address: placed.Of(d), Size: uint64(max(def.Size, 1)),
				Align: uint64(baseline.ThreadLocalAlign(def))})
		}
	}
	if !it.Late {
		l.setAddresses(it, u, &placed)
	}
	return placed, nil
}

// isThreadLocal says that what a module defines is thread-local: its place is that of its initial value, its address
// that of its descriptor, which it has already.
func (l *Loader) isThreadLocal(r *llvm.Ref) bool {
	return l.Program.Symbols[r.Self].Kind == program.TLS
}

// setAddresses makes known where the variables of a unit are. Others may link what refers to them at once, and have the
// program run that: once it runs, the variables have to be complete.
func (l *Loader) setAddresses(it Item, u *Unit, placed *code.Placed) {
	for _, d := range u.Definitions {
		if r := &it.Module.Refs[d.Place]; r.Defines && d.In != code.Text && !l.isThreadLocal(r) {
			l.linker.SetAddress(int(r.Self), placed.Of(d))
		}
	}
}

// write fills in what a reserved unit refers to. The error names all that is missing.
func (l *Loader) write(it Item, u *Unit, placed *code.Placed) (llvm.Linked, error) {
	var names []string
	err := u.Write(placed, func(t code.Target) (uint64, error) {
		a, err := l.target(it, u, t)
		var failure *llvm.LinkError
		if errors.As(err, &failure) {
			names, err = append(names, failure.Missing...), nil
		}
		return a, err
	})
	if names != nil { // an address that is missing may be too far from others as well
		err = missing(names...)
	} else if err == nil && it.Late {
		l.setAddresses(it, u, placed)
	}
	return llvm.Linked{Code: placed.Sections[code.Text], CodeSize: placed.TextSize, EHFrame: placed.EHFrame,
		EHFrameSize: placed.EHFrameSize}, err
}

// target finds what a unit of a module refers to. What is missing is told as JITLink would.
func (l *Loader) target(it Item, u *Unit, t code.Target) (uint64, error) {
	m, name, weak := it.Module, "", false
	switch {
	case t.Of == code.Name:
		name = u.Names[t.Index]
	case t.Index == code.Gone && it.Gone != 0:
		return it.Gone, nil
	case t.Index == code.Gone:
		return 0, missing("something that is gone")
	default:
		r := m.Refs[t.Index]
		if r.Kind >= llvm.Function {
			if a := l.linker.Address(int(r.Number)); a != 0 {
				return a, nil
			}
			return 0, missing(fmt.Sprint("oc.", r.Number))
		}
		name, weak = plainName(m.Bitcode.At(bitcode.Place(t.Index))), r.Kind == llvm.WeakName
	}
	if a, ok := l.names.Lookup(int(m.Number), false, name); ok || weak {
		return a, nil
	}
	if it.Gone != 0 {
		return it.Gone, nil
	}
	return 0, missing(name)
}

func missing(names ...string) error {
	return &llvm.LinkError{Message: "undefined symbols", Missing: names}
}

// plainName is a symbol's name in object files.
func plainName(s *bitcode.Symbol) string {
	if s.Name != "" && s.Name[0] == 1 {
		return s.Name[1:]
	}
	return s.Name
}
