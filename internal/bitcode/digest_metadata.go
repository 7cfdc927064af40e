package bitcode

import "cmp"

// debugKinds are the kinds of attachments that are debug information.
var debugKinds = map[string]bool{"dbg": true, "DIAssignID": true}

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
			kind, ok := w.nodes.module.kinds[ops[0]]
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
	if id >= w.nodes.local.end() {
		w.unclear("there is no metadata %d", id)
		return
	}
	n, _ := ordinalIn(w.places, id)
	w.number(n)
}

// ordinalIn numbers things by a map, as ordinals does by a list: for numbers that are many and of which few are asked
// for.
func ordinalIn(given map[uint64]uint64, id uint64) (n uint64, again bool) {
	if n, again = given[id]; !again {
		n = uint64(len(given))
		given[id] = n
	}
	return n, again
}

// node writes metadata.
func (w *digester) node(id uint64) {
	if what := cmp.Or(w.nodes.module.unclear, w.nodes.local.unclear); what != "" {
		w.unclear("%s", what)
		return
	}
	if s := w.shared(id, 0); s.good {
		w.number(markShared)
		w.out = append(w.out, s.hash[:]...)
		return
	}
	code, text, ok := w.nodes.open(id)
	switch {
	case !ok:
		w.unclear("there is no metadata %d", id)
		return
	case isDebugRecord(code):
		w.number(markDebug)
		return
	}
	if n, again := ordinalIn(w.seen, id); again {
		w.number(markAgain)
		w.number(n)
		return
	}
	if w.deeper() {
		w.newNode(code, text)
		w.depth--
	}
}

// newNode writes a node that is mentioned for the first time and has been opened.
func (w *digester) newNode(code uint64, text []byte) {
	w.number(markNode)
	w.number(code)
	if code == metadataStringOld {
		w.number(uint64(len(text)))
		w.out = append(w.out, text...)
		return
	}
	// Reading another node takes the place of these.
	first := len(w.operands)
	w.operands = append(w.operands, w.nodes.operands()...)
	ops := record(w.operands[first:])
	w.number(uint64(len(ops)))
	switch code {
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
	w.operands = w.operands[:first]
}

// sharedNode is the hash of a node that says the same to all functions, which is so if all that it consists of are
// strings, numbers and such nodes.
type sharedNode struct {
	hash [16]byte
	good bool
}

// maxShared bounds how deep shared looks into nodes. Of types it is deeper than LLVM's own limit for what they hold.
const maxShared = 40

// shared returns the hash of a node if it is the module's. Functions mention the same types for alias analysis (!tbaa)
// again and again, of which the nodes may be large.
func (w *digester) shared(id uint64, depth int) (s sharedNode) {
	if known, ok := w.tables.shared.Load(id); ok {
		return known.(sharedNode)
	}
	code, text, good := w.nodes.open(id)
	if !good || id >= w.nodes.local.first {
		return sharedNode{}
	}
	content := []byte{byte(code)}
	switch code {
	case metadataStringOld:
		content = append(content, text...)
	case metadataValue:
		var constant []byte
		constant, good = w.sharedConstant(record(w.nodes.operands()))
		content = append(content, constant...)
	case metadataNode:
		first := len(w.operands)
		w.operands = append(w.operands, w.nodes.operands()...)
		for i := first; good && i < len(w.operands); i++ {
			op := w.operands[i]
			if op == 0 {
				content = append(content, 0)
				continue
			}
			if good = depth < maxShared; good {
				part := w.shared(op-1, depth+1)
				content, good = append(append(content, 1), part.hash[:]...), part.good
			}
		}
		w.operands = w.operands[:first]
	default:
		good = false
	}
	if good {
		s = sharedNode{hashOf(content), true}
	}
	w.tables.shared.Store(id, s)
	return s
}

// sharedConstant describes the constant of a metadataValue record if it is a number.
func (w *digester) sharedConstant(ops record) (content []byte, good bool) {
	typ, v := ops.at(0), ops.at(1)
	if list := w.tables.constants.list; v >= uint64(len(list)) || typ >= uint64(len(w.tables.types)) ||
		w.tables.types[typ].unclear != "" {
		return nil, false
	}
	c := w.tables.constants.list[v]
	if c.code != constInteger && c.code != constNull {
		return nil, false
	}
	content = append([]byte{byte(c.code)}, w.tables.types[typ].hash[:]...)
	return appendWords(content, w.tables.constants.operands(c)[1:]), true
}
