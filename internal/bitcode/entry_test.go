package bitcode

import (
	"strings"
	"testing"
)

// assembled is the module of a text.
func assembled(t *testing.T, text string) *Module {
	t.Helper()
	return read(t, "text", []byte(commandWithInput(t, text, tool(t, newest, "llvm-as"), "-o", "-"))).Modules[0]
}

// TestFixedEntry: something stands at or before a function that others read.
func TestFixedEntry(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"nothing", "define void @f() align 64 { ret void }", false},
		{"personality only", "declare i32 @p(...)\ndefine void @f() personality ptr @p { ret void }", false},
		{"prefix", "define void @f() prefix i32 1 { ret void }", true},
		{"prologue", "define void @f() prologue i8 144 { ret void }", true},
		{"entry to patch", `define void @f() "patchable-function-entry"="3" { ret void }`, true},
		{"nothing to patch", `define void @f() "patchable-function-entry"="0" { ret void }`, false},
		{"prefix to patch", `define void @f() "patchable-function-prefix"="2" { ret void }`, true},
		{"declaration", `declare void @f() "patchable-function-entry"="3"`, false},
		{"kcfi", "define void @f() !kcfi_type !1 { ret void }\n!llvm.module.flags = !{!0}\n" +
			"!0 = !{i32 4, !\"kcfi\", i32 1}\n!1 = !{i32 7}", true},
		{"some string", "define void @f() !x !0 { ret void }\n!0 = !{!\"kcfi and more\", !\"plain\"}", false},
		{"types for callers", "define void @f() !func_sanitize !0 { ret void }\n!0 = !{i32 -1056584962, i32 7}", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := assembled(t, c.text).named(t, "f").FixedEntry(); got != c.want {
				t.Errorf("%v", got)
			}
		})
	}
}

// TestForeignLayout: layouts that say the same as that of x86-64 Linux, and others.
func TestForeignLayout(t *testing.T) {
	for _, c := range []struct{ layout, want string }{
		{"", ""},
		{nativeLayout, ""},
		{"e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128", ""}, // LLVM 10 to 17
		{"e-m:e-i64:64-f80:128-n8:16:32:64-S128", ""},                                  // LLVM 4 to 9
		{"e-p:64:64:64-i1:8:8-i8:8:8-i16:16:16-i32:32:32-i64:64:64-f32:32:32-f64:64:64-v64:64:64-v128:128:128-" +
			"a0:0:64-f80:128:128-S128", ""},
		{"E-m:e-i64:64-n32:64-S128", "big-endian"},
		{"e-m:o-i64:64-f80:128-S128", "m:o"},
		{"e-m:e-p:32:32-i64:64-f80:128-S128", "pointers have 4 bytes"},
		{"e-m:e-p:32:32-p270:32:32-f64:32:64-f80:32-n8:16:32-S128", "i64 is aligned to 4"},
		{"e-m:e-i64:32-f80:128-S128", "i64 is aligned to 4"},
		{"e-m:e-i64:64-i32:64-S128", "i32 is aligned to 8"},
		{"e-m:e-i64:64-f64:32-S128", "of 64 bits are aligned to 4"},
		{"e-m:e-i64:64-f80:32-S128", "of 80 bits are aligned to 4"},
		{"e-m:e-i64:64-v128:64-S128", "vectors of 128 bits are aligned to 8"},
		{"e-m:e-i64:64-a:64-S128", "structures"},
		{"e-m:e-i64:64-A5-S128", "A5"},
		{"e", "i64 is aligned to 4"},
	} {
		m := &Module{DataLayout: c.layout, Triple: "x86_64-pc-linux-gnu"}
		if got := m.ForeignLayout(); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%q: %q, want %q", c.layout, got, c.want)
		}
	}
}

// TestNullStructors: null functions end a list.
func TestNullStructors(t *testing.T) {
	m := assembled(t, `@llvm.global_ctors = appending global [3 x { i32, ptr, ptr }] [
  { i32, ptr, ptr } { i32 1, ptr @f, ptr null },
  { i32, ptr, ptr } { i32 2, ptr null, ptr @f },
  { i32, ptr, ptr } zeroinitializer
]
@llvm.global_dtors = appending global [2 x { i32, ptr, ptr }] zeroinitializer
define void @f() { ret void }`)
	if len(m.Ctors) != 3 || m.Ctors[0].Null || !m.Ctors[1].Null || !m.Ctors[2].Null || len(m.Dtors) != 0 {
		t.Errorf("constructors %v, destructors %v", m.Ctors, m.Dtors)
	}
}
