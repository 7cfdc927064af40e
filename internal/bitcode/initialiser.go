package bitcode

import "slices"

// symbolOf is the symbol that a value is, or nil.
func (m *Module) symbolOf(v ValueID) *Symbol {
	if uint64(v) < uint64(len(m.list)) && m.list[v].Op == SymbolConstant {
		return m.symbols[m.list[v].bits]
	}
	return nil
}

func (m *Module) isZero(v ValueID) bool {
	return uint64(v) < uint64(len(m.list)) && (m.list[v].Op == NullConstant || m.list[v].Op == UndefConstant)
}

// constantAt is a constant of the module, or undef where there is none.
func (m *Module) constantAt(v ValueID) Constant {
	if uint64(v) < uint64(len(m.list)) {
		return m.list[v]
	}
	return Constant{Type: NoType, Op: UndefConstant}
}

// maxExpressionDepth is how many operations may stand around a symbol that is still recognised.
const maxExpressionDepth = 64

// plainSymbol is the symbol that a constant names, maybe as another type.
func (m *Module) plainSymbol(v ValueID) *Symbol {
	for range maxExpressionDepth {
		c := m.constantAt(v)
		operands := m.operandsOf(c)
		if c.Op != CastConstant && c.Op != EquivalentConstant || len(operands) == 0 {
			break
		}
		v = operands[0]
	}
	return m.symbolOf(v)
}

// baseOf is the symbol relative to which a constant is an address, or nil.
func (m *Module) baseOf(v ValueID) *Symbol {
	for range maxExpressionDepth {
		c := m.constantAt(v)
		operands := m.operandsOf(c)
		if len(operands) == 0 {
			break
		}
		switch c.Op {
		case CastConstant, EquivalentConstant, GEPConstant:
			v = operands[0]
		case BinaryConstant:
			const add, sub = 0, 1
			if c.Code != add && c.Code != sub || len(operands) != 2 {
				return nil
			}
			number := 1
			if _, ok := m.constantAt(operands[0]).Int(); ok && c.Code == add {
				number = 0
			}
			if _, ok := m.constantAt(operands[number]).Int(); !ok {
				return nil
			}
			v = operands[1-number]
		default:
			return nil
		}
	}
	return m.symbolOf(v)
}

// walker collects the symbols that initialisers refer to.
type walker struct {
	module *Module
	// budget is how many operands may still be looked at. Initialisers of a real program hardly share parts,
	// so that all of them together have fewer operands than the file has bits.
	budget int
	seen   []uint32 // by value: the walk which saw it last
	owners []uint32 // by value: the walk which last saw one of the function's blocks
	walk   uint32
	stack  []ValueID
}

func initialiserBudget(bytes int) int { return 8*bytes + 1<<16 }

// initialiser finds the symbols which an initialiser refers to and the functions of whose blocks it has addresses.
func (w *walker) initialiser(v ValueID) (refs, owners []*Symbol) {
	m := w.module
	if w.seen == nil {
		w.seen, w.owners = make([]uint32, len(m.list)), make([]uint32, len(m.list))
	}
	w.walk++
	w.stack = append(w.stack[:0], v)
	for len(w.stack) > 0 && w.budget >= 0 {
		v := w.stack[len(w.stack)-1]
		w.stack = w.stack[:len(w.stack)-1]
		if uint64(v) >= uint64(len(w.seen)) || w.seen[v] == w.walk {
			continue
		}
		switch c := m.list[v]; {
		case c.Op == SymbolConstant:
			w.seen[v] = w.walk
			refs = append(refs, m.symbols[c.bits])
		case c.Op == BlockConstant:
			w.seen[v] = w.walk
			if operands := m.operandsOf(c); len(operands) > 0 {
				if f := m.symbolOf(operands[0]); f != nil && w.owners[operands[0]] != w.walk {
					w.owners[operands[0]] = w.walk
					owners = append(owners, f)
				}
			}
		case c.Op >= AggregateConstant:
			w.seen[v] = w.walk
			operands := m.operandsOf(c)
			w.budget -= len(operands)
			for _, o := range slices.Backward(operands) {
				w.stack = append(w.stack, o)
			}
		}
	}
	return refs, owners
}

// findStructors reads llvm.global_ctors and llvm.global_dtors: arrays of {i32 priority, function, data}.
func (x *indexer) findStructors() {
	if x.err != nil {
		return
	}
	for _, g := range x.module.Globals {
		switch g.Name {
		case "llvm.global_ctors":
			x.module.Ctors = x.module.structors(g.value)
		case "llvm.global_dtors":
			x.module.Dtors = x.module.structors(g.value)
		}
	}
}

func (m *Module) structors(v ValueID) []Structor {
	var list []Structor
	for _, element := range m.operandsOf(m.constantAt(v)) {
		structor := m.constantAt(element)
		fields := m.operandsOf(structor)
		if len(fields) < 2 {
			list = append(list, Structor{Null: structor.Op == NullConstant})
			continue
		}
		priority, _ := m.constantAt(fields[0]).Int()
		s := Structor{Priority: uint32(priority), Func: m.plainSymbol(fields[1]),
			Null: m.constantAt(fields[1]).Op == NullConstant}
		if len(fields) > 2 {
			s.Data = m.plainSymbol(fields[2])
		}
		list = append(list, s)
	}
	return list
}
