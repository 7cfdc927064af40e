package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/x64"
)

// enter brings the arguments to where their values are to be. It stands at the beginning of the body.
func (c *Compiler) enter() {
	c.moves = c.moves[:0]
	for i := range c.args {
		at, v := c.args[i], &c.values[i]
		switch {
		case at.value:
		case v.uses == 0:
		case at.regs[0] == noReg:
			v.slot, v.stored = at.fromFrame(), true
			if v.fixed != noReg {
				c.moves = append(c.moves, move{class: v.class, to: inRegister(v.fixed), from: inFrameAt(v.slot)})
			}
		case v.class.inMemory():
			c.enterMemory(v, at)
		case v.fixed != noReg:
			c.moves = append(c.moves, move{class: v.class, to: inRegister(v.fixed), from: inRegister(at.regs[0])})
		case v.cross || c.avail>>at.regs[0]&1 == 0:
			c.slotFor(v)
			v.stored = true
			c.storeReg(v.class, x64.At(x64.RBP, v.slot), at.regs[0])
		default:
			c.bind(v, at.regs[0])
		}
	}
	c.moveAll()
}

// fromFrame is where an argument on the stack lies from rbp: above are the caller's rbp and the return address.
func (at passed) fromFrame() int32 { return 16 + int32(at.stack) }

// enterMemory stores an argument that is held in memory and comes in registers.
func (c *Compiler) enterMemory(v *value, at passed) {
	c.slotFor(v)
	v.stored = true
	m := x64.At(x64.RBP, v.slot)
	if at.regs[0] < xmm0 {
		c.asm.MovMR(x64.S64, m, at.regs[0].gpr())
		c.asm.MovMR(x64.S64, offset(m, 8), at.regs[1].gpr())
		return
	}
	c.storeVector(m, at.regs[0].xmm(), c.typeOf(c.idOf(c.indexOf(v))).size)
}

// storeVector and loadVector move vectors of 8 or 16 bytes.
func (c *Compiler) storeVector(m x64.Mem, r x64.Xmm, size uint32) {
	if size == 8 {
		c.asm.SseMX(x64.StoreQ, m, r)
	} else {
		c.asm.SseMX(x64.StoreUPS, m, r)
	}
}

func (c *Compiler) loadVector(r x64.Xmm, m x64.Mem, size uint32) {
	if size == 8 {
		c.asm.SseXM(x64.MOVQ, r, m)
	} else {
		c.asm.SseXM(x64.MOVUPS, r, m)
	}
}

// selectRet returns.
func (c *Compiler) selectRet(i int) {
	operands := c.body.Operands(i)
	f := c.body.Function
	if len(operands) > 0 {
		c.returnValue(operands[0], c.body.Tables.Result(f.Attributes))
	}
	if c.structResult >= 0 {
		c.into(c.idOf(int32(c.structResult)), x64.RAX)
	}
	c.returning = true
	if int(c.at) != len(c.order)-1 {
		c.returns = append(c.returns, int32(c.asm.Jmp32()))
	}
}

// returnValue brings a result to its registers.
func (c *Compiler) returnValue(v bitcode.ValueID, a bitcode.Parameter) {
	t := c.body.TypeOf(v)
	parts := c.resultParts(t)
	info := c.typ(t)
	switch info.class {
	case classInt:
		c.into(v, x64.RAX)
		c.extendArgument(reg(x64.RAX), info.bits, a)
	case classFloat, classDouble:
		r := c.in(v)
		c.move(info.class, xmm0, r)
	case classX87:
		c.asm.X87M(x64.FLD80, c.inMemory(v))
	default:
		m := c.inMemory(v)
		for _, p := range parts {
			c.loadPart(p, offset(m, p.offset))
		}
	}
}

// inMemory is where a value lies that is held in memory. Constants are written to the frame.
func (c *Compiler) inMemory(v bitcode.ValueID) x64.Mem {
	if l := c.local(v); l != nil {
		if !l.class.inMemory() || !l.stored {
			refuse("a value that is used before it is computed", "")
		}
		return x64.At(x64.RBP, l.slot)
	}
	if !c.typeOf(v).class.inMemory() {
		refuse("operands of types that do not go together", "")
	}
	m := x64.At(x64.RBP, c.allocate(max(c.sizeInMemory(v), 16), frameAlign))
	c.writeConstant(m, v)
	return m
}

// loadPart loads a part of a result into its register, whatever that holds.
func (c *Compiler) loadPart(p part, m x64.Mem) {
	info := c.typ(p.typ)
	switch info.class {
	case classWide:
		c.asm.MovRM(x64.S64, p.reg.gpr(), m)
	case classInt:
		c.loadInt(p.reg.gpr(), m, info.bits, global{})
	case classVector:
		c.loadVector(p.reg.xmm(), m, info.size)
	default:
		c.loadReg(info.class, p.reg, m)
	}
}

// storePart stores a part of a result.
func (c *Compiler) storePart(p part, m x64.Mem) {
	info := c.typ(p.typ)
	switch info.class {
	case classWide:
		c.asm.MovMR(x64.S64, m, p.reg.gpr())
	case classInt:
		if s, ok := natural(info.bits); ok {
			c.asm.MovMR(s, m, p.reg.gpr())
			return
		}
		if info.bits > 8 {
			refuse("a result of an odd width in a structure", "")
		}
		c.asm.AluRI(x64.AND, x64.S32, p.reg.gpr(), int32(lowBits(info.bits)))
		c.asm.MovMR(x64.S8, m, p.reg.gpr())
	case classVector:
		c.storeVector(m, p.reg.xmm(), info.size)
	default:
		c.storeReg(info.class, m, p.reg)
	}
}

// extendArgument extends an argument or result of less than 32 bits as its attributes ask.
func (c *Compiler) extendArgument(r reg, n uint16, a bitcode.Parameter) {
	if n < 32 && a.Flags&(bitcode.ZeroExtended|bitcode.SignExtended) != 0 {
		c.extend(r.gpr(), r.gpr(), n, x64.S32, a.Flags&bitcode.SignExtended != 0)
	}
}

// selectCall calls a function, or does what an intrinsic is for.
func (c *Compiler) selectCall(i int) {
	call := c.callOf(i)
	if call.Asm {
		c.selectAssembly(i)
		return
	}
	if c.selectIntrinsic(i, call) {
		return
	}
	c.checkCall(i, call)
	c.call(i, call)
	c.takeResult(i, call)
}

func (c *Compiler) callOf(i int) *bitcode.Call { return &c.body.Calls[c.body.List(i)[0]] }

// checkCall refuses calls that are not made here.
func (c *Compiler) checkCall(i int, call *bitcode.Call) {
	d := &c.body.Details[i]
	switch {
	case call.Asm:
		refuse("inline assembly", "")
	case d.Flags&bitcode.MustTail != 0:
		refuse("a call that must be a tail call", "")
	case d.Flags&bitcode.HasBundles != 0:
		refuse("a call with operand bundles", "")
	case call.CallConv != conventionC && call.CallConv != conventionFast && call.CallConv != conventionCold:
		refuse("a calling convention that is not known", "")
	case c.returnsTwice(call):
		c.keepsSlots = true
	}
}

func (c *Compiler) returnsTwice(call *bitcode.Call) bool {
	if c.module.AttributesOf(call.Attributes).Has(bitcode.ReturnsTwice) {
		return true
	}
	return call.Callee != nil && c.module.AttributesOf(call.Callee.Attributes).Has(bitcode.ReturnsTwice)
}

// call makes a call: it saves the cache, brings the arguments to their places and goes.
func (c *Compiler) call(i int, call *bitcode.Call) {
	if c.calls[c.at+1] == c.calls[c.at] {
		refuse("an internal error", "a call in a block that was thought to be without")
	}
	operands := c.body.Operands(i)
	args, callee := operands[:len(operands)-1], operands[len(operands)-1]
	p := c.arguments(call, args)
	var target constant
	indirect := c.local(callee) != nil
	if !indirect {
		target = c.evaluate(callee, 0)
		indirect = target.symbol == nil || target.offset != 0
	}
	if indirect {
		c.moves = append(c.moves, move{class: classInt, to: inRegister(nestReg), from: c.source(callee), value: callee})
	}
	c.allocateOut(p.stack)
	c.spillFor(operands)
	c.moveAll()
	c.extendArguments(call, args)
	if c.irType(call.Type).Flag {
		c.asm.MovRI(x64.S32, x64.RAX, int64(p.sse))
	}
	c.pinned = 0
	if indirect {
		c.mention(bitcode.Mention{Call: true, Type: call.Type})
		c.asm.CallR(nestReg.gpr())
		return
	}
	c.mention(bitcode.Mention{Symbol: target.symbol, Call: true, Type: call.Type})
	to := valueAt(target.symbol)
	switch c.reachOf(target.symbol) {
	case Near:
		c.asm.Call32()
		c.refer(to, 0)
	case Far:
		c.asm.CallM(x64.Rel(0))
		c.refer(code.Target{Of: code.InReadOnly, Index: c.literalAddress(to)}, 0)
	default:
		refuse("a call of a variable", "")
	}
}

// arguments collects the moves of a call's arguments, and copies to the stack what is passed by value.
func (c *Compiler) arguments(call *bitcode.Call, args []bitcode.ValueID) passing {
	var p passing
	c.moves = c.moves[:0]
	for k, v := range args {
		if v == bitcode.NoValue {
			refuse("a call with metadata as an argument", "")
		}
		t := c.body.TypeOf(v)
		at := p.next(c, t, c.argument(call, k))
		switch {
		case at.value:
			c.copyArgument(at, v)
		case c.typ(t).class.inMemory():
			c.moveMemoryArgument(at, v)
		default:
			to := inRegister(at.regs[0])
			if at.regs[0] == noReg {
				to = location{kind: inOut, at: int32(at.stack)}
			}
			from := c.source(v)
			if from.kind == known && c.isUndef(v) {
				continue
			}
			c.moves = append(c.moves, move{class: c.typ(t).class, to: to, from: from, value: v})
		}
	}
	return p
}

// argument is what the attributes of a call and of its callee say of an argument.
func (c *Compiler) argument(call *bitcode.Call, k int) bitcode.Parameter {
	a := c.body.Tables.Parameter(call.Attributes, k)
	if call.Callee != nil && call.Callee.Kind == bitcode.FunctionSymbol {
		of := c.body.Tables.Parameter(call.Callee.Attributes, k)
		if a.Flags |= of.Flags; a.Type == bitcode.NoType {
			a.Type = of.Type
		}
		a.Align = max(a.Align, of.Align)
	}
	return a
}

// maxCopied bounds what is copied for an argument that is passed by value.
const maxCopied = 1 << 10

// copyArgument copies what an argument points to, to its place on the stack.
func (c *Compiler) copyArgument(at passed, v bitcode.ValueID) {
	if at.size > maxCopied {
		refuse("an argument that is passed by value and large", "")
	}
	keep := c.pinned
	m := c.address(v, 0)
	c.copyMemory(x64.At(x64.RSP, int32(at.stack)), m, at.size)
	c.allocateOut(at.stack + at.size)
	c.pinned = keep // what the address needs is not needed any more
}

// moveMemoryArgument passes a value that is held in memory.
func (c *Compiler) moveMemoryArgument(at passed, v bitcode.ValueID) {
	m := c.inMemory(v)
	size := c.sizeInMemory(v)
	if at.regs[0] == noReg {
		c.copyMemory(x64.At(x64.RSP, int32(at.stack)), m, size)
		c.allocateOut(at.stack + 16)
		return
	}
	if at.regs[0] >= xmm0 {
		c.moves = append(c.moves, move{class: classVector, to: inRegister(at.regs[0]),
			from: inFrameAt(m.Disp), size: size})
		return
	}
	for half, r := range at.regs {
		c.moves = append(c.moves, move{class: classInt, to: inRegister(r),
			from: inFrameAt(m.Disp + int32(8*half))})
	}
}

// spillFor saves the values of the cache that are used after a call with some operands, and empties it. The registers
// hold what they held, until the call.
func (c *Compiler) spillFor(operands []bitcode.ValueID) {
	for _, v := range operands {
		if l := c.local(v); l != nil && !l.cross {
			l.uses--
		}
	}
	for r := range reg(32) {
		if c.holds[r] == 0 {
			continue
		}
		v := &c.values[c.holds[r]-1]
		if v.uses > 0 || v.cross {
			c.store(v, r)
		}
		c.holds[r], v.reg = 0, noReg
	}
	for _, v := range operands {
		if l := c.local(v); l != nil && !l.cross {
			l.uses++
		}
	}
}

// extendArguments extends arguments of less than 32 bits in their registers, and on the stack.
func (c *Compiler) extendArguments(call *bitcode.Call, args []bitcode.ValueID) {
	var p passing
	for k, v := range args {
		a := c.argument(call, k)
		info := c.typeOf(v)
		at := p.next(c, c.body.TypeOf(v), a)
		if info.class != classInt || info.bits >= 32 || a.Flags&(bitcode.ZeroExtended|bitcode.SignExtended) == 0 {
			continue
		}
		if at.regs[0] != noReg {
			c.extendArgument(at.regs[0], info.bits, a)
			continue
		}
		m := x64.At(x64.RSP, int32(at.stack))
		c.asm.MovRM(x64.S32, scratch.gpr(), m)
		c.extendArgument(scratch, info.bits, a)
		c.asm.MovMR(x64.S64, m, scratch.gpr())
	}
}

// takeResult makes the value of a call what it has returned.
func (c *Compiler) takeResult(i int, call *bitcode.Call) {
	inst := &c.body.Insts[i]
	if inst.Value == bitcode.NoValue {
		return
	}
	parts := c.resultParts(inst.Type)
	switch info := c.typ(inst.Type); info.class {
	case classInt, classFloat, classDouble:
		c.pinned |= 1 << parts[0].reg
		c.resultIn(i, parts[0].reg)
	case classX87:
		c.asm.X87M(x64.FSTP80, c.memory(i))
	default:
		m := c.memory(i)
		for _, p := range parts {
			c.storePart(p, offset(m, p.offset))
		}
	}
}

// callMoved calls a function of the runtime whose arguments are what is to be moved.
func (c *Compiler) callMoved(i int, name string) {
	c.spillFor(c.body.Operands(i))
	c.moveAll()
	c.pinned = 0
	c.callRuntime(name)
}

// callRuntime calls a function of the runtime by its name; its arguments are in their registers, and the cache has been
// saved.
func (c *Compiler) callRuntime(name string) {
	if c.calls[c.at+1] == c.calls[c.at] {
		refuse("an internal error", "a call in a block that was thought to be without")
	}
	c.asm.CallM(x64.Rel(0))
	c.refer(code.Target{Of: code.InReadOnly, Index: c.literalAddress(c.unit.NameOf(name))}, 0)
}
