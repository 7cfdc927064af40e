package bitcode

import "sync"

// CodeTables are what generating code needs to know of a module, read when the first of its bodies is asked for.
type CodeTables struct {
	// Layout is by TypeID.
	Layout []TypeLayout

	module     *Module
	vectors    map[sequence]TypeID
	pairs      map[[2]TypeID]TypeID // structures of two elements
	contents                        // of the module's constants, by ValueID
	parameters []listOfParameters   // by AttributeListID - 1
}

// TypeLayout is how a type lies in memory.
type TypeLayout struct {
	Size    uint64   // bytes from one element of an array to the next
	Store   uint64   // bytes that a store writes
	Align   uint64   // bytes; 0 if the type has no size, or none that is known
	Offsets []uint64 // of the elements of a structure
}

// sequence is a vector type.
type sequence struct {
	of  TypeID
	len uint64
}

// lazyCodeTables is where a module keeps its CodeTables.
type lazyCodeTables struct {
	once   sync.Once
	tables CodeTables
	err    error
}

func (m *Module) codeTables() (*CodeTables, error) {
	l := &m.forCode
	l.once.Do(func() {
		t := &l.tables
		t.module = m
		t.layOut()
		t.vectors, t.pairs = map[sequence]TypeID{}, map[[2]TypeID]TypeID{}
		for i, typ := range m.Types {
			switch {
			case typ.Kind == VectorType && !typ.Flag:
				t.vectors[sequence{typ.Elems[0], typ.Len}] = TypeID(i)
			case typ.Kind == StructType && !typ.Flag && len(typ.Elems) == 2:
				t.pairs[[2]TypeID(typ.Elems)] = TypeID(i)
			}
		}
		l.err = t.readBlocks()
	})
	return &l.tables, l.err
}

// layOut computes the layouts of all types.
func (t *CodeTables) layOut() {
	types := t.module.Types
	layout := parseLayout(t.module)
	t.Layout = make([]TypeLayout, len(types))
	for i := range types {
		e := layout.extent(TypeID(i))
		size, ok := e.size()
		if !ok {
			continue
		}
		l := &t.Layout[i]
		*l = TypeLayout{Size: size, Store: e.store, Align: e.align}
		if types[i].Kind == StructType {
			l.Offsets = layout.offsets(&types[i])
		}
	}
}

// offsets are where the elements of a structure lie whose extent is known.
func (l *dataLayout) offsets(t *Type) []uint64 {
	offsets, at := make([]uint64, len(t.Elems)), uint64(0)
	for i, id := range t.Elems {
		e := l.extent(id)
		size, _ := e.size()
		if !t.Flag {
			at = (at + e.align - 1) &^ (e.align - 1)
		}
		offsets[i] = at
		at += size
	}
	return offsets
}

// readBlocks reads the module's constants and the attributes of parameters.
func (t *CodeTables) readBlocks() error {
	m := t.module
	s := m.stream()
	// Symbols come first; of a module's constants the index has kept the operands.
	list := constants{list: make([]Constant, len(m.symbols), len(m.list))}
	t.spans = make([]span, len(m.symbols), len(m.list))
	groups := map[uint64]parameterGroup{}
	for _, at := range m.digests.at {
		s.stand(at.place)
		switch at.id {
		case paramAttrGroupBlock:
			s.readParameterGroups(groups)
		case paramAttrBlock:
			t.readParameterLists(&s, groups)
		case constantsBlock:
			s.readContents(m.Types, &list, &t.contents)
		}
	}
	return s.err
}

// typeOfResult is the type of an instruction's value by those of its operands.
func (d *decoder) typeOfResult(inst int) TypeID {
	b := &d.body
	operands := b.Operands(inst)
	operand := func(i int) TypeID {
		if i < len(operands) && operands[i] != NoValue {
			return b.TypeOf(operands[i])
		}
		return NoType
	}
	first := d.module.typeAt(operand(0))
	switch b.Insts[inst].Op {
	case OpUnary, OpBinary, OpFreeze, OpSelect, OpInsertElement, OpInsertValue:
		return operand(0)
	case OpAtomicRMW:
		return operand(1)
	case OpCmp:
		if first.Kind == VectorType {
			return d.forCode.Tables.vector(d.module.boolean, first.Len)
		}
		if operand(0) != NoType {
			return d.module.boolean
		}
	case OpExtractElement:
		if first.Kind == VectorType {
			return first.Elems[0]
		}
	case OpShuffleVector:
		if mask := d.module.typeAt(operand(2)); first.Kind == VectorType && mask.Kind == VectorType {
			return d.forCode.Tables.vector(first.Elems[0], mask.Len)
		}
	case OpCmpXchg:
		if p, ok := d.forCode.Tables.pairs[[2]TypeID{operand(1), d.module.boolean}]; ok {
			return p
		}
	case OpGEP:
		return d.typeOfAddress(operands)
	case OpExtractValue:
		t := operand(0)
		for _, i := range d.forCode.List(inst) {
			t = d.module.elementType(t, uint64(i))
		}
		return t
	}
	return NoType
}

// vector is a vector type, NoType if the module does not have it.
func (t *CodeTables) vector(of TypeID, n uint64) TypeID {
	if v, ok := t.vectors[sequence{of, n}]; ok {
		return v
	}
	return NoType
}

// typeOfAddress is the type of a GEP: that of its pointer, or a vector of such if any operand is one.
func (d *decoder) typeOfAddress(operands []ValueID) TypeID {
	base := NoType
	for i, v := range operands {
		t := d.body.TypeOf(v)
		if t == NoType {
			return NoType
		}
		typ := d.module.typeAt(t)
		if i == 0 {
			base = t
		}
		if typ.Kind == VectorType && i > 0 && d.module.typeAt(base).Kind == PointerType {
			return d.forCode.Tables.vector(base, typ.Len)
		}
	}
	return base
}

// elementType is the type of an aggregate's element, NoType if there is none.
func (m *Module) elementType(t TypeID, i uint64) TypeID {
	of := m.typeAt(t)
	switch {
	case of.Kind == ArrayType:
		return of.Elems[0]
	case of.Kind == StructType && i < uint64(len(of.Elems)):
		return of.Elems[i]
	}
	return NoType
}
