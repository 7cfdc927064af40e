package x64

// Sse is an operation whose first operand is an SSE register and whose second is an SSE register or memory.
type Sse uint32

// Moves. Loads of scalars clear the rest of the register; moves of MOVSS and MOVSD between registers leave it.
const (
	MOVSS   Sse = 0xf30f10
	MOVSD   Sse = 0xf20f10
	MOVAPS  Sse = 0x0f28
	MOVUPS  Sse = 0x0f10
	MOVAPD  Sse = 0x660f28
	MOVUPD  Sse = 0x660f10
	MOVDQA  Sse = 0x660f6f
	MOVDQU  Sse = 0xf30f6f
	MOVD    Sse = 0x660f6e // a load; for general registers there are MovdXR and MovdRX
	MOVQ    Sse = 0xf30f7e // the low half, clearing the other
	MOVLPS  Sse = 0x0f12   // a load of the low half
	MOVHPS  Sse = 0x0f16   // a load of the high half
	MOVLPD  Sse = 0x660f12
	MOVHPD  Sse = 0x660f16
	MOVHLPS Sse = 0x0f12 // registers only: the high half into the low one
	MOVLHPS Sse = 0x0f16 // registers only: the low half into the high one
)

// Arithmetic of floats, and their comparison into the flags: P, Z and C if unordered, otherwise as of unsigned
// integers.
const (
	ADDSS   Sse = 0xf30f58
	ADDSD   Sse = 0xf20f58
	ADDPS   Sse = 0x0f58
	ADDPD   Sse = 0x660f58
	MULSS   Sse = 0xf30f59
	MULSD   Sse = 0xf20f59
	MULPS   Sse = 0x0f59
	MULPD   Sse = 0x660f59
	SUBSS   Sse = 0xf30f5c
	SUBSD   Sse = 0xf20f5c
	SUBPS   Sse = 0x0f5c
	SUBPD   Sse = 0x660f5c
	MINSS   Sse = 0xf30f5d // the second operand if one is NaN or both are zero; MAX likewise
	MINSD   Sse = 0xf20f5d
	MINPS   Sse = 0x0f5d
	MINPD   Sse = 0x660f5d
	DIVSS   Sse = 0xf30f5e
	DIVSD   Sse = 0xf20f5e
	DIVPS   Sse = 0x0f5e
	DIVPD   Sse = 0x660f5e
	MAXSS   Sse = 0xf30f5f
	MAXSD   Sse = 0xf20f5f
	MAXPS   Sse = 0x0f5f
	MAXPD   Sse = 0x660f5f
	SQRTSS  Sse = 0xf30f51
	SQRTSD  Sse = 0xf20f51
	SQRTPS  Sse = 0x0f51
	SQRTPD  Sse = 0x660f51
	ANDPS   Sse = 0x0f54
	ANDPD   Sse = 0x660f54
	ANDNPS  Sse = 0x0f55 // not first and second
	ANDNPD  Sse = 0x660f55
	ORPS    Sse = 0x0f56
	ORPD    Sse = 0x660f56
	XORPS   Sse = 0x0f57
	XORPD   Sse = 0x660f57
	UCOMISS Sse = 0x0f2e
	UCOMISD Sse = 0x660f2e
	COMISS  Sse = 0x0f2f
	COMISD  Sse = 0x660f2f
)

// Conversions among floats and vectors of integers of 32 bits; CVTT truncates.
const (
	CVTSS2SD  Sse = 0xf30f5a
	CVTSD2SS  Sse = 0xf20f5a
	CVTPS2PD  Sse = 0x0f5a
	CVTPD2PS  Sse = 0x660f5a
	CVTDQ2PS  Sse = 0x0f5b
	CVTPS2DQ  Sse = 0x660f5b
	CVTTPS2DQ Sse = 0xf30f5b
	CVTDQ2PD  Sse = 0xf30fe6
	CVTPD2DQ  Sse = 0xf20fe6
	CVTTPD2DQ Sse = 0x660fe6
)

// Vectors of integers, and the order of lanes.
const (
	UNPCKLPS   Sse = 0x0f14
	UNPCKLPD   Sse = 0x660f14
	UNPCKHPS   Sse = 0x0f15
	UNPCKHPD   Sse = 0x660f15
	PUNPCKLBW  Sse = 0x660f60
	PUNPCKLWD  Sse = 0x660f61
	PUNPCKLDQ  Sse = 0x660f62
	PUNPCKLQDQ Sse = 0x660f6c
	PUNPCKHBW  Sse = 0x660f68
	PUNPCKHWD  Sse = 0x660f69
	PUNPCKHDQ  Sse = 0x660f6a
	PUNPCKHQDQ Sse = 0x660f6d
	PACKSSWB   Sse = 0x660f63
	PACKSSDW   Sse = 0x660f6b
	PACKUSWB   Sse = 0x660f67
	PCMPGTB    Sse = 0x660f64
	PCMPGTW    Sse = 0x660f65
	PCMPGTD    Sse = 0x660f66
	PCMPEQB    Sse = 0x660f74
	PCMPEQW    Sse = 0x660f75
	PCMPEQD    Sse = 0x660f76
	PSRLW      Sse = 0x660fd1
	PSRLD      Sse = 0x660fd2
	PSRLQ      Sse = 0x660fd3
	PSRAW      Sse = 0x660fe1
	PSRAD      Sse = 0x660fe2
	PSLLW      Sse = 0x660ff1
	PSLLD      Sse = 0x660ff2
	PSLLQ      Sse = 0x660ff3
	PADDB      Sse = 0x660ffc
	PADDW      Sse = 0x660ffd
	PADDD      Sse = 0x660ffe
	PADDQ      Sse = 0x660fd4
	PSUBB      Sse = 0x660ff8
	PSUBW      Sse = 0x660ff9
	PSUBD      Sse = 0x660ffa
	PSUBQ      Sse = 0x660ffb
	PADDSB     Sse = 0x660fec
	PADDSW     Sse = 0x660fed
	PADDUSB    Sse = 0x660fdc
	PADDUSW    Sse = 0x660fdd
	PSUBSB     Sse = 0x660fe8
	PSUBSW     Sse = 0x660fe9
	PSUBUSB    Sse = 0x660fd8
	PSUBUSW    Sse = 0x660fd9
	PMULLW     Sse = 0x660fd5
	PMULHW     Sse = 0x660fe5
	PMULHUW    Sse = 0x660fe4
	PMULUDQ    Sse = 0x660ff4 // the even lanes of 32 bits, to lanes of 64
	PMADDWD    Sse = 0x660ff5
	PSADBW     Sse = 0x660ff6
	PMINUB     Sse = 0x660fda
	PMINSW     Sse = 0x660fea
	PMAXUB     Sse = 0x660fde
	PMAXSW     Sse = 0x660fee
	PAVGB      Sse = 0x660fe0
	PAVGW      Sse = 0x660fe3
	PAND       Sse = 0x660fdb
	PANDN      Sse = 0x660fdf // not first and second
	POR        Sse = 0x660feb
	PXOR       Sse = 0x660fef
)

// SseXX encodes op dst, src.
func (a *Assembler) SseXX(op Sse, dst, src Xmm) { a.regs(opcode(op), 0, uint8(dst), uint8(src)) }

// SseXM encodes op dst, m. Operands of 16 bytes must be aligned, but for the moves that say U.
func (a *Assembler) SseXM(op Sse, dst Xmm, m Mem) { a.mem(opcode(op), 0, uint8(dst), m) }

// SseStore is a store of an SSE register or a part of it.
type SseStore uint32

const (
	StoreSS  SseStore = 0xf30f11 // movss
	StoreSD  SseStore = 0xf20f11 // movsd
	StoreAPS SseStore = 0x0f29   // movaps, and so on
	StoreUPS SseStore = 0x0f11
	StoreAPD SseStore = 0x660f29
	StoreUPD SseStore = 0x660f11
	StoreDQA SseStore = 0x660f7f
	StoreDQU SseStore = 0xf30f7f
	StoreD   SseStore = 0x660f7e
	StoreQ   SseStore = 0x660fd6
	StoreLPS SseStore = 0x0f13
	StoreHPS SseStore = 0x0f17
	StoreLPD SseStore = 0x660f13
	StoreHPD SseStore = 0x660f17
	StoreNTQ SseStore = 0x660fe7 // movntdq, past the caches
	StoreNTS SseStore = 0x0f2b   // movntps
)

// SseMX encodes op m, src.
func (a *Assembler) SseMX(op SseStore, m Mem, src Xmm) { a.mem(opcode(op), 0, uint8(src), m) }

// SseImm is an [Sse] with an immediate.
type SseImm uint32

const (
	CMPSS   SseImm = 0xf30fc2 // the immediate is a Pred
	CMPSD   SseImm = 0xf20fc2
	CMPPS   SseImm = 0x0fc2
	CMPPD   SseImm = 0x660fc2
	SHUFPS  SseImm = 0x0fc6
	SHUFPD  SseImm = 0x660fc6
	PSHUFD  SseImm = 0x660f70
	PSHUFLW SseImm = 0xf20f70
	PSHUFHW SseImm = 0xf30f70
)

// Predicates of the comparisons by SseImm: a lane becomes all ones where they hold. The negated ones hold if unordered.
const (
	PredEQ uint8 = iota
	PredLT
	PredLE
	PredUNORD
	PredNEQ
	PredNLT
	PredNLE
	PredORD
)

// SseXXI encodes op dst, src, imm.
func (a *Assembler) SseXXI(op SseImm, dst, src Xmm, imm uint8) {
	a.regs(opcode(op), 0, uint8(dst), uint8(src))
	a.put(uint64(imm), 1)
}

// SseXMI encodes op dst, m, imm.
func (a *Assembler) SseXMI(op SseImm, dst Xmm, m Mem, imm uint8) {
	a.mem(opcode(op), 0, uint8(dst), m)
	a.put(uint64(imm), 1)
}

// SseShift is a shift of lanes by an immediate; DQ shifts the register by bytes.
type SseShift uint32

const (
	PSRLWI  SseShift = 0x660f71<<3 | 2
	PSRAWI  SseShift = 0x660f71<<3 | 4
	PSLLWI  SseShift = 0x660f71<<3 | 6
	PSRLDI  SseShift = 0x660f72<<3 | 2
	PSRADI  SseShift = 0x660f72<<3 | 4
	PSLLDI  SseShift = 0x660f72<<3 | 6
	PSRLQI  SseShift = 0x660f73<<3 | 2
	PSRLDQI SseShift = 0x660f73<<3 | 3
	PSLLQI  SseShift = 0x660f73<<3 | 6
	PSLLDQI SseShift = 0x660f73<<3 | 7
)

// SseShiftXI encodes op x, n.
func (a *Assembler) SseShiftXI(op SseShift, x Xmm, n uint8) {
	a.regs(opcode(op>>3), 0, uint8(op&7), uint8(x))
	a.put(uint64(n), 1)
}

// SseFrom is an operation from a general register, or memory, to an SSE register.
type SseFrom uint32

const (
	CVTSI2SS SseFrom = 0xf30f2a // the rest of the destination stays: clear it first lest it wait for that
	CVTSI2SD SseFrom = 0xf20f2a
)

// SseXR encodes op dst, src for an integer of 32 or 64 bits.
func (a *Assembler) SseXR(op SseFrom, s Size, dst Xmm, src Reg) {
	_, prefix := wide(0, s)
	a.regs(opcode(op), prefix, uint8(dst), uint8(src))
}

// SseFromXM encodes op dst, m for an integer of 32 or 64 bits.
func (a *Assembler) SseFromXM(op SseFrom, s Size, dst Xmm, m Mem) {
	_, prefix := wide(0, s)
	a.mem(opcode(op), prefix, uint8(dst), m)
}

// SseTo is an operation from an SSE register to a general register.
type SseTo uint32

const (
	CVTTSS2SI SseTo = 0xf30f2c // truncates; what does not fit becomes the least integer
	CVTTSD2SI SseTo = 0xf20f2c
	CVTSS2SI  SseTo = 0xf30f2d // rounds as MXCSR says
	CVTSD2SI  SseTo = 0xf20f2d
	MOVMSKPS  SseTo = 0x0f50 // the sign bits of the lanes; for S32
	MOVMSKPD  SseTo = 0x660f50
	PMOVMSKB  SseTo = 0x660fd7
)

// SseRX encodes op dst, src for an integer of 32 or 64 bits.
func (a *Assembler) SseRX(op SseTo, s Size, dst Reg, src Xmm) {
	_, prefix := wide(0, s)
	a.regs(opcode(op), prefix, uint8(dst), uint8(src))
}

// SseToRM encodes op dst, m for the conversions of [SseTo].
func (a *Assembler) SseToRM(op SseTo, s Size, dst Reg, m Mem) {
	_, prefix := wide(0, s)
	a.mem(opcode(op), prefix, uint8(dst), m)
}

// MovdXR encodes movd or movq dst, src: 32 or 64 bits of a general register, clearing the rest.
func (a *Assembler) MovdXR(s Size, dst Xmm, src Reg) {
	_, prefix := wide(0, s)
	a.regs(0x660f6e, prefix, uint8(dst), uint8(src))
}

// MovdRX encodes movd or movq dst, src: the low 32 or 64 bits of an SSE register.
func (a *Assembler) MovdRX(s Size, dst Reg, src Xmm) {
	_, prefix := wide(0, s)
	a.regs(0x660f7e, prefix, uint8(src), uint8(dst))
}

// PextrwRXI encodes pextrw dst, src, lane: a lane of 16 bits, zero-extended.
func (a *Assembler) PextrwRXI(dst Reg, src Xmm, lane uint8) {
	a.regs(0x660fc5, 0, uint8(dst), uint8(src))
	a.put(uint64(lane), 1)
}

// PinsrwXRI encodes pinsrw dst, src, lane: the other lanes stay.
func (a *Assembler) PinsrwXRI(dst Xmm, src Reg, lane uint8) {
	a.regs(0x660fc4, 0, uint8(dst), uint8(src))
	a.put(uint64(lane), 1)
}

// PinsrwXMI encodes pinsrw dst, m, lane, of 16 bits in memory.
func (a *Assembler) PinsrwXMI(dst Xmm, m Mem, lane uint8) {
	a.mem(0x660fc4, 0, uint8(dst), m)
	a.put(uint64(lane), 1)
}

// Ldmxcsr encodes ldmxcsr m: control and status of SSE from 32 bits in memory.
func (a *Assembler) Ldmxcsr(m Mem) { a.mem(0x0fae, 0, 2, m) }

// Stmxcsr encodes stmxcsr m.
func (a *Assembler) Stmxcsr(m Mem) { a.mem(0x0fae, 0, 3, m) }
