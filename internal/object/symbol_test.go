package object

import (
	"bytes"
	"debug/elf"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// open reads a merged object with the standard library's reader.
func open(t testing.TB, object []byte) (*elf.File, map[string]elf.Symbol) {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(object))
	if err != nil {
		t.Fatal(err)
	}
	list, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	symbols := map[string]elf.Symbol{}
	for _, s := range list {
		if _, known := symbols[s.Name]; known && elf.ST_BIND(s.Info) != elf.STB_LOCAL {
			t.Errorf("there are two symbols %s", s.Name)
		}
		symbols[s.Name] = s
	}
	return f, symbols
}

// TestUnion checks what becomes of symbols that several objects have.
func TestUnion(t *testing.T) {
	f, symbols := open(t, merge(t,
		assemble(t, ".weak maybe, needed, found\n.globl twice, late, fixed\n.hidden secret\n"+
			".quad maybe, needed, found, secret, late\n.data\ntwice: .quad 1\n.set fixed, 0x123456789a\n"),
		assemble(t, ".weak maybe\n.quad thread\n.globl needed, found, twice, secret, fixed\n"+
			".quad maybe, needed, found, fixed\n.data\ntwice: .quad 2\nfound: .quad 3\nsecret: .quad 4\n"),
		assemble(t, ".globl twice, late\n.data\n.quad twice, thread\n.type thread, @tls_object\n"+
			".protected late\nlate: .quad 5\n.size late, 8\n.type late, @object\n")))
	for name, want := range map[string]string{
		"maybe":  "STB_WEAK STV_DEFAULT SHN_UNDEF 0",
		"needed": "STB_GLOBAL STV_DEFAULT SHN_UNDEF 0",
		"found":  "STB_GLOBAL STV_DEFAULT .data 16",
		"secret": "STB_GLOBAL STV_HIDDEN .data 24",
		"twice":  "STB_GLOBAL STV_DEFAULT .data 0",
		"late":   "STB_GLOBAL STV_PROTECTED .data 48",
		"fixed":  "STB_GLOBAL STV_DEFAULT SHN_ABS 78187493530",
	} {
		s := symbols[name]
		where := s.Section.String()
		if int(s.Section) < len(f.Sections) && s.Section != 0 {
			where = f.Sections[s.Section].Name
		}
		got := fmt.Sprintf("%v %v %s %d", elf.ST_BIND(s.Info), elf.ST_VISIBILITY(s.Other), where, s.Value)
		if got != want {
			t.Errorf("%s is %s, not %s", name, got, want)
		}
	}
	if typ := elf.ST_TYPE(symbols["thread"].Info); typ != elf.STT_TLS {
		t.Errorf("thread is of the type %v", typ)
	}
	if s := symbols["late"]; s.Size != 8 || elf.ST_TYPE(s.Info) != elf.STT_OBJECT {
		t.Errorf("late is %+v", s)
	}
}

// TestDuplicates links a program whose objects define a function twice: the first one is called, from both.
func TestDuplicates(t *testing.T) {
	const source = `
#include <stdio.h>
static const char *const name = NAME;
const char *twice(void) { return name; }
const char *WHO(void) { return twice(); }
#ifdef MAIN
const char *other(void);
int main(void) { printf("%s %s %s\n", twice(), WHO(), other()); }
#endif
`
	for _, level := range []string{"-O0", "-O2"} {
		first := assemble(t, source, level, `-DNAME="first"`, "-DWHO=other", "-fsemantic-interposition")
		second := assemble(t, source, level, `-DNAME="second"`, "-DWHO=self", "-DMAIN", "-fsemantic-interposition")
		object, program := filepath.Join(t.TempDir(), "merged.o"), filepath.Join(t.TempDir(), "program")
		write(t, object, merge(t, first, second))
		run(t, "clang-22", object, "-o", program)
		if got := run(t, program); got != "first first first\n" {
			t.Errorf("%s prints %q", level, got)
		}
	}
}

// TestSections checks how sections are put together.
func TestSections(t *testing.T) {
	const source = `
.text
.byte 1
.section .rodata.str1.1,"aMS",@progbits,1
.asciz "same"
.section .eh_frame,"a",@unwind
.p2align 3
.long 8, 1, 2, 0
.section .comment,"MS",@progbits,1
.asciz "by hand"
.bss
.zero 3
.section .note.GNU-stack,"",@progbits
.addrsig
.section .ordered,"ao",@progbits,.text
.byte 2
.section .data.p,"awG",@progbits,p,comdat
.weak p
p: .byte 3
.text
.globl chosen
.type chosen, @gnu_indirect_function
chosen: ret
.quad p
`
	a := assemble(t, source)
	withTrampoline := assemble(t, strings.Replace(source, `GNU-stack,""`, `GNU-stack,"x"`, 1))
	out := merge(t, a, withTrampoline, a)
	if abi := elf.OSABI(out[elf.EI_OSABI]); abi != elf.ELFOSABI_LINUX {
		t.Errorf("an indirect function is said to be for %v", abi)
	}
	f, _ := open(t, out)
	for _, s := range f.Sections {
		want, expected := map[string]string{
			".text":           strings.Repeat("01c3"+"0000000000000000"+"cccc", 2) + "01c3" + "0000000000000000",
			".ordered":        "020202",
			".data.p":         "03",
			".rodata.str1.1":  strings.Repeat("73616d6500", 3),
			".eh_frame":       strings.Repeat("080000000100000002000000", 3),
			".note.GNU-stack": "",
		}[s.Name]
		if s.Flags&(elf.SHF_MERGE|elf.SHF_STRINGS|elf.SHF_LINK_ORDER|elf.SHF_GROUP) != 0 ||
			s.Type == elf.SHT_PROGBITS && s.Entsize != 0 {
			t.Errorf("%s is still one to treat: %v, entries of %d", s.Name, s.Flags, s.Entsize)
		}
		data := ""
		if s.Type != elf.SHT_NOBITS && s.Type != elf.SHT_NULL {
			b, err := s.Data()
			if err != nil {
				t.Fatal(err)
			}
			data = fmt.Sprintf("%x", b)
		}
		switch {
		case expected && data != want:
			t.Errorf("%s is %s, not %s", s.Name, data, want)
		case s.Name == ".bss" && s.Size != 9:
			t.Errorf(".bss has %d bytes", s.Size)
		case s.Name == ".note.GNU-stack" && s.Flags != 0:
			t.Errorf("%s has the flags %v", s.Name, s.Flags)
		case s.Name == ".comment" || s.Name == ".llvm_addrsig":
			t.Errorf("%s is still there", s.Name)
		}
	}
	for _, name := range []string{".text", ".rodata.str1.1", ".eh_frame", ".note.GNU-stack", ".bss", ".ordered",
		".data.p"} {
		if f.Section(name) == nil {
			t.Errorf("there is no section %s", name)
		}
	}
}

// TestRename checks that names change in definitions and uses alike, and that a definition without a name is not found
// by others, but by its own object.
func TestRename(t *testing.T) {
	a := assemble(t, ".globl old, gone, used\n.data\nold: .quad gone, used\ngone: .quad 1\n")
	b := assemble(t, ".globl gone\n.data\n.quad gone\n")
	out, err := Merge([]Input{{a, func(name string) string {
		return map[string]string{"old": "new", "gone": "", "used": "other"}[name]
	}}, {Object: b}})
	if err != nil {
		t.Fatal(err)
	}
	f, symbols := open(t, out)
	for name, defined := range map[string]bool{"new": true, "other": false, "gone": false} {
		if s, ok := symbols[name]; !ok || (s.Section != elf.SHN_UNDEF) != defined {
			t.Errorf("%s is %+v", name, s)
		}
	}
	if _, ok := symbols["old"]; ok || len(f.Sections) == 0 {
		t.Error("old is still there")
	}
	if s, ok := symbols[""]; !ok || s.Section == elf.SHN_UNDEF {
		t.Error("what lost its name is not there")
	}
	if _, err := Merge([]Input{{b, func(string) string { return "" }}}); err == nil {
		t.Error("a use of nothing makes no error")
	}
}

// BenchmarkMerge merges 800 objects of about 4 KB.
func BenchmarkMerge(b *testing.B) {
	one := read(b, compile(b, filepath.Join("testdata", "control.c"), "-O0"))
	inputs := make([]Input, 800)
	size := 0
	for i := range inputs {
		out, err := Merge([]Input{{one, func(name string) string { return fmt.Sprintf("%s.%d", name, i) }}})
		if err != nil {
			b.Fatal(err)
		}
		inputs[i].Object = out
		size += len(out)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Merge(inputs); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(size)/float64(len(inputs)), "B/object")
}
