package object

import (
	"bytes"
	"debug/elf"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// everyModel reaches thread-locals by all models, and has whatever else Prepare changes.
const everyModel = `
.text
general:  .byte 0x66
	leaq x@tlsgd(%rip), %rdi
	.word 0x6666
	rex64
	call __tls_get_addr@plt
through:  .byte 0x66
	leaq x@tlsgd(%rip), %rdi
	.byte 0x66
	rex64
	call *__tls_get_addr@GOTPCREL(%rip)
local:    leaq y@tlsld(%rip), %rdi
	call __tls_get_addr@plt
	leaq y@dtpoff(%rax), %rcx
initial:  movq x@gottpoff(%rip), %rax
exec:     movl %fs:y@tpoff, %eax
described: leaq x@tlsdesc(%rip), %rax
	call *x@tlscall(%rax)
	movl variable(%rip), %eax
.type chosen,@gnu_indirect_function
.globl chosen
chosen: ret
.section .tbss,"awT",@nobits
	.zero 4
y:	.zero 8
.section .debug_info,"",@progbits
	.quad general
.section bounded,"a",@progbits
	.quad chosen
`

func TestPrepare(t *testing.T) {
	p, err := Prepare(assemble(t, everyModel), "tag.")
	if err != nil {
		t.Fatal(err)
	}
	if !p.UsesTLS || p.TLSSize != 12 || p.TLSAlign != 1 || !slices.Equal(p.Near, []string{"variable"}) {
		t.Errorf("uses thread-locals %v, %d bytes aligned to %d, near %q", p.UsesTLS, p.TLSSize, p.TLSAlign, p.Near)
	}
	if len(p.IFuncs) != 1 || p.IFuncs[0].Name != "chosen" || !p.IFuncs[0].Global ||
		!strings.HasPrefix(p.IFuncs[0].Resolver, "tag.") {
		t.Errorf("ifuncs %+v", p.IFuncs)
	}
	if len(p.Sections) != 1 || p.Sections[0].Name != "bounded" || p.Sections[0].Code {
		t.Errorf("sections with bounds %+v", p.Sections)
	}
	symbols, relocations := contents(t, p.Object)
	for typ := range relocations {
		switch typ {
		case elf.R_X86_64_NONE, elf.R_X86_64_32S, elf.R_X86_64_GOTPCREL, elf.R_X86_64_PC32, elf.R_X86_64_64:
		default:
			t.Errorf("a relocation %v is left", typ)
		}
	}
	if relocations[elf.R_X86_64_32S] != 5 {
		t.Errorf("%d offsets from the thread pointer, want 5; symbols %q", relocations[elf.R_X86_64_32S], symbols)
	}
	f, err := elf.NewFile(bytes.NewReader(p.Object))
	if err != nil {
		t.Fatal(err)
	}
	if f.Section(TLSSection) == nil || slices.ContainsFunc(f.Sections, func(s *elf.Section) bool {
		return s.Name == ".debug_info" && s.Type != elf.SHT_NULL
	}) {
		t.Errorf("sections %v", f.Sections)
	}
}

func TestUnknownSequence(t *testing.T) {
	for _, code := range []string{
		"leaq x@tlsgd(%rip), %rsi\n.zero 20", "leaq x@tlsld(%rip), %rdi\nnop\nnop\nnop\nnop\nnop",
		"addq x@tlsdesc(%rip), %rax",
	} {
		if _, err := Prepare(assemble(t, code), ""); err == nil ||
			!strings.Contains(err.Error(), "none of the known sequences") {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// Damaged objects are refused or prepared; nothing else happens.
func TestPrepareDamaged(t *testing.T) {
	whole := assemble(t, everyModel)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		damaged := bytes.Clone(whole)
		for range 1 + random.IntN(4) {
			damaged[random.IntN(len(damaged))] = byte(random.Uint32())
		}
		if p, err := Prepare(damaged[:len(damaged)-random.IntN(2)*random.IntN(len(damaged))], ""); err == nil &&
			len(p.Object) > 4*len(whole) {
			t.Fatalf("%d bytes became %d", len(whole), len(p.Object))
		}
	}
}
