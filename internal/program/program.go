// Package program reads the inputs of one run and decides which definition each symbol names.
//
// Rule: names decide only here. Everything that reads a Program follows the pointers of a Ref, so that
// internal symbols of equal name, replaced weak definitions and discarded comdat groups need no care
// anywhere else. The rules are those of a static ELF link of the same inputs.
//
// A *Program and everything reached from it is immutable after Load and may be used by any number of
// goroutines.
package program

import (
	"sync"

	"github.com/orcast/orcast/internal/bitcode"
)

// Program is all inputs of a run, linked by symbol.
type Program struct {
	// Modules are the modules that take part, in link order: the order of the inputs, where members of an
	// archive stand where they were pulled in.
	Modules []*Module
	// Objects are the native relocatable objects that take part, in link order.
	Objects []*Object
	// Libraries are the shared libraries to load, in order: those among the inputs and then the others.
	// Each can be given to dlopen: it has a slash, or is a name that dlopen has to search for.
	Libraries []string
	// Symbols is every definition in Modules that the program keeps: Symbols[i].Number == i. The symbols
	// of one module stand together, in link order of the modules.
	Symbols []*Symbol
	// Functions are the Symbols which get a stub: Functions[i].Func == i.
	Functions []*Symbol
	// External are the names that no module and no object defines, in order of first mention.
	External []*External
	// Ctors and Dtors are the constructors and destructors of all modules in the order to run them. Those
	// of native objects stay in the objects' own sections.
	Ctors, Dtors []Structor
	// Entry is the function to start: its Symbol or its Object is set, if there is one.
	Entry Ref

	names names
}

// Module is a bitcode module that takes part in the program.
type Module struct {
	// Number is the module's position in Program.Modules.
	Number ModuleID
	// Input is its position among modules and objects, in link order.
	Input int
	// Name names the module in messages: the file, archive(member), or file[i] for the i-th module of a file
	// that holds several.
	Name string
	// Data is the whole bitcode file in which Bitcode.Index tells the module from its neighbours.
	Data    []byte
	Bitcode *bitcode.Module
	// Refs says what a use of each symbol of the module means, in the order Globals, Functions, Aliases,
	// IFuncs. Use Ref to look one up.
	Refs []Ref
	// Symbols is the part of Program.Symbols which this module defines.
	Symbols []*Symbol

	program    *Program
	asm        map[string]*AsmSymbol // what Bitcode.Asm defines
	link       *linking              // nil once the program is linked
	localsOnce sync.Once
	locals     map[string]Ref
}

// Ref is what a use of a name means. At most one field is set. None is set for LLVM's own names (llvm.*
// intrinsics and variables, and variables in the section llvm.metadata) and for local members of a
// discarded comdat group, to which only that group may refer.
type Ref struct {
	Symbol   *Symbol
	Object   *ObjectSymbol
	Asm      *AsmSymbol
	External *External
}

// Kind says what a Symbol is to a JIT.
type Kind uint8

const (
	// Function is a function body; its address is its stub, but for those that HasFixedEntry.
	Function Kind = iota
	// IFunc is a function whose address its Resolver returns; its address is its stub too.
	IFunc
	// Data is a variable, or an alias to one (Def.Kind is then bitcode.AliasSymbol).
	Data
	// TLS is a thread-local variable, or an alias to one.
	TLS
)

// Symbol is a definition that the program keeps.
type Symbol struct {
	// Number is the position in Program.Symbols.
	Number SymbolID
	// Func is the position in Program.Functions, which is the number of the stub; -1 for Data and TLS.
	Func FuncID
	Kind Kind
	// Local says that other modules cannot name this definition: it is internal, or another module's
	// definition took its name and only an alias of its own module still refers to it.
	Local bool
	// Align is the alignment in bytes which the definition needs, 0 if it is not given. It is more than
	// Def.Align where another module wants a common symbol aligned further.
	Align uint32
	// Bounded says that it stands in a section of which the program sees the bounds.
	Bounded bool
	// Name is the name in the object file's sense: without LLVM's "\x01" mark, and empty if there is none.
	Name     string
	Module   *Module
	Def      *bitcode.Symbol
	Resolver *Symbol // of an IFunc
	Aliasee  *Symbol // of an alias to a variable: that one, of the same module
}

// HasFixedEntry says that the address of a function is to be that of its body and not that of its stub.
func (s *Symbol) HasFixedEntry() bool { return s.Kind == Function && (s.Bounded || s.Def.FixedEntry()) }

// External is a name to be found outside modules and objects.
type External struct {
	Name string
	// Weak says that the name may stay undefined, and is then null: every use of it is extern_weak.
	Weak bool
	// TLS and Func say that some use of the name takes it for a thread-local variable or a function.
	TLS, Func bool
	// SectionStart and SectionStop name the section of which the program's name __start_SEC or __stop_SEC
	// means the bounds; empty for other names. Some variable or function of the program stands in that section.
	SectionStart, SectionStop string
	// Edge says which edge of the program's image the name means, NoEdge for other names.
	Edge Edge
}

// ByLinker says that the name is one which a static linker defines: nobody else is asked what it means.
func (x *External) ByLinker() bool {
	return x.SectionStart != "" || x.SectionStop != "" || x.Edge != NoEdge
}

// Edge is an address at which a part of a program begins or ends.
type Edge uint8

const (
	NoEdge Edge = iota
	CodeStart
	CodeEnd
	DataStart
	DataEnd
	ZeroStart
	ImageEnd
)

// edges are the names that GNU ld's default script for x86-64 provides, and the C library's start code has, for them.
var edges = map[string]Edge{
	"__executable_start": CodeStart,
	"etext":              CodeEnd, "_etext": CodeEnd, "__etext": CodeEnd,
	"data_start": DataStart, "__data_start": DataStart,
	"edata": DataEnd, "_edata": DataEnd,
	"__bss_start": ZeroStart,
	"end":         ImageEnd, "_end": ImageEnd,
}

// Structor is a constructor or destructor.
type Structor struct {
	Priority uint32 // 0 to 65535; lower runs first at start, last at exit
	Module   *Module
	Func     Ref
}

// Lookup says what a global name means. It is false for a name that no module and no object mentions.
func (p *Program) Lookup(name string) (Ref, bool) {
	if i, ok := p.names.index[name]; ok {
		return p.names.list[i].ref, true
	}
	return Ref{}, false
}

// Visible yields the names that the program defines and shows to shared libraries, with what they mean.
func (p *Program) Visible(yield func(name string, ref Ref) bool) {
	for i := range p.names.list {
		e := &p.names.list[i]
		switch d := e.def; {
		case d.strength == undefined,
			d.module != nil && d.module.Bitcode.At(d.place).Visibility == bitcode.Hidden,
			d.object != nil && d.object.Hidden:
			continue
		}
		if e.ref != (Ref{}) && !yield(e.text, e.ref) {
			return
		}
	}
}

// Loads says that the program may load libraries, or ask for what they and itself define, when it runs.
func (p *Program) Loads() bool {
	for _, name := range []string{"dlopen", "dlmopen", "dlsym", "dlvsym"} {
		if ref, ok := p.Lookup(name); ok && ref.External != nil {
			return true
		}
	}
	return false
}

// Lookup says what a name in the module's assembly means: a local name of the module, or else a global one.
func (m *Module) Lookup(name string) (Ref, bool) {
	m.localsOnce.Do(func() {
		m.locals = map[string]Ref{}
		for _, a := range m.asm {
			if !a.Global {
				m.locals[a.Name] = Ref{Asm: a}
			}
		}
		for i, s := range symbolsOf(m.Bitcode) {
			if isLocal(s) && s.Name != "" {
				m.locals[plainName(s.Name)] = m.Refs[i]
			}
		}
	})
	if r, ok := m.locals[name]; ok {
		return r, true
	}
	return m.program.Lookup(name)
}

// Ref says what a use of s, a symbol of m.Bitcode, means.
func (m *Module) Ref(s *bitcode.Symbol) Ref { return m.Refs[s.Place()] }
