// Package x64 encodes instructions of x86-64 into memory. Rule: it knows instructions, not what they are for, and what
// it is asked to encode is what a compiler decided on: it chooses the shortest encoding of an instruction, never
// another instruction. It does not check that a program makes sense.
//
// An [Assembler] appends to one buffer. Every instruction is a method whose name has the order of its operands,
// destination first: R is a general register, X an SSE register, M is memory, I an immediate. Instructions of one shape
// share a method and differ by a typed constant: [Alu], [Unary], [Shift], [Two], [Sse] and so on. Nothing is allocated
// but the buffer, which grows by doubling.
//
// Baseline x86-64 is covered (SSE2, no VEX), with x87 for 80 bit floats. The encodings are from the instruction tables
// of the Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, and the AMD64 Architecture
// Programmer's Manual, volumes 3 to 5; where two are equally short, it is the one that LLVM's assembler takes.
package x64

import (
	"encoding/binary"
	"math/bits"
)

// Reg is a general register, of any size: the [Size] of the instruction says how much of it is meant. AH, BH, CH and DH
// cannot be named.
type Reg uint8

const (
	RAX Reg = iota
	RCX
	RDX
	RBX
	RSP
	RBP
	RSI
	RDI
	R8
	R9
	R10
	R11
	R12
	R13
	R14
	R15
	// RIP as the base of a [Mem] is the address of the following instruction.
	RIP
	// NoReg as the base of a [Mem] is no base.
	NoReg
)

// Xmm is an SSE register.
type Xmm uint8

const (
	XMM0 Xmm = iota
	XMM1
	XMM2
	XMM3
	XMM4
	XMM5
	XMM6
	XMM7
	XMM8
	XMM9
	XMM10
	XMM11
	XMM12
	XMM13
	XMM14
	XMM15
)

// Size is that of an operand.
type Size uint8

const (
	S8 Size = iota
	S16
	S32
	S64
)

// Bits returns the size in bits.
func (s Size) Bits() int { return 8 << s }

// Mem is an operand in memory: the sum of Base, Index times Scale, and Disp.
type Mem struct {
	Base  Reg   // or RIP, or NoReg
	Index Reg   // looked at if Scale is not 0; not RSP. RIP takes no index.
	Scale uint8 // 1, 2, 4 or 8, or 0 for no index
	FS    bool  // relative to the segment FS, which is thread-local storage
	Disp  int32
}

// At returns the operand at base + disp.
func At(base Reg, disp int32) Mem { return Mem{Base: base, Disp: disp} }

// Indexed returns the operand at base + index*scale + disp.
func Indexed(base, index Reg, scale uint8, disp int32) Mem {
	return Mem{Base: base, Index: index, Scale: scale, Disp: disp}
}

// Rel returns the operand at disp from the end of the instruction; [Assembler.Field] says where disp has been written.
func Rel(disp int32) Mem { return Mem{Base: RIP, Disp: disp} }

// Cond is a condition, numbered as in opcodes.
type Cond uint8

const (
	CondO  Cond = iota // overflow
	CondNO             // no overflow
	CondB              // below (unsigned), carry
	CondAE             // above or equal (unsigned), no carry
	CondE              // equal, zero
	CondNE             // not equal, not zero
	CondBE             // below or equal (unsigned)
	CondA              // above (unsigned)
	CondS              // sign: negative
	CondNS             // no sign
	CondP              // parity: unordered, after a comparison of floats
	CondNP             // no parity: ordered
	CondL              // less (signed)
	CondGE             // greater or equal (signed)
	CondLE             // less or equal (signed)
	CondG              // greater (signed)
)

// Not returns the condition that holds when c does not.
func (c Cond) Not() Cond { return c ^ 1 }

// Swap returns the condition that holds after the comparison of b with a when c holds after that of a with b. It is for
// the relations: below, above, less, greater, and equal.
func (c Cond) Swap() Cond {
	switch c {
	case CondB, CondAE, CondBE, CondA:
		return c ^ 5
	case CondL, CondGE, CondLE, CondG:
		return c ^ 3
	}
	return c
}

// Assembler appends instructions to a buffer that it owns. The zero value is ready for use. Positions are offsets into
// the buffer. It is for one goroutine at a time.
type Assembler struct {
	code  []byte
	field int // position of the displacement written last, see Field
}

// Reset starts over at position 0 and keeps the buffer: what Code returned before will be overwritten.
func (a *Assembler) Reset() { a.code, a.field = a.code[:0], 0 }

// Code returns what was written. It is valid until more is written.
func (a *Assembler) Code() []byte { return a.code }

// Pos returns the position of the next instruction.
func (a *Assembler) Pos() int { return len(a.code) }

// Truncate drops what was written from a position on.
func (a *Assembler) Truncate(pos int) { a.code = a.code[:pos] }

// Field returns the position of the 32 bit displacement of the instruction written last, which must have an operand
// relative to RIP or be a branch whose target is open, and the distance from there to the end of the instruction: the
// addend of a relocation R_X86_64_PC32 for this field is Disp - tail.
func (a *Assembler) Field() (pos, tail int) { return a.field, len(a.code) - a.field }

// Patch writes what leads from the end of an instruction, tail bytes after the field at pos, to the position target.
func (a *Assembler) Patch(pos, tail, target int) {
	binary.LittleEndian.PutUint32(a.code[pos:], uint32(target-pos-tail))
}

// Patch32 lets the branch whose 32 bit displacement is at pos lead to the position target.
func (a *Assembler) Patch32(pos, target int) { a.Patch(pos, 4, target) }

// Patch8 lets the branch whose 8 bit displacement is at pos lead to the position target, which must be within -128 to
// 127 bytes of the end of the branch.
func (a *Assembler) Patch8(pos, target int) {
	d := target - pos - 1
	if d != int(int8(d)) {
		panic("x64: short branch over more than 127 bytes")
	}
	a.code[pos] = byte(d)
}

// Put32 overwrites four bytes at a position that has been written.
func (a *Assembler) Put32(pos int, v uint32) { binary.LittleEndian.PutUint32(a.code[pos:], v) }

// Data32 appends four bytes.
func (a *Assembler) Data32(v uint32) { a.put(uint64(v), 4) }

// Data64 appends eight bytes.
func (a *Assembler) Data64(v uint64) { a.put(v, 8) }

// Data appends bytes.
func (a *Assembler) Data(b []byte) { a.code = append(a.code, b...) }

// Align appends instructions that do nothing up to a multiple of a power of two.
func (a *Assembler) Align(to int) { a.Nop(-len(a.code) & (to - 1)) }

// put appends the low n bytes of v, up to 8.
func (a *Assembler) put(v uint64, n int) {
	k := len(a.code)
	if cap(a.code)-k < 8 {
		a.grow()
	}
	binary.LittleEndian.PutUint64(a.code[k:k+8], v)
	a.code = a.code[:k+n]
}

//go:noinline
func (a *Assembler) grow() {
	code := make([]byte, len(a.code), max(2*cap(a.code), 4096))
	copy(code, a.code)
	a.code = code
}

// An opcode is written here as in the manuals, without REX: its last byte, over it 0F or nothing, over that a prefix
// (66, F2, F3) or nothing. So 0xF20F58 is ADDSD.
type opcode = uint32

// Bits of the REX prefix; rex alone asks for the prefix where no bit of it is needed: bytes of RSP to RDI.
const (
	rexB = 1 << iota
	rexX
	rexR
	rexW
	rex = 0x40
)

// sized returns the opcode and prefix of an instruction whose opcode without the lowest bit is that for bytes.
func sized(op opcode, s Size) (opcode, uint8) {
	if s == S8 {
		return op, 0
	}
	return wide(op|1, s)
}

// wide returns the opcode and prefix of an instruction that has no form for bytes and for which S8 means S32.
func wide(op opcode, s Size) (opcode, uint8) {
	switch s {
	case S16:
		return op | 0x660000, 0
	case S64:
		return op, rexW
	}
	return op, 0
}

// byteReg returns the prefix that a register needs as an operand of a size.
func byteReg(s Size, r uint8) uint8 {
	if s == S8 && r >= uint8(RSP) {
		return rex
	}
	return 0
}

// head returns prefixes and opcode as little-endian bytes, and their number in bits.
func head(op opcode, prefix uint8) (v uint64, n uint) {
	if p := op >> 16; p != 0 {
		v, n = uint64(p), 8
	}
	if prefix != 0 {
		v |= uint64(prefix|rex) << n
		n += 8
	}
	if op&0xff00 != 0 {
		v |= uint64(op>>8&0xff) << n
		n += 8
	}
	return v | uint64(op&0xff)<<n, n + 8
}

// regs appends an instruction with the register fields reg and rm of its ModRM byte.
func (a *Assembler) regs(op opcode, prefix uint8, reg, rm uint8) {
	v, n := head(op, prefix|reg>>3<<2|rm>>3)
	v |= uint64(0xc0|reg&7<<3|rm&7) << n
	a.put(v, int(n/8)+1)
}

// mem appends an instruction with the register field reg and an operand in memory.
func (a *Assembler) mem(op opcode, prefix uint8, reg uint8, m Mem) {
	if m.FS {
		a.put(0x64, 1)
	}
	prefix |= reg >> 3 << 2
	reg = reg & 7 << 3
	var sib uint64 = 0x20 // no index
	if m.Scale != 0 {
		prefix |= uint8(m.Index) >> 3 << 1
		sib = uint64(bits.TrailingZeros8(m.Scale)<<6) | uint64(m.Index&7)<<3
	}
	if m.Base >= RIP {
		v, n := head(op, prefix)
		if m.Base == RIP {
			a.put(v|uint64(reg|5)<<n, int(n/8)+1)
		} else {
			a.put(v|(uint64(reg|4)|(sib|5)<<8)<<n, int(n/8)+2)
		}
		a.field = len(a.code)
		a.put(uint64(uint32(m.Disp)), 4)
		return
	}
	v, n := head(op, prefix|uint8(m.Base)>>3)
	base := uint8(m.Base) & 7
	mod, size := uint8(0x80), 4
	if m.Disp == int32(int8(m.Disp)) {
		mod, size = 0x40, 1
		if m.Disp == 0 && base != uint8(RBP) {
			mod, size = 0, 0
		}
	}
	if m.Scale != 0 || base == uint8(RSP) {
		v |= (uint64(mod|reg|4) | (sib|uint64(base))<<8) << n
		n += 16
	} else {
		v |= uint64(mod|reg|base) << n
		n += 8
	}
	a.put(v, int(n/8))
	if size != 0 {
		a.put(uint64(uint32(m.Disp)), size)
	}
}
