package bitcode

// Records of metadata that only digests need. All from metadataFirstDebug to metadataLastDebug that are not named are
// nodes of debug information, but for two that are reserved.
const (
	metadataDistinctNode  = 5 // as metadataNode
	metadataFirstDebug    = 7
	metadataOldNode       = 8
	metadataOldLocalNode  = 9
	metadataFirstReserved = 42
	metadataLastReserved  = 43
	metadataLastDebug     = 49
)

// debugKinds are the kinds of attachments that are debug information.
var debugKinds = map[string]bool{"dbg": true, "DIAssignID": true}

// rawMetadata is what METADATA blocks say. Its records are the nodes, in order. The operand of a string is its place in
// texts.
type rawMetadata struct {
	rawRecords
	first   uint64 // number of the first node
	texts   [][]byte
	named   map[string][]uint64
	kinds   map[uint64]string // of attachments, by their numbers; nil in a function
	name    string            // for the named node that follows
	unclear string            // the first thing that is not understood
}

// begin prepares for a function's nodes, whose numbers follow those of the module.
func (m *rawMetadata) begin(first uint64) { m.first = first }

// end is the number that the next node would have.
func (m *rawMetadata) end() uint64 { return m.first + uint64(len(m.list)) }

// clear forgets a function's nodes.
func (m *rawMetadata) clear() {
	clear(m.texts)
	m.rawRecords.clear()
	*m = rawMetadata{rawRecords: m.rawRecords, texts: m.texts[:0]}
}

// read reads a METADATA block.
func (m *rawMetadata) read(s *stream) {
	for code := range s.records(metadataBlock) {
		switch code {
		case metadataDeclAttachment, metadataIndexOffset, metadataIndex: // of which code generation sees nothing
			s.skipOperands()
		case metadataName, metadataNamedNode, metadataKind:
			m.addNames(code, s.operands())
		case metadataStrings:
			for t := range s.texts() {
				m.addText(t)
			}
		case metadataStringOld:
			m.addText([]byte(text(s.operands())))
		case metadataValue, metadataNode, metadataDistinctNode:
			ops := s.operands()
			m.ops = append(m.ops, ops...)
			m.add(code, len(ops))
		default:
			s.skipOperands()
			m.add(code, 0)
			if !isDebugRecord(code) && code != metadataOldNode && code != metadataOldLocalNode && m.unclear == "" {
				// It is not known whether it counts as a node.
				m.unclear = "there is metadata of an unknown sort"
			}
		}
	}
}

func isDebugRecord(code uint64) bool {
	switch code {
	case metadataOldNode, metadataOldLocalNode, metadataNamedNode, metadataAttachment:
		return false
	}
	return code >= metadataFirstDebug && code <= metadataLastDebug &&
		(code < metadataFirstReserved || code > metadataLastReserved)
}

func (m *rawMetadata) addText(t []byte) {
	m.ops = append(m.ops, uint64(len(m.texts)))
	m.texts = append(m.texts, t)
	m.add(metadataStringOld, 1)
}

// addNames takes up names of nodes and kinds, which only modules have.
func (m *rawMetadata) addNames(code uint64, ops record) {
	switch {
	case m.kinds == nil:
		m.unclear = "the function names metadata"
	case code == metadataName:
		m.name = text(ops)
	case code == metadataNamedNode:
		m.named[m.name] = append([]uint64(nil), ops...)
	default:
		m.kinds[ops.at(0)] = text(ops.from(1))
	}
}

// attachments writes a METADATA_ATTACHMENT block: [instruction, (kind, node)...], without the instruction for the
// function itself.
func (w *digester) attachments() {
	const code = 0 // as no other record has
	d := w.body
	for c := range d.records(metadataAttachBlock) {
		ops := record(d.operands())
		if c != metadataAttachment {
			w.unclear("an attachment of metadata has the code %d", c)
			continue
		}
		instruction := uint64(0)
		if len(ops)%2 == 1 {
			instruction, ops = ops[0]+1, ops[1:]
		}
		for ; len(ops) > 0; ops = ops[2:] {
			kind, ok := w.tables.metadata.kinds[ops[0]]
			if !ok {
				w.unclear("there is no kind of metadata %d", ops[0])
			}
			if debugKinds[kind] {
				continue
			}
			w.number(code)
			w.number(instruction)
			w.text(kind)
			if kind == "srcloc" {
				w.place(ops[1])
			} else {
				w.node(ops[1])
			}
		}
	}
}

// place writes a node that says where something stands in the source. It is for messages only, but whether two are the
// same makes a difference: code that differs only there is not merged.
func (w *digester) place(id uint64) {
	if id >= w.nodes.end() {
		w.unclear("there is no metadata %d", id)
		return
	}
	n, _ := w.places.of(id)
	w.number(n)
}

// node writes metadata.
func (w *digester) node(id uint64) {
	of := &w.tables.metadata
	if of.unclear != "" { // the numbers of the function's own follow these
		w.unclear("%s", of.unclear)
	}
	if id >= w.nodes.first {
		of = &w.nodes
	}
	if of.unclear != "" {
		w.unclear("%s", of.unclear)
	}
	if id-of.first >= uint64(len(of.list)) {
		w.unclear("there is no metadata %d", id)
		return
	}
	n := of.list[id-of.first]
	if isDebugRecord(uint64(n.code)) {
		w.number(markDebug)
		return
	}
	if n, again := w.seen.of(id); again {
		w.number(markAgain)
		w.number(n)
		return
	}
	if w.deeper() {
		w.newNode(uint64(n.code), of.operands(n), of)
		w.depth--
	}
}

// newNode writes a node that is mentioned for the first time.
func (w *digester) newNode(code uint64, ops record, of *rawMetadata) {
	w.number(markNode)
	w.number(code)
	w.number(uint64(len(ops)))
	switch code {
	case metadataStringOld:
		t := of.texts[ops[0]]
		w.number(uint64(len(t)))
		w.out = append(w.out, t...)
	case metadataValue:
		w.typ(ops.at(0))
		w.value(valueID(ops.at(1)))
	case metadataNode, metadataDistinctNode:
		for _, op := range ops {
			if op == 0 {
				w.number(markNothing)
			} else {
				w.node(op - 1)
			}
		}
	default:
		w.unclear("it has metadata of LLVM 3")
	}
}
