package bitcode

import (
	"fmt"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// lend gives a body as it is read for code generation.
func lend(t testing.TB, f *Symbol, use func(*Code)) error {
	t.Helper()
	return f.LendCode(func(c *Code) {
		for i := range c.Insts {
			c.List(i)
			c.Details[i].Align()
		}
		for v := ValueID(0); v < c.firstDef; v++ {
			c.Image(v)
			c.GEPType(v)
			c.AddressedBlock(v)
		}
		for i := range AttributeListID(len(c.Tables.parameters)) + 2 {
			c.Tables.Parameter(i, 0)
			c.Tables.Result(i)
		}
		use(c)
	})
}

// visitCode checks that code generation reads what analysis does.
func visitCode(t testing.TB, b *Body) error {
	t.Helper()
	return lend(t, b.Function, func(c *Code) {
		if len(c.Insts) != len(b.Insts) || len(c.Details) != len(b.Insts) || len(c.Blocks) != len(b.Blocks) {
			t.Errorf("%d instructions in %d blocks for code generation, %d in %d for analysis", len(c.Insts),
				len(c.Blocks), len(b.Insts), len(b.Blocks))
			return
		}
		for i := range b.Insts {
			if of := c.Insts[i]; of.Op != b.Insts[i].Op || of.Value != b.Insts[i].Value || b.Insts[i].Type != NoType &&
				b.Insts[i].Type != of.Type {
				t.Errorf("instruction %d is %v for code generation, %v for analysis", i, of, b.Insts[i])
			}
			if of := b.Operands(i); !slices.Equal(c.Operands(i), of) {
				t.Errorf("the operands of instruction %d are %v, not %v", i, c.Operands(i), of)
			}
		}
		for v := ValueID(0); v < c.firstDef; v++ {
			if k, ok := c.Constant(v); ok {
				if of, _ := b.Constant(v); k != of {
					t.Errorf("the constant %d is %v, not %v", v, k, of)
				}
			}
		}
	})
}

// The parts of a line of textual IR that details come from.
var (
	atomicWords  = regexp.MustCompile(`\b(unordered|monotonic|acquire|release|acq_rel|seq_cst)\b`)
	alignWords   = regexp.MustCompile(`, align (\d+)`)
	incomingWord = regexp.MustCompile(`, %("[^"]*"|[-\w.$]+) \]`)
	labelLine    = regexp.MustCompile(`^("[^"]*"|[-\w.$]+):`)
	extractWords = regexp.MustCompile(`(?:, \d+)+$`)
)

var orderWords = [...]string{"", "unordered", "monotonic", "acquire", "release", "acq_rel", "seq_cst"}

// compareDetails compares details with the lines of a function that llvm-dis prints.
func compareDetails(t *testing.T, c *Code, lines []string) {
	var insts, labels []string
	for _, line := range lines {
		if l := labelLine.FindStringSubmatch(line); l != nil {
			labels = append(labels, l[1])
		} else if instruction.MatchString(line) {
			line, _, _ = strings.Cut(line, ", !")
			insts = append(insts, strings.TrimSpace(line))
		}
	}
	if len(insts) != len(c.Insts) {
		t.Errorf("%s: %d instructions, not %d", c.Function.Name, len(c.Insts), len(insts))
		return
	}
	unnamed := len(labels) < len(c.Blocks) // of blocks without names llvm-dis may print no label for the first
	for i, line := range insts {
		if got, want := detailOf(c, i, labels, unnamed), detailIn(line, c.Insts[i].Op, unnamed); got != want {
			t.Errorf("%s: %s\n got %q\nwant %q", c.Function.Name, line, got, want)
		}
		if c.Insts[i].Value != NoValue && c.Insts[i].Type == NoType && c.Insts[i].Op < OpCatchPad {
			t.Errorf("%s: %s: the type of the value is not known", c.Function.Name, line)
		}
	}
}

// detailOf describes the details of an instruction in the words of textual IR.
func detailOf(c *Code, i int, labels []string, unnamed bool) string {
	d := &c.Details[i]
	var words []string
	if d.Flags&Volatile != 0 {
		words = append(words, "volatile")
	}
	switch op := c.Insts[i].Op; op {
	case OpPhi:
		for _, b := range c.List(i) {
			if unnamed {
				words = append(words, "%")
			} else {
				words = append(words, labels[b])
			}
		}
	case OpExtractValue, OpInsertValue:
		words = append(words, fmt.Sprint(c.List(i)))
	case OpLoad, OpStore, OpAlloca, OpCmpXchg, OpAtomicRMW, OpFence:
		words = append(words, fmt.Sprint(d.Align()))
		if op != OpCmpXchg {
			words = append(words, orderWords[d.Order])
		}
	}
	return strings.Join(words, " ")
}

// detailIn describes the same as a line has it.
func detailIn(line string, op Opcode, unnamed bool) string {
	var words []string
	switch op {
	case OpLoad, OpStore, OpCmpXchg, OpAtomicRMW:
		if strings.Contains(line, " volatile ") || strings.HasPrefix(line, "volatile ") {
			words = append(words, "volatile")
		}
	}
	switch op {
	case OpPhi:
		for _, m := range incomingWord.FindAllStringSubmatch(line, -1) {
			if unnamed {
				words = append(words, "%")
			} else {
				words = append(words, m[1])
			}
		}
	case OpExtractValue, OpInsertValue:
		indices := strings.Split(extractWords.FindString(line), ", ")[1:]
		words = append(words, "["+strings.Join(indices, " ")+"]")
	case OpLoad, OpStore, OpAlloca, OpCmpXchg, OpAtomicRMW, OpFence:
		align := "0"
		if a := alignWords.FindStringSubmatch(line); a != nil {
			align = a[1]
		}
		words = append(words, align)
		if op != OpCmpXchg {
			words = append(words, atomicWords.FindString(afterNames(line)))
		}
	}
	return strings.Join(words, " ")
}

// afterNames is what stands behind the last name in a line.
func afterNames(line string) string {
	if i := strings.LastIndexAny(line, "%@"); i >= 0 {
		_, line, _ = strings.Cut(line[i:], " ")
	}
	return line
}

// TestCode checks what no tool prints: contents of constants, layouts, attributes of parameters, and clauses.
func TestCode(t *testing.T) {
	m := module(t, "code.ll")
	for _, c := range []struct{ function, want string }{
		{"floats",
			"half=00c0 bfloat=80bf float=0000c03f double=000000000000f8bf x86_fp80=0000000000000080ff3f " +
				"fp128=0000000000000000000000000000ff3f"},
		{"integers", "i128=0100000000000000ffffffffffffffff"},
		{"lists", "[3 x i8]=616200 [2 x i16]=01000200 <2 x float>=0000803f00000040"},
	} {
		check(t, lend(t, m.named(t, c.function), func(b *Code) {
			var got []string
			for i := range b.Insts {
				for _, v := range b.Operands(i) {
					if k, ok := b.Constant(v); ok && k.Op == DataConstant {
						got = append(got, fmt.Sprintf("%s=%x", m.typeName(k.Type), b.Image(v)))
					}
				}
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("%s:\n got %s\nwant %s", c.function, text, c.want)
			}
		}))
	}
	check(t, lend(t, m.named(t, "addresses"), func(b *Code) {
		gep, block := b.Operands(0)[0], b.Operands(1)[0]
		if got := m.typeName(b.GEPType(gep)); got != "[4 x i32]" || b.AddressedBlock(block) != 1 {
			t.Errorf("address arithmetic over %s, the address of block %d", got, b.AddressedBlock(block))
		}
		if d := b.Details[2]; m.typeName(d.Type) != "i16" {
			t.Errorf("a getelementptr over %s", m.typeName(d.Type))
		}
	}))
	check(t, lend(t, m.named(t, "assembly"), func(b *Code) {
		var got []InlineAsm
		for i := range 2 {
			operands := b.Operands(i)
			a, _ := b.InlineAsm(operands[len(operands)-1])
			got = append(got, a)
		}
		equal(t, "assembly", got, []InlineAsm{{"nop # $0", "=r,r", true}, {"", "r,~{memory}", false}})
		if a, ok := b.InlineAsm(b.Operands(0)[0]); ok {
			t.Errorf("an argument is inline assembly: %v", a)
		}
	}))
	p := m.named(t, "parameters")
	check(t, lend(t, p, func(b *Code) {
		var got []string
		for i := range 5 {
			a := b.Tables.Parameter(p.Attributes, i)
			got = append(got, fmt.Sprintf("%b/%d/%s", a.Flags, a.Align, m.typeName(a.Type)))
		}
		equal(t, "parameters", got, []string{"1/0/", "10/0/", "100/32/[4 x i32]", "100000/0/", "0/0/"})
		if b.Tables.Result(p.Attributes).Flags != ZeroExtended {
			t.Error("the result is not zero-extended")
		}
		layout := b.Tables.Layout[b.Insts[0].Type]
		if layout.Size != 24 || layout.Align != 8 || !slices.Equal(layout.Offsets, []uint64{0, 8, 16}) {
			t.Errorf("the layout is %v", layout)
		}
	}))
	check(t, lend(t, m.named(t, "clauses"), func(b *Code) {
		i := slices.IndexFunc(b.Insts, func(i Inst) bool { return i.Op == OpLandingPad })
		equal(t, "clauses", b.List(i), []uint32{0, 1})
		if b.Details[i].Flags != Cleanup {
			t.Error("the landing pad is no cleanup")
		}
		if call := b.List(0); len(call) != 2 || call[1] != 1 || b.Details[0].Flags != HasBundles {
			t.Errorf("a call with a bundle of one operand has %v and flags %b", call, b.Details[0].Flags)
		}
	}))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// typeName writes a simple type as textual IR does.
func (m *Module) typeName(id TypeID) string {
	switch typ := m.typeAt(id); typ.Kind {
	case IntegerType:
		return "i" + strconv.Itoa(int(typ.Bits))
	case ArrayType:
		return fmt.Sprintf("[%d x %s]", typ.Len, m.typeName(typ.Elems[0]))
	case VectorType:
		return fmt.Sprintf("<%d x %s>", typ.Len, m.typeName(typ.Elems[0]))
	case HalfType, BFloatType, FloatType, DoubleType, X86FP80Type, FP128Type:
		return []string{"half", "bfloat", "float", "double", "x86_fp80", "fp128"}[typ.Kind-HalfType]
	}
	return ""
}

// TestForwardTypes checks the types of values whose operands are computed further down.
func TestForwardTypes(t *testing.T) {
	m := module(t, "code.ll")
	check(t, lend(t, m.named(t, "forward"), func(b *Code) {
		for i, inst := range b.Insts {
			if inst.Value != NoValue && inst.Type == NoType {
				t.Errorf("the type of instruction %d, a %s, is not known", i, opWords[inst.Op])
			}
		}
	}))
}

func TestAlignments(t *testing.T) {
	for log := range 256 {
		d := Detail{AlignLog: uint8(log)}
		if a := d.Align(); bits.OnesCount64(a) > 1 {
			t.Errorf("an alignment of %d", a)
		}
	}
}
