package bitcode

// readBr reads [block], or [true block, false block, condition].
func (d *decoder) readBr() {
	d.add(OpBr)
	d.goTo()
	if d.more() {
		d.goTo()
		d.use(d.takeID())
	}
}

// readSwitch reads [type, condition, default block, (value, block)...]; case values are absolute.
func (d *decoder) readSwitch() {
	d.add(OpSwitch)
	d.takeType()
	d.use(d.takeID())
	d.goTo()
	for d.more() {
		d.use(d.check(valueID(d.take())))
		d.goTo()
	}
}

// readIndirectBr reads [type, address, block...].
func (d *decoder) readIndirectBr() {
	d.add(OpIndirectBr)
	d.takeType()
	d.use(d.takeID())
	for d.more() {
		d.goTo()
	}
}

// Flags in the calling convention of calls. The convention itself stands in bits of its own.
const (
	callHasType   = 1 << 15
	callHasFlags  = 1 << 17 // of floating point
	invokeHasType = 1 << 13
)

// readCall reads [attributes, convention, fast-math flags?, function type?, callee, argument...].
func (d *decoder) readCall() {
	d.add(OpCall)
	c := Call{Attributes: AttributeListID(d.take())}
	flags := d.take()
	c.CallConv = uint32(flags >> 1 & 0x3ff)
	if flags&callHasFlags != 0 {
		d.take()
	}
	d.finishCall(c, flags&callHasType != 0)
}

// readInvoke reads [attributes, convention, normal block, unwind block, function type?, callee, argument...].
func (d *decoder) readInvoke() {
	d.add(OpInvoke)
	c := Call{Attributes: AttributeListID(d.take())}
	flags := d.take()
	c.CallConv = uint32(flags & 0x3ff)
	d.goTo()
	d.goTo()
	d.finishCall(c, flags&invokeHasType != 0)
}

// readCallBr reads [attributes, convention, default block, number of others, block..., function type?, callee,
// argument...].
func (d *decoder) readCallBr() {
	d.add(OpCallBr)
	c := Call{Attributes: AttributeListID(d.take())}
	flags := d.take()
	c.CallConv = uint32(flags >> 1 & 0x3ff)
	d.goTo()
	for n := d.take(); n > 0 && d.err == nil; n-- {
		d.goTo()
	}
	d.finishCall(c, flags&callHasType != 0)
}

// finishCall reads function type, callee and arguments. The operands are in LLVM's order: arguments, bundles, callee.
func (d *decoder) finishCall(c Call, hasType bool) {
	c.Type = NoType
	if hasType {
		c.Type = d.takeType()
	}
	callee, _ := d.takeTyped()
	if d.err != nil {
		return
	}
	if p := d.module.typeAt(d.body.TypeOf(callee)); !hasType && p.Kind == PointerType && len(p.Elems) > 0 {
		c.Type = p.Elems[0]
	}
	function := d.module.typeAt(c.Type)
	if function.Kind != FunctionType {
		d.fail("a call is of something that is no function")
		return
	}
	for _, t := range function.Elems[1:] {
		switch d.module.typeAt(t).Kind {
		case MetadataType, LabelType:
			d.take()
			d.use(NoValue)
		default:
			d.use(d.takeID())
		}
		if d.err != nil {
			return
		}
	}
	for function.Flag && d.more() {
		d.useTyped()
	}
	d.body.operands = append(d.body.operands, d.bundle...)
	d.bundle = d.bundle[:0]
	d.use(callee)
	d.addCall(c, callee, function.Elems[0])
}

func (d *decoder) addCall(c Call, callee ValueID, result TypeID) {
	c.Inst = uint32(len(d.body.Insts) - 1)
	for range maxExpressionDepth { // casts, as older LLVMs need them
		k, ok := d.body.Constant(callee)
		operands := d.body.ConstantOperands(callee)
		if !ok || k.Op != CastConstant && k.Op != EquivalentConstant || len(operands) == 0 {
			c.Asm = k.Op == InlineAsmConstant
			break
		}
		callee = operands[0]
	}
	c.Callee = d.body.Symbol(callee)
	if c.Callee != nil && c.Callee.Kind == VariableSymbol {
		c.Callee = nil
	}
	d.body.Calls = append(d.body.Calls, c)
	if d.module.typeAt(result).Kind != VoidType {
		d.define(result)
	}
}

// readBundle reads [tag, value...] for the call that follows. A value may be metadata, which has a mark before it.
func (d *decoder) readBundle() {
	const metadata = 1 << 31
	d.take()
	for d.more() {
		if d.ops[d.at] == metadata {
			d.at += 2
			d.bundle = append(d.bundle, NoValue)
			continue
		}
		v, _ := d.takeTyped()
		d.bundle = append(d.bundle, v)
	}
}

// readPhi reads [type, (value, block)..., fast-math flags?]. Values are relative with a sign.
func (d *decoder) readPhi() {
	d.add(OpPhi)
	t := d.takeType()
	for ; d.at+1 < d.count; d.at += 2 {
		op := d.ops[d.at]
		if !d.module.absolute {
			op = uint64(signed(op))
		}
		d.use(d.check(d.id(op)))
	}
	d.define(t)
}

// readAlloca reads [allocated type, type of the number, number, alignment and flags, address space?]. The number is
// an absolute value.
func (d *decoder) readAlloca() {
	const directType = 1 << 6
	d.add(OpAlloca)
	t := d.takeType()
	d.take()
	d.use(d.check(valueID(d.take())))
	flags := d.take()
	if flags&directType != 0 {
		t = d.module.pointerTo(t, uint32(d.unused().at(0)))
	}
	d.define(t)
}

// readExtractValue reads [aggregate, index...].
func (d *decoder) readExtractValue() {
	d.add(OpExtractValue)
	v, t := d.takeTyped()
	d.use(v)
	if t == NoType {
		t = d.body.TypeOf(v)
	}
	for _, i := range d.unused() {
		of := d.module.typeAt(t)
		switch {
		case of.Kind == ArrayType:
			t = of.Elems[0]
		case of.Kind == StructType && i < uint64(len(of.Elems)):
			t = of.Elems[i]
		default:
			t = NoType
		}
	}
	d.define(t)
}

// readLandingPad reads [type, personality in old ones, is cleanup, number, (kind, clause)...].
func (d *decoder) readLandingPad(old bool) {
	d.add(OpLandingPad)
	t := d.takeType()
	if old {
		d.takeTyped()
	}
	d.take()
	for n := d.take(); n > 0 && d.err == nil; n-- {
		d.take()
		d.useTyped()
	}
	d.define(t)
}

// readPad reads CATCHPAD and CLEANUPPAD: [parent, number, argument...].
func (d *decoder) readPad(code uint64) {
	op := OpCleanupPad
	if code == instCatchPad {
		op = OpCatchPad
	}
	d.add(op)
	d.use(d.takeID())
	for n := d.take(); n > 0 && d.err == nil; n-- {
		d.useTyped()
	}
	d.define(NoType)
}

// readCatchSwitch reads [parent, number, handler..., unwind block?].
func (d *decoder) readCatchSwitch() {
	d.add(OpCatchSwitch)
	d.use(d.takeID())
	for n := d.take(); n > 0 && d.err == nil; n-- {
		d.goTo()
	}
	if d.more() {
		d.goTo()
	}
	d.define(NoType)
}

// readPadReturn reads CLEANUPRET: [pad, unwind block?], and CATCHRET: [pad, block].
func (d *decoder) readPadReturn(code uint64) {
	op := OpCleanupRet
	if code == instCatchRet {
		op = OpCatchRet
	}
	d.add(op)
	d.use(d.takeID())
	if code == instCatchRet || d.more() {
		d.goTo()
	}
}
