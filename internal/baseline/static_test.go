package baseline

import (
	"errors"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
)

// compileData makes the static data of a module: all its variables and aliases.
func compileData(t *testing.T, text string) (*bitcode.Module, *code.Unit, error) {
	t.Helper()
	m := assemble(t, []byte(text))
	var symbols []*bitcode.Symbol
	for _, s := range append(m.Globals, m.Aliases...) {
		if !s.Declaration {
			symbols = append(symbols, s)
		}
	}
	reach := make([]Reach, len(m.Globals)+len(m.Functions)+len(m.Aliases))
	for _, s := range symbols {
		reach[s.Place()] = Near
	}
	unit, err := New().CompileData(m, symbols, reach)
	return m, unit, err
}

// TestDataRefusals has static data refused.
func TestDataRefusals(t *testing.T) {
	for _, c := range []struct{ text, reason string }{
		{"@a = thread_local global i32 1\n@b = global ptr @a", "the address of a thread-local variable in memory"},
		{"@a = thread_local global <8 x i32> zeroinitializer", "data of an unusual size or alignment"},
		{"@a = global i32 1, align 8192", "data of an unusual size or alignment"},
		{"@a = global i32 1, section \"sought\"", "data in a section of its own"},
		{"define void @f() {\n  ret void\n}\n@a = alias void (), ptr @f",
			"an alias of something else than a variable"},
		{"@a = global i32 1\nmodule asm \"nop\"", "static data beside inline assembly"},
		{"@far = external global i32\n@a = global i32 trunc (i64 sub (i64 ptrtoint (ptr @far to i64), " +
			"i64 ptrtoint (ptr @a to i64)) to i32)", "an address far from its symbol"},
		{"@b = global i32 1\n@a = global i64 sub (i64 ptrtoint (ptr @b to i64), i64 ptrtoint (ptr @a to i64))",
			"a constant expression that is not known"},
	} {
		_, _, err := compileData(t, c.text)
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Reason != c.reason {
			t.Errorf("%s: %v, not %s", c.text, err, c.reason)
		}
	}
}

// TestThreadLocalData makes initial values of thread-local variables: they stand like others, with aliases of aliases.
func TestThreadLocalData(t *testing.T) {
	m, unit, err := compileData(t, `
@value = thread_local global [2 x i32] [i32 1, i32 2]
@zero = thread_local global i64 0, align 64
@second = thread_local alias i32, getelementptr (i8, ptr @value, i64 4)
@again = thread_local alias i32, ptr @second`)
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]code.Definition{}
	for _, d := range unit.Definitions {
		at[m.At(d.Place).Name] = d
	}
	if d := at["value"]; d.In != code.Data || string(unit.Data[d.Offset:][:8]) != "\x01\x00\x00\x00\x02\x00\x00\x00" {
		t.Errorf("value: %v of %v", d, unit.Data)
	}
	if d := at["zero"]; d.In != code.Zero || d.Offset%64 != 0 {
		t.Errorf("zero: %v", d)
	}
	for _, name := range []string{"second", "again"} {
		if d := at[name]; d.In != code.Data || d.Offset != at["value"].Offset+4 {
			t.Errorf("%s: %v, value is %v", name, d, at["value"])
		}
	}
	for name, align := range map[string]uint32{"value": 8, "zero": 64} {
		for _, s := range m.Globals {
			if got := ThreadLocalAlign(s); s.Name == name && got != align {
				t.Errorf("%s is aligned to %d, not %d", name, got, align)
			}
		}
	}
}
