package x64

import (
	"fmt"
	"math"
	"testing"
)

func TestMov(t *testing.T) {
	var s sheet
	a := &s.a
	for _, size := range allSizes {
		for x := range allRegs {
			for y := range allRegs {
				a.MovRR(size, x, y)
				s.add("mov %s, %s", size.name(x), size.name(y))
			}
			for _, m := range s.mems() {
				a.MovRM(size, x, m)
				s.add("mov %s, %s", size.name(x), size.in(m))
				a.MovMR(size, m, x)
				s.add("mov %s, %s", size.in(m), size.name(x))
			}
			for _, imm := range size.immediates() {
				if size != S64 {
					a.MovRI(size, x, int64(imm))
					s.add("mov %s, %d", size.name(x), imm)
				}
			}
			s.mov64(x)
		}
		for _, m := range someMems {
			for _, imm := range size.immediates() {
				a.MovMI(size, m, imm)
				s.add("mov %s, %d", size.in(m), imm)
			}
		}
	}
	s.check(t)
}

// mov64 adds the shortest ways to give a register a value.
func (s *sheet) mov64(r Reg) {
	for _, imm := range []int64{0, 1, math.MaxInt32, math.MaxInt32 + 1, math.MaxUint32} {
		s.a.MovRI(S64, r, imm)
		s.add("mov %s, %d", S32.name(r), imm)
	}
	for _, imm := range []int64{-1, math.MinInt32} {
		s.a.MovRI(S64, r, imm)
		s.add("mov %s, %d", S64.name(r), imm)
	}
	for _, imm := range []int64{math.MaxUint32 + 1, math.MinInt32 - 1, math.MaxInt64, math.MinInt64} {
		s.a.MovRI(S64, r, imm)
		s.add("movabs %s, %d", S64.name(r), imm)
	}
	s.a.MovAbs(r, 5)
	s.add("movabs %s, 5", S64.name(r))
}

func TestWidening(t *testing.T) {
	var s sheet
	a := &s.a
	for i, from := range allSizes[:3] {
		for x := range allRegs {
			mov, large := "movzx", S32.name(x)
			if from == S32 {
				mov = "mov"
			}
			for y := range allRegs {
				a.MovzxRR(from, x, y)
				s.add("%s %s, %s", mov, large, from.name(y))
			}
			for _, m := range s.mems() {
				a.MovzxRM(from, x, m)
				s.add("%s %s, %s", mov, large, from.in(m))
			}
			mov = "movsx"
			if from == S32 {
				mov = "movsxd"
			}
			for _, to := range allSizes[i+1:] {
				for y := range allRegs {
					a.MovsxRR(to, from, x, y)
					s.add("%s %s, %s", mov, to.name(x), from.name(y))
				}
				for _, m := range s.mems() {
					a.MovsxRM(to, from, x, m)
					s.add("%s %s, %s", mov, to.name(x), from.in(m))
				}
			}
		}
	}
	s.check(t)
}

// Every way to address memory.
func TestMem(t *testing.T) {
	var s sheet
	a := &s.a
	for _, r := range []Reg{RAX, R9} {
		for m := range everyMem {
			for _, fs := range []bool{false, true} {
				m.FS = fs
				a.MovRM(S64, r, m)
				s.add("mov %s, %s", S64.name(r), S64.in(m))
			}
		}
	}
	for r := range allRegs {
		for _, size := range longSizes {
			for _, m := range s.mems() {
				m.FS = false
				a.Lea(size, r, m)
				s.add("lea %s, %s", size.name(r), S64.in(m)[len("qword ptr "):])
			}
		}
	}
	s.check(t)
}

// An index of scale 1 without base, which the assembler would make the base.
func TestIndexAlone(t *testing.T) {
	var a Assembler
	a.MovRM(S64, RAX, Indexed(NoReg, R9, 1, 16))
	if got, want := fmt.Sprintf("% x", a.Code()), "4a 8b 04 0d 10 00 00 00"; got != want {
		t.Errorf("mov rax, [1*r9 + 16]: %s, want %s", got, want)
	}
}

func TestStack(t *testing.T) {
	var s sheet
	a := &s.a
	for r := range allRegs {
		a.PushR(r)
		s.add("push %s", S64.name(r))
		a.PopR(r)
		s.add("pop %s", S64.name(r))
	}
	for m := range everyMem {
		a.PushM(m)
		s.add("push %s", S64.in(m))
		a.PopM(m)
		s.add("pop %s", S64.in(m))
	}
	for _, imm := range S32.immediates() {
		a.PushI(imm)
		s.add("push %d", imm)
	}
	a.Leave()
	s.add("leave")
	for i, size := range allSizes {
		a.RepMovs(size)
		s.add("rep movs%c", "bwdq"[i])
		a.RepStos(size)
		s.add("rep stos%c", "bwdq"[i])
	}
	s.check(t)
}
