package object

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Sizes in files of the 64-bit class.
const (
	headerSize  = 64
	sectionSize = 64
	symbolSize  = 24
	relaSize    = 24
)

// unwind is the type that LLVM gives .eh_frame; GCC makes it SHT_PROGBITS.
const unwind elf.SectionType = 0x70000001

// stackNote is a section without contents whose flags say whether stacks are to be executable. Who links the program
// knows that from elsewhere; what is merged does not ask for it.
const stackNote = ".note.GNU-stack"

// file is an object as it was read. Its contents are parts of the bytes it was read from.
type file struct {
	data     []byte
	abi      byte
	headers  uint64 // where those of the sections begin
	names    int    // the section that holds the sections' names
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
	if len(data) < headerSize || string(data[:4]) != elf.ELFMAG || elf.Class(data[4]) != elf.ELFCLASS64 ||
		elf.Data(data[5]) != elf.ELFDATA2LSB || elf.Type(le.Uint16(data[16:])) != elf.ET_REL ||
		elf.Machine(le.Uint16(data[18:])) != elf.EM_X86_64 {
		return nil, errors.New("byte 0: this is no relocatable object for x86-64")
	}
	at, n, names := le.Uint64(data[40:]), uint64(le.Uint16(data[60:])), int(le.Uint16(data[62:]))
	f := &file{data: data, abi: data[7], headers: at, names: names}
	if at > uint64(len(data)) || n*sectionSize > uint64(len(data))-at || names >= int(n) {
		return nil, fmt.Errorf("byte 40: %d sections at byte %d of %d, their names in section %d", n, at, len(data),
			names)
	}
	f.sections = make([]inputSection, n)
	for i := range f.sections {
		b := data[at+uint64(i)*sectionSize:]
		f.sections[i] = inputSection{
			typ: elf.SectionType(le.Uint32(b[4:])), flags: elf.SectionFlag(le.Uint64(b[8:])),
			offset: le.Uint64(b[24:]), size: le.Uint64(b[32:]), link: le.Uint32(b[40:]), info: le.Uint32(b[44:]),
			align: le.Uint64(b[48:]),
		}
	}
	if err := f.checkBounds(at); err != nil {
		return nil, err
	}
	table := string(f.bytes(&f.sections[names]))
	for i := range f.sections {
		name, err := text(table, le.Uint32(f.header(i)))
		if err != nil {
			return nil, f.inSection(i, err)
		}
		f.sections[i].name = name
	}
	return f, f.readSymbols()
}

// header is the header of section i.
func (f *file) header(i int) []byte { return f.data[f.headers+uint64(i)*sectionSize:][:sectionSize] }

// inSection says of an error in which section it is.
func (f *file) inSection(i int, err error) error {
	return fmt.Errorf("byte %d: section %d: %w", f.headers+uint64(i)*sectionSize, i, err)
}

// check refuses what Merge does not understand.
func (f *file) check() error {
	for i := range f.sections {
		if err := f.sections[i].check(); err != nil {
			return f.inSection(i, err)
		}
	}
	return nil
}

// checkBounds says whether the contents of all sections are in the file, each byte once: else a small file could make a
// large result. Headers begin at the byte at.
func (f *file) checkBounds(at uint64) error {
	left := uint64(len(f.data))
	for i := range f.sections {
		s, size := &f.sections[i], uint64(len(f.data))
		switch {
		case s.typ == elf.SHT_NULL:
		case s.typ == elf.SHT_NOBITS && s.size < 1<<40:
		case s.offset > size || s.size > size-s.offset || s.size > left:
			return fmt.Errorf("byte %d: section %d has %d bytes from byte %d of %d, or overlaps others",
				at+uint64(i)*sectionSize, i, s.size, s.offset, size)
		default:
			left -= s.size
		}
	}
	return nil
}

func (f *file) readSymbols() error {
	le := binary.LittleEndian
	for i := range f.sections {
		s := &f.sections[i]
		if s.typ != elf.SHT_SYMTAB {
			continue
		}
		if f.symbols != nil || int(s.link) >= len(f.sections) || s.size%symbolSize != 0 {
			return fmt.Errorf("byte %d: a symbol table of %d bytes without names, or the second one", s.offset, s.size)
		}
		names, data := string(f.bytes(&f.sections[s.link])), f.bytes(s)
		f.symbols = make([]inputSymbol, len(data)/symbolSize)
		for n := range f.symbols {
			b := data[n*symbolSize:]
			name, err := text(names, le.Uint32(b))
			if err != nil {
				return fmt.Errorf("byte %d: symbol %d: %w", s.offset+uint64(n)*symbolSize, n, err)
			}
			f.symbols[n] = inputSymbol{name, b[4], b[5], elf.SectionIndex(le.Uint16(b[6:])), le.Uint64(b[8:]),
				le.Uint64(b[16:])}
		}
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
func (f *file) bytes(s *inputSection) []byte {
	if s.typ == elf.SHT_NOBITS || s.typ == elf.SHT_NULL {
		return nil
	}
	return f.data[s.offset : s.offset+s.size]
}

// text is the name at a byte of a table of names.
func text(table string, at uint32) (string, error) {
	if at == 0 && table == "" {
		return "", nil
	}
	if int64(at) < int64(len(table)) {
		if n := strings.IndexByte(table[at:], 0); n >= 0 {
			return table[at : int(at)+n], nil
		}
	}
	return "", fmt.Errorf("its name is at byte %d of a table of %d, or has no end", at, len(table))
}

// kept says that a section is a part of the program.
func (s *inputSection) kept() bool {
	return s.flags&elf.SHF_ALLOC != 0 || s.name == stackNote
}

// check refuses what is not understood.
func (s *inputSection) check() error {
	switch {
	case s.typ == elf.SHT_REL:
		return fmt.Errorf("the relocations %s have no addends", s.name)
	case s.typ == elf.SHT_SYMTAB_SHNDX:
		return errors.New("there are more sections than symbols can name")
	case !s.kept():
		return nil
	case s.flags&elf.SHF_COMPRESSED != 0:
		return fmt.Errorf("%s is compressed", s.name)
	case s.align&(s.align-1) != 0 || s.align > 4096: // so that padding cannot get out of proportion
		return fmt.Errorf("%s has the alignment %d", s.name, s.align)
	}
	switch s.typ {
	case elf.SHT_PROGBITS, elf.SHT_NOBITS, elf.SHT_NOTE, elf.SHT_INIT_ARRAY, elf.SHT_FINI_ARRAY, elf.SHT_PREINIT_ARRAY,
		unwind:
		return nil
	}
	return fmt.Errorf("%s is of the type %#x", s.name, uint32(s.typ))
}
