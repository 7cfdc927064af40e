package bitcode

import (
	"fmt"
	"slices"
	"sync"
)

// Decode decodes a function's body. The module keeps nothing of it: every call decodes anew. Any number of
// goroutines may call it.
func (f *Symbol) Decode() (body *Body, err error) {
	err = f.Lend(func(b *Body) { body = b.clone() })
	return body, err
}

// Lend is Decode for whoever needs the body for a moment only: use must keep nothing of it.
func (f *Symbol) Lend(use func(*Body)) error {
	return f.read((*decoder).readBody, func(d *decoder) { use(&d.body) })
}

// read goes through a body, and lends the decoder to use if that has gone well.
func (f *Symbol) read(through func(*decoder), use func(*decoder)) error {
	if f.Kind != FunctionSymbol || f.Declaration {
		return fmt.Errorf("%s: %q has no body: it is only declared", f.Module.File.Name, f.Name)
	}
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	defer d.clear()
	d.begin(f)
	through(d)
	if d.err != nil {
		return fmt.Errorf("function %q: %w", f.Name, d.err)
	}
	use(d)
	return nil
}

// decoders keeps room for bodies while they are decoded.
var decoders = sync.Pool{New: func() any { return new(decoder) }}

// decoder decodes one body after the other.
type decoder struct {
	stream
	module *Module
	body   Body
	next   ValueID   // of the next instruction that has a value
	most   ValueID   // the highest value used
	blocks uint64    // how many there are to be
	count  int       // operands of the present record, the first of ops
	at     int       // how many of them are used up
	bundle []ValueID // operands of bundles for the call that follows

	mentions []Mention // of Skim
	forCode  Code      // of LendCode, except the body
	bundles  int       // of LendCode: bundles for the call that follows, and their operands
	bundled  int
	metadata []place // function's own METADATA blocks
	profiled []profiled
}

// clear forgets the body, but keeps the room it took.
func (d *decoder) clear() {
	b := &d.body
	clear(b.Calls)
	clear(d.mentions)
	code := Code{Details: d.forCode.Details[:0], lists: d.forCode.lists[:0], contents: d.forCode.contents.reset()}
	*d = decoder{stream: stream{ops: d.ops}, mentions: d.mentions[:0], forCode: code, body: Body{
		Insts: b.Insts[:0], Blocks: b.Blocks[:0], Calls: b.Calls[:0],
		operands: b.operands[:0], successors: b.successors[:0], defs: b.defs[:0],
		constants: constants{b.list[:0], b.constants.operands[:0]},
	}}
}

// clone copies a body out of a decoder. Weights and BlockUsers are not the decoder's.
func (b *Body) clone() *Body {
	c := *b
	c.Insts, c.Blocks, c.Calls = slices.Clone(b.Insts), slices.Clone(b.Blocks), slices.Clone(b.Calls)
	c.operands, c.successors, c.defs = slices.Clone(b.operands), slices.Clone(b.successors), slices.Clone(b.defs)
	c.constants = constants{slices.Clone(b.list), slices.Clone(b.constants.operands)}
	return &c
}

// begin stands at the beginning of a function's FUNCTION_BLOCK.
func (d *decoder) begin(f *Symbol) {
	m := f.Module
	d.module, d.info = m, m.info
	limit := uint64(f.Body.End-m.base) * 8
	d.cursor = cursor{name: m.File.Name, data: m.data, base: m.base, pos: uint64(f.Body.Start-m.base)*8 +
		uint64(f.bodyHead), limit: limit}
	d.end = limit
	b := &d.body
	b.Function, b.firstArg = f, ValueID(len(m.list))
	t := &m.Types[f.Type]
	if t.Kind != FunctionType {
		d.fail("the type of the function is not that of one")
		return
	}
	b.firstConst = b.firstArg + ValueID(len(t.Elems)-1)
	b.firstDef, d.next = b.firstConst, b.firstConst
}

// readBody reads the FUNCTION_BLOCK.
func (d *decoder) readBody() {
	d.enter(functionBlock)
	for d.err == nil {
		what, id := d.stream.next()
		switch what {
		case blockEnd:
			d.finish()
			return
		case subBlock:
			d.readInner(id)
		case dataRecord:
			d.readInst(d.code(id))
		}
	}
}

// readInner reads a block within the body.
func (d *decoder) readInner(id uint64) {
	switch id {
	case constantsBlock:
		if len(d.body.Insts) > 0 {
			d.fail("constants stand behind instructions")
		}
		d.readConstants(&d.body.constants)
		d.body.firstDef = d.body.firstConst + ValueID(len(d.body.list))
		d.next = d.body.firstDef
	case metadataBlock:
		d.metadata = append(d.metadata, place{d.pos, d.limit})
		d.skipBlock(id)
	case metadataAttachBlock:
		d.readAttachments()
	default:
		d.skipBlock(id)
	}
}

// finish ends the reading of a body.
func (d *decoder) finish() {
	if d.checkWhole(); d.err == nil {
		d.readWeights()
	}
}

// checkWhole checks what can be checked only in the end.
func (d *decoder) checkWhole() {
	switch {
	case d.err != nil:
	case uint64(len(d.body.Blocks)) != d.blocks || d.blocks == 0 || d.inBlock():
		d.fail("the body has %d whole blocks, not %d", len(d.body.Blocks), d.blocks)
	case d.most >= d.next: // the function itself is a value, so that there is one at least
		d.fail("an operand is the value %d, which does not exist", d.most)
	}
}

// inBlock says that the last instruction is not a terminator.
func (d *decoder) inBlock() bool {
	n := len(d.body.Insts)
	return n > 0 && !d.body.Insts[n-1].Op.IsTerminator()
}

// take takes one number off the record.
func (d *decoder) take() uint64 {
	if d.at >= d.count {
		d.fail("the record of an instruction is too short")
		return 0
	}
	d.at++
	return d.ops[d.at-1]
}

// more says that the record is not used up.
func (d *decoder) more() bool { return d.at < d.count && d.err == nil }

// unused is what is not used up of the record.
func (d *decoder) unused() record { return record(d.ops[:d.count]).from(d.at) }

// id turns an operand of a record into the value it means.
func (d *decoder) id(op uint64) ValueID {
	if d.module.absolute {
		return ValueID(op)
	}
	return d.next - ValueID(op)
}

// takeID takes a value without adding it to the operands.
func (d *decoder) takeID() ValueID { return d.check(d.id(d.take())) }

// check notes that a value is used.
func (d *decoder) check(v ValueID) ValueID {
	if d.err != nil {
		return 0
	}
	if v >= d.next {
		d.most = max(d.most, v)
	}
	return v
}

// takeTyped takes a value and the type that stands behind it if the value comes later. Metadata is NoValue.
func (d *decoder) takeTyped() (v ValueID, t TypeID) {
	v = d.id(d.take())
	if v < d.next {
		return v, NoType
	}
	t = d.takeType()
	if d.module.typeAt(t).Kind == MetadataType {
		return NoValue, t
	}
	return d.check(v), t
}

func (d *decoder) takeType() TypeID {
	t := d.take()
	if d.err == nil && t >= uint64(len(d.module.Types)) {
		d.fail("an instruction refers to type %d, which is not defined", t)
	}
	if d.err != nil {
		return 0
	}
	return TypeID(t)
}

// use adds an operand to the present instruction.
func (d *decoder) use(v ValueID) { d.body.operands = append(d.body.operands, v) }

// useTyped takes a value as takeTyped does and uses it.
func (d *decoder) useTyped() {
	v, _ := d.takeTyped()
	d.use(v)
}

// goTo takes the number of a block and adds it to the successors.
func (d *decoder) goTo() {
	b := d.take()
	if d.err == nil && b >= d.blocks {
		d.fail("a terminator goes to block %d of %d", b, d.blocks)
	}
	d.body.successors = append(d.body.successors, uint32(b))
}
