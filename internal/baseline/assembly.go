package baseline

import (
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// There is no assembler here. Some inline assembly is known as a whole: what is empty, as compilers are kept from
// knowing a value by it, and single instructions that programs use because C has no words for them.

// asmOperand is what a constraint is about.
type asmOperand struct {
	code   string          // the constraint, without = and *
	value  bitcode.ValueID // an argument; NoValue for a result that is no memory
	output bool
	memory bool // value points to it
}

// selectAssembly does what inline assembly does.
func (c *Compiler) selectAssembly(i int) {
	operands := c.body.Operands(i)
	last := len(operands) - 1
	a, ok := c.body.InlineAsm(operands[last])
	if !ok || a.Intel || c.body.Details[i].Flags&bitcode.HasBundles != 0 {
		refuse("inline assembly", a.Text)
	}
	of, ok := c.asmOperands(a.Constraints, operands[:last])
	if !ok {
		refuse("inline assembly", a.Text+" with "+a.Constraints)
	}
	text := strings.Join(strings.Fields(a.Text), " ")
	if text == "" {
		ok = c.selectBarrier(i, of)
	} else if do := knownAssembly[text]; do != nil {
		ok = do(c, i, of)
	} else {
		ok = false
	}
	if !ok {
		refuse("inline assembly", a.Text+" with "+a.Constraints)
	}
}

// asmOperands reads constraints. It is false if anything but memory and flags changes unseen.
func (c *Compiler) asmOperands(constraints string, args []bitcode.ValueID) (list []asmOperand, ok bool) {
	for k := range strings.SplitSeq(constraints, ",") {
		switch k {
		case "", "~{memory}", "~{dirflag}", "~{fpsr}", "~{flags}", "~{cc}":
			continue
		}
		o := asmOperand{value: bitcode.NoValue}
		k, o.output = strings.CutPrefix(k, "=")
		o.code, o.memory = strings.CutPrefix(strings.TrimPrefix(k, "&"), "*")
		if o.code == "" || strings.ContainsAny(o.code, "~!|&") {
			return nil, false
		}
		if !o.output || o.memory {
			if len(args) == 0 || args[0] == bitcode.NoValue {
				return nil, false
			}
			o.value, args = args[0], args[1:]
		}
		list = append(list, o)
	}
	return list, len(args) == 0
}

// selectBarrier is for empty assembly: its results are the inputs in the same registers.
func (c *Compiler) selectBarrier(i int, of []asmOperand) bool {
	var results []bitcode.ValueID
	for k, o := range of {
		if o.output && !o.memory {
			v := tiedTo(of, k)
			if v == bitcode.NoValue {
				return false // whatever the register holds
			}
			results = append(results, v)
		}
	}
	inst := &c.body.Insts[i]
	switch {
	case inst.Value == bitcode.NoValue:
		return len(results) == 0
	case len(results) == 1:
		if c.body.TypeOf(results[0]) != inst.Type {
			return false
		}
		c.selectCopy(i, results[0])
		return true
	}
	typ, m := c.irType(inst.Type), c.memory(i)
	if len(typ.Elems) != len(results) {
		return false
	}
	for k, v := range results {
		if c.body.TypeOf(v) != typ.Elems[k] {
			return false
		}
		c.storeElement(offset(m, uint32(c.layout(inst.Type).Offsets[k])), v, c.typeOf(v))
	}
	return true
}

// tiedTo is the input that is in the register of the result with a number, or NoValue.
func tiedTo(of []asmOperand, number int) bitcode.ValueID {
	for _, o := range of {
		if !o.output && len(o.code) == 1 && int(o.code[0]-'0') == number {
			return o.value
		}
	}
	return bitcode.NoValue
}

// knownAssembly is what is known, by its text with single spaces. It is false for operands that are not.
var knownAssembly = map[string]func(c *Compiler, i int, of []asmOperand) bool{
	"nop":   plainAssembly(func(a *x64.Assembler) { a.Nop(1) }),
	"pause": plainAssembly((*x64.Assembler).Pause), "rep; nop": plainAssembly((*x64.Assembler).Pause),
	"rep;nop": plainAssembly((*x64.Assembler).Pause), "rep nop": plainAssembly((*x64.Assembler).Pause),
	"mfence": plainAssembly((*x64.Assembler).Mfence), "lfence": plainAssembly((*x64.Assembler).Lfence),
	"sfence":     plainAssembly((*x64.Assembler).Sfence),
	"bsr $1, $0": scanAssembly(x64.BSR, 0), "bsrl $1, $0": scanAssembly(x64.BSR, 32),
	"bsrq $1, $0": scanAssembly(x64.BSR, 64), "bsf $1, $0": scanAssembly(x64.BSF, 0),
	"bsfl $1, $0": scanAssembly(x64.BSF, 32), "bsfq $1, $0": scanAssembly(x64.BSF, 64),
	"fnstcw $0":  memoryAssembly(true, func(a *x64.Assembler, m x64.Mem) { a.X87M(x64.FNSTCW, m) }),
	"fldcw $0":   memoryAssembly(false, func(a *x64.Assembler, m x64.Mem) { a.X87M(x64.FLDCW, m) }),
	"stmxcsr $0": memoryAssembly(true, (*x64.Assembler).Stmxcsr), "ldmxcsr $0": memoryAssembly(false,
		(*x64.Assembler).Ldmxcsr),
	"cpuid": (*Compiler).selectCPUID,
	// as clang's header has it, with words for two syntaxes
	"xchg$(q$|$) $(%$|$)rbx,${1:q} cpuid xchg$(q$|$) $(%$|$)rbx,${1:q}": (*Compiler).selectCPUID,
}

// plainAssembly is an instruction without operands.
func plainAssembly(encode func(*x64.Assembler)) func(*Compiler, int, []asmOperand) bool {
	return func(c *Compiler, i int, of []asmOperand) bool {
		if len(of) > 0 || c.body.Insts[i].Value != bitcode.NoValue {
			return false
		}
		encode(&c.asm)
		return true
	}
}

// memoryAssembly is an instruction with one operand, in memory.
func memoryAssembly(output bool, encode func(*x64.Assembler, x64.Mem)) func(*Compiler, int, []asmOperand) bool {
	return func(c *Compiler, i int, of []asmOperand) bool {
		if len(of) != 1 || of[0].code != "m" || !of[0].memory || of[0].output != output ||
			c.body.Insts[i].Value != bitcode.NoValue {
			return false
		}
		encode(&c.asm, c.address(of[0].value, 0))
		return true
	}
}

// scanAssembly finds the first or last bit of a register, of which the operand is to have so many; 0 for any.
func scanAssembly(op x64.Two, bits uint16) func(*Compiler, int, []asmOperand) bool {
	return func(c *Compiler, i int, of []asmOperand) bool {
		inst := &c.body.Insts[i]
		if len(of) != 2 || !of[0].output || of[0].code != "r" || of[0].memory || of[1].output || of[1].code != "r" ||
			of[1].memory || inst.Type == bitcode.NoType {
			return false
		}
		to, from := c.typ(inst.Type), c.typeOf(of[1].value)
		if to.class != classInt || from.class != classInt || to.bits != from.bits || to.bits != 32 && to.bits != 64 ||
			bits != 0 && bits != to.bits {
			return false
		}
		x := c.int(of[1].value)
		c.asm.TwoRR(op, sizeFor(to.bits), c.result(i).gpr(), x)
		return true
	}
}

// selectCPUID is for all four results, and for inputs in the registers of the first and the third.
func (c *Compiler) selectCPUID(i int, of []asmOperand) bool {
	inst := &c.body.Insts[i]
	if len(of) < 5 || len(of) > 6 || inst.Type == bitcode.NoType {
		return false
	}
	typ := c.irType(inst.Type)
	if typ.Kind != bitcode.StructType || len(typ.Elems) != 4 {
		return false
	}
	registers := [...]string{"{ax}", "{bx}", "{cx}", "{dx}"}
	for k, o := range of[:4] {
		anywhere := k == 1 && o.code == "r"
		if info := c.typ(typ.Elems[k]); !o.output || o.memory || o.code != registers[k] && !anywhere ||
			info.class != classInt || info.bits != 32 {
			return false
		}
	}
	for k, o := range of[4:] {
		number, register := [...]string{"0", "2"}[k], [...]x64.Reg{x64.RAX, x64.RCX}[k]
		if o.output || o.memory || o.code != number && o.code != registers[2*k] || c.typeOf(o.value).bits != 32 {
			return false
		}
		c.into(o.value, register)
	}
	if len(of) == 5 {
		c.exactly(x64.RCX)
	}
	c.exactly(x64.RDX)
	m, offsets := c.memory(i), c.layout(inst.Type).Offsets
	c.asm.MovRR(x64.S64, scratch.gpr(), x64.RBX) // which may be somebody's
	c.asm.Cpuid()
	for k, r := range [...]x64.Reg{x64.RAX, x64.RBX, x64.RCX, x64.RDX} {
		c.asm.MovMR(x64.S32, offset(m, uint32(offsets[k])), r)
	}
	c.asm.MovRR(x64.S64, x64.RBX, scratch.gpr())
	return true
}
