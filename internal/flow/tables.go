package flow

import (
	"slices"
	"sync"

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
	w := walk{seen: map[*bitcode.Symbol]bool{}}
	for _, body := range append([]*bitcode.Body{b}, callers...) {
		w.addBody(body)
	}
	t.choose(candidates, &w)
	return candidates
}

// Targets is Candidates for a body that was skimmed: the functions that its indirect calls may call, by type.
func (t *Tables) Targets(mentions []bitcode.Mention) map[bitcode.TypeID][]*bitcode.Symbol {
	candidates := map[bitcode.TypeID][]*bitcode.Symbol{}
	w := walks.Get().(*walk)
	defer walks.Put(w)
	w.reset()
	for _, m := range mentions {
		switch {
		case m.Symbol == nil:
			candidates[m.Type] = nil
		case !m.Call:
			w.add(m.Symbol)
		}
	}
	t.choose(candidates, w)
	return candidates
}

// choose fills in the functions for each type.
func (t *Tables) choose(candidates map[bitcode.TypeID][]*bitcode.Symbol, w *walk) {
	for _, f := range w.reach() {
		if list, ok := candidates[f.Type]; ok {
			candidates[f.Type] = append(list, f)
		}
	}
	for typ, list := range candidates {
		if all := t.functions[typ]; len(list) == 0 && len(all) <= fewCandidates {
			candidates[typ] = slices.Clone(all)
		}
	}
}

// walk goes from symbols to the functions whose addresses are in variables.
type walk struct {
	seen                 map[*bitcode.Symbol]bool
	functions, variables []*bitcode.Symbol // nearest first
}

// walks are walks whose memory is free.
var walks = sync.Pool{New: func() any { return &walk{seen: map[*bitcode.Symbol]bool{}} }}

func (w *walk) reset() {
	clear(w.seen)
	w.functions, w.variables = w.functions[:0], w.variables[:0]
}

func (w *walk) add(s *bitcode.Symbol) {
	s = resolve(s)
	if w.seen[s] || len(w.seen) >= tableSize {
		return
	}
	switch s.Kind {
	case bitcode.FunctionSymbol:
		w.functions = append(w.functions, s)
	case bitcode.VariableSymbol:
		w.variables = append(w.variables, s)
	}
	w.seen[s] = true
}

// addBody adds what a body takes the address of.
func (w *walk) addBody(b *bitcode.Body) {
	for i, in := range b.Insts {
		operands := b.Operands(i)
		if isCall(in.Op) {
			operands = operands[:len(operands)-1] // without the callee
		}
		for _, v := range operands {
			if s := behind(b, v); s != nil {
				w.add(s)
			}
		}
	}
}

// reach are the functions that were added, and those to which variables lead, nearest first.
func (w *walk) reach() []*bitcode.Symbol {
	for range tableDepth {
		level := w.variables
		w.variables = nil
		for _, v := range level {
			for _, s := range v.Refs {
				w.add(s)
			}
		}
	}
	return w.functions
}
