package bitcode

import "slices"

// Code is a decoded body with all that code generation needs beside what analysis does. It is lent: see LendCode.
type Code struct {
	Body
	// Details are by instruction.
	Details []Detail
	Tables  *CodeTables // of the module
	lists   []uint32    // of details
	contents
}

// Detail is what an instruction has beside its operands and the type of its value.
type Detail struct {
	// Type is the element type of a GEP's source, the type that an alloca allocates, or that of a switch's condition.
	Type TypeID
	// AlignLog is the logarithm of an alignment in bytes plus one; 0 if it is not given.
	AlignLog uint8
	Flags    DetailFlags
	Order    Ordering // of atomic operations; of a cmpxchg that succeeds
	// first is where the instruction's list begins in Code.lists, which goes on to that of the next one.
	first uint32
}

// DetailFlags are flags of instructions.
type DetailFlags uint8

const (
	Volatile   DetailFlags = 1 << iota
	MustTail               // a call
	InAlloca               // an alloca or a calling convention that clang uses on Windows only
	SwiftError             // an alloca
	Cleanup                // a landingpad
	HasBundles             // a call
)

// Ordering is an atomic ordering, as in bitcode.
type Ordering uint8

const (
	NotAtomic Ordering = iota
	Unordered
	Monotonic
	Acquire
	Release
	AcquireRelease
	SequentiallyConsistent
)

// Align is the alignment of a memory access or alloca in bytes, 0 if it is not given.
func (d *Detail) Align() uint64 {
	if d.AlignLog == 0 || d.AlignLog > 62 {
		return 0
	}
	return 1 << (d.AlignLog - 1)
}

// List is what an instruction has of numbers: the incoming blocks of a phi, in the order of its operands; the indices
// of extractvalue and insertvalue; 1 for the filters and 0 for the catches among the clauses of a landingpad; for a
// call its place in Calls and the number of its operands that belong to bundles.
func (c *Code) List(inst int) []uint32 {
	end := len(c.lists)
	if inst+1 < len(c.Details) {
		end = int(c.Details[inst+1].first)
	}
	return c.lists[c.Details[inst].first:end]
}

// LendCode decodes a function's body for code generation. Use must keep nothing of it. Any number of goroutines may
// call it.
func (f *Symbol) LendCode(use func(*Code)) error {
	tables, err := f.Module.codeTables()
	if err != nil {
		return err
	}
	through := func(d *decoder) {
		d.forCode.Tables = tables
		d.readCode()
	}
	return f.read(through, func(d *decoder) {
		d.forCode.Body = d.body
		use(&d.forCode)
	})
}

// LendConstants gives the module's constants to who writes static data: what a body without a function has. Use must
// keep nothing of it. Any number of goroutines may call it.
func (m *Module) LendConstants(use func(*Code)) error {
	tables, err := m.codeTables()
	if err != nil {
		return err
	}
	none := ValueID(len(m.list)) // the module's values are below it
	use(&Code{Body: Body{Function: &Symbol{Module: m}, firstArg: none, firstConst: none, firstDef: none},
		Tables: tables})
	return nil
}

// readCode reads the FUNCTION_BLOCK: every instruction as analysis does, and then what is left in its record.
func (d *decoder) readCode() {
	d.enter(functionBlock)
	for d.err == nil {
		what, id := d.stream.next()
		switch {
		case what == blockEnd:
			d.finishCode()
			return
		case what == dataRecord:
			code := d.stream.code(id)
			d.readInst(code)
			d.readDetail(code)
		case id == constantsBlock:
			if len(d.body.Insts) > 0 {
				d.fail("constants stand behind instructions")
			}
			d.readContents(d.module.Types, &d.body.constants, &d.forCode.contents)
			d.body.firstDef = d.body.firstConst + ValueID(len(d.body.list))
			d.next = d.body.firstDef
		default:
			d.skipBlock(id)
		}
	}
}

// finishCode checks the body, and works out types which depend on what stands further down.
func (d *decoder) finishCode() {
	d.checkWhole()
	if d.err != nil {
		return
	}
	for range maxTypePasses {
		unknown := false
		for i := range d.body.Insts {
			if inst := &d.body.Insts[i]; inst.Type == NoType && inst.Value != NoValue {
				inst.Type = d.typeOfResult(i)
				unknown = unknown || inst.Type == NoType
			}
		}
		if !unknown {
			break
		}
	}
}

// maxTypePasses bounds how often an instruction's type may depend on one that stands behind it.
const maxTypePasses = 4

// readDetail reads what readInst has left of a record that was an instruction.
func (d *decoder) readDetail(code uint64) {
	if code == instOperandBundle {
		d.bundles++
		d.bundled = len(d.bundle)
	}
	n := len(d.body.Insts)
	if d.err != nil || n == len(d.forCode.Details) {
		return
	}
	c := &d.forCode
	c.Details = slices.Grow(c.Details, 1)[:n]
	detail := &c.Details[n-1]
	*detail = Detail{Type: NoType, first: uint32(len(c.lists))}
	all, rest := record(d.ops[:d.count]), d.unused()
	switch code {
	case instLoad, instStore:
		detail.AlignLog = alignLog(rest.at(0))
		detail.setVolatile(rest.at(1))
	case instLoadAtomic, instStoreAtomic:
		detail.AlignLog = alignLog(rest.at(0))
		detail.setVolatile(rest.at(1))
		detail.Order = ordering(rest.at(2))
	case instCmpXchg: // [..., volatile, success, scope, failure, weak, alignment]
		detail.setVolatile(rest.at(0))
		detail.Order = max(ordering(rest.at(1)), ordering(rest.at(3)))
		detail.AlignLog = alignLog(rest.at(5))
	case instAtomicRMW: // [..., volatile, ordering, scope, alignment]
		detail.setVolatile(rest.at(0))
		detail.Order = ordering(rest.at(1))
		detail.AlignLog = alignLog(rest.at(3))
	case instFence:
		detail.Order = ordering(rest.at(0))
	case instGEP: // [flags, type, ...]
		detail.Type = TypeID(min(all.at(1), uint64(NoType)))
	case instAlloca:
		d.readAllocaDetail(detail, all)
	case instPhi: // [type, (value, block)...]
		for i := 2; i < len(all); i += 2 {
			c.lists = append(c.lists, d.blockNumber(all[i]))
		}
	case instExtractValue, instInsertValue:
		for _, index := range rest {
			c.lists = append(c.lists, uint32(min(index, uint64(NoType))))
		}
	case instSwitch, instIndirectBr:
		detail.Type = TypeID(min(all.at(0), uint64(NoType)))
	case instLandingPad:
		d.readClauses(detail)
	case instCall, instInvoke, instCallBr:
		const mustTail = 1 << 14
		if code == instCall && all.at(1)&mustTail != 0 {
			detail.Flags |= MustTail
		}
		if d.bundles > 0 {
			detail.Flags |= HasBundles
		}
		c.lists = append(c.lists, uint32(len(d.body.Calls)-1), uint32(d.bundled))
		d.bundles, d.bundled = 0, 0
	}
}

func (t *Detail) setVolatile(flag uint64) {
	if flag != 0 {
		t.Flags |= Volatile
	}
}

func alignLog(op uint64) uint8 { return uint8(min(op, 63)) }

func ordering(op uint64) Ordering {
	return Ordering(min(op, uint64(SequentiallyConsistent)))
}

// blockNumber checks the number of a block.
func (d *decoder) blockNumber(op uint64) uint32 {
	if op >= d.blocks {
		d.fail("a phi comes from block %d of %d", op, d.blocks)
		return 0
	}
	return uint32(op)
}

// readAllocaDetail reads [allocated type, type of the number, number, alignment and flags, address space?]. Of the
// alignment the lower five bits stand at the bottom of the flags, the upper three behind them.
func (d *decoder) readAllocaDetail(detail *Detail, all record) {
	const inAlloca, directType, swiftError = 1 << 5, 1 << 6, 1 << 7
	flags := all.at(3)
	detail.Type = TypeID(min(all.at(0), uint64(NoType)))
	if flags&directType == 0 {
		detail.Type = NoType
		if p := d.module.typeAt(TypeID(all.at(0))); p.Kind == PointerType && len(p.Elems) > 0 {
			detail.Type = p.Elems[0]
		}
	}
	detail.AlignLog = uint8(min(flags&31|flags>>8&7<<5, 63))
	if flags&inAlloca != 0 {
		detail.Flags |= InAlloca
	}
	if flags&swiftError != 0 {
		detail.Flags |= SwiftError
	}
}

// readClauses reads the kinds of a landingpad's clauses: [type, is cleanup, number, (kind, clause)...].
func (d *decoder) readClauses(detail *Detail) {
	d.at = 1
	if d.take() != 0 {
		detail.Flags |= Cleanup
	}
	for n := d.take(); n > 0 && d.err == nil; n-- {
		d.forCode.lists = append(d.forCode.lists, uint32(min(d.take(), 2)))
		d.takeTyped()
	}
}
