package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRefused checks what is no error of the file, but not understood.
func TestRefused(t *testing.T) {
	inGroup := ".section .text.f,\"axG\",@progbits,f,comdat\n.globl f\nf: .cfi_startproc\nret\n.cfi_endproc\n"
	many := &strings.Builder{}
	for i := range int(elf.SHN_LORESERVE) / 2 {
		fmt.Fprintf(many, ".section s%d,\"a\"\n", i)
	}
	odd := func(typ elf.SectionType, flags elf.SectionFlag) []byte {
		o := assemble(t, ".section .odd,\"a\"\n.quad 1\n")
		patch(t, o, ".odd", typ, flags)
		return o
	}
	overlapping := assemble(t, ".data\n.zero 2000\n.section .odd,\"a\"\n.byte 1\n")
	copy(headerOf(t, overlapping, ".odd")[24:40], headerOf(t, overlapping, ".data")[24:40])
	text := func(s string) []byte { return assemble(t, s) }
	for _, test := range []struct {
		name   string
		object []byte
		want   string
	}{
		{"nothing", nil, "no relocatable object for x86-64"},
		{"text", []byte(strings.Repeat("no object ", 10)), "no relocatable object for x86-64"},
		{"32 bits", assemble(t, "int x;", "-m32"), "no relocatable object for x86-64"},
		{"another processor", assemble(t, "int x;", "--target=aarch64-linux-gnu"), "no relocatable object for x86-64"},
		{"common", text(".comm shared_zero,4,4\n"), `"shared_zero", is in the section SHN_COMMON`},
		{"no addends", odd(elf.SHT_REL, 0), "the relocations .odd have no addends"},
		{"wide numbers", odd(elf.SHT_SYMTAB_SHNDX, 0), "more sections than symbols can name"},
		{"compressed", odd(elf.SHT_PROGBITS, elf.SHF_ALLOC|elf.SHF_COMPRESSED), ".odd is compressed"},
		{"type", odd(0x12345, elf.SHF_ALLOC), ".odd is of the type 0x12345"},
		{"alignment", text(".data\n.p2align 13\n.byte 1\n"), ".data has the alignment 8192"},
		{"overlap", overlapping, "or overlaps others"},
		{"group", text(inGroup), `relocation 0 of .rela.eh_frame: it uses the symbol "", which is left out`},
		{"group of all", text(".section .data.x,\"awG\",@progbits,x\nx: .quad 1\n"), "a group of an unknown sort"},
		{"GOT", text(".text\n.quad 0\n.reloc 0, R_X86_64_GOTPCREL, .data\n.data\n.quad 1\n"),
			"R_X86_64_GOTPCREL of a section's own symbol"},
		{"size", text(".text\n.quad 0\n.reloc 0, R_X86_64_SIZE64, .data\n.data\n.quad 1\n"),
			"R_X86_64_SIZE64 of a section's own symbol"},
		{"long entry", text(".section .eh_frame,\"a\",@unwind\n.long 9\n.quad 1\n"),
			".eh_frame has an entry of 9 bytes where 8 are left"},
		{"wide entry", text(".section .eh_frame,\"a\",@unwind\n.long -1\n.quad 8, 1\n"),
			".eh_frame has an entry of 4294967295 bytes"},
		{"half an entry", text(".section .eh_frame,\"a\",@unwind\n.long 4, 1\n.short 1\n"),
			".eh_frame ends in the midst of an entry"},
		{"end", text(".section .eh_frame,\"a\",@unwind\n.long 0, 4, 1\n"), ".eh_frame goes on after its end"},
		{"kinds", text(many.String()), "kinds of sections"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Merge([]Input{{Object: text(inGroup)}, {Object: test.object}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("want %q, not %v", test.want, err)
			}
			if test.name != "kinds" && !strings.Contains(err.Error(), "object 2 of 2: ") {
				t.Errorf("it does not say which object: %v", err)
			}
		})
	}
}

// patch gives a section of an object another type and other flags.
func patch(t *testing.T, object []byte, name string, typ elf.SectionType, flags elf.SectionFlag) {
	t.Helper()
	h := headerOf(t, object, name)
	binary.LittleEndian.PutUint32(h[4:], uint32(typ))
	binary.LittleEndian.PutUint64(h[8:], uint64(flags))
}

// headerOf is the part of an object that is a section's header.
func headerOf(t *testing.T, object []byte, name string) []byte {
	t.Helper()
	f, err := parse(object)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(f.sections, func(s inputSection) bool { return s.name == name })
	return object[headersOf(object)+i*sectionSize:]
}

// headersOf is where an object's section headers begin.
func headersOf(object []byte) int { return int(binary.LittleEndian.Uint64(object[40:])) }

// small is an object with something of everything, in few bytes.
func small(t testing.TB) []byte {
	return assemble(t, `
.text
.globl f, g
.hidden g
.weak w
f: .cfi_startproc
 .cfi_personality 0x9b, DW.ref.p
 movq g@GOTPCREL(%rip), %rax
 leaq .Ltext(%rip), %rdi
 call w@PLT
 ret
 .cfi_endproc
local: movl $1, %fs:v@TPOFF
.section .rodata.str1.1,"aMS",@progbits,1
.Ltext: .asciz "text"
.section .data.DW.ref.p,"awG",@progbits,DW.ref.p,comdat
.hidden DW.ref.p
.weak DW.ref.p
DW.ref.p: .quad p
.section .init_array,"aw",@init_array
.quad local
.section .tbss,"awT",@nobits
v: .zero 4
.bss
.zero 100
.globl absolute
.set absolute, 77
.section .note.GNU-stack,"",@progbits
`)
}

// checkDamaged merges what may be damaged. What is not refused has to be a fixed point: an object that merges into
// itself.
func checkDamaged(t *testing.T, whole, damaged []byte) {
	t.Helper()
	out, err := Merge([]Input{{Object: whole}, {Object: damaged}, {Object: whole}})
	if err != nil {
		if !strings.Contains(err.Error(), "object ") && !strings.Contains(err.Error(), "kinds of sections") {
			t.Errorf("it does not say which object: %v", err)
		}
		return
	}
	again, err := Merge([]Input{{Object: out}})
	if err != nil {
		t.Fatalf("what Merge made it does not take: %v", err)
	}
	if !bytes.Equal(again, out) {
		t.Errorf("%d bytes become %d others when they are merged again", len(out), len(again))
	}
}

// TestDamage checks that nothing that is cut off or changed makes a panic.
func TestDamage(t *testing.T) {
	whole := small(t)
	checkDamaged(t, whole, whole)
	for n := range whole {
		if _, err := Merge([]Input{{Object: whole}, {Object: whole[:n]}}); err == nil ||
			!strings.Contains(err.Error(), "object 2 of 2: byte ") {
			t.Fatalf("of %d bytes %d make no error but %v", len(whole), n, err)
		}
	}
	r := rand.New(rand.NewPCG(5, 5))
	for range 20000 {
		b := bytes.Clone(whole)
		for range 1 + r.IntN(3) {
			b[r.IntN(len(b))] = byte(r.Uint32())
		}
		checkDamaged(t, whole, b)
	}
	// Where most is read: the headers.
	headers := headersOf(whole)
	for i := range whole[headers:] {
		for _, v := range []byte{0, 1, 0x7f, 0xff} {
			b := bytes.Clone(whole)
			b[headers+i] = v
			checkDamaged(t, whole, b)
		}
	}
}

func FuzzMerge(f *testing.F) {
	whole := small(f)
	f.Add(whole)
	f.Add(assemble(f, ".comm c,4,4\n.data\n.p2align 5\n.quad 1\n"))
	for _, source := range []string{"control.c", "first.c", "catches.cpp"} {
		f.Add(read(f, compile(f, filepath.Join("testdata", source), "-O1")))
	}
	f.Fuzz(func(t *testing.T, b []byte) { checkDamaged(t, whole, b) })
}
