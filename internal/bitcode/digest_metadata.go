package bitcode

// Records of metadata that only digests need.
const metadataDistinctNode = 5 // as metadataNode

// debugKinds are the kinds of attachments that are debug information: !dbg and !DIAssignID (FixedMetadataKinds.def).
var debugKinds = map[uint64]bool{0: true, 38: true}

// rawMetadata is what METADATA blocks say.
type rawMetadata struct {
	first uint64 // number of the first node
	next  uint64 // number of the next one
	nodes []rawNode
	ops   []uint64 // room for those of nodes
	named map[string][]uint64
	name  string // for the named node that follows
}

// rawNode is a string, a value or a node. Anything else is debug information.
type rawNode struct {
	code uint64
	ops  []uint64
	text string
}

// read reads a METADATA block.
func (m *rawMetadata) read(s *stream) {
	if len(m.nodes) == 0 {
		m.first = m.next
	}
	for code := range s.records(metadataBlock) {
		switch code {
		case metadataKind, metadataDeclAttachment, metadataIndexOffset, metadataIndex:
			s.skipOperands()
		case metadataName:
			m.name = text(s.operands())
		case metadataNamedNode:
			if m.named == nil {
				m.named = map[string][]uint64{}
			}
			m.named[m.name] = append([]uint64(nil), s.operands()...)
		case metadataStrings:
			for t := range s.texts() {
				m.add(rawNode{code: metadataStringOld, text: string(t)})
			}
		case metadataStringOld:
			m.add(rawNode{code: code, text: text(s.operands())})
		case metadataValue, metadataNode, metadataDistinctNode:
			start := len(m.ops)
			m.ops = append(m.ops, s.operands()...)
			m.add(rawNode{code: code, ops: m.ops[start:len(m.ops):len(m.ops)]})
		default:
			s.skipOperands()
			m.add(rawNode{code: code})
		}
	}
}

func (m *rawMetadata) add(n rawNode) {
	m.nodes = append(m.nodes, n)
	m.next++
}

// at is the node of a number, nil if there is none.
func (m *rawMetadata) at(id uint64) *rawNode {
	if m == nil || id < m.first || id-m.first >= uint64(len(m.nodes)) {
		return nil
	}
	return &m.nodes[id-m.first]
}

// attachments writes a METADATA_ATTACHMENT block: [instruction, (kind, node)...], without the instruction for the
// function itself.
func (w *digester) attachments() {
	d := w.body
	for code := range d.records(metadataAttachBlock) {
		ops := record(d.operands())
		if code != metadataAttachment {
			w.unclear("an attachment of metadata has the code %d", code)
			continue
		}
		instruction := uint64(0)
		if len(ops)%2 == 1 {
			instruction, ops = ops[0]+1, ops[1:]
		}
		for ; len(ops) > 0; ops = ops[2:] {
			if !debugKinds[ops[0]] {
				w.number(instruction)
				w.number(ops[0])
				w.node(ops[1])
			}
		}
	}
}

// node writes metadata.
func (w *digester) node(id uint64) {
	if n, ok := w.seen[id]; ok {
		w.number(markAgain)
		w.number(uint64(n))
		return
	}
	w.seen[id] = len(w.seen)
	n := w.tables.metadata.at(id)
	if n == nil {
		n = w.nodes.at(id)
	}
	if w.depth++; n == nil || w.depth > deepest {
		w.unclear("there is no metadata %d", id)
		return
	}
	switch n.code {
	case metadataStringOld:
		w.number(markNode)
		w.number(n.code)
		w.text(n.text)
	case metadataValue:
		w.number(markNode)
		w.number(n.code)
		w.typ(record(n.ops).at(0))
		w.value(valueID(record(n.ops).at(1)))
	case metadataNode, metadataDistinctNode:
		w.number(markNode)
		w.number(n.code)
		w.number(uint64(len(n.ops)))
		for _, op := range n.ops {
			if op == 0 {
				w.number(markNothing)
			} else {
				w.node(op - 1)
			}
		}
	default:
		w.number(markDebug)
	}
	w.depth--
}
