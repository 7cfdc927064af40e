package object

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
)

// write makes the file: header, contents, relocations, symbols, names, section headers.
func (m *merger) write() ([]byte, error) {
	// with relocations for each, three tables and the null section
	if n := 2*len(m.order) + 4; n >= int(elf.SHN_LORESERVE) {
		return nil, fmt.Errorf("the objects have together %d kinds of sections, more than a file's header can count",
			len(m.order))
	}
	w := &writer{names: []byte{0}, strings: []byte{0}}
	w.file = make([]byte, headerSize, m.size())
	w.headers = append(w.headers, header{})
	for _, s := range m.order {
		s.index = len(w.headers)
		h := header{name: w.name(s.name), typ: s.typ, flags: s.flags, size: s.size, align: s.align}
		w.pad(s.align)
		h.offset = uint64(len(w.file))
		w.contents(s)
		w.headers = append(w.headers, h)
	}
	symbols, locals := w.symbolTable(m)
	symtab := len(w.headers)
	for _, s := range m.order {
		symtab += min(len(s.relocs), 1)
	}
	for _, s := range m.order {
		if len(s.relocs) > 0 {
			w.relocations(s, symtab)
		}
	}
	w.section(header{name: w.name(".symtab"), typ: elf.SHT_SYMTAB, link: uint32(symtab + 1), info: locals, align: 8,
		entry: symbolSize}, symbols)
	w.section(header{name: w.name(".strtab"), typ: elf.SHT_STRTAB, align: 1}, w.strings)
	own := header{name: w.name(".shstrtab"), typ: elf.SHT_STRTAB, align: 1}
	w.section(own, w.names)
	w.pad(8)
	at := uint64(len(w.file))
	for _, h := range w.headers {
		w.file = h.append(w.file)
	}
	w.header(at, m.abi)
	return w.file, nil
}

// size is about how large the file gets.
func (m *merger) size() int {
	n := headerSize + (len(m.locals)+len(m.named))*(symbolSize+16)
	for _, s := range m.order {
		n += len(s.relocs)*relaSize + 4*sectionSize
		if s.typ != elf.SHT_NOBITS {
			n += int(s.size)
		}
	}
	return n + 4*sectionSize
}

type writer struct {
	file    []byte
	headers []header
	names   []byte // of sections
	strings []byte // names of symbols
}

type header struct {
	name         uint32
	typ          elf.SectionType
	flags        elf.SectionFlag
	offset, size uint64
	link, info   uint32
	align, entry uint64
}

func (h *header) append(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(b, h.name)
	b = le.AppendUint32(b, uint32(h.typ))
	b = le.AppendUint64(b, uint64(h.flags))
	b = le.AppendUint64(b, 0)
	b = le.AppendUint64(b, h.offset)
	b = le.AppendUint64(b, h.size)
	b = le.AppendUint32(b, h.link)
	b = le.AppendUint32(b, h.info)
	b = le.AppendUint64(b, h.align)
	return le.AppendUint64(b, h.entry)
}

func (w *writer) pad(align uint64) {
	for uint64(len(w.file))&(align-1) != 0 {
		w.file = append(w.file, 0)
	}
}

// contents writes the pieces of a section, and what aligns them.
func (w *writer) contents(s *section) {
	padding := byte(0)
	if s.flags&elf.SHF_EXECINSTR != 0 {
		padding = 0xcc // int3
	}
	start := uint64(len(w.file))
	for _, p := range s.pieces {
		for uint64(len(w.file)) < start+p.base {
			w.file = append(w.file, padding)
		}
		w.file = append(w.file, p.data...)
	}
}

func (w *writer) section(h header, data []byte) {
	w.pad(h.align)
	h.offset, h.size = uint64(len(w.file)), uint64(len(data))
	w.file = append(w.file, data...)
	w.headers = append(w.headers, h)
}

func (w *writer) name(s string) uint32 {
	at := uint32(len(w.names))
	w.names = append(append(w.names, s...), 0)
	return at
}

// symbolTable has sections first, then locals, then globals; locals is how many of them are not global.
func (w *writer) symbolTable(m *merger) (table []byte, locals uint32) {
	table = make([]byte, symbolSize, (1+len(m.order)+len(m.locals)+len(m.named))*symbolSize)
	add := func(s *symbol) {
		s.index = uint32(len(table) / symbolSize)
		name := uint32(0)
		if s.name != "" {
			name = uint32(len(w.strings))
			w.strings = append(append(w.strings, s.name...), 0)
		}
		shndx := s.shndx
		if s.section != nil {
			shndx = uint16(s.section.index)
		}
		le := binary.LittleEndian
		table = le.AppendUint32(table, name)
		table = append(table, s.info, s.other)
		table = le.AppendUint16(table, shndx)
		table = le.AppendUint64(table, s.value)
		table = le.AppendUint64(table, s.size)
	}
	for _, s := range m.order {
		add(&s.symbol)
	}
	for _, s := range m.locals {
		add(s)
	}
	locals = uint32(len(table) / symbolSize)
	for _, s := range m.named {
		add(s)
	}
	return table, locals
}

func (w *writer) relocations(s *section, symtab int) {
	le := binary.LittleEndian
	data := make([]byte, 0, len(s.relocs)*relaSize)
	for _, r := range s.relocs {
		n := uint64(0)
		if r.symbol != nil {
			n = uint64(r.symbol.index)
		}
		data = le.AppendUint64(data, r.offset)
		data = le.AppendUint64(data, n<<32|uint64(r.typ))
		data = le.AppendUint64(data, uint64(r.addend))
	}
	w.section(header{name: w.name(".rela" + s.name), typ: elf.SHT_RELA, flags: elf.SHF_INFO_LINK, link: uint32(symtab),
		info: uint32(s.index), align: 8, entry: relaSize}, data)
}

func (w *writer) header(sections uint64, abi byte) {
	le := binary.LittleEndian
	copy(w.file, elf.ELFMAG)
	w.file[4], w.file[5], w.file[6] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)
	w.file[7] = abi
	le.PutUint16(w.file[16:], uint16(elf.ET_REL))
	le.PutUint16(w.file[18:], uint16(elf.EM_X86_64))
	le.PutUint32(w.file[20:], uint32(elf.EV_CURRENT))
	le.PutUint64(w.file[40:], sections)
	le.PutUint16(w.file[52:], headerSize)
	le.PutUint16(w.file[58:], sectionSize)
	le.PutUint16(w.file[60:], uint16(len(w.headers)))
	le.PutUint16(w.file[62:], uint16(len(w.headers)-1))
}
