package bitcode

import "slices"

// Records of a FUNCTION_BLOCK.
const (
	instDeclareBlocks  = 1
	instBinary         = 2
	instCast           = 3
	instGEPOld         = 4
	instSelect         = 5
	instExtractElement = 6
	instInsertElement  = 7
	instShuffle        = 8
	instCmp            = 9
	instRet            = 10
	instBr             = 11
	instSwitch         = 12
	instInvoke         = 13
	instUnreachable    = 15
	instPhi            = 16
	instAlloca         = 19
	instLoad           = 20
	instVAArg          = 23
	instStoreOld       = 24
	instExtractValue   = 26
	instInsertValue    = 27
	instCmp2           = 28
	instVSelect        = 29
	instInboundsGEPOld = 30
	instIndirectBr     = 31
	instDebugLocAgain  = 33
	instCall           = 34
	instDebugLoc       = 35
	instFence          = 36
	instCmpXchgOld     = 37
	instAtomicRMWOld   = 38
	instResume         = 39
	instLandingPadOld  = 40
	instLoadAtomic     = 41
	instStoreAtomicOld = 42
	instGEP            = 43
	instStore          = 44
	instStoreAtomic    = 45
	instCmpXchg        = 46
	instLandingPad     = 47
	instCleanupRet     = 48
	instCatchRet       = 49
	instCatchPad       = 50
	instCleanupPad     = 51
	instCatchSwitch    = 52
	instOperandBundle  = 55
	instUnary          = 56
	instCallBr         = 57
	instFreeze         = 58
	instAtomicRMW      = 59
	instBlockUsers     = 60
	instFirstDebug     = 61 // debug records, which are no instructions
	instLastDebug      = 66
)

// shape says how the record of an instruction is laid out. Of operands each letter stands for
//
//	p  a value, and its type if the value comes later
//	v  a value
//	t  the type of the result
//	c  Inst.Code
//	.  something of no interest
//	*  p for all the rest
//
// What follows in the record (flags, alignment, ordering) is of no interest.
type shape struct {
	known    bool
	op       Opcode
	operands string
	result   result
}

// result is what type the value of an instruction has.
type result uint8

const (
	resultNone    result = iota // there is no value
	resultGiven                 // t in the record
	resultFirst                 // that of the first operand
	resultSecond                // that of the second operand
	resultBool                  // i1 for scalar operands
	resultElement               // an element of the first operand
	resultPointer               // a pointer like the first operand, if pointers are opaque
	resultUnknown
)

// shapes are the layouts of simple instructions, by record. The others have functions of their own.
var shapes = [...]shape{
	instBinary:         {true, OpBinary, "pvc", resultFirst},
	instUnary:          {true, OpUnary, "pc", resultFirst},
	instCast:           {true, OpCast, "ptc", resultGiven},
	instGEP:            {true, OpGEP, "..*", resultPointer},
	instGEPOld:         {true, OpGEP, "*", resultPointer},
	instInboundsGEPOld: {true, OpGEP, "*", resultPointer},
	instSelect:         {true, OpSelect, "pvv", resultFirst},
	instVSelect:        {true, OpSelect, "pvp", resultFirst},
	instExtractElement: {true, OpExtractElement, "pp", resultElement},
	instInsertElement:  {true, OpInsertElement, "pvp", resultFirst},
	instShuffle:        {true, OpShuffleVector, "pvp", resultUnknown},
	instCmp:            {true, OpCmp, "pvc", resultBool},
	instCmp2:           {true, OpCmp, "pvc", resultBool},
	instInsertValue:    {true, OpInsertValue, "pp", resultFirst},
	instLoad:           {true, OpLoad, "pt", resultGiven},
	instLoadAtomic:     {true, OpLoad, "pt", resultGiven},
	instStore:          {true, OpStore, "pp", resultNone},
	instStoreAtomic:    {true, OpStore, "pp", resultNone},
	instStoreOld:       {true, OpStore, "pv", resultNone},
	instStoreAtomicOld: {true, OpStore, "pv", resultNone},
	instCmpXchg:        {true, OpCmpXchg, "ppv", resultUnknown},
	instCmpXchgOld:     {true, OpCmpXchg, "pvv", resultUnknown},
	instAtomicRMW:      {true, OpAtomicRMW, "ppc", resultSecond},
	instAtomicRMWOld:   {true, OpAtomicRMW, "pvc", resultSecond},
	instFence:          {true, OpFence, "", resultNone},
	instVAArg:          {true, OpVAArg, ".vt", resultGiven},
	instFreeze:         {true, OpFreeze, "p", resultFirst},
	instRet:            {true, OpRet, "*", resultNone},
	instResume:         {true, OpResume, "p", resultNone},
	instUnreachable:    {true, OpUnreachable, "", resultNone},
}

// readInst reads a record of the FUNCTION_BLOCK.
func (d *decoder) readInst(code uint64) {
	if code == instDebugLoc || code == instDebugLocAgain || code >= instFirstDebug && code <= instLastDebug {
		d.skipOperands()
		return
	}
	d.count, d.at = len(d.operands()), 0
	switch code {
	case instDeclareBlocks:
		if d.blocks != 0 {
			d.fail("the body declares its blocks twice")
		}
		d.blocks = d.take()
		return
	case instOperandBundle:
		d.readBundle()
		return
	case instBlockUsers:
		for _, op := range d.unused() {
			if f := d.module.symbolOf(valueID(op)); f != nil {
				d.body.BlockUsers = append(d.body.BlockUsers, f)
			}
		}
		return
	}
	if d.err == nil && !d.inBlock() {
		d.beginBlock()
	}
	if code < uint64(len(shapes)) && shapes[code].known {
		d.readShape(&shapes[code])
	} else {
		d.readOther(code)
	}
	if n := len(d.body.Insts); d.err == nil && d.body.Insts[n-1].Op.IsTerminator() {
		block := &d.body.Blocks[len(d.body.Blocks)-1]
		block.End, block.end = uint32(n), uint32(len(d.body.successors))
	}
}

func (d *decoder) beginBlock() {
	b := &d.body
	if uint64(len(b.Blocks)) >= d.blocks {
		d.fail("an instruction stands behind the last block")
		return
	}
	b.Blocks = append(b.Blocks, Block{First: uint32(len(b.Insts)), first: uint32(len(b.successors))})
}

// readOther reads an instruction whose layout depends on what is in it.
func (d *decoder) readOther(code uint64) {
	switch code {
	case instBr:
		d.readBr()
	case instSwitch:
		d.readSwitch()
	case instIndirectBr:
		d.readIndirectBr()
	case instCall:
		d.readCall()
	case instInvoke:
		d.readInvoke()
	case instCallBr:
		d.readCallBr()
	case instPhi:
		d.readPhi()
	case instAlloca:
		d.readAlloca()
	case instExtractValue:
		d.readExtractValue()
	case instLandingPad, instLandingPadOld:
		d.readLandingPad(code == instLandingPadOld)
	case instCatchPad, instCleanupPad:
		d.readPad(code)
	case instCatchSwitch:
		d.readCatchSwitch()
	case instCleanupRet, instCatchRet:
		d.readPadReturn(code)
	default:
		d.fail("a record of an unknown instruction, %d", code)
	}
}

// add begins an instruction; its operands are those used up to the next.
func (d *decoder) add(op Opcode) *Inst {
	n := len(d.body.Insts)
	d.body.Insts = slices.Grow(d.body.Insts, 1)[:n+1]
	inst := &d.body.Insts[n] // field by field, as a copy of what was just written in pieces takes long
	inst.Op, inst.Code = op, 0
	inst.Type, inst.Value = NoType, NoValue
	inst.first = uint32(len(d.body.operands))
	return inst
}

// define gives the present instruction a value.
func (d *decoder) define(t TypeID) {
	n := len(d.body.Insts) - 1
	d.body.Insts[n].Type, d.body.Insts[n].Value = t, d.next
	d.body.defs = append(d.body.defs, uint32(n))
	d.next++
}

// readShape reads an instruction that is laid out as s says.
func (d *decoder) readShape(s *shape) {
	inst := d.add(s.op)
	var given [2]TypeID // types that stand behind the first operands, of values that come later
	given[0], given[1] = NoType, NoType
	result := NoType
	for i := range len(s.operands) {
		switch s.operands[i] {
		case 'p':
			v, t := d.takeTyped()
			given[min(i, 1)] = t
			d.use(v)
		case 'v':
			d.use(d.takeID())
		case 't':
			result = d.takeType()
		case 'c':
			inst.Code = uint8(d.take())
		case '*':
			for d.more() {
				v, t := d.takeTyped()
				if len(d.body.operands) == int(inst.first) {
					given[0] = t
				}
				d.use(v)
			}
		default:
			d.take()
		}
	}
	if s.result != resultNone && d.err == nil {
		d.define(d.resultType(s.result, result, given, int(inst.first)))
	}
}

// resultType works out the type of an instruction's value. Its operands stand from first on.
func (d *decoder) resultType(r result, inRecord TypeID, given [2]TypeID, first int) TypeID {
	operand := func(i int) TypeID {
		if first+i >= len(d.body.operands) {
			return NoType
		}
		if i < len(given) && given[i] != NoType {
			return given[i]
		}
		return d.body.TypeOf(d.body.operands[first+i])
	}
	switch r {
	case resultGiven:
		return inRecord
	case resultFirst:
		return operand(0)
	case resultSecond:
		return operand(1)
	case resultBool:
		if t := operand(0); t != NoType && d.module.typeAt(t).Kind != VectorType {
			return d.module.boolean
		}
	case resultElement:
		if t := d.module.typeAt(operand(0)); t.Kind == VectorType {
			return t.Elems[0]
		}
	case resultPointer:
		t := operand(0)
		if p := d.module.typeAt(t); p.Kind == PointerType && len(p.Elems) == 0 && !d.hasVector(first+1) {
			return t
		}
	}
	return NoType
}

// hasVector says that an operand from the given one on is, or may be, a vector.
func (d *decoder) hasVector(from int) bool {
	for _, v := range d.body.operands[from:] {
		if t := d.body.TypeOf(v); t == NoType || d.module.typeAt(t).Kind == VectorType {
			return true
		}
	}
	return false
}
