package bitcode

// addSymbol takes up a record of a variable, function, alias or ifunc. Fields that older LLVMs did not write
// are missing at its end.
func (x *indexer) addSymbol(code uint64, ops []uint64) {
	m := x.module
	if !x.roomFor(len(m.symbols)) {
		return
	}
	if len(x.slab) == 0 {
		x.slab = make([]Symbol, min(64, max(8, len(m.symbols))))
	}
	s := &x.slab[0]
	x.slab = x.slab[1:]
	*s = Symbol{Module: m, value: NoValue, extra: [3]ValueID{NoValue, NoValue, NoValue}}
	r := record(x.takeName(ops, &s.Name))
	least := 3
	switch code {
	case moduleGlobalVar:
		least = 6
		x.fillVariable(s, r)
	case moduleFunction:
		least = 8
		x.fillFunction(s, r)
	case moduleIFunc:
		s.Kind = IFuncSymbol
		x.fillAlias(s, r, true)
	default:
		s.Kind = AliasSymbol
		x.fillAlias(s, r, code == moduleAlias)
	}
	if x.err == nil && len(r) < least {
		x.fail("a symbol's record has %d operands", len(r))
	}
	m.list = append(m.list, Constant{Type: m.pointerTo(s.Type, s.AddrSpace), Op: SymbolConstant,
		bits: uint64(len(m.symbols))})
	m.symbols = append(m.symbols, s)
}

// fillVariable reads GLOBALVAR: [type, isconst | explicit type << 1 | address space << 2, initialiser + 1, linkage,
// alignment, section, visibility, threadlocal, unnamed_addr, externally_initialized, dllstorageclass, comdat,
// attributes, preemptionspecifier, ...].
func (x *indexer) fillVariable(s *Symbol, r record) {
	s.Kind = VariableSymbol
	s.Constant = r.at(1)&1 != 0
	x.setType(s, r.at(0), r.at(1)&2 != 0)
	if r.at(1)&2 != 0 {
		s.AddrSpace = uint32(r.at(1) >> 2)
	}
	s.value = r.value(2)
	s.Declaration = r.at(2) == 0
	s.Linkage = decodeLinkage(r.at(3))
	x.setAlign(s, r.at(4))
	x.setSection(s, r.at(5))
	s.ThreadLocal = decodeTLS(r.at(7))
	s.Unnamed = decodeUnnamed(r.at(8))
	s.DLLStorage = uint8(r.at(10))
	x.setComdat(s, r.at(11))
	s.setVisibility(r.at(6), r.at(13) == 1)
	s.Index = len(x.module.Globals)
	x.module.Globals = append(x.module.Globals, s)
}

// fillFunction reads FUNCTION: [type, callingconv, isproto, linkage, attributes, alignment, section, visibility, gc,
// unnamed_addr, prologue + 1, dllstorageclass, comdat, prefix + 1, personality + 1, preemptionspecifier,
// address space, ...].
func (x *indexer) fillFunction(s *Symbol, r record) {
	s.Kind = FunctionSymbol
	types := x.module.Types
	x.setType(s, r.at(0), r.at(0) < uint64(len(types)) && types[r.at(0)].Kind == FunctionType)
	s.CallConv = uint32(r.at(1))
	s.Declaration = r.at(2) != 0
	s.Linkage = decodeLinkage(r.at(3))
	s.Attributes = AttributeListID(r.at(4))
	x.setAlign(s, r.at(5))
	x.setSection(s, r.at(6))
	s.gc = r.at(8) != 0
	s.Unnamed = decodeUnnamed(r.at(9))
	s.DLLStorage = uint8(r.at(11))
	x.setComdat(s, r.at(12))
	s.extra = [3]ValueID{r.value(14), r.value(13), r.value(10)}
	s.AddrSpace = uint32(r.at(16))
	s.setVisibility(r.at(7), r.at(15) == 1)
	s.Index = len(x.module.Functions)
	x.module.Functions = append(x.module.Functions, s)
	if !s.Declaration {
		x.defined = append(x.defined, s)
	}
}

// fillAlias reads ALIAS and IFUNC: [value type, address space, aliasee, linkage, visibility, then for an ALIAS only
// dllstorageclass, threadlocal, unnamed_addr, then preemptionspecifier, ...]. An ALIAS_OLD has a pointer type and
// no address space.
func (x *indexer) fillAlias(s *Symbol, r record, hasSpace bool) {
	x.setType(s, r.at(0), hasSpace)
	if len(r) > 0 {
		r = r[1:]
	}
	if hasSpace && len(r) > 0 {
		s.AddrSpace = uint32(r[0])
		r = r[1:]
	}
	s.value = valueID(r.at(0))
	s.Linkage = decodeLinkage(r.at(1))
	local := 3
	if s.Kind == AliasSymbol {
		s.DLLStorage = uint8(r.at(3))
		s.ThreadLocal = decodeTLS(r.at(4))
		s.Unnamed = decodeUnnamed(r.at(5))
		local = 6
	}
	s.setVisibility(r.at(2), r.at(local) == 1)
	list := &x.module.Aliases
	if s.Kind == IFuncSymbol {
		list = &x.module.IFuncs
	}
	s.Index = len(*list)
	*list = append(*list, s)
}

// setType sets the value type from a type or, in older bitcode, from the type of a pointer to it.
func (x *indexer) setType(s *Symbol, id uint64, direct bool) {
	types := x.module.Types
	if id >= uint64(len(types)) {
		x.fail("a symbol is of type %d, which is not defined", id)
		return
	}
	s.Type = TypeID(id)
	if !direct {
		t := &types[id]
		if t.Kind != PointerType || len(t.Elems) == 0 {
			x.fail("a symbol's type is not that of a pointer")
			return
		}
		s.Type, s.AddrSpace = t.Elems[0], t.Bits
	}
}

// setAlign decodes an alignment: 0 or its logarithm plus one.
func (x *indexer) setAlign(s *Symbol, code uint64) {
	const most = 33 // LLVM's largest alignment is 1<<32
	switch {
	case code > most:
		x.fail("a symbol's alignment is the %dth power of two", code-1)
	case code == most:
		s.Align = 1 << 31 // what fits
	case code > 0:
		s.Align = 1 << (code - 1)
	}
}

func (x *indexer) setSection(s *Symbol, number uint64) {
	if number > uint64(len(x.sections)) {
		x.fail("a symbol is in section %d, which is not defined", number)
	} else if number > 0 {
		s.Section = x.sections[number-1]
	}
}

func (x *indexer) setComdat(s *Symbol, number uint64) {
	if number > uint64(len(x.module.Comdats)) {
		x.fail("a symbol is in comdat group %d, which is not defined", number)
	} else if number > 0 {
		s.Comdat = x.module.Comdats[number-1]
	}
}
