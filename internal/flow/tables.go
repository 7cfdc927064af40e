package flow

import (
	"slices"

	"github.com/orcast/orcast/internal/bitcode"
)

// Tables knows the functions whose addresses are in the variables of a module: virtual tables, tables of handlers,
// structures of callbacks. It is not changed after NewTables.
type Tables struct {
	functions map[bitcode.TypeID][]*bitcode.Symbol // in variables, by type
}

const (
	tableDepth = 3    // from variable to variable
	tableSize  = 4096 // symbols that are looked at for one body
	// fewCandidates is how many functions of a type a module may have in its variables for all of them to be
	// candidates where nothing better is known.
	fewCandidates = 8
)

// NewTables looks through the variables of a module.
func NewTables(m *bitcode.Module) *Tables {
	t := &Tables{functions: map[bitcode.TypeID][]*bitcode.Symbol{}}
	seen := map[*bitcode.Symbol]bool{}
	for _, v := range m.Globals {
		for _, s := range v.Refs {
			s = resolve(s)
			if s.Kind == bitcode.FunctionSymbol && !seen[s] {
				seen[s] = true
				t.functions[s.Type] = append(t.functions[s.Type], s)
			}
		}
	}
	return t
}

// Candidates are functions that the indirect calls in a body may call, by type of the call: those of that type
// whose addresses the body or one of its callers takes, that are in variables which these mention, or in variables
// which those refer to, three steps deep at most, nearest first; if there are none, all of that type in variables of
// the module, if they are few. The bodies must be of the module.
func (t *Tables) Candidates(b *bitcode.Body, callers ...*bitcode.Body) map[bitcode.TypeID][]*bitcode.Symbol {
	candidates := map[bitcode.TypeID][]*bitcode.Symbol{}
	for _, c := range b.Calls {
		if c.Callee == nil && isCode(&c) {
			candidates[c.Type] = nil
		}
	}
	if len(candidates) == 0 {
		return nil
	}
	for _, f := range mentioned(append([]*bitcode.Body{b}, callers...)) {
		if list, ok := candidates[f.Type]; ok {
			candidates[f.Type] = append(list, f)
		}
	}
	for typ, list := range candidates {
		if all := t.functions[typ]; len(list) == 0 && len(all) <= fewCandidates {
			candidates[typ] = slices.Clone(all)
		}
	}
	return candidates
}

// mentioned are the functions whose addresses bodies take, and those to which the variables lead that they mention,
// nearest first.
func mentioned(bodies []*bitcode.Body) []*bitcode.Symbol {
	seen := map[*bitcode.Symbol]bool{}
	var functions, variables []*bitcode.Symbol
	add := func(s *bitcode.Symbol) {
		s = resolve(s)
		if seen[s] || len(seen) >= tableSize {
			return
		}
		switch s.Kind {
		case bitcode.FunctionSymbol:
			functions = append(functions, s)
		case bitcode.VariableSymbol:
			variables = append(variables, s)
		}
		seen[s] = true
	}
	for _, b := range bodies {
		for i, in := range b.Insts {
			operands := b.Operands(i)
			if isCall(in.Op) {
				operands = operands[:len(operands)-1] // without the callee
			}
			for _, v := range operands {
				if s := behind(b, v); s != nil {
					add(s)
				}
			}
		}
	}
	for range tableDepth {
		level := variables
		variables = nil
		for _, v := range level {
			for _, s := range v.Refs {
				add(s)
			}
		}
	}
	return functions
}
