package bitcode

import (
	"slices"
	"sync"
)

// Records of METADATA blocks.
const (
	metadataStringOld      = 1
	metadataValue          = 2 // [type, value]
	metadataNode           = 3 // [id + 1...]
	metadataName           = 4
	metadataDistinctNode   = 5 // as metadataNode
	metadataKind           = 6
	metadataFirstDebug     = 7 // all up to metadataLastDebug that have no name are nodes of debug information
	metadataOldNode        = 8
	metadataOldLocalNode   = 9
	metadataNamedNode      = 10
	metadataAttachment     = 11 // [instruction?, (kind, node)...]
	metadataStrings        = 35 // [count, offset of the characters], blob: lengths, characters
	metadataDeclAttachment = 36
	metadataIndexOffset    = 38 // [low word, high word]: bits from behind this record to the index
	metadataIndex          = 39 // [bits from the node before...]
	metadataFirstReserved  = 42
	metadataLastReserved   = 43
	metadataLastDebug      = 49
)

func isDebugRecord(code uint64) bool {
	switch code {
	case metadataOldNode, metadataOldLocalNode, metadataNamedNode, metadataAttachment:
		return false
	}
	return code >= metadataFirstDebug && code <= metadataLastDebug &&
		(code < metadataFirstReserved || code > metadataLastReserved)
}

// isNode says whether a record is known to define a string or node.
func isNode(code uint64) bool {
	switch code {
	case metadataStringOld, metadataValue, metadataNode, metadataDistinctNode, metadataOldNode, metadataOldLocalNode:
		return true
	}
	return isDebugRecord(code)
}

// metadataTable says where the metadata of a module, or of a function, stands. Strings and nodes are numbered; a
// function's numbers follow its module's. Programs with debug information have hundreds of thousands of nodes, of which
// code generation looks at few: nodes are read when they are asked for.
type metadataTable struct {
	first uint64 // number of the first node
	parts []metadataPart
	named map[string][]uint64
	kinds map[uint64]string // of attachments, by their numbers; nil in a function
	name  string            // for the named node that follows
	// unclear says what is not understood first.
	unclear string
}

// metadataPart is a METADATA block, or the rest of one from a record of strings on.
type metadataPart struct {
	first  uint64   // number of the first string or node
	texts  [][]byte // strings, which come first
	starts []uint64 // bit at which the record of a node begins
	block           // with all its abbreviations
}

func (p *metadataPart) next() uint64 { return p.first + uint64(len(p.texts)+len(p.starts)) }

// end returns the number that the next node would have.
func (t *metadataTable) end() uint64 {
	if n := len(t.parts); n > 0 {
		return t.parts[n-1].next()
	}
	return t.first
}

// begin empties the table for a function whose numbers begin with first.
func (t *metadataTable) begin(first uint64) {
	clear(t.parts)
	*t = metadataTable{first: first, parts: t.parts[:0]}
}

// read takes up a METADATA block.
func (t *metadataTable) read(s *stream) {
	outer := s.enter(metadataBlock)
	begun := len(t.parts)
	t.parts = append(t.parts, metadataPart{first: t.end()})
	for what, id := s.next(); what != blockEnd; what, id = s.next() {
		if what == subBlock {
			s.skipBlock(id)
			continue
		}
		start := s.pos - uint64(s.width)
		t.record(s, s.code(id), start)
	}
	for i := range t.parts[begun:] {
		t.parts[begun+i].block = s.block
	}
	s.leave(outer)
}

func (t *metadataTable) record(s *stream, code, start uint64) {
	switch code {
	case metadataStrings:
		part := &t.parts[len(t.parts)-1]
		if t.end() > part.first {
			t.parts = append(t.parts, metadataPart{first: t.end()})
			part = &t.parts[len(t.parts)-1]
		}
		part.texts = slices.Collect(s.texts())
	case metadataName, metadataNamedNode, metadataKind:
		t.addNames(code, s.operands())
	case metadataIndexOffset:
		t.takeIndex(s)
	case metadataIndex, metadataDeclAttachment: // of the latter code generation sees nothing
		s.skipOperands()
	default:
		s.skipOperands()
		part := &t.parts[len(t.parts)-1]
		part.starts = append(part.starts, start)
		if !isNode(code) && t.unclear == "" {
			// It is not known whether it counts as one.
			t.unclear = "there is metadata of an unknown sort"
		}
	}
}

// takeIndex takes from a module's index where the nodes that follow begin, and goes on behind it. Where the index is
// none, it does nothing.
func (t *metadataTable) takeIndex(s *stream) {
	part := &t.parts[len(t.parts)-1]
	ops := record(s.operands())
	base, index := s.pos, *s
	index.pos += ops.at(0) | ops.at(1)<<32
	if s.err != nil || len(part.starts) > 0 || index.pos <= base || index.pos >= s.limit {
		return
	}
	if what, id := index.next(); what != dataRecord || index.code(id) != metadataIndex {
		return
	}
	index.ops = nil // these are kept
	starts, at := index.operands(), base
	for i, distance := range starts {
		if at += distance; at < base || at >= index.pos || i > 0 && distance == 0 {
			return
		}
		starts[i] = at
	}
	if index.err == nil {
		part.starts = starts
		index.ops = s.ops
		*s = index
	}
}

// addNames takes up names of nodes and kinds, which only modules have.
func (t *metadataTable) addNames(code uint64, ops record) {
	switch {
	case t.kinds == nil:
		t.unclear = "the function names metadata"
	case code == metadataName:
		t.name = text(ops)
	case code == metadataNamedNode:
		t.named[t.name] = slices.Clone([]uint64(ops))
	default:
		t.kinds[ops.at(0)] = text(ops.from(1))
	}
}

// find returns the part that holds a string or node, nil if none does.
func (t *metadataTable) find(id uint64) *metadataPart {
	for i := len(t.parts) - 1; i >= 0; i-- {
		if p := &t.parts[i]; id >= p.first {
			if id < p.next() {
				return p
			}
			return nil
		}
	}
	return nil
}

// moduleMetadata is the module's own, taken up when it is first asked for.
type moduleMetadata struct {
	at    []blockPlace // METADATA and METADATA_KIND blocks
	once  sync.Once
	table metadataTable
	err   error
}

// metadata returns the module's metadata. An error says that a block of it is broken.
func (m *Module) metadata() (*metadataTable, error) {
	d := &m.nodes
	d.once.Do(func() {
		d.table.named, d.table.kinds = map[string][]uint64{}, map[uint64]string{}
		s := m.stream()
		for _, at := range d.at {
			s.stand(at.place)
			if at.id == metadataBlock {
				d.table.read(&s)
				continue
			}
			for code := range s.records(at.id) {
				if ops := s.operands(); s.err == nil && code == metadataKind {
					d.table.addNames(code, ops)
				}
			}
		}
		d.err = s.err
	})
	return &d.table, d.err
}

// stream returns a stream over the module's file, which stands nowhere.
func (m *Module) stream() stream {
	return stream{cursor: cursor{name: m.File.Name, data: m.data, base: m.base}, info: m.info}
}

// metadataReader reads strings and nodes of a function and its module.
type metadataReader struct {
	stream
	module, local *metadataTable
}

// open goes to a string or node. A string is returned; of others the operands are to be read. It is false for
// a number that nothing has.
func (r *metadataReader) open(id uint64) (code uint64, characters []byte, ok bool) {
	part := r.module.find(id)
	if id >= r.local.first {
		part = r.local.find(id)
	}
	if part == nil || r.err != nil {
		return 0, nil, false
	}
	if id -= part.first; id < uint64(len(part.texts)) {
		return metadataStringOld, part.texts[id], true
	}
	r.block, r.limit, r.pos = part.block, part.block.end, part.starts[id-uint64(len(part.texts))]
	r.literals = 0 // who reads a node twice makes no more of the file
	what, abbrev := r.next()
	if what != dataRecord {
		r.fail("the index of metadata names a place where no node is")
		return 0, nil, false
	}
	code = r.code(abbrev)
	if code == metadataStringOld {
		return code, []byte(text(r.operands())), r.err == nil
	}
	return code, nil, r.err == nil
}
