package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// Predicates of OpCmp, as in bitcode. Those of floats are a set of bits: equal, greater, less, unordered.
const (
	floatFalse = 0
	floatTrue  = 15
	intEQ      = 32
)

// condition is what the flags say.
type condition struct {
	cond x64.Cond
	// parity says that the condition holds only if the parity flag is clear, or also if it is set.
	parity parity
}

type parity uint8

const (
	noParity     parity = iota
	unlessParity        // and ordered
	orParity            // or unordered
)

var intConds = [...]x64.Cond{x64.CondE, x64.CondNE, x64.CondA, x64.CondAE, x64.CondB, x64.CondBE, x64.CondG, x64.CondGE,
	x64.CondL, x64.CondLE}

// floatConds are the conditions after ucomis of the operands, or of the operands swapped.
var floatConds = [16]struct {
	condition
	swapped bool
}{
	{},
	{condition{x64.CondE, unlessParity}, false}, // ordered and equal
	{condition{x64.CondA, noParity}, false},
	{condition{x64.CondAE, noParity}, false},
	{condition{x64.CondA, noParity}, true}, // less
	{condition{x64.CondAE, noParity}, true},
	{condition{x64.CondNE, noParity}, false}, // unordered sets the zero flag
	{condition{x64.CondNP, noParity}, false},
	{condition{x64.CondP, noParity}, false},
	{condition{x64.CondE, noParity}, false}, // unordered or equal
	{condition{x64.CondB, noParity}, true},
	{condition{x64.CondBE, noParity}, true},
	{condition{x64.CondB, noParity}, false},
	{condition{x64.CondBE, noParity}, false},
	{condition{x64.CondNE, orParity}, false},
	{},
}

// comparison is the condition in which the flags of a comparison will be.
func (c *Compiler) comparison(i int) condition {
	code := c.body.Insts[i].Code
	switch {
	case code == floatFalse:
		return condition{cond: x64.CondNE}
	case code == floatTrue:
		return condition{cond: x64.CondE}
	case code < floatTrue:
		return floatConds[code].condition
	case code >= intEQ && int(code-intEQ) < len(intConds):
		return condition{cond: intConds[code-intEQ]}
	}
	refuse("a comparison that is not known", "")
	return condition{}
}

// compare sets the flags by the operands of a comparison.
func (c *Compiler) compare(i int) condition {
	cond := c.comparison(i)
	code := c.body.Insts[i].Code
	operands := c.body.Operands(i)
	a, b := operands[0], operands[1]
	of := c.typeOf(a)
	switch {
	case code == floatFalse || code == floatTrue:
		c.asm.AluRR(x64.CMP, x64.S32, x64.RAX, x64.RAX)
		return cond
	case of.class == classFloat || of.class == classDouble:
		if code > floatTrue {
			refuse("a comparison that is not known", "")
		}
		if floatConds[code].swapped {
			a, b = b, a
		}
		x, y := c.float(a), c.float(b)
		c.compareFloat(of.class, x, y)
		return cond
	case of.class == classInt && code >= intEQ:
		if c.local(a) == nil && c.local(b) != nil {
			a, b = b, a
			cond.cond = cond.cond.Swap()
		}
		c.compareInts(a, b, of.bits, code >= intEQ+6)
		return cond
	}
	refuse("a comparison of a type that is not known", "")
	return cond
}

// compareInts sets the flags by the difference of two integers.
func (c *Compiler) compareInts(a, b bitcode.ValueID, n uint16, signed bool) {
	s, ok := natural(n)
	if !ok {
		s = sizeFor(n)
		x, y := c.extended(a, s, signed), c.extended(b, s, signed)
		c.asm.AluRR(x64.CMP, s, x, y)
		return
	}
	k, constant := c.immediate(b)
	if m, ok := c.inSlot(a); ok && (constant || c.isInReg(b)) {
		if constant {
			c.asm.AluMI(x64.CMP, s, m, k)
		} else {
			c.asm.AluMR(x64.CMP, s, m, c.int(b))
		}
		return
	}
	x := c.int(a)
	switch m, ok := c.inSlot(b); {
	case constant && k == 0:
		c.asm.TestRR(s, x, x)
	case constant:
		c.asm.AluRI(x64.CMP, s, x, k)
	case ok:
		c.asm.AluRM(x64.CMP, s, x, m)
	default:
		c.asm.AluRR(x64.CMP, s, x, c.int(b))
	}
}

func (c *Compiler) isInReg(v bitcode.ValueID) bool {
	l := c.local(v)
	return l != nil && l.kind == kindNormal && l.reg != noReg
}

// setCondition makes a register 1 or 0, in all its bits.
func (c *Compiler) setCondition(k condition, r x64.Reg) {
	c.asm.SetR(k.cond, r)
	switch k.parity {
	case unlessParity:
		c.asm.SetR(x64.CondNP, scratch.gpr())
		c.asm.AluRR(x64.AND, x64.S8, r, scratch.gpr())
	case orParity:
		c.asm.SetR(x64.CondP, scratch.gpr())
		c.asm.AluRR(x64.OR, x64.S8, r, scratch.gpr())
	}
	c.asm.MovzxRR(x64.S8, r, r)
}

// selectCompare makes the value of a comparison.
func (c *Compiler) selectCompare(i int) {
	inst := &c.body.Insts[i]
	switch c.typeOf(c.body.Operands(i)[0]).class {
	case classVector:
		c.selectVectorCompare(i, inst)
		return
	case classWide:
		c.setCondition(c.compareWide(i), c.result(i).gpr())
		return
	case classX87:
		c.setCondition(c.compareX87(i), c.result(i).gpr())
		return
	}
	if c.typ(inst.Type).class != classInt {
		refuse("a comparison of a type that is not known", "")
	}
	cond := c.compare(i)
	c.setCondition(cond, c.result(i).gpr())
}

// conditionOf is the condition in which testing a value of type i1 will leave the flags.
func (c *Compiler) conditionOf(v bitcode.ValueID) condition {
	if l := c.local(v); l != nil && l.kind == kindDeferred {
		return c.comparisonOf(l)
	}
	return condition{cond: x64.CondNE}
}

// comparisonOf is the condition of a deferred comparison, whose operands compare may swap.
func (c *Compiler) comparisonOf(l *value) condition {
	k := c.comparison(int(l.inst))
	operands := c.body.Operands(int(l.inst))
	if c.body.Insts[l.inst].Code >= intEQ && c.local(operands[0]) == nil && c.local(operands[1]) != nil {
		k.cond = k.cond.Swap()
	}
	return k
}

// test sets the flags by a value of type i1.
func (c *Compiler) test(v bitcode.ValueID) condition {
	if c.typeOf(v).class != classInt {
		refuse("a condition of a type that is not known", "")
	}
	l := c.local(v)
	if l != nil && l.kind == kindDeferred {
		return c.compare(int(l.inst))
	}
	if m, ok := c.inSlot(v); ok {
		c.asm.TestMI(x64.S8, m, 1)
	} else {
		c.asm.TestRI(x64.S8, c.int(v), 1)
	}
	return condition{cond: x64.CondNE}
}

// selectSelect chooses one of two values.
func (c *Compiler) selectSelect(i int) {
	inst := &c.body.Insts[i]
	operands := c.body.Operands(i)
	yes, no, by := operands[0], operands[1], operands[2]
	class := c.typ(inst.Type).class
	switch {
	case c.typeOf(by).class == classVector:
		c.selectVectorSelect(i, inst)
	case class == classInt:
		c.selectInt(i, yes, no, by)
	case class == classFloat || class == classDouble:
		// Registers first: between the comparison and the jump nothing may be moved about.
		y := c.float(no)
		r := c.resultFrom(i, yes)
		holds := c.jumpIf(c.test(by))
		c.asm.SseXX(x64.MOVAPS, r.xmm(), y)
		c.land(holds)
	case class.inMemory():
		to := c.memory(i)
		cond := c.test(by)
		skip := c.jumpUnless(cond)
		c.copyTo(to, yes)
		done := c.asm.Jmp32()
		c.land(skip)
		c.copyTo(to, no)
		c.asm.Patch32(done, c.asm.Pos())
	default:
		refuse("a choice of a type that is not known", "")
	}
}

// selectInt chooses by cmov.
func (c *Compiler) selectInt(i int, yes, no, by bitcode.ValueID) {
	if c.conditionOf(by).parity == unlessParity {
		// The value is no if either flag says so.
		y := c.int(no)
		r := c.resultFrom(i, yes).gpr()
		k := c.test(by)
		c.asm.CmovRR(k.cond.Not(), x64.S64, r, y)
		c.asm.CmovRR(x64.CondP, x64.S64, r, y)
		return
	}
	y := c.int(yes)
	r := c.resultFrom(i, no).gpr()
	k := c.test(by)
	c.asm.CmovRR(k.cond, x64.S64, r, y)
	if k.parity == orParity {
		c.asm.CmovRR(x64.CondP, x64.S64, r, y)
	}
}

// landings are open jumps to one place.
type landings struct {
	at [2]int
	n  int
}

func (l *landings) add(pos int) {
	l.at[l.n] = pos
	l.n++
}

// land makes jumps lead here.
func (c *Compiler) land(l landings) {
	for _, at := range l.at[:l.n] {
		c.asm.Patch32(at, c.asm.Pos())
	}
}

// jumpUnless jumps if a condition does not hold.
func (c *Compiler) jumpUnless(k condition) (to landings) {
	switch k.parity {
	case noParity:
		to.add(c.asm.Jcc32(k.cond.Not()))
	case unlessParity:
		to.add(c.asm.Jcc32(k.cond.Not()))
		to.add(c.asm.Jcc32(x64.CondP))
	case orParity:
		holds := c.asm.Jcc32(x64.CondP)
		to.add(c.asm.Jcc32(k.cond.Not()))
		c.asm.Patch32(holds, c.asm.Pos())
	}
	return to
}

// jumpIf jumps if a condition holds.
func (c *Compiler) jumpIf(k condition) (to landings) {
	switch k.parity {
	case noParity:
		to.add(c.asm.Jcc32(k.cond))
	case orParity:
		to.add(c.asm.Jcc32(k.cond))
		to.add(c.asm.Jcc32(x64.CondP))
	case unlessParity:
		fails := c.asm.Jcc32(x64.CondP)
		to.add(c.asm.Jcc32(k.cond))
		c.asm.Patch32(fails, c.asm.Pos())
	}
	return to
}
