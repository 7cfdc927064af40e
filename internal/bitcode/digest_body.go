package bitcode

// digestFunction digests a function's record and body.
func (f *Symbol) digestFunction() (digest Digest, err error) {
	var failed error
	err = f.read(func(d *decoder) {
		w := newDigester(f.Module, d)
		defer w.release()
		w.definition(f)
		w.functionBody()
		digest, failed = w.finish(f)
	}, func(*decoder) {})
	if err == nil {
		err = failed
	}
	return digest, err
}

// functionBody goes through the FUNCTION_BLOCK.
func (w *digester) functionBody() {
	d := w.body
	switch {
	case d.module.absolute:
		w.unclear("it was written by an LLVM before 3.3")
	case w.tables.blockOwners[d.body.Function]:
		// Code differs by which blocks have addresses.
		w.unclear("a variable has the address of a block of it")
	}
	d.enter(functionBlock)
	for d.err == nil && w.err == nil {
		what, id := d.stream.next()
		switch {
		case what == blockEnd:
			return
		case what == dataRecord:
			w.record(d.code(id))
		case id == constantsBlock:
			if d.next != d.body.firstDef {
				w.unclear("constants stand behind instructions")
			}
			w.local.readConstants(&d.stream, func() {})
			d.body.firstDef = d.body.firstConst + ValueID(len(w.local.list))
			d.next = d.body.firstDef
		case id == metadataBlock:
			w.own.read(&d.stream)
		case id == metadataAttachBlock:
			w.attachments()
		case id == valueSymtabBlock || id == useListBlock:
			w.passOver(id)
		default:
			d.skipBlock(id)
		}
	}
}

// passOver reads a block that makes no difference, as LLVM reads it too and goes on where it finds its end. Names make
// one if they are not those of the function's own values.
func (w *digester) passOver(id uint64) {
	d := w.body
	for code := range d.records(id) {
		ops := record(d.operands())
		if id == valueSymtabBlock && code == symtabEntry && valueID(ops.at(0)) < d.body.firstArg {
			w.unclear("it gives another name to a symbol")
		}
	}
}

// layouts say for records of instructions what their operands are, up to numbers that are taken as they are.
//
//	p  a value, and its type if the value comes later
//	v  a value
//	t  a type
//	s  a synchronisation scope
//	.  a number
//	*  p for all the rest
var layouts = [...]string{
	instDeclareBlocks: ".", instBinary: "pv", instUnary: "p", instCast: "pt", instGEP: ".t*", instVSelect: "pvp",
	instExtractElement: "pp", instInsertElement: "pvp", instShuffle: "pvp", instCmp: "pv", instCmp2: "pv",
	instInsertValue: "pp", instExtractValue: "p", instLoad: "pt", instLoadAtomic: "pt...s", instStore: "pp",
	instStoreAtomic: "pp...s", instCmpXchg: "ppv..s", instAtomicRMW: "pp...s", instFence: ".s", instVAArg: "tvt",
	instFreeze: "p", instRet: "*", instResume: "p", instUnreachable: ".", instBr: "..v", instIndirectBr: "tv",
}

// record writes a record of the FUNCTION_BLOCK.
func (w *digester) record(code uint64) {
	d := w.body
	if code == instDebugLoc || code == instDebugLocAgain || code >= instFirstDebug && code <= instLastDebug {
		d.skipOperands()
		return
	}
	d.count, d.at = len(d.operands()), 0
	w.number(code)
	w.number(uint64(d.count))
	switch {
	case code < uint64(len(layouts)) && layouts[code] != "":
		w.laidOut(layouts[code])
	case code == instCall || code == instInvoke || code == instCallBr:
		if w.call(code) {
			d.next++
		}
		return
	default:
		w.other(code)
	}
	w.rest()
	if w.err == nil && code != instDeclareBlocks && code != instOperandBundle && d.defines(code) {
		d.next++
	}
	if w.err == nil {
		w.err = d.err
	}
}

// rest writes what is left of the record, all of it numbers.
func (w *digester) rest() {
	for w.body.more() {
		w.number(w.body.take())
	}
}

func (w *digester) laidOut(layout string) {
	d := w.body
	for i := range len(layout) {
		if !d.more() {
			return // br has one operand or three; what else is missing LLVM will find
		}
		switch layout[i] {
		case 'p':
			w.typedValue()
		case 'v':
			w.value(d.id(d.take()))
		case 't':
			w.typ(d.take())
		case 's':
			w.syncScope(d.take())
		case '*':
			for d.more() {
				w.typedValue()
			}
		default:
			w.number(d.take())
		}
	}
}

// typedValue writes a value and, as it stands in the record, the type of one that comes later.
func (w *digester) typedValue() {
	d := w.body
	v := d.id(d.take())
	w.value(v)
	if v >= d.next {
		t := d.take()
		if d.module.typeAt(TypeID(min(t, uint64(NoType)))).Kind == MetadataType {
			w.unclear("metadata is an operand")
		}
		w.typ(t)
	}
}

// syncScope writes the scope of an atomic operation by its name. The first two are the same in all modules.
func (w *digester) syncScope(n uint64) {
	switch names := w.tables.syncScopes; {
	case n < 2:
		w.number(n)
	case n < uint64(len(names)):
		w.number(2)
		w.text(names[n])
	default:
		w.unclear("there is no synchronisation scope %d", n)
	}
}

// bundle writes the operands of a bundle: its tag, by name, and values or metadata.
func (w *digester) bundle() {
	const metadata = 1 << 31 // stands before a node
	d := w.body
	if tag := d.take(); tag < uint64(len(w.tables.bundleTags)) {
		w.text(w.tables.bundleTags[tag])
	} else {
		w.unclear("there is no tag of operand bundles %d", tag)
	}
	for d.more() {
		if uint32(d.ops[d.at]) != metadata {
			w.typedValue()
			continue
		}
		d.take()
		w.node(uint64(uint32(d.id(d.take()))))
	}
}

// other writes records that are not laid out alike.
func (w *digester) other(code uint64) {
	d := w.body
	switch code {
	case instSwitch: // [type, condition, default block, (value, block)...]; case values are absolute
		w.typ(d.take())
		w.value(d.id(d.take()))
		w.number(d.take())
		for d.more() {
			w.value(valueID(d.take()))
			w.number(d.take())
		}
	case instPhi: // [type, (value, block)..., fast-math flags?]; values are relative with a sign
		w.typ(d.take())
		for d.at+1 < d.count {
			w.value(d.id(uint64(signed(d.take()))))
			w.number(d.take())
		}
	case instAlloca: // [type, type of the number, number, ...]; the number is absolute
		w.typ(d.take())
		w.typ(d.take())
		w.value(valueID(d.take()))
	case instLandingPad: // [type, is cleanup, number, (kind, clause)...]
		w.typ(d.take())
		w.number(d.take())
		w.number(d.take())
		for d.more() {
			w.number(d.take())
			w.typedValue()
		}
	case instOperandBundle:
		w.bundle()
	case instBlockUsers:
		w.unclear("another function, which is compiled with it, has addresses of its blocks")
	default:
		w.unclear("an instruction has the code %d", code)
	}
}

// call writes a call, and says whether it has a result; see readCall, readInvoke and readCallBr.
func (w *digester) call(code uint64) (result bool) {
	d := w.body
	w.attributes(d.take())
	flags := d.take()
	w.number(flags)
	hasType := flags&callHasType != 0
	switch code {
	case instInvoke:
		hasType = flags&invokeHasType != 0
		w.number(d.take())
		w.number(d.take())
	case instCallBr:
		w.number(d.take())
		n := d.take()
		w.number(n)
		for ; n > 0 && d.err == nil; n-- {
			w.number(d.take())
		}
	default:
		if flags&callHasFlags != 0 {
			w.number(d.take())
		}
	}
	t := d.take()
	function := d.module.typeAt(TypeID(min(t, uint64(NoType))))
	if !hasType || function.Kind != FunctionType {
		w.unclear("a call does not say its type")
		return false
	}
	w.typ(t)
	w.typedValue()
	for _, p := range function.Elems[1:] {
		switch op := d.take(); d.module.typeAt(p).Kind {
		case LabelType:
			w.number(op)
		case MetadataType:
			w.node(uint64(uint32(d.id(op))))
		default:
			w.value(d.id(op))
		}
		if d.err != nil {
			break
		}
	}
	for function.Flag && d.more() {
		w.typedValue()
	}
	if w.err == nil {
		w.err = d.err
	}
	return d.module.typeAt(function.Elems[0]).Kind != VoidType
}
