package x64

// Branches to a position that is known take the shortest form. Those whose target is open return the position of their
// displacement for Patch32, Patch8 or a relocation; until then they lead to the following instruction.

// Jmp encodes jmp to a position.
func (a *Assembler) Jmp(target int) {
	if d := target - len(a.code) - 2; d == int(int8(d)) {
		a.put(0xeb|uint64(uint8(d))<<8, 2)
		return
	}
	a.Patch32(a.Jmp32(), target)
}

// Jcc encodes jcc to a position.
func (a *Assembler) Jcc(c Cond, target int) {
	if d := target - len(a.code) - 2; d == int(int8(d)) {
		a.put(0x70|uint64(c)|uint64(uint8(d))<<8, 2)
		return
	}
	a.Patch32(a.Jcc32(c), target)
}

// Call encodes call of a position.
func (a *Assembler) Call(target int) { a.Patch32(a.Call32(), target) }

// Jmp32 encodes jmp with an open displacement of 32 bits.
func (a *Assembler) Jmp32() int { return a.open32(0xe9, 5) }

// Jcc32 encodes jcc with an open displacement of 32 bits.
func (a *Assembler) Jcc32(c Cond) int { return a.open32(0x800f|uint64(c)<<8, 6) }

// Call32 encodes call with an open displacement of 32 bits.
func (a *Assembler) Call32() int { return a.open32(0xe8, 5) }

func (a *Assembler) open32(v uint64, n int) int {
	a.put(v, n)
	a.field = len(a.code) - 4
	return a.field
}

// Jmp8 encodes jmp with an open displacement of 8 bits.
func (a *Assembler) Jmp8() int {
	a.put(0xeb, 2)
	return len(a.code) - 1
}

// Jcc8 encodes jcc with an open displacement of 8 bits.
func (a *Assembler) Jcc8(c Cond) int {
	a.put(0x70|uint64(c), 2)
	return len(a.code) - 1
}

// JmpR encodes jmp to the address in r.
func (a *Assembler) JmpR(r Reg) { a.regs(0xff, 0, 4, uint8(r)) }

// JmpM encodes jmp to the address in m.
func (a *Assembler) JmpM(m Mem) { a.mem(0xff, 0, 4, m) }

// CallR encodes call of the address in r.
func (a *Assembler) CallR(r Reg) { a.regs(0xff, 0, 2, uint8(r)) }

// CallM encodes call of the address in m.
func (a *Assembler) CallM(m Mem) { a.mem(0xff, 0, 2, m) }

// Ret encodes ret.
func (a *Assembler) Ret() { a.put(0xc3, 1) }

// Leave encodes leave: rsp = rbp, pop rbp.
func (a *Assembler) Leave() { a.put(0xc9, 1) }

// Int3 encodes int3, a breakpoint.
func (a *Assembler) Int3() { a.put(0xcc, 1) }

// Ud2 encodes ud2, an invalid instruction.
func (a *Assembler) Ud2() { a.put(0x0b0f, 2) }

// Endbr64 encodes endbr64, which marks what may be jumped to.
func (a *Assembler) Endbr64() { a.put(0xfa1e0ff3, 4) }

// Pause encodes pause, of loops that spin.
func (a *Assembler) Pause() { a.put(0x90f3, 2) }

// Mfence encodes mfence.
func (a *Assembler) Mfence() { a.put(0xf0ae0f, 3) }

// Lfence encodes lfence.
func (a *Assembler) Lfence() { a.put(0xe8ae0f, 3) }

// Sfence encodes sfence.
func (a *Assembler) Sfence() { a.put(0xf8ae0f, 3) }

// Cpuid encodes cpuid.
func (a *Assembler) Cpuid() { a.put(0xa20f, 2) }

// Rdtsc encodes rdtsc: EDX and EAX become the halves of the time stamp counter.
func (a *Assembler) Rdtsc() { a.put(0x310f, 2) }

// Prefetch is a hint into which caches a line should come.
type Prefetch uint8

const (
	PREFETCHNTA Prefetch = iota
	PREFETCHT0
	PREFETCHT1
	PREFETCHT2
)

// Prefetch encodes a prefetch of the line of m for reading.
func (a *Assembler) Prefetch(h Prefetch, m Mem) { a.mem(0x0f18, 0, uint8(h), m) }

// nops are the forms that the manuals recommend, of 1 to 8 bytes.
var nops = [...]uint64{
	0x90, 0x9066, 0x001f0f, 0x00401f0f, 0x0000441f0f, 0x0000441f0f66, 0x00000000801f0f, 0x0000000000841f0f,
}

// Nop appends n bytes of instructions that do nothing.
func (a *Assembler) Nop(n int) {
	for n > 0 {
		k := min(n, len(nops))
		a.put(nops[k-1], k)
		n -= k
	}
}

// TLSGeneralDynamic encodes the sequence of 16 bytes by which the general dynamic model of thread-local storage calls
// __tls_get_addr, padded so that a linker can replace it (ELF Handling for Thread-Local Storage, 4.4.1.1): the address
// comes in RAX. It returns the positions of the fields for a relocation R_X86_64_TLSGD and for R_X86_64_PLT32, both
// with the addend -4.
func (a *Assembler) TLSGeneralDynamic() (lea, call int) {
	a.put(0x3d8d4866, 8) // data16 lea rdi, [rip + 0]
	a.put(0xe8486666, 8) // data16 data16 rex.w call
	return len(a.code) - 12, len(a.code) - 4
}
