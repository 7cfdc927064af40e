package bitcode

import (
	"fmt"
	"strings"
	"testing"
)

// TestSymbols checks what the index says of symbols of every kind.
func TestSymbols(t *testing.T) {
	m := module(t, "symbols.ll")
	if m.Triple != "x86_64-pc-linux-gnu" || m.SourceName != "symbols.c" ||
		m.Asm != ".globl from_asm\nfrom_asm: ret\n" || !strings.HasPrefix(m.DataLayout, "e-m:e-") ||
		!strings.HasPrefix(m.Producer, "LLVM22.") || m.Epoch != 0 {
		t.Errorf("module: %q %q %q %q %q %d", m.Triple, m.SourceName, m.Asm, m.DataLayout, m.Producer, m.Epoch)
	}
	for _, c := range []struct{ name, want string }{
		{"number", "variable external size=4 align=4"},
		{"table", "variable internal local constant size=24 refs=[callee zeros]"},
		{"twice", "variable external size=32 refs=[callee number]"},
		{"zeros", "variable common zero size=800 align=16"},
		{"undefined", "variable private local unnamed=1 zero size=16"},
		{"grouped", "variable linkonce_odr comdat=group/1 zero size=11"},
		{"apart", `variable weak_odr hidden local comdat=apart/4 section="odd section" constant size=1`},
		{"thread", "variable external tls=3 zero size=16"},
		{"outside", "variable external unnamed=2 declaration size=8"},
		{"maybe", "variable extern_weak declaration size=1"},
		{"available", "variable available_externally constant size=16"},
		{"odd \"name\"\x01", "variable external protected local zero size=16"},
		{"labels", "variable internal local constant size=16 owners=[jumper]"},
		{"distance", "variable external size=8 refs=[number callee]"},
		{"callee", "function external"},
		{"resolver", "function internal local"},
		{"jumper", `function external hidden local section=".text.cold" align=32 cc=8`},
		{"personality", "function extern_weak declaration"},
		{"used", "function external declaration"},
		{"straight", "alias external base=callee"},
		{"inside", "alias weak hidden local base=zeros"},
		{"computed", "alias external base=zeros"},
		{"again", "alias internal local base=straight"},
		{"chosen", "ifunc external base=resolver"},
	} {
		if got := describe(m.named(t, c.name)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	order := namesOf(m.symbols)
	equal(t, "order", order[len(order)-5:], []string{"straight", "inside", "computed", "again", "chosen"})
	for i, s := range m.Globals {
		if s.Index != i || s.Module != m {
			t.Errorf("%s has index %d, not %d", s.Name, s.Index, i)
		}
	}
}

// describe says what there is to say of a symbol.
func describe(s *Symbol) string {
	kinds := [...]string{FunctionSymbol: "function", VariableSymbol: "variable", AliasSymbol: "alias",
		IFuncSymbol: "ifunc"}
	visibilities := [...]string{"", "hidden", "protected"}
	list := []string{kinds[s.Kind], s.Linkage.String(), visibilities[s.Visibility]}
	add := func(present bool, format string, args ...any) {
		if present {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	add(s.DSOLocal, "local")
	add(s.Unnamed != 0, "unnamed=%d", s.Unnamed)
	add(s.ThreadLocal != 0, "tls=%d", s.ThreadLocal)
	if s.Comdat != nil {
		add(true, "comdat=%s/%d", s.Comdat.Name, s.Comdat.Kind)
	}
	add(s.Section != "", "section=%q", s.Section)
	add(s.Declaration, "declaration")
	add(s.Constant, "constant")
	add(s.Zero, "zero")
	add(s.Size != 0, "size=%d", s.Size)
	add(s.Align != 0, "align=%d", s.Align)
	add(s.CallConv != 0, "cc=%d", s.CallConv)
	add(len(s.Refs) > 0, "refs=%v", namesOf(s.Refs))
	add(len(s.BlockOwners) > 0, "owners=%v", namesOf(s.BlockOwners))
	if s.Base != nil {
		add(true, "base=%s", s.Base.Name)
	}
	return strings.Join(strings.Fields(strings.Join(list, " ")), " ")
}

func TestStructors(t *testing.T) {
	m := module(t, "symbols.ll")
	var got []string
	for _, list := range [][]Structor{m.Ctors, m.Dtors} {
		for _, s := range list {
			got = append(got, fmt.Sprint(s.Priority, " ", nameOf(s.Func), " ", nameOf(s.Data)))
		}
	}
	equal(t, "structors", got, []string{"65535 callee nil", "101 jumper grouped", "5 nil nil"})
}

func TestAttributes(t *testing.T) {
	m := module(t, "symbols.ll")
	set := m.AttributesOf(m.named(t, "callee").Attributes)
	if !set.Has(Cold) || !set.Has(NoReturn) || set.Has(Hot) || set.Has(ReturnsTwice) {
		t.Error("known attributes are wrong")
	}
	for _, c := range []struct {
		key, value string
		ok         bool
	}{{"orcast-likely", "0.9", true}, {"plain", "", true}, {"missing", "", false}} {
		if value, ok := set.Value(c.key); value != c.value || ok != c.ok {
			t.Errorf("%s: %q, %v", c.key, value, ok)
		}
	}
	if none := m.AttributesOf(m.named(t, "used").Attributes); none.Has(Cold) {
		t.Error("a function without attributes has some")
	}
	if none := m.AttributesOf(1 << 30); none.Has(Cold) {
		t.Error("a list that does not exist has attributes")
	}
}

// TestSeveralModules checks files with several modules, with and without wrapper.
func TestSeveralModules(t *testing.T) {
	_, a := assemble(t, "symbols.ll")
	_, b := assemble(t, "bodies.ll")
	both := t.TempDir() + "/both.bc"
	command(t, tool(t, newest, "llvm-cat"), "-b", "-o", both, a, b)
	data := load(t, both)
	size := byte(len(data))
	wrapped := append([]byte{0xDE, 0xC0, 0x17, 0x0B, 0, 0, 0, 0, 24, 0, 0, 0, size, byte(len(data) >> 8),
		byte(len(data) >> 16), 0, 7, 0, 0, 1, 9, 9, 9, 9}, data...)
	for base, data := range map[int64][]byte{0: data, 24: append(wrapped, "rubbish"...)} {
		if !IsBitcode(data) {
			t.Error("this is said to be no bitcode")
		}
		f := read(t, "both.bc", data)
		if len(f.Modules) != 2 {
			t.Fatalf("%d modules", len(f.Modules))
		}
		for i, m := range f.Modules {
			if m.Index != i || m.File != f {
				t.Errorf("module %d: index %d", i, m.Index)
			}
		}
		second := f.Modules[1]
		if got := namesOf(second.Globals); strings.Join(got, " ") != "table number typeinfo" {
			t.Errorf("variables %v", got)
		}
		s := second.named(t, "branches")
		if s.Body.Start < base || s.Body.End > int64(len(data)) || len(second.body(t, "branches").Insts) != 13 {
			t.Errorf("body at %v", s.Body)
		}
	}
}
