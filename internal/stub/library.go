package stub

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"strings"
)

// library is a shared object without code: a thread-local image, names for it and for absolute addresses, needs. It is
// the least that glibc loads (System V gABI, chapters 4 and 5; ELF Handling for Thread-Local Storage).
type library struct {
	executableStack   bool // glibc makes the stacks of all threads executable
	image             []byte
	tlsSize, tlsAlign uint64 // PT_TLS is left out if the size is 0
	tlsStatic         bool   // the image has one offset from the thread pointer in all threads
	symbols           []Definition
	needed            []string // libraries that are loaded with it
	offsets           []string // thread-local variables of libraries which are to be at one offset in all threads too
	// bound is called when the needed libraries have been relocated, before their constructors; 0 for nothing.
	bound uint64
}

// encode lays out one segment: headers, dynamic section, hash table, symbols, strings, image.
func (l library) encode() []byte {
	const headerSize, programSize, symbolSize, dynamicSize, relocSize = 64, 56, 24, 16, 24
	names, symbols, needed := l.symbolTable()
	hash := l.hashTable(len(symbols))
	relocs := l.relocations(len(symbols) - 1)
	dynamic := []elf.Dyn64{{Tag: int64(elf.DT_HASH)}, {Tag: int64(elf.DT_SYMTAB)}, {Tag: int64(elf.DT_STRTAB)},
		{Tag: int64(elf.DT_RELA)}, {Tag: int64(elf.DT_STRSZ), Val: uint64(len(names))},
		{Tag: int64(elf.DT_SYMENT), Val: symbolSize}, {Tag: int64(elf.DT_RELASZ), Val: uint64(relocSize * len(relocs))},
		{Tag: int64(elf.DT_RELAENT), Val: relocSize}}
	for _, at := range needed {
		dynamic = append(dynamic, elf.Dyn64{Tag: int64(elf.DT_NEEDED), Val: at})
	}
	dynamic = append(dynamic, elf.Dyn64{})
	const dynamicAt = headerSize + 4*programSize
	symbolsAt := uint64(dynamicAt + dynamicSize*len(dynamic))
	relocsAt := symbolsAt + uint64(symbolSize*len(symbols))
	wordsAt := relocsAt + uint64(relocSize*len(relocs))
	words := make([]uint64, len(relocs))
	for i := range relocs {
		relocs[i].Off = wordsAt + uint64(8*i)
	}
	hashAt := wordsAt + uint64(8*len(words))
	namesAt := hashAt + uint64(4*len(hash))
	dynamic[0].Val, dynamic[1].Val, dynamic[2].Val, dynamic[3].Val = hashAt, symbolsAt, namesAt, relocsAt
	align := max(l.tlsAlign, 16)
	imageAt := (namesAt + uint64(len(names)) + align - 1) &^ (align - 1)
	end := imageAt + uint64(len(l.image))

	segment := func(kind elf.ProgType, at, filesz, memsz, align uint64) elf.Prog64 {
		return elf.Prog64{Type: uint32(kind), Flags: uint32(elf.PF_R | elf.PF_W), Off: at, Vaddr: at, Paddr: at,
			Filesz: filesz, Memsz: memsz, Align: align}
	}
	// A library that says nothing of stacks is one from before this could be said: glibc would make them executable.
	stack := elf.Prog64{Type: uint32(elf.PT_GNU_STACK), Flags: uint32(elf.PF_R | elf.PF_W)}
	if l.executableStack {
		stack.Flags |= uint32(elf.PF_X)
	}
	programs := [4]elf.Prog64{
		segment(elf.PT_LOAD, 0, end, end, max(pageSize, align)),
		segment(elf.PT_DYNAMIC, dynamicAt, uint64(dynamicSize*len(dynamic)), uint64(dynamicSize*len(dynamic)), 8),
		stack,
		segment(elf.PT_TLS, imageAt, uint64(len(l.image)), l.tlsSize, align),
	}
	header := elf.Header64{Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: 1, Phoff: headerSize,
		Ehsize: headerSize, Phentsize: programSize, Phnum: 4, Shentsize: 64}
	copy(header.Ident[:], "\x7fELF\x02\x01\x01")
	if l.tlsSize == 0 {
		header.Phnum = 3
	}
	var out bytes.Buffer
	padding := make([]byte, imageAt-namesAt-uint64(len(names)))
	for _, part := range []any{header, programs, dynamic, symbols, relocs, words, hash, []byte(names), padding,
		l.image} {
		binary.Write(&out, binary.LittleEndian, part)
	}
	return out.Bytes()
}

// symbolTable has the symbols, those that are undefined, then one for bound. needed is where the names of these
// libraries are.
func (l library) symbolTable() (names string, symbols []elf.Sym64, needed []uint64) {
	var text strings.Builder
	add := func(name string) uint64 {
		at := text.Len()
		text.WriteString(name)
		text.WriteByte(0)
		return uint64(at)
	}
	add("")
	symbols = make([]elf.Sym64, 1, len(l.symbols)+len(l.offsets)+2)
	for _, s := range l.symbols {
		symbol := elf.Sym64{Name: uint32(add(s.Name)), Info: elf.ST_INFO(elf.STB_GLOBAL, elf.STT_NOTYPE),
			Shndx: uint16(elf.SHN_ABS), Value: s.Address}
		if s.ThreadLocal {
			symbol.Info, symbol.Shndx = elf.ST_INFO(elf.STB_GLOBAL, elf.STT_TLS), 1 // any section
		}
		symbols = append(symbols, symbol)
	}
	for _, name := range l.offsets {
		symbols = append(symbols, elf.Sym64{Name: uint32(add(name)), Info: elf.ST_INFO(elf.STB_WEAK, elf.STT_TLS)})
	}
	const ifunc = elf.STT_LOOS // STT_GNU_IFUNC: a function to be called for an address
	symbols = append(symbols, elf.Sym64{Info: elf.ST_INFO(elf.STB_LOCAL, ifunc), Shndx: uint16(elf.SHN_ABS),
		Value: l.bound})
	for _, name := range l.needed {
		needed = append(needed, add(name))
	}
	return text.String(), symbols, needed
}

// relocations are for a word each. The C library relocates a library after those that it needs, and makes room in the
// static block of thread-local storage for one of which an offset in it is asked for.
func (l library) relocations(bound int) (list []elf.Rela64) {
	if l.tlsStatic {
		list = append(list, elf.Rela64{Info: uint64(elf.R_X86_64_TPOFF64)})
	}
	for i := range l.offsets {
		symbol := uint64(1 + len(l.symbols) + i)
		list = append(list, elf.Rela64{Info: symbol<<32 | uint64(elf.R_X86_64_TPOFF64)})
	}
	if l.bound != 0 {
		list = append(list, elf.Rela64{Info: uint64(bound)<<32 | uint64(elf.R_X86_64_GLOB_DAT)})
	}
	return list
}

// hashTable is the one of the gABI, with about one symbol a bucket, for a table of n symbols.
func (l library) hashTable(n int) []uint32 {
	buckets := uint32(n)
	table := make([]uint32, 2+buckets+buckets)
	table[0], table[1] = buckets, buckets
	heads, chains := table[2:2+buckets], table[2+buckets:]
	for i, s := range l.symbols {
		var h uint32
		for _, c := range []byte(s.Name) {
			h = h<<4 + uint32(c)
			h ^= h >> 24 & 0xf0
			h &= 0x0fffffff
		}
		chains[i+1] = heads[h%buckets]
		heads[h%buckets] = uint32(i + 1)
	}
	return table
}
