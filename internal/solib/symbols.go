package solib

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"

	"golang.org/x/sys/unix"
)

// defines returns those of the names that a shared library defines, and the size of its file.
func defines(path string, names []string) (has []string, size int) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return nil, 0
	}
	// Mapped, because a look-up touches few of the pages of a large library.
	data, err := unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		return nil, 0
	}
	defer unix.Munmap(data)
	table, ok := newHashTable(data)
	if !ok {
		return nil, 0
	}
	for _, name := range names {
		if table.defines(name) {
			has = append(has, name)
		}
	}
	return has, len(data)
}

// hashTable is a library's table of dynamic symbols (DT_GNU_HASH): a header of four words; a Bloom filter of 64-bit
// words; buckets, each with the number of its first symbol; and for each symbol its hash, of which the lowest bit marks
// the last one of a bucket. See "ELF: symbol lookup via DT_HASH" by F. Weimer, and glibc's elf/dl-lookup.c.
type hashTable struct {
	first           uint32 // number of the first symbol that is in the table
	buckets, chains []byte
	symbols, names  []byte
}

func newHashTable(data []byte) (t hashTable, ok bool) {
	file, err := elf.NewFile(bytes.NewReader(data))
	if err != nil || file.Class != elf.ELFCLASS64 || file.Machine != elf.EM_X86_64 {
		return t, false
	}
	contents := func(kind elf.SectionType) []byte {
		s := file.SectionByType(kind)
		if s == nil || s.Offset > uint64(len(data)) || s.FileSize > uint64(len(data))-s.Offset {
			return nil
		}
		return data[s.Offset : s.Offset+s.FileSize]
	}
	table := contents(elf.SHT_GNU_HASH)
	t.symbols = contents(elf.SHT_DYNSYM)
	if len(table) < 16 || t.symbols == nil {
		return t, false
	}
	link := int(file.SectionByType(elf.SHT_DYNSYM).Link)
	if link >= len(file.Sections) || file.Sections[link].Type != elf.SHT_STRTAB {
		return t, false
	}
	strings := file.Sections[link]
	if strings.Offset > uint64(len(data)) || strings.FileSize > uint64(len(data))-strings.Offset {
		return t, false
	}
	t.names = data[strings.Offset : strings.Offset+strings.FileSize]
	buckets, filter := uint64(word(table, 0)), uint64(word(table, 2))
	t.first = word(table, 1)
	if rest := uint64(len(table) - 16); 8*filter > rest || 4*buckets > rest-8*filter || buckets == 0 {
		return t, false
	}
	t.buckets = table[16+8*filter:][:4*buckets]
	t.chains = table[16+8*filter+4*buckets:]
	return t, true
}

func word(table []byte, i uint32) uint32 { return binary.LittleEndian.Uint32(table[4*i:]) }

// defines says whether a symbol of this name is defined here, whatever its version.
func (t *hashTable) defines(name string) bool {
	hash := uint32(5381)
	for _, c := range []byte(name) {
		hash = hash*33 + uint32(c)
	}
	symbol := word(t.buckets, hash%uint32(len(t.buckets)/4))
	if symbol < t.first {
		return false
	}
	for ; uint64(symbol-t.first) < uint64(len(t.chains)/4); symbol++ {
		other := word(t.chains, symbol-t.first)
		if other|1 == hash|1 && t.isDefinition(symbol, name) {
			return true
		}
		if other&1 != 0 {
			return false
		}
	}
	return false
}

func (t *hashTable) isDefinition(symbol uint32, name string) bool {
	at := uint64(symbol) * elf.Sym64Size
	if at+elf.Sym64Size > uint64(len(t.symbols)) {
		return false
	}
	entry := t.symbols[at : at+elf.Sym64Size]
	text := binary.LittleEndian.Uint32(entry)
	defined := elf.SectionIndex(binary.LittleEndian.Uint16(entry[6:])) != elf.SHN_UNDEF
	if !defined || uint64(text) >= uint64(len(t.names)) {
		return false
	}
	rest := t.names[text:]
	return len(rest) > len(name) && string(rest[:len(name)]) == name && rest[len(name)] == 0
}
