package bitcode

import "slices"

// Records of a module.
const (
	moduleVersion    = 1
	moduleTriple     = 2
	moduleDataLayout = 3
	moduleAsm        = 4
	moduleSection    = 5
	moduleGlobalVar  = 7
	moduleFunction   = 8
	moduleAliasOld   = 9
	moduleComdat     = 12
	moduleAlias      = 14
	moduleSourceName = 16
	moduleIFunc      = 18
)

// Records of a VALUE_SYMTAB.
const (
	symtabEntry    = 1 // [value, character...]
	symtabFunction = 3 // [value, offset, character...]
)

// indexer reads one MODULE_BLOCK without the bodies in it.
type indexer struct {
	*stream
	module     *Module
	version    uint64
	sections   []string
	structName string    // for the type that follows
	bodies     int       // FUNCTION_BLOCKs seen
	defined    []*Symbol // functions with bodies, in order of their records
	slab       []Symbol  // symbols to be used
	named      []nameRef // names that stand in a STRTAB
}

// nameRef is a name given as a range of the string table to come.
type nameRef struct {
	to           *string
	offset, size uint64
}

// readModule reads the block that next has found.
func (x *indexer) readModule() {
	outer := x.enter(moduleBlock)
	defer x.leave(outer)
	x.info = new(blockInfo)
	x.module.content = content{data: x.data, base: x.base, info: x.info, boolean: NoType}
	for {
		what, id := x.next()
		switch what {
		case blockEnd:
			x.finish()
			return
		case subBlock:
			x.readBlock(id)
		case dataRecord:
			x.readRecord(x.code(id))
		}
	}
}

func (x *indexer) readBlock(id uint64) {
	switch id {
	case paramAttrGroupBlock, paramAttrBlock, constantsBlock, valueSymtabBlock, bundleTagsBlock, syncScopesBlock:
		x.module.digests.noteBlock(id, x.pos, x.limit)
	case metadataBlock, metadataKindsBlock:
		x.module.nodes.at = append(x.module.nodes.at, blockPlace{id, place{x.pos, x.limit}})
	}
	switch id {
	case blockInfoBlock:
		x.readBlockInfo()
	case typeBlock:
		x.readTypes()
	case paramAttrGroupBlock:
		x.readAttributeGroups(&x.module.attributes)
	case paramAttrBlock:
		x.readAttributeLists(&x.module.attributes)
	case constantsBlock:
		x.readConstants(&x.module.constants)
	case functionBlock:
		x.passBody()
	case valueSymtabBlock:
		x.readSymtab()
	case metadataBlock:
		x.findTypeFlag()
	case summaryBlock, fullSummaryBlock:
		x.module.summary.at, x.module.summary.block = place{x.pos, x.limit}, id
		x.skipBlock(id)
	default:
		x.skipBlock(id)
	}
}

func (x *indexer) readRecord(code uint64) {
	m := x.module
	switch code {
	case moduleVersion, moduleTriple, moduleDataLayout, moduleAsm, moduleSection, moduleGlobalVar, moduleFunction,
		moduleAliasOld, moduleComdat, moduleAlias, moduleSourceName, moduleIFunc:
	default:
		x.skipOperands()
		return
	}
	ops := x.operands()
	if x.err != nil {
		return
	}
	switch code {
	case moduleVersion:
		x.setVersion(ops)
	case moduleTriple:
		m.Triple = text(ops)
	case moduleDataLayout:
		m.DataLayout = text(ops)
	case moduleAsm:
		m.Asm = text(ops)
	case moduleSourceName:
		m.SourceName = text(ops)
	case moduleSection:
		x.sections = append(x.sections, text(ops))
	case moduleComdat:
		x.addComdat(ops)
	default:
		x.addSymbol(code, ops)
	}
}

func (x *indexer) setVersion(ops []uint64) {
	if len(ops) == 0 || ops[0] > 2 {
		x.fail("the module is of version %d; versions up to 2 are known", slices.Max(append(ops, 0)))
		return
	}
	x.version = ops[0]
	x.module.absolute = ops[0] == 0
}

// named takes the place of the name off the operands of a record.
func (x *indexer) takeName(ops []uint64, to *string) []uint64 {
	if x.version < 2 {
		return ops
	}
	if len(ops) < 2 {
		x.fail("a symbol's record has %d operands", len(ops))
		return nil
	}
	x.named = append(x.named, nameRef{to, ops[0], ops[1]})
	return ops[2:]
}

func (x *indexer) addComdat(ops []uint64) {
	if !x.roomFor(len(x.module.Comdats)) {
		return
	}
	c := &Comdat{}
	if x.version < 2 { // [kind, size, character...]
		if len(ops) >= 2 && ops[1] <= uint64(len(ops)-2) {
			c.Name = text(ops[2 : 2+ops[1]])
		}
	} else { // [name, kind]
		ops = x.takeName(ops, &c.Name)
	}
	c.Kind = ComdatAny
	if len(ops) > 0 && ops[0] >= uint64(ComdatAny) && ops[0] <= uint64(ComdatSameSize) {
		c.Kind = ComdatKind(ops[0])
	}
	x.module.Comdats = append(x.module.Comdats, c)
}

// roomFor bounds what the records of symbols, which can be written in a few bits, make us allocate.
func (x *indexer) roomFor(count int) bool {
	const least = 4 // bytes that LLVM needs for the record of a symbol
	if count >= len(x.data)/least {
		x.fail("there are more symbols than the file has room for")
		return false
	}
	return true
}

// passBody notes where the next body stands. The nth body belongs to the nth function that is not just a declaration.
func (x *indexer) passBody() {
	start := x.head &^ 7
	after := x.pos - start
	x.skipBlock(functionBlock)
	if x.err != nil {
		return
	}
	if x.bodies == len(x.defined) {
		x.failAt(start, "there are more bodies than functions that are defined")
		return
	}
	f := x.defined[x.bodies]
	x.bodies++
	f.Body = ByteRange{x.base + int64(start/8), x.base + int64(x.pos/8)}
	f.bodyHead = uint8(after)
}

// readSymtab reads names that stand in the module itself, as they do in bitcode older than string tables.
func (x *indexer) readSymtab() {
	if x.version >= 2 {
		x.skipBlock(valueSymtabBlock)
		return
	}
	for code := range x.records(valueSymtabBlock) {
		characters := 1
		switch code {
		case symtabEntry:
		case symtabFunction:
			characters = 2
		default:
			x.skipOperands()
			continue
		}
		if ops := x.operands(); len(ops) >= characters {
			if s := x.module.symbolOf(valueID(ops[0])); s != nil {
				s.Name = text(ops[characters:])
			}
		}
	}
}

// setNames sets the names which the module's records gave as ranges of a string table.
func (x *indexer) setNames(table string) {
	for _, n := range x.named {
		if n.size > uint64(len(table)) || n.offset > uint64(len(table))-n.size {
			x.fail("a symbol's name stands at %d of the table of names, which has %d bytes", n.offset, len(table))
			return
		}
		*n.to = table[n.offset : n.offset+n.size]
	}
	x.findStructors()
}

// finish works out what needs all of the module.
func (x *indexer) finish() {
	if x.err == nil && x.bodies < len(x.defined) {
		x.fail("a function that is defined has no body")
	}
	if x.err != nil {
		return
	}
	m := x.module
	if v, found := m.circular(); found {
		x.fail("the constant %d is a part of itself", v)
		return
	}
	m.typed = m.typed || m.hasTypeMark()
	layout := parseLayout(m)
	w := walker{module: m, budget: initialiserBudget(len(x.data))}
	for _, s := range m.symbols {
		switch s.Kind {
		case VariableSymbol:
			s.Size = layout.size(s.Type)
			if !s.Declaration {
				s.Zero = m.isZero(s.value)
				s.Refs, s.BlockOwners = w.initialiser(s.value)
			}
		case AliasSymbol, IFuncSymbol:
			s.Base = m.baseOf(s.value)
		}
		if w.budget < 0 {
			x.fail("the initialisers of variables refer to each other's parts too often")
			return
		}
	}
}
