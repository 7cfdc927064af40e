package x64

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sheet is a list of instructions, as text in Intel's syntax and as we encode them.
type sheet struct {
	a     Assembler
	texts []string
	ends  []int
	turn  int // of mems
}

// add notes the text of what has been encoded since the last call.
func (s *sheet) add(format string, args ...any) {
	s.texts = append(s.texts, fmt.Sprintf(format, args...))
	s.ends = append(s.ends, s.a.Pos())
}

func (s *sheet) encoded(i int) []byte {
	begin := 0
	if i > 0 {
		begin = s.ends[i-1]
	}
	return s.a.Code()[begin:s.ends[i]]
}

// check compares all encodings with those of LLVM's assembler.
func (s *sheet) check(t *testing.T) {
	t.Helper()
	mc := assembler(t)
	var source strings.Builder
	for i, text := range s.texts {
		fmt.Fprintf(&source, "i%d:\n%s\n", i, text)
	}
	cmd := exec.Command(mc, "-triple=x86_64", "-mattr=+bmi,+lzcnt,+popcnt", "-x86-asm-syntax=intel", "-show-encoding")
	cmd.Stdin = strings.NewReader(source.String())
	var out, errors bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errors
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%.2000s", err, errors.String())
	}
	want := make([][]byte, len(s.texts))
	at := -1
	for line := range strings.Lines(out.String()) {
		if label, ok := strings.CutSuffix(strings.TrimSpace(line), ":"); ok && label[0] == 'i' {
			at, _ = strconv.Atoi(label[1:])
		}
		_, list, ok := strings.Cut(line, "encoding: [")
		if !ok {
			continue
		}
		list, _, _ = strings.Cut(list, "]")
		for hex := range strings.SplitSeq(list, ",") {
			b, err := strconv.ParseUint(hex, 0, 8)
			if err != nil {
				t.Fatalf("%s: cannot read %q of the assembler", s.texts[at], line)
			}
			want[at] = append(want[at], byte(b))
		}
	}
	differ := 0
	for i, text := range s.texts {
		if got := s.encoded(i); !bytes.Equal(canonical(got), canonical(want[i])) {
			if differ++; differ < 40 {
				t.Errorf("%s: % x, the assembler has % x", text, got, want[i])
			}
		}
	}
	t.Logf("%d instructions, %d differ", len(s.texts), differ)
}

// canonical sorts the prefixes before REX, whose order means nothing.
func canonical(code []byte) []byte {
	n := 0
	for n < len(code) && slices.Contains([]byte{0x64, 0x66, 0xf0, 0xf2, 0xf3}, code[n]) {
		n++
	}
	code = slices.Clone(code)
	slices.Sort(code[:n])
	return code
}

func assembler(t *testing.T) string {
	mc, err := exec.LookPath("llvm-mc-22")
	if err != nil {
		t.Skip("there is no llvm-mc-22 to compare with")
	}
	return mc
}

// Names in the assembler.

var names = [4]string{
	"al cl dl bl spl bpl sil dil r8b r9b r10b r11b r12b r13b r14b r15b",
	"ax cx dx bx sp bp si di r8w r9w r10w r11w r12w r13w r14w r15w",
	"eax ecx edx ebx esp ebp esi edi r8d r9d r10d r11d r12d r13d r14d r15d",
	"rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15",
}

var registers = [4][]string{
	strings.Fields(names[0]), strings.Fields(names[1]), strings.Fields(names[2]), strings.Fields(names[3]),
}

func (s Size) name(r Reg) string { return registers[s][r] }

func (x Xmm) String() string { return "xmm" + strconv.Itoa(int(x)) }

var units = [4]string{"byte", "word", "dword", "qword"}

// in returns the text of an operand of so many units.
func (m Mem) in(unit string) string {
	var parts []string
	switch m.Base {
	case RIP:
		parts = append(parts, "rip")
	case NoReg:
	default:
		parts = append(parts, S64.name(m.Base))
	}
	if m.Scale != 0 {
		parts = append(parts, fmt.Sprintf("%d*%s", m.Scale, S64.name(m.Index)))
	}
	parts = append(parts, strconv.Itoa(int(m.Disp)))
	segment := ""
	if m.FS {
		segment = "fs:"
	}
	return unit + " ptr " + segment + "[" + strings.Join(parts, " + ") + "]"
}

func (s Size) in(m Mem) string { return m.in(units[s]) }

func (c Cond) String() string {
	return strings.Fields("o no b ae e ne be a s ns p np l ge le g")[c]
}

var (
	allSizes  = []Size{S8, S16, S32, S64}
	wideSizes = allSizes[1:]
	longSizes = allSizes[2:]
	disps     = []int32{0, 8, -128, 127, 128, -129, 1 << 30, -1 << 31}
)

func allRegs(yield func(Reg) bool) {
	for r := RAX; r <= R15 && yield(r); r++ {
	}
}

func allXmms(yield func(Xmm) bool) {
	for x := XMM0; x <= XMM15 && yield(x); x++ {
	}
}

// everyMem are operands in memory with every base, index, scale and size of displacement. An index of scale 1 needs a
// base: the assembler would take it for the base.
func everyMem(yield func(Mem) bool) {
	for base := range slices.Values([]Reg{RIP, NoReg}) {
		for _, disp := range disps {
			if !yield(At(base, disp)) {
				return
			}
		}
	}
	for base := RAX; base <= R15; base++ {
		for _, disp := range disps {
			if !yield(At(base, disp)) {
				return
			}
		}
		for index := RAX; index <= R15; index++ {
			for _, scale := range []uint8{1, 2, 4, 8} {
				for _, disp := range []int32{0, -8, 1000} {
					if index != RSP && !yield(Indexed(base, index, scale, disp)) {
						return
					}
				}
			}
		}
	}
	for index := RAX; index <= R15; index++ {
		for _, scale := range []uint8{2, 4, 8} {
			if index != RSP && !yield(Indexed(NoReg, index, scale, 16)) {
				return
			}
		}
	}
}

// someMems are one of each kind.
var someMems = []Mem{
	At(RAX, 0), At(RSP, 0), At(RBP, 0), At(R12, 0), At(R13, 0), At(RDI, 8), At(RSP, -8), At(R12, 127), At(R13, -128),
	At(RBP, 128), At(R15, -129), Rel(0), Rel(1000), At(NoReg, 1000), {Base: NoReg, FS: true},
	{Base: R14, FS: true, Disp: 40}, Indexed(RBX, RCX, 1, 0), Indexed(RBP, R12, 2, 0), Indexed(R13, RBP, 4, 4),
	Indexed(RSP, R13, 8, 400), Indexed(R12, R15, 8, 0), Indexed(NoReg, R9, 8, 0),
	{Base: R8, Index: R9, Scale: 2, FS: true, Disp: 1 << 20},
}

// mems returns a few of someMems, in turn: for the many instructions that go the same way to memory.
func (s *sheet) mems() []Mem {
	const few = 3
	s.turn = (s.turn + few) % (len(someMems) - few)
	return someMems[s.turn : s.turn+few]
}

// immediates are those at which encodings change, for a size.
func (s Size) immediates() []int32 {
	list := []int32{0, 1, -1, 127, -128}
	if s > S8 {
		list = append(list, 128, -129, 255, 32767, -32768)
	}
	if s > S16 {
		list = append(list, 32768, 1<<31-1, -1<<31)
	}
	return list
}
