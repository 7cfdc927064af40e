package bitcode

// Mention is a place in a body that calls something, or that uses the address of a symbol.
type Mention struct {
	// Symbol is a function, variable, alias or ifunc, behind casts and address arithmetic; nil for an indirect call.
	Symbol *Symbol
	Call   bool   // of Symbol, or an indirect one
	Type   TypeID // the function type of a call
	Inst   uint32 // how many instructions stand before it
}

// Skim finds what a body calls and which addresses its calls, loads, stores and address arithmetic use, in its order.
// That takes about a third of the time of decoding it: of all other instructions it reads no more than it has to. It
// lends the list to use, which must keep nothing of it. Any number of goroutines may call it.
//
// Of a body that Decode finds damaged it may make a list nevertheless. It does not read calls that do not say their
// type, as no LLVM since 4.0 writes them.
func (f *Symbol) Skim(use func([]Mention)) error {
	return f.read((*decoder).skimBody, func(d *decoder) { use(d.mentions) })
}

// skimBody goes through the FUNCTION_BLOCK.
func (d *decoder) skimBody() {
	d.enter(functionBlock)
	for inst := uint32(0); d.err == nil; {
		what, id := d.stream.next()
		switch {
		case what == blockEnd:
			return
		case what == dataRecord:
			if d.skimRecord(d.code(id), inst) {
				inst++
			}
		case id == constantsBlock:
			d.readInner(id)
		default:
			d.skipBlock(id)
		}
	}
}

// skimRecord goes through a record of the FUNCTION_BLOCK. It says whether that is an instruction.
func (d *decoder) skimRecord(code uint64, inst uint32) bool {
	switch code {
	case instOperandBundle:
		d.count, d.at = len(d.operands()), 0
		d.readBundle()
		return false
	case instDebugLoc, instDebugLocAgain, instDeclareBlocks, instBlockUsers:
		d.skipOperands()
		return false
	case instCall, instInvoke, instCallBr:
		d.skimCall(code, inst)
		return true
	case instLoad, instLoadAtomic, instGEP, instGEPOld, instInboundsGEPOld, instStore, instStoreAtomic, instStoreOld,
		instStoreAtomicOld:
		d.skimAddress(code, record(d.operands()), inst)
	default:
		d.skipOperands()
		if code >= instFirstDebug && code <= instLastDebug {
			return false
		}
	}
	if d.defines(code) {
		d.next++
	}
	return true
}

// defines says whether an instruction other than a call has a value.
func (d *decoder) defines(code uint64) bool {
	if code < uint64(len(shapes)) && shapes[code].known {
		return shapes[code].result != resultNone
	}
	switch code {
	case instPhi, instAlloca, instExtractValue, instLandingPad, instLandingPadOld, instCatchPad, instCleanupPad,
		instCatchSwitch:
		return true
	case instBr, instSwitch, instIndirectBr, instCleanupRet, instCatchRet:
		return false
	}
	d.fail("a record of an unknown instruction, %d", code)
	return false
}

// skimAddress looks at what is loaded from, computed from, or stored. (What is stored to is of no interest.)
func (d *decoder) skimAddress(code uint64, ops record, inst uint32) {
	at := 0
	switch code {
	case instGEP:
		at = 2
	case instStore, instStoreAtomic, instStoreOld, instStoreAtomicOld:
		if at = 1; d.id(ops.at(0)) >= d.next {
			at = 2 // the type of the pointer stands in between
		}
	}
	if at < len(ops) {
		d.mention(d.id(ops[at]), inst)
	}
}

// skimCall looks at the callee, the arguments and the operands of bundles.
func (d *decoder) skimCall(code uint64, inst uint32) {
	d.count, d.at = len(d.operands()), 0
	d.take()
	flags := d.take()
	hasType := flags&callHasType != 0
	switch code {
	case instInvoke:
		hasType = flags&invokeHasType != 0
		d.take()
		d.take()
	case instCallBr:
		d.take()
		for n := d.take(); n > 0 && d.err == nil; n-- {
			d.take()
		}
	default:
		if flags&callHasFlags != 0 {
			d.take()
		}
	}
	if !hasType {
		d.fail("a call does not say its type")
		return
	}
	typ := d.takeType()
	function := d.module.typeAt(typ)
	if d.err == nil && function.Kind != FunctionType {
		d.fail("a call is of something that is no function")
	}
	callee, _ := d.takeTyped()
	if d.err != nil {
		return
	}
	if symbol, constant := d.behind(callee); symbol != nil || !constant {
		d.mentions = append(d.mentions, Mention{symbol, true, typ, inst})
	}
	for _, t := range function.Elems[1:] {
		switch op := d.take(); d.module.typeAt(t).Kind {
		case MetadataType, LabelType:
		default:
			d.mention(d.id(op), inst)
		}
	}
	for function.Flag && d.more() {
		v, _ := d.takeTyped()
		d.mention(v, inst)
	}
	for _, v := range d.bundle {
		d.mention(v, inst)
	}
	d.bundle = d.bundle[:0]
	if d.module.typeAt(function.Elems[0]).Kind != VoidType {
		d.next++
	}
}

// mention adds the symbol behind a value that is used, if there is one.
func (d *decoder) mention(v ValueID, inst uint32) {
	if symbol, _ := d.behind(v); symbol != nil {
		d.mentions = append(d.mentions, Mention{symbol, false, NoType, inst})
	}
}

// behind is the symbol that a value is or points into, or nil; and whether it is a constant.
func (d *decoder) behind(v ValueID) (symbol *Symbol, constant bool) {
	for range maxExpressionDepth {
		if v >= d.body.firstDef {
			return nil, false
		}
		k, ok := d.body.Constant(v)
		if !ok {
			return nil, false
		}
		operands := d.body.ConstantOperands(v)
		switch {
		case k.Op == SymbolConstant:
			return d.body.Symbol(v), true
		case k.Op != CastConstant && k.Op != GEPConstant && k.Op != EquivalentConstant || len(operands) == 0:
			return nil, true
		}
		v = operands[0]
	}
	return nil, true
}
