package bitcode

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestBody checks a body with branches in every respect.
func TestBody(t *testing.T) {
	b := module(t, "bodies.ll").body(t, "branches")
	var got []string
	for i, block := range b.Blocks {
		line := fmt.Sprint("block ", i, " ", b.Successors(i), ":")
		for j := block.First; j < block.End; j++ {
			line += " " + describeInst(b, int(j))
		}
		got = append(got, line)
	}
	want := []string{
		"block 0 [4 1]: %0=cmp(arg0 0) br(%0) weights=[1 2000]",
		"block 1 [3 4 2]: %1=phi(0 %2) %2=binary(%1 1) %3=call(%2 @number @callee) weights=[42] switch(%3 -1 7) " +
			"weights=[10 20 30]",
		"block 2 [3]: %4=select(arg2 arg1 %0) weights=[1 2000] %5=call(1 gep %4) br()",
		"block 3 [1 4]: %6=cmp(%2 arg0) br(%6) weights=[99 1]",
		"block 4 []: %7=phi(0 %3 %2) ret(%7)",
	}
	equal(t, "blocks", got, want)
}

func describeInst(b *Body, i int) string {
	names := map[Opcode]string{OpCmp: "cmp", OpBr: "br", OpPhi: "phi", OpBinary: "binary", OpCall: "call",
		OpSwitch: "switch", OpSelect: "select", OpRet: "ret"}
	var operands []string
	for _, v := range b.Operands(i) {
		operands = append(operands, describeValue(b, v))
	}
	s := names[b.Insts[i].Op] + "(" + strings.Join(operands, " ") + ")"
	if b.Insts[i].Value != NoValue {
		s = describeValue(b, b.Insts[i].Value) + "=" + s
	}
	if w := b.WeightsOf(i); w != nil {
		s += fmt.Sprint(" weights=", w)
	}
	return s
}

func describeValue(b *Body, v ValueID) string {
	if v == NoValue {
		return "none"
	}
	if inst, ok := b.Def(v); ok {
		if b.Insts[inst].Value != v {
			return "wrong"
		}
		return fmt.Sprint("%", v-b.firstDef)
	}
	if arg, ok := b.Argument(v); ok {
		return fmt.Sprint("arg", arg)
	}
	if s := b.Symbol(v); s != nil {
		return "@" + s.Name
	}
	c, ok := b.Constant(v)
	if !ok {
		return "nothing"
	}
	if n, ok := c.Int(); ok {
		return fmt.Sprint(n)
	}
	return map[ConstantOp]string{GEPConstant: "gep", InlineAsmConstant: "asm", DataConstant: "data",
		BlockConstant: "label"}[c.Op]
}

// TestOperands checks operands and successors where records are not as simple as most.
func TestOperands(t *testing.T) {
	m := module(t, "bodies.ll")
	for _, c := range []struct {
		function string
		at       int
		op       Opcode
		want     string
	}{
		{"exceptions", 0, OpInvoke, "1 0 @callee; 1 2"},
		{"exceptions", 2, OpLandingPad, "@typeinfo"},
		{"funclets", 1, OpCatchSwitch, "0; 2 3"},
		{"funclets", 2, OpCatchPad, "%0 @typeinfo 0"},
		{"funclets", 3, OpCall, "%1 @takes"},
		{"funclets", 4, OpCatchRet, "%1; 4"},
		{"funclets", 6, OpCleanupRet, "%2"},
		{"memory", 1, OpAlloca, "arg1"},
		{"memory", 8, OpCmpXchg, "arg0 %2 %4"},
		{"assembly", 1, OpCallBr, "asm; 1 2"},
		{"odd", 0, OpCall, "@number 1 data @printf"},
		{"odd", 1, OpCall, "none @llvm.read_register.i64"},
		{"odd", 2, OpCall, "-1 arg0 16 @llvm.assume"},
		{"odd", 4, OpBinary, "%3 1"},
		{"goto", 1, OpIndirectBr, "%0; 1 2"},
	} {
		b := m.body(t, c.function)
		var operands []string
		for _, v := range b.Operands(c.at) {
			operands = append(operands, describeValue(b, v))
		}
		got := strings.Join(operands, " ")
		for i, block := range b.Blocks {
			if s := b.Successors(i); int(block.End) == c.at+1 && len(s) > 0 {
				got += "; " + strings.Trim(fmt.Sprint(s), "[]")
			}
		}
		if op := b.Insts[c.at].Op; op != c.op || got != c.want {
			t.Errorf("%s, instruction %d: %d(%s), not %d(%s)", c.function, c.at, op, got, c.op, c.want)
		}
	}
}

func TestCalls(t *testing.T) {
	m := module(t, "bodies.ll")
	for _, c := range []struct{ function, want string }{
		{"branches", "callee indirect"},
		{"exceptions", "callee"},
		{"funclets", "takes takes"},
		{"assembly", "asm asm"},
		{"odd", "printf llvm.read_register.i64 llvm.assume"},
	} {
		b := m.body(t, c.function)
		var got []string
		for _, call := range b.Calls {
			switch {
			case call.Asm:
				got = append(got, "asm")
			case call.Callee == nil:
				got = append(got, "indirect")
			default:
				got = append(got, call.Callee.Name)
				if m.Types[call.Type].Kind != FunctionType || call.Type != call.Callee.Type {
					t.Errorf("%s: the call of %s is of type %d", c.function, call.Callee.Name, call.Type)
				}
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s calls %s, not %s", c.function, s, c.want)
		}
	}
}

// TestTypes checks the types of values that instructions compute.
func TestTypes(t *testing.T) {
	m := module(t, "bodies.ll")
	for _, c := range []struct{ function, want string }{
		{"branches", "i1 - i32 i32 i32 - ptr i32 - i1 - i32 -"},
		{"memory", "ptr ptr i32 - ptr - i32 - ? ? i32 i32 -"},
		{"vectors", "i32 vec ? ? vec vec vec vec struct vec vec -"},
		{"assembly", "i32 - - -"},
	} {
		b := m.body(t, c.function)
		var got []string
		for _, inst := range b.Insts {
			name := "?"
			switch {
			case inst.Value == NoValue:
				name = "-"
			case inst.Type == NoType:
			case m.Types[inst.Type].Kind == IntegerType:
				name = fmt.Sprint("i", m.Types[inst.Type].Bits)
			default:
				name = map[TypeKind]string{PointerType: "ptr", VectorType: "vec",
					StructType: "struct"}[m.Types[inst.Type].Kind]
			}
			got = append(got, name)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: types %s, not %s", c.function, s, c.want)
		}
	}
}

func TestReferences(t *testing.T) {
	bodies, symbols := module(t, "bodies.ll"), module(t, "symbols.ll")
	for _, c := range []struct {
		m        *Module
		function string
		want     []string
	}{
		{bodies, "branches", []string{"number", "callee", "table"}},
		{bodies, "exceptions", []string{"personality", "callee", "typeinfo"}},
		{bodies, "goto", []string{"goto", "landing", "branches"}},
		{bodies, "odd", []string{"number", "printf", "llvm.read_register.i64", "llvm.assume"}},
		{symbols, "resolver", []string{"personality", "table", "callee"}},
		{symbols, "callee", []string{}},
	} {
		refs, err := c.m.named(t, c.function).References()
		if err != nil {
			t.Error(err)
		}
		equal(t, c.function, namesOf(refs), c.want)
	}
	if _, err := bodies.named(t, "callee").References(); err == nil {
		t.Error("a declaration has a body")
	}
}

func TestBlockUsers(t *testing.T) {
	m := module(t, "bodies.ll")
	equal(t, "users", namesOf(m.body(t, "landing").BlockUsers), []string{"goto"})
}

// TestConcurrentDecode decodes the same bodies, whose branch weights the module reads once, at once.
func TestConcurrentDecode(t *testing.T) {
	m := module(t, "bodies.ll")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for _, f := range m.Functions {
				if f.Declaration {
					continue
				}
				b, err := f.Decode()
				if err != nil {
					t.Error(err)
				} else if f.Name == "branches" && len(b.Weights) != 5 {
					t.Errorf("%d branch weights", len(b.Weights))
				}
			}
		})
	}
	wait.Wait()
}
