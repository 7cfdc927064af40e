// Package loader gives a linked program its addresses, as a static linker and ld.so would: functions get stubs,
// variables places, thread-local ones descriptors, and names what libraries have.
//
// Rule: it knows every symbol of the program and what each means, and compiles nothing.
package loader

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orcast/orcast/internal/baseline"
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
)

// Loader is a program in its region of memory.
//
// Prepare, LinkData, Complete and Start bring it to the point where it begins; they are called once each, in this
// order, by one goroutine. What Link, Publish, Address and Explain do may be asked for by any number of goroutines.
type Loader struct {
	Program *program.Program
	Region  *stub.Region
	Modules []*Module // in link order
	Blocks  BlockVariables
	// LinkedWithData are, in order and maybe more than once, the functions that are linked with static data, since that
	// needs them.
	LinkedWithData []program.FuncID
	// Undefined is the number of the stub, behind those of the program's functions, that stands for every undefined
	// function which data refers to.
	Undefined program.FuncID

	entry  string
	linker *llvm.Linker
	names  *names
	local  bool // the program runs in this process
}

// Module is a module as compilers see it.
type Module struct {
	*program.Module
	LLVM *llvm.Module
	// Refs says what the module's values mean to the program, by their place.
	Refs []llvm.Ref
	// Reach says how code of the baseline compiler gets at them.
	Reach []baseline.Reach

	functions []*program.Symbol // of the program
}

// Positions are those of functions of the module in its own list.
func (m *Module) Positions(functions []program.FuncID) []uint32 {
	list := make([]uint32, len(functions))
	for i, f := range functions {
		list[i] = uint32(m.functions[f].Def.Index)
	}
	return list
}

// At returns the functions at positions of the module's own list.
func (m *Module) At(positions []uint32) []program.FuncID {
	list := make([]program.FuncID, len(positions))
	for i, p := range positions {
		list[i] = m.Ref(m.Bitcode.Functions[p]).Symbol.Func
	}
	return list
}

// Code is relocatable code of a module in some form that Link knows: an *llvm.Object, which JITLink links, or a
// *Unit.
type Code interface {
	Keep() func() []byte // makes the bytes in which it is kept, when there is time, also when it has been closed
	Close()
}

// Item is code to be linked.
type Item struct {
	Code   Code
	Module *Module // that it comes from; nil for a native object
	Native int     // the number of the native object
	Late   bool    // the program runs already
	// Renumbering says where the module's values were when the code was made; nil if they were where they are.
	Renumbering *llvm.Renumbering
	// Gone is where uses of what is not there any more lead to; see llvm.Item.
	Gone uint64
}

// New lays out a program's memory. Host is what the program is given by name, which comes before what libraries have.
func New(p *program.Program, entry string, host map[string]uint64) (*Loader, error) {
	l := &Loader{Program: p, Blocks: findBlockVariables(p), Undefined: program.FuncID(len(p.Functions)), entry: entry}
	far, farSize := placeFar(p)
	natives, err := prepareNatives(p, len(p.Functions)+1)
	if err != nil {
		return nil, err
	}
	aligned, err := alignments(p)
	if err != nil {
		return nil, err
	}
	size := sizes(p, l.Blocks, far, farSize)
	if len(natives.near) > 0 {
		size.Data += copySpace
	}
	if l.Region, err = stub.NewRegion(len(p.Functions)+1+len(natives.stubs), size, aligned); err != nil {
		return nil, err
	}
	l.names = newNames(p, l.Region, l.StubAddress(l.Undefined), host)
	l.linker = llvm.NewLinker(l.space(stub.Code), l.space(stub.RO), l.space(stub.Data), l.space(stub.Zero),
		len(p.Symbols), l.names)
	l.names.linker, l.names.natives = l.linker, natives
	l.names.nameIFuncs()
	base, _, _ := l.Region.Zone(stub.Far)
	for _, s := range p.Symbols {
		if s.HasFixedEntry() {
			continue // its body, when that is linked
		} else if s.Func >= 0 {
			l.linker.SetAddress(int(s.Number), l.StubAddress(s.Func))
		} else if offset, ok := far[s]; ok {
			l.linker.SetAddress(int(s.Number), base+offset)
		}
	}
	for _, m := range p.Modules {
		source := sourceOf(m, far)
		l.Modules = append(l.Modules, &Module{Module: m, LLVM: llvm.NewModule(source), Refs: source.Refs,
			Reach: reachOf(source.Refs), functions: p.Functions})
	}
	l.LinkedWithData = l.findLinkedWithData()
	return l, nil
}

func (l *Loader) space(z stub.Zone) llvm.Space {
	target, size, working := l.Region.Zone(z)
	return llvm.Space{Target: target, Size: size, Working: working}
}

// Close gives back what the garbage collector does not know of. Nothing of the program may be in use.
func (l *Loader) Close() {
	l.linker.Close()
	for _, m := range l.Modules {
		m.LLVM.Close()
	}
	l.Region.Close()
}

// farLimit is the size from which zero-filled variables lie beyond 32-bit offsets: none of them is worth
// the room near the code.
const farLimit = 1 << 20

// placeFar gives large zero-filled variables their offsets in the far zone, whose size it returns too.
func placeFar(p *program.Program) (far map[*program.Symbol]uint64, size uint64) {
	far = map[*program.Symbol]uint64{}
	for _, m := range p.Modules {
		aliased := map[*bitcode.Symbol]bool{} // to be computed with where it is defined
		for _, a := range m.Bitcode.Aliases {
			aliased[a.Base] = true
		}
		for _, s := range m.Symbols {
			if s.Kind != program.Data || s.Def.Kind != bitcode.VariableSymbol || !s.Def.Zero || s.Def.Size < farLimit ||
				s.Def.Section != "" || aliased[s.Def] || s.Name != "" && strings.Contains(m.Bitcode.Asm, s.Name) {
				continue
			}
			align := uint64(max(s.Align, 64))
			size = (size + align - 1) &^ (align - 1)
			far[s] = size
			size += uint64(s.Def.Size)
		}
	}
	return far, size
}

// sourceOf tells LLVM what a module's symbols mean to the program.
func sourceOf(m *program.Module, far map[*program.Symbol]uint64) llvm.Source {
	s := llvm.Source{Number: int(m.Number), Name: m.Name, File: m.Data, Index: m.Bitcode.Index,
		Globals: len(m.Bitcode.Globals), Functions: len(m.Bitcode.Functions), Aliases: len(m.Bitcode.Aliases),
		IFuncs: len(m.Bitcode.IFuncs)}
	s.Refs = make([]llvm.Ref, len(m.Refs))
	for i, r := range m.Refs {
		switch {
		case r.Symbol != nil:
			_, isFar := far[r.Symbol]
			s.Refs[i] = llvm.Ref{Number: uint32(r.Symbol.Number), Kind: refKinds[r.Symbol.Kind], Near: !isFar,
				Fixed: r.Symbol.HasFixedEntry()}
		case r.External != nil && r.External.Weak:
			s.Refs[i].Kind = llvm.WeakName
		}
	}
	for _, symbol := range m.Symbols {
		if _, isFar := far[symbol]; !isFar {
			r := &s.Refs[symbol.Def.Place()]
			r.Defines, r.Self = true, uint32(symbol.Number)
		}
	}
	return s
}

var refKinds = [...]llvm.RefKind{program.Function: llvm.Function, program.IFunc: llvm.Function, program.Data: llvm.Data,
	program.TLS: llvm.ThreadLocal}

// ModuleOf returns the module that defines a function.
func (l *Loader) ModuleOf(f program.FuncID) *Module {
	return l.Modules[l.Program.Functions[f].Module.Number]
}

// StaticData lists the module's variables and aliases that its static data consists of, in order: not those that lie
// far away, nor those that are compiled with functions.
func (l *Loader) StaticData(m *Module) (symbols []*bitcode.Symbol) {
	owned := l.Blocks.Of(m.Number)
	for _, s := range m.Symbols {
		place := uint32(s.Def.Place())
		if (s.Kind == program.Data || s.Kind == program.TLS) && m.Refs[place].Defines &&
			!slices.Contains(owned, place) {
			symbols = append(symbols, s.Def)
		}
	}
	return symbols
}

// FunctionName is what a function is called in messages.
func (l *Loader) FunctionName(f program.FuncID) string {
	s := l.Program.Functions[f]
	if s.Name == "" {
		return fmt.Sprintf("unnamed function %d", s.Def.Index)
	}
	return s.Name
}

// StubAddress is the address of a function's stub, which never changes. It is the function's, but for those that have a
// fixed entry.
func (l *Loader) StubAddress(f program.FuncID) uint64 { return l.Region.StubAddress(int(f)) }

// IsLinkedEarly says that static data may need what the object of a function has: variables with addresses of its
// blocks, or its address.
func (l *Loader) IsLinkedEarly(f program.FuncID) bool {
	s := l.Program.Functions[f]
	return l.Blocks.HasOwner(s.Def) || s.HasFixedEntry()
}

// Link gives code its places; items may refer to each other. What it returns is known to the unwinder. The code stays
// the caller's.
func (l *Loader) Link(items ...Item) ([]llvm.Linked, error) {
	linked, err := l.link(items)
	if err != nil {
		return nil, err
	}
	for i, part := range linked {
		if part.CodeSize == 0 || part.EHFrameSize == 0 {
			continue
		}
		if err := l.Region.AddUnwind(part.Code, part.CodeSize, part.EHFrame, part.EHFrameSize); err != nil {
			return nil, fmt.Errorf("%s: %w", l.nameOf(items[i]), err)
		}
	}
	return linked, nil
}

// link links items that may refer to each other: units are placed, objects are linked by JITLink, which then finds what
// units define, and last units find what objects define.
func (l *Loader) link(items []Item) ([]llvm.Linked, error) {
	linked, placed := make([]llvm.Linked, len(items)), make([]code.Placed, len(items))
	var objects []Item
	var positions []int // of objects among the items
	for i, it := range items {
		u, ok := it.Code.(*Unit)
		if !ok {
			objects, positions = append(objects, it), append(positions, i)
			continue
		}
		var err error
		if placed[i], err = l.reserve(it, u); err != nil {
			return nil, err
		}
	}
	fromObjects, err := l.linkObjects(objects)
	if err != nil {
		return nil, err
	}
	for i, p := range positions {
		linked[p] = fromObjects[i]
	}
	for i, it := range items {
		if u, ok := it.Code.(*Unit); ok {
			if linked[i], err = l.write(it, u, &placed[i]); err != nil {
				return nil, err
			}
		}
	}
	return linked, nil
}

func (l *Loader) linkObjects(items []Item) ([]llvm.Linked, error) {
	if len(items) == 0 {
		return nil, nil
	}
	objects := make([]llvm.Item, len(items))
	for i, it := range items {
		objects[i] = llvm.Item{Object: it.Code.(*llvm.Object), Native: it.Native, Late: it.Late,
			Renumbering: it.Renumbering, Gone: it.Gone}
		if it.Module != nil {
			objects[i].Module = it.Module.LLVM
		}
	}
	return l.linker.Link(objects)
}

func (l *Loader) nameOf(it Item) string {
	if it.Module == nil {
		return l.Program.Objects[it.Native].Name
	}
	return it.Module.Name
}

// Publish lets the program have the newest bodies of functions, which this goroutine has linked.
func (l *Loader) Publish(functions []program.FuncID) {
	for _, f := range functions {
		l.Region.Publish(int(f), l.linker.Place(int(l.Program.Functions[f].Number)).Address)
	}
}

// Missing finds, in what an error of Link says is missing, a variable that lives in the object of a function, and
// returns that function.
func (l *Loader) Missing(failure *llvm.LinkError) (owner program.FuncID, ok bool) {
	return l.Blocks.missing(failure.Missing)
}

// Address is what a Ref means to the program, if it has an address.
func (l *Loader) Address(r program.Ref) (uint64, bool) {
	switch {
	case r.Symbol != nil:
		a := l.linker.Address(int(r.Symbol.Number))
		return a, a != 0
	case r.Object != nil:
		return l.names.Lookup(r.Object.Object.Number, true, r.Object.Name)
	case r.Asm != nil:
		return l.names.Lookup(int(r.Asm.Module.Number), false, r.Asm.Name)
	case r.External != nil:
		return l.names.Lookup(0, true, r.External.Name)
	}
	return 0, false
}
