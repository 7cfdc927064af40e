package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// The calling convention of the System V psABI for x86-64 (section 3.2.3), as LLVM applies it to the types of its
// functions: one argument after the other gets the next register of its class, or the next place on the stack.

var argumentRegs = [...]reg{reg(x64.RDI), reg(x64.RSI), reg(x64.RDX), reg(x64.RCX), reg(x64.R8), reg(x64.R9)}

var (
	resultRegs = [...]reg{reg(x64.RAX), reg(x64.RDX), reg(x64.RCX)}
	resultXmms = [...]reg{xmm0, xmm0 + 1}
)

// nestReg has the argument with the attribute nest; a call's target is there otherwise.
const nestReg = reg(x64.R10)

// passing gives arguments their places.
type passing struct {
	general, sse int
	stack        uint32
}

// passed is where an argument is: in one or two registers, or on the stack.
type passed struct {
	regs  [2]reg // noReg if it has none
	stack uint32 // from the first argument on the stack
	size  uint32 // bytes on the stack
	value bool   // on the stack is what the argument, a pointer, points to
}

// next is where the next argument goes.
func (p *passing) next(c *Compiler, t bitcode.TypeID, a bitcode.Parameter) passed {
	info := c.typ(t)
	at := passed{regs: [2]reg{noReg, noReg}}
	if a.Flags&(bitcode.OtherConvention|bitcode.InRegister|bitcode.Nest) != 0 {
		refuse("an argument that is passed in another way", "")
	}
	if a.Flags&bitcode.ByValue != 0 {
		if a.Type == bitcode.NoType || info.class != classInt {
			refuse("an argument that is passed in another way", "by value, of a type that is not known")
		}
		l := c.layout(a.Type)
		at.value = true
		return p.onStack(at, uint32(min(l.Size, maxFrame)), uint32(max(a.Align, 8, l.Align*boolInt(a.Align == 0))))
	}
	switch info.class {
	case classInt:
		if p.general < len(argumentRegs) {
			at.regs[0] = argumentRegs[p.general]
			p.general++
			return at
		}
		return p.onStack(at, 8, 8)
	case classWide:
		// Both halves are in registers, or both on the stack; a register that is left over goes to a later argument.
		if p.general+2 <= len(argumentRegs) {
			at.regs = [2]reg{argumentRegs[p.general], argumentRegs[p.general+1]}
			p.general += 2
			return at
		}
		return p.onStack(at, 16, 16)
	case classFloat, classDouble:
		if p.sse < 8 {
			at.regs[0] = xmm0 + reg(p.sse)
			p.sse++
			return at
		}
		return p.onStack(at, 8, 8)
	case classX87:
		return p.onStack(at, 16, 16)
	case classVector:
		c.checkPassedVector(t)
		if p.sse < 8 {
			at.regs[0] = xmm0 + reg(p.sse)
			p.sse++
			return at
		}
		return p.onStack(at, 16, 16)
	}
	refuse("an argument of a type that is not passed here", c.describeType(t))
	return at
}

func boolInt(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func (p *passing) onStack(at passed, size, align uint32) passed {
	p.stack = (p.stack + align - 1) &^ (align - 1)
	at.stack, at.size = p.stack, size
	p.stack += (size + 7) &^ 7
	return at
}

// checkPassedVector refuses vectors that are not passed in one SSE register as they lie in memory.
func (c *Compiler) checkPassedVector(t bitcode.TypeID) {
	typ, l := c.irType(t), c.layout(t)
	of := c.typ(typ.Elems[0])
	whole := of.class == classFloat || of.class == classDouble || of.class == classInt && of.bits >= 8 &&
		of.bits&(of.bits-1) == 0
	if !whole || typ.Len < 2 || typ.Len&(typ.Len-1) != 0 || l.Store != 16 && l.Store != 8 {
		refuse("a vector that is passed in another way", c.describeType(t))
	}
}

// part is one of the values of which a result consists.
type part struct {
	offset uint32 // in the result, as it lies in memory
	typ    bitcode.TypeID
	reg    reg // noReg: on the x87 stack
	high   bool
}

// resultParts are the registers in which a result is returned. They are good until the next call.
func (c *Compiler) resultParts(t bitcode.TypeID) []part {
	c.parts = c.parts[:0]
	if c.irType(t).Kind == bitcode.VoidType {
		return c.parts
	}
	c.addParts(t, 0)
	general, sse := 0, 0
	for i := range c.parts {
		p := &c.parts[i]
		switch class := c.typ(p.typ).class; class {
		case classInt, classWide:
			if general == len(resultRegs) {
				refuse("a result that takes more registers than there are", "")
			}
			p.reg = resultRegs[general]
			general++
		case classFloat, classDouble, classVector:
			if class == classVector {
				c.checkPassedVector(p.typ)
			}
			if sse == len(resultXmms) {
				refuse("a result that takes more registers than there are", "")
			}
			p.reg = resultXmms[sse]
			sse++
		case classX87:
			if len(c.parts) > 1 {
				refuse("a result that is returned in another way", "")
			}
			p.reg = noReg
		default:
			refuse("a result of a type that is not returned here", c.describeType(t))
		}
	}
	return c.parts
}

// addParts lists the elements of a result.
func (c *Compiler) addParts(t bitcode.TypeID, at uint32) {
	if len(c.parts) > 4 {
		refuse("a result that takes more registers than there are", "")
	}
	typ := c.irType(t)
	switch {
	case typ.Kind == bitcode.StructType:
		for i, e := range typ.Elems {
			c.addParts(e, at+uint32(c.layout(t).Offsets[i]))
		}
	case typ.Kind == bitcode.ArrayType:
		if typ.Len > 4 {
			refuse("a result that takes more registers than there are", "")
		}
		for i := range typ.Len {
			c.addParts(typ.Elems[0], at+uint32(i*c.layout(typ.Elems[0]).Size))
		}
	case c.typ(t).class == classWide:
		c.parts = append(c.parts, part{offset: at, typ: t}, part{offset: at + 8, typ: t, high: true})
	default:
		c.parts = append(c.parts, part{offset: at, typ: t})
	}
}

// checkFunction refuses functions whose attributes or convention ask for what is not done here.
func (c *Compiler) checkFunction() {
	f := c.body.Function
	if f.CallConv != conventionC && f.CallConv != conventionFast && f.CallConv != conventionCold {
		refuse("a calling convention that is not known", "")
	}
	a := c.module.AttributesOf(f.Attributes)
	for _, k := range refusedAttributes {
		if a.Has(k.kind) {
			refuse("a function that is "+k.name, "")
		}
	}
	if len(c.body.BlockUsers) > 0 {
		refuse("a function whose blocks another function has addresses of", "")
	}
	if f.FixedEntry() {
		refuse("a function at whose address bytes are read", "")
	}
	if f.HasExtras() {
		refuse("a function with prefix or prologue data or a garbage collector", "")
	}
	if features, ok := a.Value("target-features"); ok && !isBaseline(features) {
		refuse("a function for other processors", features)
	}
	for _, key := range refusedStrings {
		if v, ok := a.Value(key); ok && v != "" && v != "false" && v != "0" {
			refuse("a function with the attribute "+key, "")
		}
	}
	_, c.probe = a.Value("probe-stack")
	c.frame.size, c.out, c.saved, c.outAlign = 0, 0, 0, 1
	c.dynamic, c.varargs, c.returning = false, false, false
	c.outFields = c.outFields[:0]
}

// Calling conventions, as in bitcode, that are one on x86-64.
const (
	conventionC    = 0
	conventionFast = 8
	conventionCold = 9
)

var refusedAttributes = []struct {
	kind bitcode.AttributeKind
	name string
}{
	{bitcode.Naked, "naked"}, {bitcode.NoImplicitFloat, "noimplicitfloat"}, {bitcode.StackAlignment, "realigned"},
	{bitcode.StackProtect, "protected by a canary"}, {bitcode.StackProtectReq, "protected by a canary"},
	{bitcode.StackProtectStrong, "protected by a canary"}, {bitcode.SanitizeAddress, "sanitized"},
	{bitcode.SanitizeThread, "sanitized"}, {bitcode.SanitizeMemory, "sanitized"},
	{bitcode.SanitizeHWAddress, "sanitized"}, {bitcode.SanitizeMemTag, "sanitized"},
	{bitcode.SanitizeRealtime, "sanitized"}, {bitcode.SafeStack, "protected by a safe stack"},
	{bitcode.ShadowCallStack, "protected by a shadow stack"}, {bitcode.StrictFP, "strictfp"},
	{bitcode.LoadHardening, "hardened"}, {bitcode.PresplitCoroutine, "a coroutine"},
	{bitcode.HybridPatchable, "patchable"}, {bitcode.ReturnsTwice, "returning twice"},
}

// refusedStrings are attributes that ask for more than code that does what the function says.
var refusedStrings = []string{"patchable-function", "patchable-function-entry", "patchable-function-prefix",
	"fentry-call", "xray-instruction-threshold", "instrument-function-entry", "instrument-function-entry-inlined",
	"instrument-function-exit", "instrument-function-exit-inlined", "split-stack", "use-soft-float",
	"indirect-branch-tracking", "zero-call-used-regs", "thunk", "denormal-fp-math", "denormal-fp-math-f32",
	"stackrealign", "no-stack-arg-probe", "function-instrument"}
