package x64

// MovRR encodes mov dst, src. S32 clears the upper half of dst; S8 and S16 leave the rest of it.
func (a *Assembler) MovRR(s Size, dst, src Reg) { a.rr(0x88, s, src, dst) }

// MovRM encodes mov dst, m, a load.
func (a *Assembler) MovRM(s Size, dst Reg, m Mem) { a.rm(0x8a, s, dst, m) }

// MovMR encodes mov m, src, a store.
func (a *Assembler) MovMR(s Size, m Mem, src Reg) { a.rm(0x88, s, src, m) }

// MovMI encodes mov m, imm, with imm as for [Assembler.AluRI].
func (a *Assembler) MovMI(s Size, m Mem, imm int32) {
	a.m(0xc6, s, 0, m)
	a.imm(s, imm)
}

// MovRI encodes mov dst, imm, in the shortest way: for S64, a mov of 32 bits where that clears what has to be clear.
// The flags stay.
func (a *Assembler) MovRI(s Size, dst Reg, imm int64) {
	op, prefix := opcode(0xb8), uint8(dst)>>3
	n := 4
	switch {
	case s == S8:
		op, prefix, n = 0xb0, prefix|byteReg(s, uint8(dst)), 1
	case s == S16:
		op, n = 0x6600b8, 2
	case s == S64 && imm != int64(uint32(imm)):
		if imm == int64(int32(imm)) {
			a.regs(0xc7, rexW, 0, uint8(dst))
			a.imm(S32, int32(imm))
			return
		}
		prefix, n = prefix|rexW, 8
	}
	a.bare(op|opcode(dst&7), prefix)
	a.put(uint64(imm), n)
}

// MovAbs encodes mov dst, imm with all 64 bits of the immediate, and returns its position.
func (a *Assembler) MovAbs(dst Reg, imm uint64) int {
	a.bare(0xb8|opcode(dst&7), rexW|uint8(dst)>>3)
	a.put(imm, 8)
	return len(a.code) - 8
}

// MovzxRR encodes the zero extension of the low part of src, of size from, to all 64 bits of dst: for S32 it is a mov.
func (a *Assembler) MovzxRR(from Size, dst, src Reg) {
	switch from {
	case S8, S16:
		a.regs(0x0fb6|opcode(from), byteReg(from, uint8(src)), uint8(dst), uint8(src))
	default:
		a.MovRR(from, dst, src)
	}
}

// MovzxRM encodes the load of a value of size from, and its zero extension to all 64 bits of dst.
func (a *Assembler) MovzxRM(from Size, dst Reg, m Mem) {
	switch from {
	case S8, S16:
		a.mem(0x0fb6|opcode(from), 0, uint8(dst), m)
	default:
		a.MovRM(from, dst, m)
	}
}

// MovsxRR encodes the sign extension of the low part of src, of size from, to a larger size in dst.
func (a *Assembler) MovsxRR(to, from Size, dst, src Reg) {
	o, prefix := wide(movsx(from), to)
	a.regs(o, prefix|byteReg(from, uint8(src)), uint8(dst), uint8(src))
}

// MovsxRM encodes the load of a value of size from, and its sign extension to a larger size in dst.
func (a *Assembler) MovsxRM(to, from Size, dst Reg, m Mem) {
	o, prefix := wide(movsx(from), to)
	a.mem(o, prefix, uint8(dst), m)
}

func movsx(from Size) opcode {
	if from == S32 {
		return 0x63
	}
	return 0x0fbe | opcode(from)
}

// Lea encodes lea dst, m, of 32 or 64 bits.
func (a *Assembler) Lea(s Size, dst Reg, m Mem) {
	o, prefix := wide(0x8d, s)
	a.mem(o, prefix, uint8(dst), m)
}

// PushR encodes push r, of 64 bits.
func (a *Assembler) PushR(r Reg) { a.bare(0x50|opcode(r&7), uint8(r)>>3) }

// PushM encodes push m, of 64 bits.
func (a *Assembler) PushM(m Mem) { a.mem(0xff, 0, 6, m) }

// PushI encodes push imm, sign-extended to 64 bits.
func (a *Assembler) PushI(imm int32) {
	if imm == int32(int8(imm)) {
		a.put(0x6a, 1)
		a.imm(S8, imm)
		return
	}
	a.put(0x68, 1)
	a.imm(S32, imm)
}

// PopR encodes pop r, of 64 bits.
func (a *Assembler) PopR(r Reg) { a.bare(0x58|opcode(r&7), uint8(r)>>3) }

// PopM encodes pop m, of 64 bits.
func (a *Assembler) PopM(m Mem) { a.mem(0x8f, 0, 0, m) }

// RepMovs encodes rep movs: RCX units from RSI to RDI.
func (a *Assembler) RepMovs(s Size) { a.rep(0xa4, s) }

// RepStos encodes rep stos: RCX units of RAX to RDI.
func (a *Assembler) RepStos(s Size) { a.rep(0xaa, s) }

func (a *Assembler) rep(op opcode, s Size) {
	a.put(0xf3, 1)
	a.bare(sized(op, s))
}
