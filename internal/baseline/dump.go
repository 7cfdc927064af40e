package baseline

import (
	"fmt"
	"io"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
)

// opNames are by opcode.
var opNames = [...]string{"unary", "binary", "cast", "getelementptr", "select", "extractelement", "insertelement",
	"shufflevector", "cmp", "phi", "alloca", "load", "store", "cmpxchg", "atomicrmw", "fence", "va_arg", "extractvalue",
	"insertvalue", "freeze", "landingpad", "catchpad", "cleanuppad", "call", "ret", "br", "switch", "indirectbr",
	"invoke", "callbr", "resume", "unreachable", "cleanupret", "catchret", "catchswitch"}

// Dump makes the compiler write what it decides of every function, for whoever debugs it: instructions with their
// operands, where values live, and the machine code of each instruction. Nil ends that.
func (c *Compiler) Dump(to io.Writer) {
	c.dump = nil
	if to != nil {
		c.dump = &dumper{to: to}
	}
}

// dumper writes what a compiler decides. One that is nil writes nothing.
type dumper struct {
	to    io.Writer
	marks []mark
}

// mark is a line and the position of the code behind it.
type mark struct {
	at   int
	text string
}

func (d *dumper) block(c *Compiler) {
	if d == nil {
		return
	}
	if c.at == 0 {
		d.marks = append(d.marks[:0], mark{0, fmt.Sprintf("function %s", c.body.Function.Name)})
	}
	d.marks = append(d.marks, mark{c.asm.Pos(), fmt.Sprintf("block %d", c.order[c.at])})
}

func (d *dumper) inst(c *Compiler, i int) {
	if d == nil {
		return
	}
	inst := &c.body.Insts[i]
	var b strings.Builder
	fmt.Fprintf(&b, "  %4d %s.%d", i, opNames[inst.Op], inst.Code)
	for _, v := range c.body.Operands(i) {
		b.WriteString(" " + c.describe(v))
	}
	if list := c.body.List(i); len(list) > 0 {
		fmt.Fprint(&b, " ", list)
	}
	if inst.Value != bitcode.NoValue {
		fmt.Fprintf(&b, " -> %s", c.describe(inst.Value))
		if l := &c.values[inst.Value-c.first]; l.kind != kindNone {
			fmt.Fprintf(&b, " {%s kind %d, uses %d, blocks %d to %d, fixed %d, slot %d, weight %d}",
				c.describeType(inst.Type), l.kind, l.uses, l.first, l.last, int8(l.fixed), l.slot, l.weight)
		}
	}
	d.marks = append(d.marks, mark{c.asm.Pos(), b.String()})
}

// done writes everything, with the code as bytes: objdump or llvm-mc make instructions of them.
func (d *dumper) done(c *Compiler, prologue uint32) {
	if d == nil {
		return
	}
	body := c.asm.Code()
	fmt.Fprintf(d.to, "prologue % x\n", c.unit.Text[:prologue])
	for k, m := range d.marks {
		end := len(body)
		if k+1 < len(d.marks) {
			end = d.marks[k+1].at
		}
		fmt.Fprintf(d.to, "%s\n", m.text)
		if m.at < end {
			fmt.Fprintf(d.to, "        %4x: % x\n", m.at+int(prologue), body[m.at:end])
		}
	}
}

// describe names a value.
func (c *Compiler) describe(v bitcode.ValueID) string {
	if v == bitcode.NoValue {
		return "-"
	}
	if c.local(v) != nil {
		return fmt.Sprintf("%%%d", v-c.first)
	}
	if s := c.body.Symbol(v); s != nil {
		return "@" + s.Name
	}
	if n, ok := c.constantInt(v); ok {
		return fmt.Sprint(n)
	}
	return "constant"
}

// describeType names a type.
func (c *Compiler) describeType(t bitcode.TypeID) string {
	if uint64(t) >= uint64(len(c.module.Types)) {
		return "?"
	}
	typ := &c.module.Types[t]
	switch typ.Kind {
	case bitcode.IntegerType:
		return fmt.Sprintf("i%d", typ.Bits)
	case bitcode.PointerType:
		return "ptr"
	case bitcode.FloatType:
		return "float"
	case bitcode.DoubleType:
		return "double"
	case bitcode.VectorType:
		return fmt.Sprintf("<%d x %s>", typ.Len, c.describeType(typ.Elems[0]))
	case bitcode.ArrayType:
		return fmt.Sprintf("[%d x %s]", typ.Len, c.describeType(typ.Elems[0]))
	case bitcode.StructType:
		return "struct " + typ.Name
	}
	return fmt.Sprintf("type of kind %d", typ.Kind)
}
