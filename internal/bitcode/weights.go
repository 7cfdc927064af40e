package bitcode

import (
	"cmp"
	"iter"
	"slices"
	"sync"
)

// moduleWeights is the module's own metadata, read when the first body with branch weights is decoded.
type moduleWeights struct {
	at   []place // its METADATA blocks
	once sync.Once
	metadata
	err error
}

// place is where a block's head continues behind the block's id.
type place struct {
	pos, limit uint64 // bits
}

// Records of metadata.
const (
	metadataStringOld      = 1
	metadataValue          = 2 // [type, value]
	metadataNode           = 3 // [id + 1...]
	metadataName           = 4
	metadataKind           = 6
	metadataNamedNode      = 10
	metadataAttachment     = 11 // [instruction?, (kind, node)...]
	metadataStrings        = 35 // [count, offset of the characters], blob: lengths, characters
	metadataDeclAttachment = 36
	metadataIndexOffset    = 38
	metadataIndex          = 39
)

// profKind is the number of !prof, which LLVM never changes (MD_prof of FixedMetadataKinds.def).
const profKind = 2

// branchWeights is what the first operand of a node with branch weights is called.
const branchWeights = "branch_weights"

// metadata is what a METADATA block says of branch weights.
type metadata struct {
	outer  *metadata // the module's, for a function's own
	next   uint64    // number of the next node
	name   uint64    // number of the string branchWeights plus one, or 0
	values []numbered[ValueID]
	nodes  []numbered[[]uint64] // operands of nodes with branch weights, behind the name
}

// numbered is something with its number; lists of them are in order.
type numbered[T any] struct {
	id    uint64
	value T
}

func find[T any](list []numbered[T], id uint64) (value T, ok bool) {
	i, ok := slices.BinarySearchFunc(list, id, func(n numbered[T], id uint64) int { return cmp.Compare(n.id, id) })
	if ok {
		value = list[i].value
	}
	return value, ok
}

// profiled is an instruction and its !prof node.
type profiled struct {
	inst uint32
	node uint64
}

// readAttachments reads a METADATA_ATTACHMENT block.
func (d *decoder) readAttachments() {
	for code := range d.records(metadataAttachBlock) {
		ops := d.operands()
		if code != metadataAttachment || len(ops)%2 == 0 { // the function's own have no instruction
			continue
		}
		for rest := ops[1:]; len(rest) > 0; rest = rest[2:] {
			if rest[0] == profKind && ops[0] < uint64(len(d.body.Insts)) {
				d.profiled = append(d.profiled, profiled{uint32(ops[0]), rest[1]})
			}
		}
	}
}

// readWeights looks up the branch weights of the instructions that have !prof.
func (d *decoder) readWeights() {
	if len(d.profiled) == 0 {
		return
	}
	of, err := d.module.readMetadata()
	if err != nil {
		d.err = err
		return
	}
	own := metadata{outer: of, next: of.next}
	for _, at := range d.metadata {
		d.pos, d.limit, d.end = at.pos, at.limit, at.limit
		d.readMetadata(&own)
	}
	for _, p := range d.profiled {
		if values := own.weights(p.node, &d.body); len(values) > 0 {
			d.body.Weights = append(d.body.Weights, Weight{p.inst, values})
		}
	}
	slices.SortFunc(d.body.Weights, func(a, b Weight) int { return cmp.Compare(a.Inst, b.Inst) })
}

// readMetadata reads the module's own metadata once.
func (m *Module) readMetadata() (*metadata, error) {
	w := &m.weights
	w.once.Do(func() {
		s := stream{cursor: cursor{name: m.File.Name, data: m.data, base: m.base}, info: m.info}
		for _, at := range w.at {
			s.pos, s.limit, s.end = at.pos, at.limit, at.limit
			s.readMetadata(&w.metadata)
		}
		w.err = s.err
	})
	return &w.metadata, w.err
}

// readMetadata reads a METADATA block. Strings and most records define the node with the next number.
func (s *stream) readMetadata(m *metadata) {
	for code := range s.records(metadataBlock) {
		switch code {
		case metadataStrings:
			s.readStrings(m)
		case metadataName, metadataKind, metadataNamedNode, metadataDeclAttachment, metadataIndexOffset, metadataIndex:
			s.skipOperands()
		case metadataStringOld, metadataValue, metadataNode:
			m.add(code, s.operands())
			m.next++
		default:
			s.skipOperands()
			m.next++
		}
	}
}

// add takes up a string, a value or a node, if it may have to do with branch weights.
func (m *metadata) add(code uint64, ops record) {
	switch code {
	case metadataStringOld:
		if len(ops) == len(branchWeights) && text(ops) == branchWeights {
			m.name = m.next + 1
		}
	case metadataValue:
		if len(ops) > 1 {
			m.values = append(m.values, numbered[ValueID]{m.next, valueID(ops[1])})
		}
	case metadataNode:
		name := m.name
		if name == 0 && m.outer != nil {
			name = m.outer.name
		}
		if len(ops) > 1 && ops[0] == name && name != 0 {
			m.nodes = append(m.nodes, numbered[[]uint64]{m.next, slices.Clone([]uint64(ops[1:]))})
		}
	}
}

// readStrings reads METADATA_STRINGS: the lengths of the strings as numbers of 6-bit chunks, then all characters.
func (s *stream) readStrings(m *metadata) {
	for text := range s.texts() {
		m.next++
		if string(text) == branchWeights {
			m.name = m.next
		}
	}
}

// texts gives the strings of METADATA_STRINGS.
func (s *stream) texts() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		ops := record(s.operands())
		count, offset := ops.at(0), ops.at(1)
		if s.err == nil && (offset > uint64(len(s.blob)) || count > offset*8/6) {
			s.fail("%d strings are given in %d bytes", count, len(s.blob))
		}
		if s.err != nil {
			return
		}
		lengths := cursor{data: s.blob[:offset], limit: offset * 8}
		characters := s.blob[offset:]
		for range count {
			n := lengths.vbr(6)
			if n > uint64(len(characters)) {
				s.fail("a string reaches beyond its table")
				return
			}
			if !yield(characters[:n]) {
				return
			}
			characters = characters[n:]
		}
	}
}

// weights are the branch weights in a node. Behind the name there may be a string that says where they come from.
func (m *metadata) weights(node uint64, b *Body) []uint32 {
	ops, ok := find(m.nodes, node)
	if !ok && m.outer != nil {
		ops, ok = find(m.outer.nodes, node)
	}
	if !ok {
		return nil
	}
	values := make([]uint32, 0, len(ops))
	for _, op := range ops {
		v, ok := find(m.values, op-1)
		if !ok && m.outer != nil {
			v, ok = find(m.outer.values, op-1)
		}
		if !ok {
			continue
		}
		c, _ := b.Constant(v)
		if n, ok := c.Int(); ok {
			values = append(values, uint32(n))
		}
	}
	return values
}
