package bitcode

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
)

// Blocks of a module that only digests need.
const (
	useListBlock       = 18
	bundleTagsBlock    = 21
	metadataKindsBlock = 22
	syncScopesBlock    = 26
)

// moduleDigests is what the digests of a module's definitions have in common, read when the first is asked for.
type moduleDigests struct {
	at     []blockPlace
	once   sync.Once
	tables digestTables
}

// blockPlace is where a block is.
type blockPlace struct {
	id uint64
	place
}

// digestTables say what numbers in a module's records mean.
type digestTables struct {
	types       []hashed   // by TypeID
	attributes  []hashed   // by AttributeListID - 1
	constants   rawRecords // by ValueID; for symbols there is an empty one
	bundleTags  []string
	syncScopes  []string
	blockOwners map[*Symbol]bool // functions of which constants of the module have addresses of blocks
	shared      sync.Map         // sharedNode, of nodes of the module, by number
	err         error
}

// hashed is the content of a type or of a list of attributes, or why it cannot be told.
type hashed struct {
	hash    [16]byte
	unclear string
}

func hashOf(content []byte) (h [16]byte) {
	sum := sha256.Sum256(content)
	copy(h[:], sum[:])
	return h
}

// noteBlock notes a block for digests.
func (m *moduleDigests) noteBlock(id, pos, limit uint64) {
	m.at = append(m.at, blockPlace{id, place{pos, limit}})
}

// digestTables reads the tables, once.
func (m *Module) digestTables() *digestTables {
	d := &m.digests
	d.once.Do(func() {
		r := tablesReader{module: m, digestTables: &d.tables, groups: map[uint64]hashed{}}
		r.stream = m.stream()
		r.hashTypes()
		for _, at := range d.at {
			r.stand(at.place)
			r.readBlock(at.id)
		}
		r.findBlockOwners()
		if r.stream.err != nil {
			r.digestTables.err = r.stream.err
		}
	})
	return &d.tables
}

// tablesReader fills digestTables.
type tablesReader struct {
	stream
	*digestTables
	module *Module
	groups map[uint64]hashed
}

func (r *tablesReader) readBlock(id uint64) {
	switch id {
	case paramAttrGroupBlock:
		r.readGroups()
	case paramAttrBlock:
		r.readLists()
	case constantsBlock:
		// Its values follow the symbols and constants before it.
		r.constants.readConstants(&r.stream, r.passSymbols)
	case valueSymtabBlock:
		r.checkBodies()
	case bundleTagsBlock:
		r.readNames(id, func(_ uint64, ops record) { r.bundleTags = append(r.bundleTags, text(ops)) })
	case syncScopesBlock:
		r.readNames(id, func(_ uint64, ops record) { r.syncScopes = append(r.syncScopes, text(ops)) })
	}
}

// readNames reads a block of names, one a record.
func (r *tablesReader) readNames(id uint64, add func(code uint64, ops record)) {
	for code := range r.records(id) {
		if ops := r.operands(); r.stream.err == nil {
			add(code, ops)
		}
	}
}

// checkBodies reads a module's VALUE_SYMTAB, from which LLVM takes where bodies are. If they are not in the order in
// which they were indexed, another function has the body that is digested.
func (r *tablesReader) checkBodies() {
	offset, known := int64(0), false // between what the block says and where a body is
	for code := range r.records(valueSymtabBlock) {
		ops := record(r.operands())
		if f := r.module.symbolOf(valueID(ops.at(0))); code == symtabFunction && f != nil && !f.Declaration {
			o := int64(ops.at(1))*4 - f.Body.Start
			if known && o != offset {
				r.unclear("the module gives a body to two functions")
			}
			offset, known = o, true
		}
	}
}

// unclear records why nothing of the module can be digested.
func (r *tablesReader) unclear(what string) {
	if r.digestTables.err == nil {
		r.digestTables.err = fmt.Errorf("its content cannot be told: %s", what)
	}
}

// passSymbols gives to symbols their places among the constants.
func (r *tablesReader) passSymbols() {
	list := r.module.list
	for n := len(r.constants.list); n < len(list) && list[n].Op == SymbolConstant; n++ {
		r.constants.add(0, 0)
	}
}

func (r *tablesReader) findBlockOwners() {
	r.blockOwners = map[*Symbol]bool{}
	for _, c := range r.module.list {
		if c.Op == BlockConstant {
			for _, f := range r.module.operandsOf(c) {
				r.blockOwners[r.module.symbolOf(f)] = true
			}
		}
	}
}

// hashTypes hashes all types. With opaque pointers no type is a part of itself, but a table may list one before its
// parts.
func (r *tablesReader) hashTypes() {
	r.types = make([]hashed, len(r.module.Types))
	done := make([]bool, len(r.types))
	for id := range r.types {
		r.hashType(TypeID(id), done, 0)
	}
}

func (r *tablesReader) hashType(id TypeID, done []bool, depth int) {
	const deepest = 1000
	h, t := &r.types[id], &r.module.Types[id]
	switch {
	case done[id]:
		return
	case depth > deepest:
		h.unclear = "a type has more than a thousand levels"
		return
	}
	switch {
	case t.Kind == PointerType && len(t.Elems) > 0:
		h.unclear = "pointers have types: it was written by an LLVM before 16"
	case t.Kind == UnknownType && t.Name == "" || t.Kind == TargetType:
		h.unclear = "there is a type of an unknown sort"
	}
	content := []byte{byte(t.Kind)}
	if t.Flag {
		content[0] |= 0x80
	}
	content = binary.AppendUvarint(content, uint64(t.Bits))
	content = binary.AppendUvarint(content, t.Len)
	content = binary.AppendUvarint(content, uint64(len(t.Elems)))
	for _, e := range t.Elems {
		if h.unclear != "" {
			break
		}
		r.hashType(e, done, depth+1)
		h.unclear = r.types[e].unclear
		content = append(content, r.types[e].hash[:]...)
	}
	if t.Kind == UnknownType { // an opaque structure
		content = append(content, t.Name...)
	}
	h.hash = hashOf(content)
	done[id] = true
}

// readGroups hashes the groups of a PARAMATTR_GROUP block: [group, of what, attribute...].
func (r *tablesReader) readGroups() {
	for code := range r.records(paramAttrGroupBlock) {
		ops := record(r.operands())
		if code != attributeGroup || len(ops) < 2 {
			r.unclear("there is an unknown record of attributes")
			continue
		}
		r.groups[ops[0]] = r.hashGroup(ops[1], ops[2:])
	}
}

// hashGroup hashes a group, attribute by attribute: a case for each of their forms.
func (r *tablesReader) hashGroup(of uint64, ops record) (h hashed) {
	content := binary.AppendUvarint(nil, of)
	raw := func(n int) {
		if n > len(ops) {
			h.unclear = "a group of attributes is cut off"
			n = len(ops)
		}
		for _, op := range ops[:n] {
			content = binary.AppendUvarint(content, op)
		}
		ops = ops[n:]
	}
	for len(ops) > 0 && h.unclear == "" {
		switch kind := ops[0]; kind {
		case enumAttribute, typeAttribute:
			raw(2)
		case integerAttribute:
			raw(3)
		case stringAttribute, pairAttribute:
			before := len(ops)
			_, rest := cutText(ops[1:])
			if kind == pairAttribute {
				_, rest = cutText(rest)
			}
			raw(before - len(rest))
		case givenTypeAttribute:
			raw(2)
			if t := ops.at(0); len(ops) == 0 || t >= uint64(len(r.types)) || r.types[t].unclear != "" {
				h.unclear = "an attribute has a type that is not clear"
			} else {
				content = append(content, r.types[t].hash[:]...)
				ops = ops[1:]
			}
		case rangeAttribute:
			raw(2 + rangeSize(ops.from(2)))
		case rangesAttribute:
			if n := ops.at(2); ops.at(3) > 64 || n > uint64(len(ops)) {
				h.unclear = "an attribute has ranges of wide integers"
			} else {
				raw(4 + 2*int(n))
			}
		default:
			h.unclear = fmt.Sprintf("there are attributes of the unknown sort %d", kind)
		}
	}
	h.hash = hashOf(content)
	return h
}

// readLists hashes the lists of a PARAMATTR block: [group...].
func (r *tablesReader) readLists() {
	for code := range r.records(paramAttrBlock) {
		ops := r.operands()
		if code != attributeList {
			r.unclear("there is an unknown list of attributes")
		}
		var h hashed
		var content []byte
		for _, op := range ops {
			g, ok := r.groups[op]
			if !ok {
				g.unclear = "a group of attributes is missing"
			}
			if g.unclear != "" {
				h.unclear = g.unclear
			}
			content = append(content, g.hash[:]...)
		}
		h.hash = hashOf(content)
		r.attributes = append(r.attributes, h)
	}
}
