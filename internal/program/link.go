package program

import (
	"fmt"
	"maps"
	"slices"

	"github.com/orcast/orcast/internal/bitcode"
)

// strength orders definitions of one name: a stronger one takes the place of a weaker one, as in an ELF link.
type strength uint8

const (
	undefined strength = iota
	weak
	common
	strong
)

// definition is a candidate for what a name means. Exactly one of module, object and asm is set, unless
// its strength is undefined.
type definition struct {
	strength strength
	module   *Module
	place    bitcode.Place // of the symbol in module
	object   *ObjectSymbol
	asm      *AsmSymbol
	size     uint64 // of a common symbol
}

func (d definition) is(m *Module, place bitcode.Place) bool { return d.module == m && d.place == place }

func (d definition) input() string {
	switch {
	case d.module != nil:
		return d.module.Name
	case d.asm != nil:
		return d.asm.Module.Name + " (module assembly)"
	}
	return d.object.Object.Name
}

// name is what is known of one global name.
type name struct {
	text    string
	def     definition
	needed  bool // some use needs a definition
	tls, fn bool // some use takes it for a thread-local variable or a function
	align   uint32
	ref     Ref // once bound
}

// names are all global names, in order of first mention.
type names struct {
	index map[string]int32
	list  []name
}

func (t *names) intern(text string) int32 {
	if i, ok := t.index[text]; ok {
		return i
	}
	i := int32(len(t.list))
	t.index[text] = i
	t.list = append(t.list, name{text: text})
	return i
}

// What stands in linking.names for symbols that have no global name.
const (
	specialName   = -1 // LLVM's own; Ref stays empty
	localName     = -2 // a local definition that is kept
	discardedName = -3 // a local definition in a discarded comdat group; Ref stays empty
	asmName       = -4 // a declaration of a local label of the module's own assembly
)

// linking is what is known of a module while it is being linked. Slices are indexed by position.
type linking struct {
	names   []int32 // index in names.list, or one of the constants above
	targets []int32 // what an alias finally names, and an ifunc's resolver; -1 for others and where unknown
	comdats map[*bitcode.Comdat]bool
	symbols []*Symbol // the module's own definition, where it is kept
}

// linker adds inputs to a program in link order.
type linker struct {
	program    *Program
	names      *names
	comdats    map[string]bool // names of the groups that some module keeps
	duplicates []string        // at most maxDuplicates
	more       int             // duplicates beyond these
}

const maxDuplicates = 10

// newLinker links into p, which will have about as many global names as given.
func newLinker(p *Program, names int) *linker {
	p.names.index = make(map[string]int32, names)
	p.names.list = make([]name, 0, names)
	return &linker{program: p, names: &p.names, comdats: map[string]bool{}}
}

// inputs is how many modules and objects take part so far.
func (l *linker) inputs() int { return len(l.program.Modules) + len(l.program.Objects) }

// addModule makes a module take part: its definitions stand for their names where no stronger ones do.
func (l *linker) addModule(m *Module) error {
	b := m.Bitcode
	m.program, m.Number, m.Input = l.program, ModuleID(len(l.program.Modules)), l.inputs()
	l.program.Modules = append(l.program.Modules, m)
	n := symbolCount(b)
	m.link = &linking{
		names:   make([]int32, n),
		targets: make([]int32, n),
		symbols: make([]*Symbol, n),
		comdats: map[*bitcode.Comdat]bool{},
	}
	if err := followAliases(m); err != nil {
		return err
	}
	for _, text := range slices.Sorted(maps.Keys(m.asm)) {
		if a := m.asm[text]; a.Global {
			l.define(l.names.intern(a.Name), definition{strength: a.strength(), asm: a})
		}
	}
	for i, s := range symbolsOf(b) {
		m.link.names[i] = l.addSymbol(m, i, s)
	}
	return nil
}

// addSymbol takes up one symbol of a module and returns what to enter in linking.names.
func (l *linker) addSymbol(m *Module, i bitcode.Place, s *bitcode.Symbol) int32 {
	if isSpecial(s) {
		return specialName
	}
	defined := isDefinition(s)
	if defined && !l.keepsGroup(m, i, s) {
		if isLocal(s) {
			return discardedName
		}
		defined = false
	}
	if isLocal(s) {
		if !defined {
			return specialName // a declaration without a name: nothing can define it
		}
		return localName
	}
	text := plainName(s.Name)
	if !defined {
		if a := m.asm[text]; a != nil && !a.Global {
			return asmName
		}
	}
	n := l.names.intern(text)
	if defined {
		l.define(n, definition{strength: strengthOf(s), module: m, place: i, size: uint64(s.Size)})
	}
	e := &l.names.list[n]
	if defined && s.Linkage == bitcode.Common {
		e.align = max(e.align, s.Align)
	}
	e.needed = e.needed || s.Linkage != bitcode.ExternWeak
	e.tls = e.tls || s.ThreadLocal != 0
	e.fn = e.fn || s.Kind == bitcode.FunctionSymbol
	return n
}

// keepsGroup says whether the program keeps the module's copy of the comdat group of s, a definition. The
// first module with a member of a group keeps it, whatever the kind of the group asks for beyond that.
func (l *linker) keepsGroup(m *Module, i bitcode.Place, s *bitcode.Symbol) bool {
	c := s.Comdat
	if t := m.link.targets[i]; c == nil && t >= 0 {
		c = m.Bitcode.At(bitcode.Place(t)).Comdat // aliases belong to the group of what they name
	}
	if c == nil || c.Kind == bitcode.ComdatNoDeduplicate {
		return true
	}
	kept, known := m.link.comdats[c]
	if !known {
		kept = !l.comdats[c.Name]
		l.comdats[c.Name] = true
		m.link.comdats[c] = kept
	}
	return kept
}

// addObject makes a native object take part.
func (l *linker) addObject(o *Object) {
	o.Number, o.Input = len(l.program.Objects), l.inputs()
	l.program.Objects = append(l.program.Objects, o)
	for _, s := range o.Defined {
		l.define(l.names.intern(s.Name), definition{strength: s.strength, object: s, size: s.size})
	}
	for _, u := range o.Undefined {
		e := &l.names.list[l.names.intern(u.Name)]
		e.needed = e.needed || !u.Weak
		e.tls, e.fn = e.tls || u.TLS, e.fn || u.Func
	}
}

// define offers a definition for a name.
func (l *linker) define(n int32, d definition) {
	e := &l.names.list[n]
	switch {
	case d.strength == strong && e.def.strength == strong:
		if len(l.duplicates) == maxDuplicates {
			l.more++
			return
		}
		l.duplicates = append(l.duplicates, fmt.Sprintf("%s is defined in %s and in %s", e.text, e.def.input(),
			d.input()))
	case d.strength > e.def.strength, d.strength == common && e.def.strength == common && d.size > e.def.size:
		e.def = d
	}
}

// wants says that a name is needed and nothing defines it so far.
func (l *linker) wants(text string) bool {
	n, ok := l.names.index[text]
	return ok && l.names.list[n].needed && l.names.list[n].def.strength == undefined
}
