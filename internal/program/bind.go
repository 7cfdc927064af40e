package program

import (
	"slices"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
)

// bind numbers the definitions which the program keeps and gives every use of a name its meaning. All
// inputs have been added, and no name has two strong definitions.
func (l *linker) bind() {
	p := l.program
	for _, m := range p.Modules {
		first := len(p.Symbols)
		keep, n := l.kept(m)
		block := make([]Symbol, n) // one allocation for all
		for i := range keep {
			if keep[i] {
				l.bindSymbol(&block[len(p.Symbols)-first], m, bitcode.Place(i))
			}
		}
		m.Symbols = slices.Clip(p.Symbols[first:])
		for _, s := range m.Symbols {
			target := m.link.targets[s.Def.Place()]
			switch {
			case s.Kind == IFunc:
				s.Resolver = m.link.symbols[target]
			case s.Def.Kind == bitcode.AliasSymbol && target >= 0:
				s.Aliasee = m.link.symbols[target]
			}
		}
	}
	for i := range l.names.list {
		l.bindName(&l.names.list[i])
	}
	l.findSections()
	parallel(len(p.Modules), func(i int) error {
		l.bindModule(p.Modules[i])
		return nil
	})
	for _, m := range p.Modules {
		p.Ctors = appendStructors(p.Ctors, m, m.Bitcode.Ctors)
		p.Dtors = appendStructors(p.Dtors, m, m.Bitcode.Dtors)
	}
	// The linker sorts .init_array.N and .fini_array.N alike; exit walks through the latter backwards.
	byPriority := func(a, b Structor) int { return int(a.Priority) - int(b.Priority) }
	slices.SortStableFunc(p.Ctors, byPriority)
	slices.SortStableFunc(p.Dtors, byPriority)
	slices.Reverse(p.Dtors)
	for _, m := range p.Modules {
		m.link = nil
	}
}

// kept says for each position of a module whether the program keeps that definition: for its own name, or
// because a kept alias or ifunc is built on it. It says too how many there are.
func (l *linker) kept(m *Module) (keep []bool, count int) {
	keep = make([]bool, len(m.link.names))
	for i, s := range symbolsOf(m.Bitcode) {
		n := m.link.names[i]
		if n != localName && (n < 0 || !l.names.list[n].def.is(m, i)) {
			continue
		}
		keep[i] = true
		if t := m.link.targets[i]; t >= 0 && bitcode.Place(t) != i {
			keep[t] = true
			keep[i] = s.Kind == bitcode.IFuncSymbol || m.Bitcode.At(bitcode.Place(t)).Kind == bitcode.VariableSymbol
		}
	}
	for _, s := range m.Bitcode.IFuncs { // those which only an alias keeps
		if i := s.Place(); keep[i] {
			keep[m.link.targets[i]] = true
		}
	}
	for _, k := range keep {
		if k {
			count++
		}
	}
	return keep, count
}

// bindSymbol makes s the Symbol of a kept definition and numbers it.
func (l *linker) bindSymbol(s *Symbol, m *Module, i bitcode.Place) {
	p, def := l.program, m.Bitcode.At(i)
	base := def // what a data alias names
	if t := m.link.targets[i]; t >= 0 {
		base = m.Bitcode.At(bitcode.Place(t))
	}
	*s = Symbol{Number: SymbolID(len(p.Symbols)), Func: -1, Module: m, Def: def, Name: plainName(def.Name),
		Align: def.Align, Local: true}
	if n := m.link.names[i]; n >= 0 && l.names.list[n].def.is(m, i) {
		s.Local = false
		s.Name = l.names.list[n].text
		s.Align = max(s.Align, l.names.list[n].align)
	}
	switch {
	case def.Kind == bitcode.FunctionSymbol:
		s.Kind = Function
	case def.Kind == bitcode.IFuncSymbol:
		s.Kind = IFunc
	case def.ThreadLocal != 0 || base.ThreadLocal != 0:
		s.Kind = TLS
	default:
		s.Kind = Data
	}
	if s.Kind == Function || s.Kind == IFunc {
		s.Func = FuncID(len(p.Functions))
		p.Functions = append(p.Functions, s)
	}
	p.Symbols = append(p.Symbols, s)
	m.link.symbols[i] = s
}

// bindName gives a global name its meaning.
func (l *linker) bindName(e *name) {
	switch d := e.def; {
	case d.strength == undefined:
		e.ref.External = &External{Name: e.text, Weak: !e.needed, TLS: e.tls, Func: e.fn}
		if !e.tls && !e.fn {
			e.ref.External.Edge = edges[e.text]
		}
		l.program.External = append(l.program.External, e.ref.External)
	case d.module != nil:
		e.ref.Symbol = d.module.own(d.place)
	case d.object != nil:
		d.object.Kept = true
		e.ref.Object = d.object
	default:
		e.ref.Asm = d.asm
	}
}

// own is the Symbol of the module's own definition at a place, where it is kept: for an alias to a
// function or an ifunc, that of what it names.
func (m *Module) own(i bitcode.Place) *Symbol {
	if s := m.link.symbols[i]; s != nil {
		return s
	}
	if t := m.link.targets[i]; t >= 0 {
		return m.link.symbols[t]
	}
	return nil
}

// bindModule gives every symbol of a module its meaning.
func (l *linker) bindModule(m *Module) {
	m.Refs = make([]Ref, len(m.link.names))
	for i, s := range symbolsOf(m.Bitcode) {
		switch n := m.link.names[i]; n {
		case specialName, discardedName:
		case localName:
			m.Refs[i].Symbol = m.own(i)
		case asmName:
			m.Refs[i].Asm = m.asm[plainName(s.Name)]
		default:
			m.Refs[i] = l.names.list[n].ref
		}
	}
}

// appendStructors appends those constructors of a module that run: not those that belong to a variable of
// which another module's copy is kept, and is constructed there.
func appendStructors(list []Structor, m *Module, from []bitcode.Structor) []Structor {
	for _, s := range from {
		if s.Null {
			break // as LLVM's AsmPrinter has it (preprocessXXStructorList)
		}
		if s.Func == nil {
			continue
		}
		if s.Data != nil {
			if kept := m.Ref(s.Data).Symbol; kept == nil || kept.Module != m {
				continue
			}
		}
		if f := m.Ref(s.Func); f != (Ref{}) {
			list = append(list, Structor{s.Priority, m, f})
		}
	}
	return list
}

// findSections marks the undefined names __start_SEC and __stop_SEC that a linker defines.
func (l *linker) findSections() {
	wanted := map[string]bool{}
	for _, e := range l.program.External {
		if section, _ := sectionBound(e.Name); section != "" {
			wanted[section] = false
		}
	}
	if len(wanted) == 0 {
		return
	}
	for _, s := range l.program.Symbols {
		if _, ok := wanted[s.Def.Section]; ok && (s.Def.Kind == bitcode.VariableSymbol || s.Kind == Function) {
			wanted[s.Def.Section], s.Bounded = true, true
		}
	}
	for _, o := range l.program.Objects {
		for _, section := range o.Sections {
			if _, ok := wanted[section]; ok {
				wanted[section] = true
			}
		}
	}
	for _, e := range l.program.External {
		section, start := sectionBound(e.Name)
		switch {
		case !wanted[section]:
		case start:
			e.SectionStart = section
		default:
			e.SectionStop = section
		}
	}
}

// sectionBound is the section of which a name means the start or the stop, or "".
func sectionBound(name string) (section string, start bool) {
	if section, ok := strings.CutPrefix(name, "__start_"); ok {
		return section, true
	}
	section, _ = strings.CutPrefix(name, "__stop_")
	if section == name {
		return "", false
	}
	return section, false
}
