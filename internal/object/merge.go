// Package object merges relocatable objects into one, as ld -r does.
//
// Rule: it knows ELF for x86-64 as LLVM writes it, and refuses what it does not know rather than guess.
//
// Source: the System V ABI, generic part (chapter 4, object files) and its supplement for AMD64.
package object

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"strings"
)

// Input is an object to merge.
type Input struct {
	Object []byte
	// Rename, if it is not nil, gives the object's global symbols other names; a definition without a name is none.
	Rename func(name string) string
}

// Merge makes one relocatable object of several. Linking it is as linking them one by one, but for symbols that several of
// them define: the first definition is taken for uses in all of them, and the others stay without a name. Of groups of
// sections with one signature (COMDAT) the first one is kept.
//
// An error says which object cannot be merged and why. Common symbols, compressed sections and relocations without addends
// are not understood.
func Merge(objects []Input) ([]byte, error) {
	m := merger{sections: map[sectionKey]*section{}, globals: map[string]*symbol{}, groups: map[string]bool{}}
	for i, o := range objects {
		in, err := parse(o.Object)
		if err == nil {
			in.rename(o.Rename)
			err = m.add(in)
		}
		if err != nil {
			return nil, fmt.Errorf("object %d of %d: %w", i+1, len(objects), err)
		}
	}
	return m.write(), nil
}

// merger is what has been merged so far.
type merger struct {
	sections map[sectionKey]*section
	order    []*section
	locals   []*symbol
	globals  map[string]*symbol
	named    []*symbol       // globals in the order in which they came up
	groups   map[string]bool // signatures
}

type sectionKey struct {
	name  string
	typ   elf.SectionType
	flags elf.SectionFlag
}

// section is a section of the result.
type section struct {
	sectionKey
	data   []byte
	size   uint64 // more than len(data) for zero-filled ones
	align  uint64
	relocs []reloc
	symbol symbol // the section's own
	index  int    // when written
}

type symbol struct {
	name    string
	info    byte
	other   byte
	section *section // nil: undefined, or absolute
	shndx   uint16   // of an absolute one
	value   uint64
	size    uint64
	index   uint32 // when written
}

type reloc struct {
	offset uint64
	typ    uint32
	symbol *symbol
	addend int64
}

// placed is where a section of an object came to lie.
type placed struct {
	section *section
	base    uint64
}

func (m *merger) add(in *file) error {
	places := make([]placed, len(in.sections))
	beaten, err := m.groupsOf(in)
	if err != nil {
		return err
	}
	for i := range in.sections {
		s := &in.sections[i]
		if !s.kept() || beaten[uint32(i)] {
			continue
		}
		p, err := m.place(in, s)
		if err != nil {
			return err
		}
		places[i] = p
	}
	symbols, err := m.addSymbols(in, places)
	if err != nil {
		return err
	}
	for i := range in.sections {
		if s := &in.sections[i]; s.typ == elf.SHT_RELA {
			if err := addRelocs(in, s, places, symbols); err != nil {
				return err
			}
		}
	}
	return nil
}

// groupsOf notes the groups of an object and returns the sections of those that it has no say in.
func (m *merger) groupsOf(in *file) (beaten map[uint32]bool, err error) {
	beaten = map[uint32]bool{}
	for i := range in.sections {
		s := &in.sections[i]
		if s.typ != elf.SHT_GROUP {
			continue
		}
		words, err := in.bytes(s)
		if err != nil {
			return nil, err
		}
		const comdat = 1
		if len(words) < 4 || binary.LittleEndian.Uint32(words) != comdat || int(s.info) >= len(in.symbols) {
			return nil, fmt.Errorf("section %d is a group of an unknown sort", i)
		}
		signature := in.symbols[s.info].name
		if m.groups[signature] {
			for words = words[4:]; len(words) >= 4; words = words[4:] {
				beaten[binary.LittleEndian.Uint32(words)] = true
			}
		}
		m.groups[signature] = true
	}
	return beaten, nil
}

// place appends a section to the one of the result that it belongs to.
func (m *merger) place(in *file, s *inputSection) (placed, error) {
	// Strings and constants that were to be merged stay as they are.
	key := sectionKey{s.name, s.typ, s.flags &^ (elf.SHF_MERGE | elf.SHF_STRINGS | elf.SHF_GROUP)}
	out := m.sections[key]
	if out == nil {
		out = &section{sectionKey: key, align: 1}
		out.symbol = symbol{info: byte(elf.STT_SECTION), section: out}
		m.sections[key] = out
		m.order = append(m.order, out)
	}
	align := max(s.align, 1)
	if align&(align-1) != 0 || align > 1<<20 {
		return placed{}, fmt.Errorf("the section %s has the alignment %d", s.name, s.align)
	}
	out.align = max(out.align, align)
	base := (out.size + align - 1) &^ (align - 1)
	if s.typ == elf.SHT_NOBITS {
		out.size = base + s.size
		return placed{out, base}, nil
	}
	data, err := in.bytes(s)
	if err != nil {
		return placed{}, err
	}
	if s.name == ".eh_frame" {
		data = withoutTerminator(data)
	}
	padding := byte(0)
	if s.flags&elf.SHF_EXECINSTR != 0 {
		padding = 0xcc // int3
	}
	for uint64(len(out.data)) < base {
		out.data = append(out.data, padding)
	}
	out.data = append(out.data, data...)
	out.size = uint64(len(out.data))
	return placed{out, base}, nil
}

// withoutTerminator cuts off an entry of length zero, which ends the table for whoever reads it.
func withoutTerminator(table []byte) []byte {
	for at := 0; at+4 <= len(table); {
		n := int(binary.LittleEndian.Uint32(table[at:]))
		if n == 0 {
			return table[:at]
		}
		at += 4 + n
	}
	return table
}

func (m *merger) addSymbols(in *file, places []placed) ([]*symbol, error) {
	list := make([]*symbol, len(in.symbols))
	made := make([]symbol, len(in.symbols))
	for i := range in.symbols {
		if i == 0 {
			continue
		}
		s := &in.symbols[i]
		out := &made[i]
		*out = symbol{name: s.name, info: s.info, other: s.other, value: s.value, size: s.size}
		defined := true
		switch s.shndx {
		case elf.SHN_UNDEF:
			defined = false
		case elf.SHN_ABS:
			out.shndx = uint16(elf.SHN_ABS)
		default:
			if int(s.shndx) >= len(places) {
				return nil, fmt.Errorf("the symbol %q is in the section %s, which is not understood", s.name, s.shndx)
			}
			p := places[s.shndx]
			if p.section == nil && (elf.ST_BIND(s.info) == elf.STB_LOCAL || m.globals[s.name] == nil) {
				continue // of a section that is left out, as is whatever refers to it
			}
			defined = p.section != nil // else another object has its group
			out.section = p.section
			out.value += p.base
		}
		switch {
		case elf.ST_TYPE(s.info) == elf.STT_FILE:
		case elf.ST_TYPE(s.info) == elf.STT_SECTION:
			// Its relocations get the base in their addends.
			out.info = byte(elf.STT_SECTION)
			list[i] = out
		case elf.ST_BIND(s.info) == elf.STB_LOCAL:
			m.locals = append(m.locals, out)
			list[i] = out
		default:
			list[i] = m.global(out, defined)
		}
	}
	return list, nil
}

// global unites a symbol with what others of its name there are.
func (m *merger) global(s *symbol, defined bool) *symbol {
	known := m.globals[s.name]
	if known == nil {
		m.globals[s.name] = s
		m.named = append(m.named, s)
		return s
	}
	has := known.section != nil || known.shndx != 0
	switch {
	case defined && !has:
		*known = *s
	case !defined && !has && elf.ST_BIND(s.info) == elf.STB_GLOBAL:
		known.info = s.info // a strong use of it makes it required
	}
	return known
}

func addRelocs(in *file, s *inputSection, places []placed, symbols []*symbol) error {
	if int(s.info) >= len(places) {
		return fmt.Errorf("the relocations %s are for section %d of %d", s.name, s.info, len(places))
	}
	target := places[s.info]
	if target.section == nil {
		return nil
	}
	data, err := in.bytes(s)
	if err != nil {
		return err
	}
	size := in.sections[s.info].size
	for ; len(data) >= relaSize; data = data[relaSize:] {
		offset, info := binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[8:])
		r := reloc{offset: offset + target.base, typ: uint32(info), addend: int64(binary.LittleEndian.Uint64(data[16:]))}
		n := info >> 32
		if offset >= size || n >= uint64(len(symbols)) {
			return fmt.Errorf("a relocation of %s for byte %d of %d, symbol %d of %d", s.name, offset, size, n, len(symbols))
		}
		if r.symbol = symbols[n]; r.symbol == nil && n != 0 {
			return fmt.Errorf("a relocation of %s uses the symbol %q, which is left out", s.name, in.symbols[n].name)
		}
		if y := r.symbol; y != nil && elf.ST_TYPE(y.info) == elf.STT_SECTION {
			r.addend += int64(y.value)
			r.symbol = &y.section.symbol
		}
		target.section.relocs = append(target.section.relocs, r)
	}
	return nil
}

// kept says that a section is a part of the program.
func (s *inputSection) kept() bool {
	return s.flags&elf.SHF_ALLOC != 0 || s.name == ".note.GNU-stack"
}

// check refuses what is not understood.
func (s *inputSection) check() error {
	switch {
	case s.typ == elf.SHT_REL:
		return fmt.Errorf("the relocations %s have no addends", s.name)
	case s.typ == elf.SHT_SYMTAB_SHNDX:
		return fmt.Errorf("there are more sections than symbols can name")
	case s.flags&elf.SHF_COMPRESSED != 0 && s.kept():
		return fmt.Errorf("the section %s is compressed", s.name)
	case strings.IndexByte(s.name, 0) >= 0:
		return fmt.Errorf("a section's name has no end")
	}
	return nil
}
