package stub

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"strings"
)

// library is a shared object without code: a thread-local image, names for absolute addresses, or a need. It is the least that
// glibc loads (System V gABI, chapters 4 and 5; ELF Handling for Thread-Local Storage).
type library struct {
	executableStack   bool // glibc makes the stacks of all threads executable
	image             []byte
	tlsSize, tlsAlign uint64 // PT_TLS is left out if the size is 0
	symbols           []Definition
}

// encode lays out one segment: headers, dynamic section, hash table, symbols, strings, image.
func (l library) encode() []byte {
	const headerSize, programSize, symbolSize, dynamicSize = 64, 56, 24, 16
	names, symbols := l.symbolTable()
	hash := l.hashTable()
	dynamic := []elf.Dyn64{{Tag: int64(elf.DT_HASH)}, {Tag: int64(elf.DT_SYMTAB)}, {Tag: int64(elf.DT_STRTAB)},
		{Tag: int64(elf.DT_STRSZ), Val: uint64(len(names))}, {Tag: int64(elf.DT_SYMENT), Val: symbolSize}, {}}
	const dynamicAt = headerSize + 4*programSize
	symbolsAt := uint64(dynamicAt + dynamicSize*len(dynamic))
	hashAt := symbolsAt + uint64(symbolSize*len(symbols))
	namesAt := hashAt + uint64(4*len(hash))
	dynamic[0].Val, dynamic[1].Val, dynamic[2].Val = hashAt, symbolsAt, namesAt
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
	for _, part := range []any{header, programs, dynamic, symbols, hash, []byte(names), padding, l.image} {
		binary.Write(&out, binary.LittleEndian, part)
	}
	return out.Bytes()
}

func (l library) symbolTable() (names string, symbols []elf.Sym64) {
	var text strings.Builder
	text.WriteByte(0)
	symbols = make([]elf.Sym64, 1, len(l.symbols)+1)
	for _, s := range l.symbols {
		symbols = append(symbols, elf.Sym64{Name: uint32(text.Len()), Info: elf.ST_INFO(elf.STB_GLOBAL, elf.STT_NOTYPE),
			Shndx: uint16(elf.SHN_ABS), Value: s.Address})
		text.WriteString(s.Name)
		text.WriteByte(0)
	}
	return text.String(), symbols
}

// hashTable is the one of the gABI, with about one symbol a bucket.
func (l library) hashTable() []uint32 {
	buckets := uint32(len(l.symbols) + 1)
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
