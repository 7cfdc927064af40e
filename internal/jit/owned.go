package jit

import (
	"strconv"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/program"
)

// ownedVariables are variables that hold addresses of basic blocks, such as tables of computed gotos. Only the
// object with the function has those addresses, so the variable is compiled with it.
type ownedVariables struct {
	byModule map[int][]uint32             // positions of owned variables
	byOwner  map[*bitcode.Symbol][]uint32 // the same, by first owner
	owners   map[uint32]*program.Symbol   // first owner by the variable's symbol number
}

func findOwned(p *program.Program) ownedVariables {
	o := ownedVariables{map[int][]uint32{}, map[*bitcode.Symbol][]uint32{}, map[uint32]*program.Symbol{}}
	for _, m := range p.Modules {
		for _, s := range m.Symbols {
			if s.Kind != program.Data || len(s.Def.BlockOwners) == 0 || s.Def.Kind != bitcode.VariableSymbol {
				continue
			}
			owner := s.Def.BlockOwners[0]
			o.byModule[m.Number] = append(o.byModule[m.Number], uint32(s.Def.Index))
			o.byOwner[owner] = append(o.byOwner[owner], uint32(s.Def.Index))
			o.owners[uint32(s.Number)] = m.Ref(owner).Symbol
		}
	}
	return o
}

// ownsVariables says that f is the first owner of some variables.
func (e *Session) ownsVariables(f int) bool {
	return len(e.owned.byOwner[e.program.Functions[f].Def]) > 0
}

func (o ownedVariables) variables(module int) []uint32 { return o.byModule[module] }

// by returns the variables to compile with some functions of a module.
func (o ownedVariables) by(m *program.Module, functions []uint32) []uint32 {
	var list []uint32
	for _, f := range functions {
		list = append(list, o.byOwner[m.Bitcode.Functions[f]]...)
	}
	return list
}

// missing finds, among names that could not be linked, a variable that lives in a unit, and returns that unit's function.
func (o ownedVariables) missing(p *program.Program, names []string) (function int, ok bool) {
	for _, name := range names {
		if rest, found := strings.CutPrefix(name, "oc."); found {
			if n, err := strconv.ParseUint(rest, 10, 32); err == nil && o.owners[uint32(n)] != nil {
				return int(o.owners[uint32(n)].Func), true
			}
		}
	}
	return 0, false
}
