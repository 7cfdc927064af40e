package x64

// Alu is an operation of two operands that sets the flags; all but CMP write the first.
type Alu uint8

const (
	ADD Alu = iota
	OR
	ADC
	SBB
	AND
	SUB
	XOR
	CMP
)

// AluRR encodes op dst, src.
func (a *Assembler) AluRR(op Alu, s Size, dst, src Reg) { a.rr(opcode(op)<<3, s, src, dst) }

// AluRM encodes op dst, m.
func (a *Assembler) AluRM(op Alu, s Size, dst Reg, m Mem) { a.rm(opcode(op)<<3|2, s, dst, m) }

// AluMR encodes op m, src.
func (a *Assembler) AluMR(op Alu, s Size, m Mem, src Reg) { a.rm(opcode(op)<<3, s, src, m) }

// AluRI encodes op dst, imm. Of imm the bits of the size count; those of 64 bits are the sign extension.
func (a *Assembler) AluRI(op Alu, s Size, dst Reg, imm int32) {
	imm = narrow(s, imm)
	short := s != S8 && imm == int32(int8(imm))
	if dst == RAX && !short { // the accumulator has encodings without ModRM
		o, prefix := sized(opcode(op)<<3|4, s)
		a.bare(o, prefix)
		a.imm(s, imm)
		return
	}
	if short {
		o, prefix := wide(0x83, s)
		a.regs(o, prefix, uint8(op), uint8(dst))
		a.imm(S8, imm)
		return
	}
	a.r(0x80, s, uint8(op), dst)
	a.imm(s, imm)
}

// AluMI encodes op m, imm, with imm as for [Assembler.AluRI].
func (a *Assembler) AluMI(op Alu, s Size, m Mem, imm int32) {
	imm = narrow(s, imm)
	if s != S8 && imm == int32(int8(imm)) {
		o, prefix := wide(0x83, s)
		a.mem(o, prefix, uint8(op), m)
		a.imm(S8, imm)
		return
	}
	a.m(0x80, s, uint8(op), m)
	a.imm(s, imm)
}

// TestRR encodes test x, y: flags of their AND.
func (a *Assembler) TestRR(s Size, x, y Reg) { a.rr(0x84, s, y, x) }

// TestMR encodes test m, r.
func (a *Assembler) TestMR(s Size, m Mem, r Reg) { a.rm(0x84, s, r, m) }

// TestRI encodes test r, imm, with imm as for [Assembler.AluRI].
func (a *Assembler) TestRI(s Size, r Reg, imm int32) {
	if r == RAX {
		o, prefix := sized(0xa8, s)
		a.bare(o, prefix)
	} else {
		a.r(0xf6, s, 0, r)
	}
	a.imm(s, imm)
}

// TestMI encodes test m, imm, with imm as for [Assembler.AluRI].
func (a *Assembler) TestMI(s Size, m Mem, imm int32) {
	a.m(0xf6, s, 0, m)
	a.imm(s, imm)
}

// Unary is an operation of one operand, or of one with RAX and RDX.
type Unary uint16

const (
	NOT  Unary = 0xf6<<3 | 2
	NEG  Unary = 0xf6<<3 | 3
	MUL  Unary = 0xf6<<3 | 4 // rdx:rax = rax * operand, unsigned; ax = al * operand
	IMUL Unary = 0xf6<<3 | 5 // the same, signed
	DIV  Unary = 0xf6<<3 | 6 // rax, rdx = quotient and remainder of rdx:rax, unsigned; al, ah of ax
	IDIV Unary = 0xf6<<3 | 7 // the same, signed
	INC  Unary = 0xfe << 3
	DEC  Unary = 0xfe<<3 | 1
)

// UnaryR encodes op r.
func (a *Assembler) UnaryR(op Unary, s Size, r Reg) { a.r(opcode(op>>3), s, uint8(op&7), r) }

// UnaryM encodes op m.
func (a *Assembler) UnaryM(op Unary, s Size, m Mem) { a.m(opcode(op>>3), s, uint8(op&7), m) }

// Shift is a shift or rotation.
type Shift uint8

const (
	ROL Shift = 0
	ROR Shift = 1
	SHL Shift = 4
	SHR Shift = 5
	SAR Shift = 7
)

// ShiftRI encodes op r, n: n counts modulo 32, or 64 for S64.
func (a *Assembler) ShiftRI(op Shift, s Size, r Reg, n uint8) {
	if n == 1 {
		a.r(0xd0, s, uint8(op), r)
		return
	}
	a.r(0xc0, s, uint8(op), r)
	a.put(uint64(n), 1)
}

// ShiftMI encodes op m, n.
func (a *Assembler) ShiftMI(op Shift, s Size, m Mem, n uint8) {
	if n == 1 {
		a.m(0xd0, s, uint8(op), m)
		return
	}
	a.m(0xc0, s, uint8(op), m)
	a.put(uint64(n), 1)
}

// ShiftRCL encodes op r, cl.
func (a *Assembler) ShiftRCL(op Shift, s Size, r Reg) { a.r(0xd2, s, uint8(op), r) }

// ShiftMCL encodes op m, cl.
func (a *Assembler) ShiftMCL(op Shift, s Size, m Mem) { a.m(0xd2, s, uint8(op), m) }

// Double is a shift that takes the bits which it shifts in from another register.
type Double uint16

const (
	SHLD Double = 0x0fa4
	SHRD Double = 0x0fac
)

// DoubleRRI encodes op dst, src, n.
func (a *Assembler) DoubleRRI(op Double, s Size, dst, src Reg, n uint8) {
	o, prefix := wide(opcode(op), s)
	a.regs(o, prefix, uint8(src), uint8(dst))
	a.put(uint64(n), 1)
}

// DoubleRRCL encodes op dst, src, cl.
func (a *Assembler) DoubleRRCL(op Double, s Size, dst, src Reg) {
	o, prefix := wide(opcode(op)|1, s)
	a.regs(o, prefix, uint8(src), uint8(dst))
}

// Two is an operation whose first operand is a register and whose second is a register or memory. None has a form for
// bytes: S8 is taken for S32.
type Two uint32

const (
	IMUL2  Two = 0x0faf   // dst *= src
	BSF    Two = 0x0fbc   // dst and the zero flag, if src is zero: unchanged (as processors do it) and set
	BSR    Two = 0x0fbd   // likewise
	TZCNT  Two = 0xf30fbc // of BMI1: BSF where that is missing
	LZCNT  Two = 0xf30fbd // of ABM: BSR where that is missing
	POPCNT Two = 0xf30fb8 // of ABM
)

// TwoRR encodes op dst, src.
func (a *Assembler) TwoRR(op Two, s Size, dst, src Reg) { a.prefixed(opcode(op), s, dst, src) }

// TwoRM encodes op dst, m.
func (a *Assembler) TwoRM(op Two, s Size, dst Reg, m Mem) {
	if op > 0xffff && s == S16 {
		a.put(0x66, 1)
		s = S32
	}
	o, prefix := wide(opcode(op), s)
	a.mem(o, prefix, uint8(dst), m)
}

// ImulRRI encodes imul dst, src, imm, with imm as for [Assembler.AluRI]. S8 is taken for S32.
func (a *Assembler) ImulRRI(s Size, dst, src Reg, imm int32) {
	op, is := imul(s, imm)
	o, prefix := wide(op, s)
	a.regs(o, prefix, uint8(dst), uint8(src))
	a.imm(is, imm)
}

// ImulRMI encodes imul dst, m, imm.
func (a *Assembler) ImulRMI(s Size, dst Reg, m Mem, imm int32) {
	op, is := imul(s, imm)
	o, prefix := wide(op, s)
	a.mem(o, prefix, uint8(dst), m)
	a.imm(is, imm)
}

func imul(s Size, imm int32) (opcode, Size) {
	s = max(s, S16)
	if imm = narrow(s, imm); imm == int32(int8(imm)) {
		return 0x6b, S8
	}
	return 0x69, s
}

// CmovRR encodes cmovc dst, src. S8 is taken for S32.
func (a *Assembler) CmovRR(c Cond, s Size, dst, src Reg) { a.prefixed(0x0f40|opcode(c), s, dst, src) }

// CmovRM encodes cmovc dst, m, which reads m in any case. S8 is taken for S32.
func (a *Assembler) CmovRM(c Cond, s Size, dst Reg, m Mem) {
	o, prefix := wide(0x0f40|opcode(c), s)
	a.mem(o, prefix, uint8(dst), m)
}

// SetR encodes setc r: the low byte of r becomes 0 or 1, the rest stays.
func (a *Assembler) SetR(c Cond, r Reg) { a.regs(0x0f90|opcode(c), byteReg(S8, uint8(r)), 0, uint8(r)) }

// SetM encodes setc m, a byte.
func (a *Assembler) SetM(c Cond, m Mem) { a.mem(0x0f90|opcode(c), 0, 0, m) }

// BitOp reads a bit into the carry flag, and may change it.
type BitOp uint8

const (
	BT  BitOp = 4
	BTS BitOp = 5 // sets it
	BTR BitOp = 6 // clears it
	BTC BitOp = 7 // inverts it
)

// BitRR encodes op r, bit: bit counts modulo the size. S8 is taken for S32.
func (a *Assembler) BitRR(op BitOp, s Size, r, bit Reg) { a.prefixed(0x0f83|opcode(op)<<3, s, bit, r) }

// BitRI encodes op r, bit.
func (a *Assembler) BitRI(op BitOp, s Size, r Reg, bit uint8) {
	o, prefix := wide(0x0fba, s)
	a.regs(o, prefix, uint8(op), uint8(r))
	a.put(uint64(bit), 1)
}

// BitMI encodes op m, bit.
func (a *Assembler) BitMI(op BitOp, s Size, m Mem, bit uint8) {
	o, prefix := wide(0x0fba, s)
	a.mem(o, prefix, uint8(op), m)
	a.put(uint64(bit), 1)
}

// Bswap encodes bswap r, of 32 or 64 bits.
func (a *Assembler) Bswap(s Size, r Reg) {
	_, prefix := wide(0, s)
	a.bare(0x0fc8|opcode(r&7), prefix|uint8(r)>>3)
}

// Cbw encodes the sign extension of AL to AX, AX to EAX or EAX to RAX, by the size of the result.
func (a *Assembler) Cbw(s Size) { a.bare(wide(0x98, s)) }

// Cwd encodes the sign extension of AX, EAX or RAX into DX, EDX or RDX: cwd, cdq, cqo.
func (a *Assembler) Cwd(s Size) { a.bare(wide(0x99, s)) }

// Exchange is an operation that swaps or compares a register with memory. All but XCHG, which is atomic by itself, need
// [Assembler.Lock] to be atomic.
type Exchange uint16

const (
	XCHG    Exchange = 0x86
	XADD    Exchange = 0x0fc0 // m, r = m+r, m
	CMPXCHG Exchange = 0x0fb0 // if rax == m { m = r } else { rax = m }; the zero flag says which
)

// ExchangeMR encodes op m, r.
func (a *Assembler) ExchangeMR(op Exchange, s Size, m Mem, r Reg) { a.rm(opcode(op), s, r, m) }

// ExchangeRR encodes op x, y.
func (a *Assembler) ExchangeRR(op Exchange, s Size, x, y Reg) {
	if op != XCHG {
		a.rr(opcode(op), s, y, x)
		return
	}
	if r := x | y; s != S8 && (x == RAX || y == RAX) && r != RAX { // 90, of RAX with itself, is nop
		o, prefix := wide(0x90, s)
		a.bare(o|opcode(r&7), prefix|uint8(r)>>3)
		return
	}
	a.rr(opcode(op), s, x, y)
}

// CmpxchgPair encodes cmpxchg8b m (S32) or cmpxchg16b m (S64), which must be aligned: if rdx:rax == m { m = rcx:rbx }
// else { rdx:rax = m }.
func (a *Assembler) CmpxchgPair(s Size, m Mem) {
	_, prefix := wide(0, s)
	a.mem(0x0fc7, prefix, 1, m)
}

// Lock makes the following instruction, one that writes memory, atomic.
func (a *Assembler) Lock() { a.put(0xf0, 1) }

// rr appends an operation of two registers in the fields reg and rm.
func (a *Assembler) rr(op opcode, s Size, reg, rm Reg) {
	o, prefix := sized(op, s)
	a.regs(o, prefix|byteReg(s, uint8(reg))|byteReg(s, uint8(rm)), uint8(reg), uint8(rm))
}

// rm appends an operation of a register and memory.
func (a *Assembler) rm(op opcode, s Size, r Reg, m Mem) {
	o, prefix := sized(op, s)
	a.mem(o, prefix|byteReg(s, uint8(r)), uint8(r), m)
}

// r appends an operation, further specified by ext, of a register.
func (a *Assembler) r(op opcode, s Size, ext uint8, r Reg) {
	o, prefix := sized(op, s)
	a.regs(o, prefix|byteReg(s, uint8(r)), ext, uint8(r))
}

// m appends an operation, further specified by ext, of memory.
func (a *Assembler) m(op opcode, s Size, ext uint8, m Mem) {
	o, prefix := sized(op, s)
	a.mem(o, prefix, ext, m)
}

// prefixed appends an operation of two registers that may have a mandatory prefix besides that of the size.
func (a *Assembler) prefixed(op opcode, s Size, reg, rm Reg) {
	if op > 0xffff && s == S16 {
		a.put(0x66, 1)
		s = S32
	}
	o, prefix := wide(op, s)
	a.regs(o, prefix, uint8(reg), uint8(rm))
}

// bare appends an operation without ModRM byte.
func (a *Assembler) bare(op opcode, prefix uint8) {
	v, n := head(op, prefix)
	a.put(v, int(n/8))
}

// narrow sign-extends the bits of an immediate that count.
func narrow(s Size, imm int32) int32 {
	switch s {
	case S8:
		return int32(int8(imm))
	case S16:
		return int32(int16(imm))
	}
	return imm
}

// imm appends an immediate, which has 32 bits for 64 bit operands.
func (a *Assembler) imm(s Size, imm int32) { a.put(uint64(uint32(imm)), 1<<min(s, S32)) }
