package loader

import (
	"strconv"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/program"
)

// BlockVariables are those that hold addresses of basic blocks, such as tables of computed gotos. Only the
// object with the function has those addresses, so the variable is compiled with it.
type BlockVariables struct {
	byModule map[program.ModuleID][]uint32        // their positions
	byOwner  map[*bitcode.Symbol][]uint32         // the same, by first owner
	owners   map[program.SymbolID]*program.Symbol // first owner, by the variable
	others   map[*bitcode.Symbol]bool             // owners that are not the first
}

func findBlockVariables(p *program.Program) BlockVariables {
	o := BlockVariables{map[program.ModuleID][]uint32{}, map[*bitcode.Symbol][]uint32{},
		map[program.SymbolID]*program.Symbol{}, map[*bitcode.Symbol]bool{}}
	for _, m := range p.Modules {
		for _, s := range m.Symbols {
			if s.Kind != program.Data || len(s.Def.BlockOwners) == 0 || s.Def.Kind != bitcode.VariableSymbol {
				continue
			}
			owner := s.Def.BlockOwners[0]
			for _, other := range s.Def.BlockOwners[1:] {
				o.others[other] = true
			}
			o.byModule[m.Number] = append(o.byModule[m.Number], uint32(s.Def.Index))
			o.byOwner[owner] = append(o.byOwner[owner], uint32(s.Def.Index))
			o.owners[s.Number] = m.Ref(owner).Symbol
		}
	}
	return o
}

// Of returns the positions of a module's.
func (o BlockVariables) Of(m program.ModuleID) []uint32 { return o.byModule[m] }

// By returns the positions of those to compile with some functions of a module, which are given by theirs.
func (o BlockVariables) By(m *Module, functions []uint32) []uint32 {
	var list []uint32
	for _, f := range functions {
		list = append(list, o.byOwner[m.Bitcode.Functions[f]]...)
	}
	return list
}

// OwnedBy returns those whose first owner is a function.
func (o BlockVariables) OwnedBy(f *program.Symbol) []*bitcode.Symbol {
	var list []*bitcode.Symbol
	for _, place := range o.byOwner[f.Def] {
		list = append(list, f.Module.Bitcode.Globals[place])
	}
	return list
}

// Shares says that a function, given by its definition, is an owner of some, but not the first.
func (o BlockVariables) Shares(s *bitcode.Symbol) bool { return o.others[s] }

// HasOwner says that a function, given by its definition, is the first owner of some.
func (o BlockVariables) HasOwner(s *bitcode.Symbol) bool { return len(o.byOwner[s]) > 0 }

// Sharing returns the functions that share the addresses of blocks of the variables of which f is the first owner.
func (l *Loader) Sharing(f program.FuncID) (others []program.FuncID) {
	of := l.Program.Functions[f]
	for _, v := range l.Blocks.OwnedBy(of) {
		for _, other := range v.BlockOwners[1:] {
			if s := of.Module.Ref(other).Symbol; s != nil && s.Func >= 0 {
				others = append(others, s.Func)
			}
		}
	}
	return others
}

// findLinkedWithData finds LinkedWithData: the first owners of variables that other static data names or that stand in
// a section which the program walks through, functions whose address is that of their body, and the first owners of
// variables that any of these names.
func (l *Loader) findLinkedWithData() (functions []program.FuncID) {
	owners := l.Blocks.owners
	ownersOf := func(m *program.Module, named []*bitcode.Symbol) {
		for _, r := range named {
			if target := m.Ref(r).Symbol; target != nil && owners[target.Number] != nil {
				functions = append(functions, owners[target.Number].Func)
			}
		}
	}
	for _, m := range l.Program.Modules {
		for _, s := range m.Symbols {
			owner := owners[s.Number]
			switch {
			case s.HasFixedEntry():
				functions = append(functions, s.Func)
			case s.Kind != program.Data:
			case owner != nil && s.Bounded:
				functions = append(functions, owner.Func)
			case owner == nil:
				ownersOf(m, s.Def.Refs)
			}
		}
	}
	seen := map[program.FuncID]bool{}
	for i := 0; i < len(functions) && len(owners) > 0; i++ {
		f := l.Program.Functions[functions[i]]
		if seen[f.Func] {
			continue
		}
		seen[f.Func] = true
		ownersOf(f.Module, l.Blocks.namedBy(f))
	}
	return functions
}

// namedBy returns what a function names, with its variables and the functions that are compiled with it for these.
func (o BlockVariables) namedBy(f *program.Symbol) []*bitcode.Symbol {
	named, _ := f.Def.References() // who compiles a body that cannot be read says so
	for _, v := range o.OwnedBy(f) {
		named = append(named, v.Refs...)
		for _, other := range v.BlockOwners[1:] {
			of, _ := other.References()
			named = append(named, of...)
		}
	}
	return named
}

// missing finds, among names that could not be linked, a variable that lives in a unit, and returns that unit's
// function.
func (o BlockVariables) missing(names []string) (owner program.FuncID, ok bool) {
	for _, name := range names {
		if rest, found := strings.CutPrefix(name, "oc."); found {
			if n, err := strconv.ParseUint(rest, 10, 32); err == nil && o.owners[program.SymbolID(n)] != nil {
				return o.owners[program.SymbolID(n)].Func, true
			}
		}
	}
	return 0, false
}
