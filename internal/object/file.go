package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
)

// Sizes in files of the 64-bit class.
const (
	headerSize  = 64
	sectionSize = 64
	symbolSize  = 24
	relaSize    = 24
)

// file is an object as it was read. Its slices are parts of the bytes it was read from.
type file struct {
	data     []byte
	sections []inputSection
	symbols  []inputSymbol
}

type inputSection struct {
	name                string
	typ                 elf.SectionType
	flags               elf.SectionFlag
	offset, size, align uint64
	link, info          uint32
}

type inputSymbol struct {
	name        string
	info, other byte
	shndx       elf.SectionIndex
	value, size uint64
}

func parse(data []byte) (*file, error) {
	le := binary.LittleEndian
	if len(data) < headerSize || !bytes.HasPrefix(data, []byte(elf.ELFMAG)) || elf.Class(data[4]) != elf.ELFCLASS64 ||
		elf.Data(data[5]) != elf.ELFDATA2LSB || elf.Type(le.Uint16(data[16:])) != elf.ET_REL || elf.Machine(le.Uint16(data[18:])) != elf.EM_X86_64 {
		return nil, errors.New("this is no relocatable object for x86-64")
	}
	f := &file{data: data}
	at, n, names := le.Uint64(data[40:]), uint64(le.Uint16(data[60:])), int(le.Uint16(data[62:]))
	if at > uint64(len(data)) || n*sectionSize > uint64(len(data))-at || names >= int(n) {
		return nil, fmt.Errorf("byte 40: %d sections at byte %d of %d", n, at, len(data))
	}
	offsets := make([]uint32, n)
	for i := range n {
		b := data[at+i*sectionSize:]
		offsets[i] = le.Uint32(b)
		f.sections = append(f.sections, inputSection{
			typ: elf.SectionType(le.Uint32(b[4:])), flags: elf.SectionFlag(le.Uint64(b[8:])),
			offset: le.Uint64(b[24:]), size: le.Uint64(b[32:]), link: le.Uint32(b[40:]), info: le.Uint32(b[44:]), align: le.Uint64(b[48:]),
		})
	}
	table, err := f.bytes(&f.sections[names])
	if err != nil {
		return nil, err
	}
	for i := range f.sections {
		s := &f.sections[i]
		if s.name, err = text(table, offsets[i]); err != nil {
			return nil, err
		}
		if err := s.check(); err != nil {
			return nil, err
		}
		if s.typ == elf.SHT_SYMTAB {
			if err := f.readSymbols(s); err != nil {
				return nil, err
			}
		}
	}
	return f, nil
}

func (f *file) readSymbols(s *inputSection) error {
	le := binary.LittleEndian
	if f.symbols != nil || int(s.link) >= len(f.sections) {
		return errors.New("its symbol table has no strings, or is one of several")
	}
	names, err := f.bytes(&f.sections[s.link])
	if err != nil {
		return err
	}
	data, err := f.bytes(s)
	if err != nil {
		return err
	}
	f.symbols = make([]inputSymbol, 0, len(data)/symbolSize)
	for ; len(data) >= symbolSize; data = data[symbolSize:] {
		y := inputSymbol{info: data[4], other: data[5], shndx: elf.SectionIndex(le.Uint16(data[6:])), value: le.Uint64(data[8:]), size: le.Uint64(data[16:])}
		if y.name, err = text(names, le.Uint32(data)); err != nil {
			return err
		}
		f.symbols = append(f.symbols, y)
	}
	return nil
}

// rename gives global symbols other names. Definitions without a name become local.
func (f *file) rename(name func(string) string) {
	if name == nil {
		return
	}
	for i := range f.symbols {
		s := &f.symbols[i]
		if elf.ST_BIND(s.info) == elf.STB_LOCAL {
			continue
		}
		if s.name = name(s.name); s.name == "" && s.shndx != elf.SHN_UNDEF {
			s.info = elf.ST_INFO(elf.STB_LOCAL, elf.ST_TYPE(s.info))
		}
	}
}

// bytes are a section's contents.
func (f *file) bytes(s *inputSection) ([]byte, error) {
	if s.typ == elf.SHT_NOBITS || s.typ == elf.SHT_NULL {
		return nil, nil
	}
	if s.offset > uint64(len(f.data)) || s.size > uint64(len(f.data))-s.offset {
		return nil, fmt.Errorf("the section %s ends at byte %d of %d", s.name, s.offset+s.size, len(f.data))
	}
	return f.data[s.offset : s.offset+s.size], nil
}

func text(table []byte, at uint32) (string, error) {
	if at == 0 && len(table) == 0 {
		return "", nil
	}
	if int(at) < len(table) {
		if n := bytes.IndexByte(table[at:], 0); n >= 0 {
			return string(table[at : int(at)+n]), nil
		}
	}
	return "", fmt.Errorf("a name at byte %d of a table of %d", at, len(table))
}
