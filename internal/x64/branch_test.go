package x64

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// object assembles a text and returns the code with what stands in it for relocations, and these.
func object(t *testing.T, text string) (code []byte, relocations []elf.Rela64) {
	mc := assembler(t)
	file := filepath.Join(t.TempDir(), "branches.o")
	cmd := exec.Command(mc, "-triple=x86_64", "-x86-asm-syntax=intel", "-filetype=obj", "-o", file)
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := elf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if code, err = f.Section(".text").Data(); err != nil {
		t.Fatal(err)
	}
	if rela := f.Section(".rela.text"); rela != nil {
		relocations = make([]elf.Rela64, rela.Size/24)
		if err := binary.Read(rela.Open(), binary.LittleEndian, relocations); err != nil {
			t.Fatal(err)
		}
	}
	return code, relocations
}

// Branches backwards and forwards over every distance at which their form changes.
func TestBranches(t *testing.T) {
	var a Assembler
	var text strings.Builder
	label := 0
	jump := func(name string, distance int, emit func(target int)) {
		label++
		target := a.Pos()
		a.Data(make([]byte, distance))
		emit(target)
		fmt.Fprintf(&text, "l%d: .zero %d\n%s l%d\n", label, distance, name, label)
	}
	skip := func(name string, distance, bits int, emit, patch func(int)) {
		label++
		emit(0)
		a.Data(make([]byte, distance))
		patch(a.Pos())
		fmt.Fprintf(&text, "{disp%d} %s l%d\n.zero %d\nl%d:\n", bits, name, label, distance, label)
	}
	for distance := range 140 {
		jump("jmp", distance, a.Jmp)
		jump("call", distance, a.Call)
		for c := CondO; c <= CondG; c++ {
			jump("j"+c.String(), distance, func(target int) { a.Jcc(c, target) })
		}
	}
	for _, distance := range []int{0, 1, 127} {
		var at int
		skip("jmp", distance, 8, func(int) { at = a.Jmp8() }, func(to int) { a.Patch8(at, to) })
		skip("jmp", distance, 32, func(int) { at = a.Jmp32() }, func(to int) { a.Patch32(at, to) })
		for c := CondO; c <= CondG; c++ {
			skip("j"+c.String(), distance, 8, func(int) { at = a.Jcc8(c) }, func(to int) { a.Patch8(at, to) })
			skip("j"+c.String(), distance, 32, func(int) { at = a.Jcc32(c) }, func(to int) { a.Patch32(at, to) })
		}
	}
	want, _ := object(t, text.String())
	same(t, a.Code(), want)
}

func same(t *testing.T, got, want []byte) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("at %d: % x, the assembler has % x", i, got[i:min(i+16, len(got))], want[i:min(i+16, len(want))])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d bytes, the assembler has %d", len(got), len(want))
	}
}

// Places and addends of relocations are those of the assembler.
func TestFields(t *testing.T) {
	var a Assembler
	var got []elf.Rela64
	var text strings.Builder
	note := func(format string, args ...any) {
		pos, tail := a.Field()
		got = append(got, elf.Rela64{Off: uint64(pos), Addend: int64(8 - tail)})
		fmt.Fprintf(&text, format+"\n", args...)
	}
	for _, size := range allSizes {
		unit := units[size] + " ptr [rip + x + 8]"
		a.AluMI(ADD, size, Rel(0), 100)
		note("add %s, 100", unit)
		a.AluMI(CMP, size, Rel(0), size.immediates()[3])
		note("cmp %s, %d", unit, size.immediates()[3])
		a.MovMI(size, Rel(0), 1)
		note("mov %s, 1", unit)
		a.MovRM(size, R9, Rel(0))
		note("mov %s, %s", size.name(R9), unit)
	}
	a.Lea(S64, RDI, Rel(0))
	note("lea rdi, [rip + x + 8]")
	a.SseXMI(PSHUFD, XMM9, Rel(0), 1)
	note("pshufd xmm9, [rip + x + 8], 1")
	a.MovRM(S32, RDX, At(NoReg, 0))
	note("mov edx, [x + 8]")
	got[len(got)-1].Addend += 4 // an absolute field is not relative to its end
	want, relocations := object(t, text.String())
	same(t, a.Code(), want)
	for i, r := range relocations {
		if r.Off != got[i].Off || r.Addend != got[i].Addend {
			t.Errorf("field %d: at %d with addend %d, the assembler has %d, %d", i, got[i].Off, got[i].Addend, r.Off,
				r.Addend)
		}
	}
	if len(relocations) != len(got) {
		t.Errorf("%d fields, the assembler has %d", len(got), len(relocations))
	}
}

func TestTLSGeneralDynamic(t *testing.T) {
	var a Assembler
	lea, call := a.TLSGeneralDynamic()
	want, relocations := object(t, `
		data16
		lea rdi, [rip + x@tlsgd]
		.value 0x6666
		rex64
		call __tls_get_addr@plt`)
	same(t, a.Code(), want)
	if len(relocations) != 2 || relocations[0].Off != uint64(lea) || relocations[1].Off != uint64(call) ||
		relocations[0].Addend != -4 || relocations[1].Addend != -4 {
		t.Errorf("fields at %d and %d, the assembler has %v", lea, call, relocations)
	}
}

func TestIndirectBranchesAndRest(t *testing.T) {
	var s sheet
	a := &s.a
	for r := range allRegs {
		a.JmpR(r)
		s.add("jmp %s", S64.name(r))
		a.CallR(r)
		s.add("call %s", S64.name(r))
	}
	for m := range everyMem {
		a.JmpM(m)
		s.add("jmp %s", S64.in(m))
		a.CallM(m)
		s.add("call %s", S64.in(m))
	}
	for _, c := range []struct {
		emit func()
		text string
	}{
		{a.Ret, "ret"}, {a.Int3, "int3"}, {a.Ud2, "ud2"}, {a.Endbr64, "endbr64"}, {a.Pause, "pause"},
		{a.Mfence, "mfence"}, {a.Lfence, "lfence"}, {a.Sfence, "sfence"}, {a.Rdtsc, "rdtsc"}, {a.Cpuid, "cpuid"},
	} {
		c.emit()
		s.add("%s", c.text)
	}
	for h, name := range []string{"nta", "t0", "t1", "t2"} {
		for _, m := range someMems {
			a.Prefetch(Prefetch(h), m)
			s.add("prefetch%s %s", name, S8.in(m))
		}
	}
	for i, text := range []string{
		"nop", "xchg ax, ax", "nop dword ptr [rax]", "{disp8} nop dword ptr [rax]",
		"{disp8} nop dword ptr [rax + 1*rax]", "{disp8} nop word ptr [rax + 1*rax]", "{disp32} nop dword ptr [rax]",
		"{disp32} nop dword ptr [rax + 1*rax]",
	} {
		a.Nop(i + 1)
		s.add("%s", text)
	}
	s.check(t)
}

func TestBuffer(t *testing.T) {
	var a Assembler
	a.Ret()
	a.Align(16)
	a.Data32(0x04030201)
	a.Data64(0x0c0b0a0908070605)
	a.Data([]byte{13, 14, 15})
	a.Put32(16, 0xffffffff)
	if a.Pos() != 31 || !bytes.Equal(a.Code()[16:], []byte{255, 255, 255, 255, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}) {
		t.Errorf("% x", a.Code())
	}
	for range 100000 {
		a.Ret()
	}
	if a.Pos() != 100031 || a.Code()[0] != 0xc3 || a.Code()[100030] != 0xc3 {
		t.Error("the buffer was lost when it grew")
	}
	a.Truncate(31)
	if a.Align(32); a.Pos() != 32 {
		t.Errorf("aligned to %d", a.Pos())
	}
	a.Reset()
	if allocations := testing.AllocsPerRun(10, func() {
		a.Reset()
		for range 1000 {
			a.AluMI(ADD, S64, Indexed(RBP, R12, 8, 1000), 1000)
		}
	}); allocations != 0 {
		t.Errorf("%v allocations for instructions", allocations)
	}
}

func BenchmarkAssembler(b *testing.B) {
	var a Assembler
	for b.Loop() {
		a.Reset()
		for range 250 {
			a.MovRM(S64, RAX, At(RSP, 40))
			a.AluRR(ADD, S64, RAX, R9)
			a.MovMR(S32, Indexed(RBX, RCX, 4, 16), RAX)
			a.Jcc32(CondNE)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/instruction")
}
