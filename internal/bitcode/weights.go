package bitcode

import (
	"cmp"
	"iter"
	"slices"
)

// place is where a block's head continues behind the block's id.
type place struct {
	pos, limit uint64 // bits
}

// profKind is the number of !prof, which LLVM never changes (MD_prof of FixedMetadataKinds.def).
const profKind = 2

// branchWeights is what the first operand of a node with branch weights is called.
const branchWeights = "branch_weights"

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
	of, err := d.module.metadata()
	if err != nil {
		d.err = err
		return
	}
	own := metadataTable{first: of.end()}
	for _, at := range d.metadata {
		d.stand(at)
		own.read(&d.stream)
	}
	nodes := metadataReader{stream: d.module.stream(), module: of, local: &own}
	for _, p := range d.profiled {
		if values := nodes.weights(p.node, &d.body); len(values) > 0 {
			d.body.Weights = append(d.body.Weights, Weight{p.inst, values})
		}
	}
	slices.SortFunc(d.body.Weights, func(a, b Weight) int { return cmp.Compare(a.Inst, b.Inst) })
}

// texts gives the strings of METADATA_STRINGS: the lengths of the strings as numbers of 6-bit chunks, then all
// characters.
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

// weights returns the branch weights in a node, nil if it has none. Behind the name there may be a string that says
// where they come from.
func (r *metadataReader) weights(node uint64, b *Body) []uint32 {
	code, _, _ := r.open(node)
	if code != metadataNode {
		return nil
	}
	ops := slices.Clone(r.operands()) // those of another node take their place
	if len(ops) == 0 {
		return nil
	}
	if _, name, _ := r.open(ops[0] - 1); string(name) != branchWeights {
		return nil
	}
	values := make([]uint32, 0, len(ops)-1)
	for _, op := range ops[1:] {
		if code, _, _ := r.open(op - 1); code != metadataValue {
			continue
		}
		c, _ := b.Constant(valueID(record(r.operands()).at(1)))
		if n, ok := c.Int(); ok {
			values = append(values, uint32(n))
		}
	}
	return values
}
