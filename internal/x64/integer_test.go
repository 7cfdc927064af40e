package x64

import "testing"

var alus = []string{"add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"}

func TestAlu(t *testing.T) {
	var s sheet
	a := &s.a
	for i, name := range alus {
		op := Alu(i)
		for _, size := range allSizes {
			for x := range allRegs {
				for y := range allRegs {
					a.AluRR(op, size, x, y)
					s.add("%s %s, %s", name, size.name(x), size.name(y))
				}
				for _, m := range s.mems() {
					a.AluRM(op, size, x, m)
					s.add("%s %s, %s", name, size.name(x), size.in(m))
					a.AluMR(op, size, m, x)
					s.add("%s %s, %s", name, size.in(m), size.name(x))
				}
				for _, imm := range size.immediates() {
					a.AluRI(op, size, x, imm)
					s.add("%s %s, %d", name, size.name(x), imm)
				}
			}
			for _, m := range someMems {
				for _, imm := range size.immediates() {
					a.AluMI(op, size, m, imm)
					s.add("%s %s, %d", name, size.in(m), imm)
				}
			}
		}
	}
	s.check(t)
}

// The bits of an immediate beyond those of the operand do not count.
func TestImmediatesOfNarrowOperands(t *testing.T) {
	var s sheet
	a := &s.a
	for _, c := range []struct {
		size Size
		imm  int32
		is   int32
	}{{S8, 255, -1}, {S8, 0x1234, 0x34}, {S16, 0xffff, -1}, {S16, 0xff80, -128}, {S16, 0x18000, -0x8000}} {
		for _, r := range []Reg{RAX, RDI, R9} {
			a.AluRI(SUB, c.size, r, c.imm)
			s.add("sub %s, %d", c.size.name(r), c.is)
			a.TestRI(c.size, r, c.imm)
			s.add("test %s, %d", c.size.name(r), c.is)
			a.MovRI(c.size, r, int64(c.imm))
			s.add("mov %s, %d", c.size.name(r), c.is)
			if c.size == S16 {
				a.ImulRRI(c.size, r, R8, c.imm)
				s.add("imul %s, r8w, %d", c.size.name(r), c.is)
			}
		}
		m := At(RDX, 4)
		a.AluMI(XOR, c.size, m, c.imm)
		s.add("xor %s, %d", c.size.in(m), c.is)
		a.MovMI(c.size, m, c.imm)
		s.add("mov %s, %d", c.size.in(m), c.is)
		a.TestMI(c.size, m, c.imm)
		s.add("test %s, %d", c.size.in(m), c.is)
	}
	s.check(t)
}

func TestTest(t *testing.T) {
	var s sheet
	a := &s.a
	for _, size := range allSizes {
		for x := range allRegs {
			for y := range allRegs {
				a.TestRR(size, x, y)
				s.add("test %s, %s", size.name(x), size.name(y))
			}
			for _, imm := range size.immediates() {
				a.TestRI(size, x, imm)
				s.add("test %s, %d", size.name(x), imm)
			}
			for _, m := range s.mems() {
				a.TestMR(size, m, x)
				s.add("test %s, %s", size.in(m), size.name(x))
			}
		}
		for _, m := range someMems {
			for _, imm := range size.immediates() {
				a.TestMI(size, m, imm)
				s.add("test %s, %d", size.in(m), imm)
			}
		}
	}
	s.check(t)
}

func TestUnary(t *testing.T) {
	var s sheet
	a := &s.a
	for op, name := range map[Unary]string{
		NOT: "not", NEG: "neg", MUL: "mul", IMUL: "imul", DIV: "div", IDIV: "idiv", INC: "inc", DEC: "dec",
	} {
		for _, size := range allSizes {
			for r := range allRegs {
				a.UnaryR(op, size, r)
				s.add("%s %s", name, size.name(r))
			}
			for _, m := range someMems {
				a.UnaryM(op, size, m)
				s.add("%s %s", name, size.in(m))
			}
		}
	}
	for _, size := range longSizes {
		for r := range allRegs {
			a.Bswap(size, r)
			s.add("bswap %s", size.name(r))
		}
	}
	for i, size := range wideSizes {
		a.Cbw(size)
		s.add("%s", []string{"cbw", "cwde", "cdqe"}[i])
		a.Cwd(size)
		s.add("%s", []string{"cwd", "cdq", "cqo"}[i])
	}
	s.check(t)
}

func TestShift(t *testing.T) {
	var s sheet
	a := &s.a
	for op, name := range map[Shift]string{ROL: "rol", ROR: "ror", SHL: "shl", SHR: "shr", SAR: "sar"} {
		for _, size := range allSizes {
			for r := range allRegs {
				a.ShiftRCL(op, size, r)
				s.add("%s %s, cl", name, size.name(r))
				for _, n := range []uint8{1, 2, 31, 63} {
					a.ShiftRI(op, size, r, n)
					s.add("%s %s, %d", name, size.name(r), n)
				}
			}
			for _, m := range someMems {
				a.ShiftMCL(op, size, m)
				s.add("%s %s, cl", name, size.in(m))
				for _, n := range []uint8{1, 2, 63} {
					a.ShiftMI(op, size, m, n)
					s.add("%s %s, %d", name, size.in(m), n)
				}
			}
		}
	}
	for op, name := range map[Double]string{SHLD: "shld", SHRD: "shrd"} {
		for _, size := range wideSizes {
			for x := range allRegs {
				for y := range allRegs {
					a.DoubleRRCL(op, size, x, y)
					s.add("%s %s, %s, cl", name, size.name(x), size.name(y))
					a.DoubleRRI(op, size, x, y, 13)
					s.add("%s %s, %s, 13", name, size.name(x), size.name(y))
				}
			}
		}
	}
	s.check(t)
}

func TestTwo(t *testing.T) {
	var s sheet
	a := &s.a
	for op, name := range map[Two]string{
		IMUL2: "imul", BSF: "bsf", BSR: "bsr", TZCNT: "tzcnt", LZCNT: "lzcnt", POPCNT: "popcnt",
	} {
		for _, size := range wideSizes {
			for x := range allRegs {
				for y := range allRegs {
					a.TwoRR(op, size, x, y)
					s.add("%s %s, %s", name, size.name(x), size.name(y))
				}
				for _, m := range s.mems() {
					a.TwoRM(op, size, x, m)
					s.add("%s %s, %s", name, size.name(x), size.in(m))
				}
			}
		}
	}
	for _, size := range wideSizes {
		for x := range allRegs {
			for _, imm := range size.immediates() {
				for y := range allRegs {
					a.ImulRRI(size, x, y, imm)
					s.add("imul %s, %s, %d", size.name(x), size.name(y), imm)
				}
			}
			for _, m := range s.mems() {
				for _, imm := range []int32{3, 1000} {
					a.ImulRMI(size, x, m, imm)
					s.add("imul %s, %s, %d", size.name(x), size.in(m), imm)
				}
			}
		}
	}
	s.check(t)
}

func TestConditional(t *testing.T) {
	var s sheet
	a := &s.a
	for c := CondO; c <= CondG; c++ {
		for x := range allRegs {
			a.SetR(c, x)
			s.add("set%v %s", c, S8.name(x))
			for _, size := range wideSizes {
				for y := range allRegs {
					a.CmovRR(c, size, x, y)
					s.add("cmov%v %s, %s", c, size.name(x), size.name(y))
				}
				for _, m := range s.mems() {
					a.CmovRM(c, size, x, m)
					s.add("cmov%v %s, %s", c, size.name(x), size.in(m))
				}
			}
		}
		for _, m := range someMems {
			a.SetM(c, m)
			s.add("set%v %s", c, S8.in(m))
		}
	}
	s.check(t)
}

// Not and Swap by what the conditions mean for two numbers.
func TestConditionsOfConditions(t *testing.T) {
	holds := func(c Cond, x, y int8) bool {
		switch c {
		case CondE:
			return x == y
		case CondNE:
			return x != y
		case CondB:
			return uint8(x) < uint8(y)
		case CondAE:
			return uint8(x) >= uint8(y)
		case CondBE:
			return uint8(x) <= uint8(y)
		case CondA:
			return uint8(x) > uint8(y)
		case CondL:
			return x < y
		case CondGE:
			return x >= y
		case CondLE:
			return x <= y
		}
		return x > y
	}
	for _, c := range []Cond{CondB, CondAE, CondE, CondNE, CondBE, CondA, CondL, CondGE, CondLE, CondG} {
		for _, x := range []int8{-128, -1, 0, 1, 127} {
			for _, y := range []int8{-128, -1, 0, 1, 127} {
				if holds(c, x, y) == holds(c.Not(), x, y) {
					t.Errorf("%v and its negation %v both say %v for %d, %d", c, c.Not(), holds(c, x, y), x, y)
				}
				if holds(c, x, y) != holds(c.Swap(), y, x) {
					t.Errorf("%v for %d, %d and %v for them swapped differ", c, x, y, c.Swap())
				}
			}
		}
	}
}

func TestBits(t *testing.T) {
	var s sheet
	a := &s.a
	for op, name := range map[BitOp]string{BT: "bt", BTS: "bts", BTR: "btr", BTC: "btc"} {
		for _, size := range wideSizes {
			for x := range allRegs {
				for y := range allRegs {
					a.BitRR(op, size, x, y)
					s.add("%s %s, %s", name, size.name(x), size.name(y))
				}
				a.BitRI(op, size, x, 9)
				s.add("%s %s, 9", name, size.name(x))
			}
			for _, m := range someMems {
				a.BitMI(op, size, m, 9)
				s.add("%s %s, 9", name, size.in(m))
			}
		}
	}
	s.check(t)
}

func TestExchange(t *testing.T) {
	var s sheet
	a := &s.a
	for op, name := range map[Exchange]string{XCHG: "xchg", XADD: "xadd", CMPXCHG: "cmpxchg"} {
		for _, size := range allSizes {
			for x := range allRegs {
				for y := range allRegs {
					if op == XCHG && x == RAX && y == RAX {
						continue // the assembler makes it a nop
					}
					a.ExchangeRR(op, size, x, y)
					s.add("%s %s, %s", name, size.name(x), size.name(y))
				}
				for _, m := range s.mems() {
					a.ExchangeMR(op, size, m, x)
					s.add("%s %s, %s", name, size.in(m), size.name(x))
					a.Lock()
					a.ExchangeMR(op, size, m, x)
					s.add("lock %s %s, %s", name, size.in(m), size.name(x))
				}
			}
		}
	}
	for _, m := range someMems {
		a.CmpxchgPair(S32, m)
		s.add("cmpxchg8b %s", S64.in(m))
		a.Lock()
		a.CmpxchgPair(S64, m)
		s.add("lock cmpxchg16b %s", m.in("xmmword"))
		for i, name := range alus[:7] {
			a.Lock()
			a.AluMI(Alu(i), S32, m, 1000)
			s.add("lock %s %s, 1000", name, S32.in(m))
		}
	}
	s.check(t)
}
