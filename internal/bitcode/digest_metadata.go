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
	n, again := w.places[id]
	if !again {
		n = uint64(len(w.places))
		w.places[id] = n
	}
	w.number(n)
}

// node writes metadata.
func (w *digester) node(id uint64) {
	if what := cmp.Or(w.nodes.module.unclear, w.nodes.local.unclear); what != "" {
		w.unclear("%s", what)
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
	if n, again := w.seen[id]; again {
		w.number(markAgain)
		w.number(n)
		return
	}
	w.seen[id] = uint64(len(w.seen))
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
