package baseline

import (
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// intrinsic is one of LLVM's own functions, or notIntrinsic.
type intrinsic uint8

const (
	unknownYet intrinsic = iota
	notIntrinsic
	refusedIntrinsic
	ignored // does nothing here
	copied  // is its first argument
	isZero  // is zero: what could be known but is not
	mathFunction
	memcpyIntrinsic
	memmoveIntrinsic
	memsetIntrinsic
	absIntrinsic
	smaxIntrinsic
	sminIntrinsic
	umaxIntrinsic
	uminIntrinsic
	bswapIntrinsic
	ctpopIntrinsic
	ctlzIntrinsic
	cttzIntrinsic
	fshlIntrinsic
	fshrIntrinsic
	saddOverflow
	uaddOverflow
	ssubOverflow
	usubOverflow
	smulOverflow
	umulOverflow
	saddSat
	uaddSat
	ssubSat
	usubSat
	objectSize
	fabsIntrinsic
	copysignIntrinsic
	sqrtIntrinsic
	fmuladdIntrinsic
	trapIntrinsic
	debugTrap
	stackSave
	stackRestore
	frameAddress
	returnAddress
	vaStart
	vaCopy
	typeIDFor
	ptrMask
	threadLocalAddress
	loadRelative
	cycleCounter
	bitreverseIntrinsic
	reduceAdd
	reduceMul
	reduceAnd
	reduceOr
	reduceXor
	reduceSMax // these have the order of those of numbers
	reduceSMin
	reduceUMax
	reduceUMin
	scmpIntrinsic
	ucmpIntrinsic
	roundingMode
	floatClass
	splitFloat
	fptosiSat
	fptouiSat
)

// intrinsics are by name without "llvm." and without the types at its end.
var intrinsics = map[string]intrinsic{
	"lifetime.start": ignored, "lifetime.end": ignored, "dbg.declare": ignored, "dbg.value": ignored,
	"dbg.label": ignored, "dbg.assign": ignored, "assume": ignored, "experimental.noalias.scope.decl": ignored,
	"sideeffect": ignored, "donothing": ignored, "invariant.end": ignored, "prefetch": ignored,
	"var.annotation": ignored, "pseudoprobe": ignored, "va_end": ignored, "fake.use": ignored,
	"expect": copied, "expect.with.probability": copied, "launder.invariant.group": copied,
	"strip.invariant.group": copied, "ssa.copy": copied, "annotation": copied, "ptr.annotation": copied,
	"is.constant": isZero, "invariant.start": isZero, "objectsize": objectSize,
	"memcpy": memcpyIntrinsic, "memcpy.inline": memcpyIntrinsic, "memmove": memmoveIntrinsic,
	"memset": memsetIntrinsic, "memset.inline": memsetIntrinsic,
	"abs": absIntrinsic, "smax": smaxIntrinsic, "smin": sminIntrinsic, "umax": umaxIntrinsic, "umin": uminIntrinsic,
	"bswap": bswapIntrinsic, "ctpop": ctpopIntrinsic, "ctlz": ctlzIntrinsic, "cttz": cttzIntrinsic,
	"fshl": fshlIntrinsic, "fshr": fshrIntrinsic, "bitreverse": bitreverseIntrinsic, "scmp": scmpIntrinsic,
	"ucmp":              ucmpIntrinsic,
	"vector.reduce.add": reduceAdd, "vector.reduce.mul": reduceMul, "vector.reduce.and": reduceAnd,
	"vector.reduce.or": reduceOr, "vector.reduce.xor": reduceXor, "vector.reduce.smax": reduceSMax,
	"vector.reduce.smin": reduceSMin, "vector.reduce.umax": reduceUMax, "vector.reduce.umin": reduceUMin,
	"sadd.with.overflow": saddOverflow, "uadd.with.overflow": uaddOverflow, "ssub.with.overflow": ssubOverflow,
	"usub.with.overflow": usubOverflow, "smul.with.overflow": smulOverflow, "umul.with.overflow": umulOverflow,
	"sadd.sat": saddSat, "uadd.sat": uaddSat, "ssub.sat": ssubSat, "usub.sat": usubSat,
	"fabs": fabsIntrinsic, "copysign": copysignIntrinsic, "sqrt": sqrtIntrinsic, "fmuladd": fmuladdIntrinsic,
	"trap": trapIntrinsic, "debugtrap": debugTrap, "ubsantrap": trapIntrinsic,
	"stacksave": stackSave, "stackrestore": stackRestore, "frameaddress": frameAddress,
	"returnaddress": returnAddress, "va_start": vaStart, "va_copy": vaCopy, "eh.typeid.for": typeIDFor,
	"ptrmask": ptrMask, "threadlocal.address": threadLocalAddress, "load.relative": loadRelative,
	"readcyclecounter": cycleCounter, "get.rounding": roundingMode, "is.fpclass": floatClass, "modf": splitFloat,
	"fptosi.sat": fptosiSat, "fptoui.sat": fptouiSat,
}

// mathFunctions are the functions of the C library that intrinsics of the same name call, for float and double.
var mathFunctions = map[string][2]string{
	"floor": {"floorf", "floor"}, "ceil": {"ceilf", "ceil"}, "trunc": {"truncf", "trunc"}, "rint": {"rintf", "rint"},
	"nearbyint": {"nearbyintf", "nearbyint"}, "round": {"roundf", "round"}, "roundeven": {"roundevenf", "roundeven"},
	"pow": {"powf", "pow"}, "sin": {"sinf", "sin"}, "cos": {"cosf", "cos"}, "tan": {"tanf", "tan"},
	"asin": {"asinf", "asin"}, "acos": {"acosf", "acos"}, "atan": {"atanf", "atan"}, "atan2": {"atan2f", "atan2"},
	"sinh": {"sinhf", "sinh"}, "cosh": {"coshf", "cosh"}, "tanh": {"tanhf", "tanh"}, "exp": {"expf", "exp"},
	"exp2": {"exp2f", "exp2"}, "log": {"logf", "log"}, "log2": {"log2f", "log2"}, "log10": {"log10f", "log10"},
	"fma": {"fmaf", "fma"}, "minnum": {"fminf", "fmin"}, "maxnum": {"fmaxf", "fmax"}, "ldexp": {"ldexpf", "ldexp"},
	"powi": {"__powisf2", "__powidf2"}, "lround": {"lroundf", "lround"}, "llround": {"llroundf", "llround"},
	"lrint": {"lrintf", "lrint"}, "llrint": {"llrintf", "llrint"},
}

// intrinsicOf says which intrinsic a call is of.
func (c *Compiler) intrinsicOf(call *bitcode.Call) intrinsic {
	f := call.Callee
	if f == nil || f.Kind != bitcode.FunctionSymbol {
		return notIntrinsic
	}
	known := &c.info.intrinsics[f.Index]
	if *known == unknownYet {
		*known = lookUp(f.Name)
	}
	return *known
}

func lookUp(name string) intrinsic {
	name, ok := strings.CutPrefix(name, "llvm.")
	if !ok {
		return notIntrinsic
	}
	for {
		if id, ok := intrinsics[name]; ok {
			return id
		}
		if _, ok := mathFunctions[name]; ok {
			return mathFunction
		}
		end := strings.LastIndexByte(name, '.')
		if end < 0 {
			return refusedIntrinsic
		}
		name = name[:end]
	}
}

// mayCall says that an instruction is a call when it has been compiled.
func (c *Compiler) mayCall(i int, inst *bitcode.Inst) bool {
	switch inst.Op {
	case bitcode.OpInvoke, bitcode.OpResume:
		return true
	case bitcode.OpCall:
		switch c.intrinsicOf(c.callOf(i)) {
		case notIntrinsic, mathFunction, memcpyIntrinsic, memmoveIntrinsic, memsetIntrinsic, threadLocalAddress,
			splitFloat:
			return true
		}
		return c.typeOrNone(inst.Type).class >= classWide
	case bitcode.OpBinary:
		switch k := c.typeOrNone(inst.Type); {
		case k.class >= classWide:
			return inst.Code >= binaryUDiv && inst.Code <= binarySRem
		default:
			return inst.Code == binarySRem && k.class != classInt
		}
	case bitcode.OpCast:
		return inst.Code >= castFPToUI && inst.Code <= castSIToFP &&
			(c.typeOrNone(inst.Type).class >= classWide || c.typeOf(c.body.Operands(i)[0]).class >= classWide)
	}
	return false
}

func (c *Compiler) typeOrNone(t bitcode.TypeID) typeInfo {
	if t == bitcode.NoType {
		return typeInfo{}
	}
	return *c.typ(t)
}

// startsVarargs says that the function looks at its variable arguments.
func (c *Compiler) startsVarargs() bool {
	for k := range c.body.Calls {
		if c.intrinsicOf(&c.body.Calls[k]) == vaStart {
			return true
		}
	}
	return false
}

// selectIntrinsic does what an intrinsic is for. It is false if the call is not of one.
func (c *Compiler) selectIntrinsic(i int, call *bitcode.Call) bool {
	id := c.intrinsicOf(call)
	inst := &c.body.Insts[i]
	operands := c.body.Operands(i)
	args := operands[:len(operands)-1]
	if id == notIntrinsic {
		return false
	}
	if inst.Type != bitcode.NoType && c.typ(inst.Type).class == classVector && id != refusedIntrinsic {
		c.selectVectorIntrinsic(i, id, call, args)
		return true
	}
	switch id {
	case ignored:
	case copied:
		c.selectCopy(i, args[0])
	case isZero:
		c.asm.MovRI(x64.S32, c.result(i).gpr(), 0)
	case mathFunction:
		c.selectMath(i, call, args)
	case memcpyIntrinsic, memmoveIntrinsic:
		c.selectCopyMemory(i, id, args)
	case memsetIntrinsic:
		c.selectSetMemory(i, args)
	case trapIntrinsic:
		c.asm.Ud2()
	case debugTrap:
		c.asm.Int3()
	case stackSave:
		c.asm.MovRR(x64.S64, c.result(i).gpr(), x64.RSP)
	case stackRestore:
		c.dynamic = true
		c.asm.MovRR(x64.S64, x64.RSP, c.int(args[0]))
	case frameAddress, returnAddress:
		c.selectFrameAddress(i, id, args)
	case vaStart:
		c.selectVAStart(args[0])
	case vaCopy:
		to, from := c.address(args[0], 0), c.address(args[1], 0)
		c.copyMemory(to, from, vaListSize)
	case typeIDFor:
		c.selectTypeID(i, args)
	case threadLocalAddress:
		c.selectThreadLocal(i, args[0])
	case cycleCounter:
		c.exactly(x64.RAX)
		c.exactly(x64.RDX)
		c.asm.Rdtsc()
		c.asm.ShiftRI(x64.SHL, x64.S64, x64.RDX, 32)
		c.asm.AluRR(x64.OR, x64.S64, x64.RAX, x64.RDX)
		c.resultIn(i, reg(x64.RAX))
	case roundingMode:
		c.selectRounding(i)
	case floatClass:
		c.selectFloatClass(i, args)
	case splitFloat:
		c.selectSplit(i, args)
	case fptosiSat, fptouiSat:
		c.selectSaturatingCast(i, id == fptosiSat, args[0])
	case fabsIntrinsic, copysignIntrinsic, sqrtIntrinsic, fmuladdIntrinsic:
		c.selectFloatIntrinsic(i, id, args)
	case refusedIntrinsic:
		refuse("an intrinsic that is not known", call.Callee.Name)
	default:
		c.selectIntIntrinsic(i, id, call, args)
	}
	return true
}

// selectMath calls the function of the C library's that an intrinsic stands for.
func (c *Compiler) selectMath(i int, call *bitcode.Call, args []bitcode.ValueID) {
	name := strings.TrimPrefix(call.Callee.Name, "llvm.")
	for {
		if names, ok := mathFunctions[name]; ok {
			c.callMath(i, names, args)
			return
		}
		end := strings.LastIndexByte(name, '.')
		if end < 0 {
			refuse("an intrinsic that is not known", call.Callee.Name)
		}
		name = name[:end]
	}
}

// inlineCopy is how many bytes are copied or set without a call.
const inlineCopy = 128

// selectCopyMemory copies memory: a few bytes by registers, more by the C library.
func (c *Compiler) selectCopyMemory(i int, id intrinsic, args []bitcode.ValueID) {
	n, constant := c.constantInt(args[2])
	if constant && n >= 0 && n <= inlineCopy && (id == memcpyIntrinsic || n <= 16) {
		if n == 0 {
			return
		}
		from, to := c.address(args[1], 0), c.address(args[0], 0)
		if id == memmoveIntrinsic {
			c.moveSmall(to, from, uint32(n))
			return
		}
		c.copyMemory(to, from, uint32(n))
		return
	}
	name := "memcpy"
	if id == memmoveIntrinsic {
		name = "memmove"
	}
	c.callMemory(i, name, args)
}

// moveSmall copies up to 16 bytes that may overlap: all is read before anything is written.
func (c *Compiler) moveSmall(to, from x64.Mem, size uint32) {
	if size == 16 {
		c.copyMemory(to, from, size)
		return
	}
	var parts [5]struct {
		s  x64.Size
		at uint32
		r  x64.Reg
	}
	n := 0
	for at := uint32(0); at < size; n++ {
		s := x64.S64
		for at+1<<s > size {
			s--
		}
		parts[n].s, parts[n].at, parts[n].r = s, at, c.temp()
		c.asm.MovRM(s, parts[n].r, offset(from, at))
		at += 1 << s
	}
	for _, p := range parts[:n] {
		c.asm.MovMR(p.s, offset(to, p.at), p.r)
	}
}

// callMemory calls memcpy, memmove or memset.
func (c *Compiler) callMemory(i int, name string, args []bitcode.ValueID) {
	c.moves = c.moves[:0]
	for k, v := range args[:3] {
		if c.typeOf(v).class != classInt {
			refuse("operands of types that do not go together", "")
		}
		c.moves = append(c.moves, move{class: classInt, from: c.source(v), value: v, to: inRegister(argumentRegs[k])})
	}
	c.spillFor(c.body.Operands(i))
	c.moveAll()
	if n := c.typeOf(args[2]).bits; n < 64 {
		c.extend(argumentRegs[2].gpr(), argumentRegs[2].gpr(), n, x64.S64, false)
	}
	c.pinned = 0
	c.callRuntime(name)
}

// selectSetMemory sets memory: a few bytes to a constant by stores, more by the C library.
func (c *Compiler) selectSetMemory(i int, args []bitcode.ValueID) {
	n, constant := c.constantInt(args[2])
	b, isByte := c.constantInt(args[1])
	if !constant || !isByte || n < 0 || n > inlineCopy {
		c.callMemory(i, "memset", args)
		return
	}
	if n == 0 {
		return
	}
	to := c.address(args[0], 0)
	at, size := uint32(0), uint32(n)
	word := int64(uint64(uint8(b)) * 0x0101010101010101)
	if size >= 8 {
		c.asm.MovRI(x64.S64, scratch.gpr(), word)
	}
	if size >= 16 {
		c.asm.MovdXR(x64.S64, scratchX.xmm(), scratch.gpr())
		c.asm.SseXX(x64.PUNPCKLQDQ, scratchX.xmm(), scratchX.xmm())
	}
	for ; size-at >= 16; at += 16 {
		c.asm.SseMX(x64.StoreUPS, offset(to, at), scratchX.xmm())
	}
	if size-at >= 8 {
		c.asm.MovMR(x64.S64, offset(to, at), scratch.gpr())
		at += 8
	}
	for s := x64.S32 + 1; s > 0; {
		s--
		if size-at >= 1<<s {
			c.asm.MovMI(s, offset(to, at), int32(word))
			at += 1 << s
		}
	}
}

// selectFrameAddress is for this function's frame only.
func (c *Compiler) selectFrameAddress(i int, id intrinsic, args []bitcode.ValueID) {
	if n, ok := c.constantInt(args[0]); !ok || n != 0 {
		refuse("the address of another function's frame", "")
	}
	r := c.result(i).gpr()
	if id == frameAddress {
		c.asm.MovRR(x64.S64, r, x64.RBP)
	} else {
		c.asm.MovRM(x64.S64, r, x64.At(x64.RBP, 8))
	}
}

// selectFloatIntrinsic does arithmetic of floats that needs no call.
func (c *Compiler) selectFloatIntrinsic(i int, id intrinsic, args []bitcode.ValueID) {
	class := c.typ(c.body.Insts[i].Type).class
	if class != classFloat && class != classDouble {
		c.selectX87Intrinsic(i, id, args)
		return
	}
	n := isDouble(class)
	switch id {
	case fabsIntrinsic:
		c.signBits(i, args[0], x64.ANDPS, class, 1<<63-1)
	case sqrtIntrinsic:
		x := c.float(args[0])
		c.asm.SseXX([2]x64.Sse{x64.SQRTSS, x64.SQRTSD}[n], c.result(i).xmm(), x)
	case fmuladdIntrinsic:
		y, z := c.float(args[1]), c.float(args[2])
		r := c.resultFrom(i, args[0])
		c.asm.SseXX([2]x64.Sse{x64.MULSS, x64.MULSD}[n], r.xmm(), y)
		c.asm.SseXX([2]x64.Sse{x64.ADDSS, x64.ADDSD}[n], r.xmm(), z)
	case copysignIntrinsic:
		mask := uint64(1<<63 - 1)
		if class == classFloat {
			mask >>= 32
		}
		sign := c.float(args[1])
		magnitude := c.mask16(mask)
		// The mask's complement takes the sign, whatever that does to lanes nobody looks at.
		c.asm.SseXM(x64.MOVAPS, scratchX.xmm(), x64.Rel(0))
		c.refer(magnitude, 0)
		c.asm.SseXX(x64.ANDNPS, scratchX.xmm(), sign)
		r := c.resultFrom(i, args[0])
		c.asm.SseXM(x64.ANDPS, r.xmm(), x64.Rel(0))
		c.refer(magnitude, 0)
		c.asm.SseXX(x64.ORPS, r.xmm(), scratchX.xmm())
	}
}
