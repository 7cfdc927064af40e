// Package object changes relocatable objects: it merges several into one, as ld -r does, and adapts them to JITLink,
// those of other compilers above all.
//
// Rule: it knows ELF for x86-64, merges what LLVM writes of that, and refuses what it does not know rather than guess.
//
// Source: the System V ABI, generic part (chapter 4, object files) and its supplement for AMD64.
package object

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
)

// Input is an object to merge.
type Input struct {
	Object []byte
	// Rename, if it is not nil, gives the object's global symbols other names; a definition without a name is none.
	Rename func(name string) string
}

// Merge makes one relocatable object of several. Linking it is as linking them one by one, but for symbols that several
// of them define: the first definition is taken for uses in all of them, weak or not, and the bytes of the others stay
// without a name. Of groups of sections with one signature (COMDAT) the first one is kept. Sections that are no part of
// the program, such as debug information, are left out. The same objects make the same bytes; Merge keeps none of them
// and can be called concurrently.
//
// An error says which object cannot be merged, where and why. Refused are common symbols, compressed sections,
// alignments of more than 4096, relocations without addends, more sections than 16 bits can number, and uses of what is
// inside a group that is left out: tables for unwinding use its functions, so a group of those can come once only.
func Merge(objects []Input) ([]byte, error) {
	m := merger{sections: map[sectionKey]*section{}, globals: map[string]*symbol{}, groups: map[string]bool{}}
	for i, o := range objects {
		in, err := parse(o.Object)
		if err == nil {
			err = in.check()
		}
		if err == nil {
			in.rename(o.Rename)
			err = m.add(in)
		}
		if err != nil {
			return nil, fmt.Errorf("object %d of %d: %w", i+1, len(objects), err)
		}
	}
	return m.write()
}

// merger is what has been merged so far.
type merger struct {
	abi      byte
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
	pieces []piece // none of zero-filled ones
	size   uint64
	align  uint64
	relocs []reloc
	symbol symbol // the section's own
	index  int    // when written
}

// piece is what a section of an object adds to one of the result, part of the bytes it was read from.
type piece struct {
	base uint64
	data []byte
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
	typ    elf.R_X86_64
	symbol *symbol
	addend int64
}

// placed is where a section of an object came to lie, and how much of it.
type placed struct {
	section    *section // nil: left out
	base, size uint64
}

func (m *merger) add(in *file) error {
	if in.abi != 0 {
		m.abi = in.abi
	}
	beaten, err := m.groupsOf(in)
	if err != nil {
		return err
	}
	places := make([]placed, len(in.sections))
	for i := range in.sections {
		if s := &in.sections[i]; s.kept() && !beaten[uint32(i)] {
			if places[i], err = m.place(in, s); err != nil {
				return err
			}
		}
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
	for i := range in.sections {
		s := &in.sections[i]
		if s.typ != elf.SHT_GROUP {
			continue
		}
		words := in.bytes(s)
		const comdat = 1
		if len(words) < 4 || len(words)%4 != 0 || binary.LittleEndian.Uint32(words) != comdat ||
			int(s.info) >= len(in.symbols) || in.symbols[s.info].name == "" {
			return nil, fmt.Errorf("byte %d: section %d is a group of an unknown sort", s.offset, i)
		}
		signature := in.symbols[s.info].name
		if !m.groups[signature] {
			m.groups[signature] = true
			continue
		}
		if beaten == nil {
			beaten = map[uint32]bool{}
		}
		for words = words[4:]; len(words) > 0; words = words[4:] {
			beaten[binary.LittleEndian.Uint32(words)] = true
		}
	}
	return beaten, nil
}

// place appends a section to the one of the result that it belongs to.
func (m *merger) place(in *file, s *inputSection) (placed, error) {
	// Strings and constants that were to be merged stay as they are. Sections that were to have the order of others
	// have it, as all are appended in the order of the objects.
	key := sectionKey{s.name, s.typ, s.flags &^ (elf.SHF_MERGE | elf.SHF_STRINGS | elf.SHF_GROUP | elf.SHF_LINK_ORDER)}
	if key.name == stackNote {
		key.flags = 0 // JITLink wants all sections of a name to have the same
	}
	out := m.sections[key]
	if out == nil {
		out = &section{sectionKey: key, align: 1}
		out.symbol = symbol{info: byte(elf.STT_SECTION), section: out}
		m.sections[key] = out
		m.order = append(m.order, out)
	}
	align := max(s.align, 1)
	out.align = max(out.align, align)
	data, err := in.bytes(s), error(nil)
	if s.name == ".eh_frame" {
		if data, err = withoutTerminator(data, s.offset); err != nil {
			return placed{}, err
		}
		align = 1 // padding would be a terminator
	}
	p := placed{out, (out.size + align - 1) &^ (align - 1), uint64(len(data))}
	if s.typ == elf.SHT_NOBITS {
		p.size = s.size
	} else {
		out.pieces = append(out.pieces, piece{p.base, data})
	}
	if out.size = p.base + p.size; out.size >= 1<<40 {
		return placed{}, fmt.Errorf("%s gets larger than a terabyte", s.name)
	}
	return p, nil
}

// withoutTerminator cuts off entries of length zero, which end the table for whoever reads it. The table stands at a
// byte of the file.
func withoutTerminator(table []byte, offset uint64) ([]byte, error) {
	for at := uint64(0); at < uint64(len(table)); {
		rest := table[at:]
		if len(rest) < 4 {
			return nil, fmt.Errorf("byte %d: .eh_frame ends in the midst of an entry", offset+at)
		}
		n := uint64(binary.LittleEndian.Uint32(rest))
		if n == 0 {
			for i, b := range rest {
				if b != 0 {
					return nil, fmt.Errorf("byte %d: .eh_frame goes on after its end", offset+at+uint64(i))
				}
			}
			return table[:at], nil
		}
		if n > uint64(len(rest)-4) { // 2³²-1 is of the 64-bit form, which LLVM does not write
			return nil, fmt.Errorf("byte %d: .eh_frame has an entry of %d bytes where %d are left", offset+at, n,
				len(rest)-4)
		}
		at += 4 + n
	}
	return table, nil
}

// addSymbols returns what the object's symbols have become: nil for those that nothing may refer to.
func (m *merger) addSymbols(in *file, places []placed) ([]*symbol, error) {
	list, made := make([]*symbol, len(in.symbols)), make([]symbol, len(in.symbols))
	for i := 1; i < len(in.symbols); i++ {
		s, out := &in.symbols[i], &made[i]
		if elf.ST_TYPE(s.info) == elf.STT_FILE {
			continue
		}
		*out = symbol{name: s.name, info: s.info, other: s.other, value: s.value, size: s.size}
		bind := elf.ST_BIND(s.info)
		switch {
		case s.shndx == elf.SHN_UNDEF:
		case s.shndx == elf.SHN_ABS:
			out.shndx = uint16(elf.SHN_ABS)
		case int(s.shndx) >= len(places):
			return nil, fmt.Errorf("symbol %d, %q, is in the section %v, which is not understood", i, s.name, s.shndx)
		case places[s.shndx].section == nil:
			if bind == elf.STB_LOCAL || m.globals[s.name] == nil {
				continue // what refers to it is left out, too
			}
			out.value, out.size = 0, 0 // another object's group defines it
		default:
			p := places[s.shndx]
			if s.value > p.size {
				return nil, fmt.Errorf("symbol %d, %q, is at byte %d of the %d of %s", i, s.name, s.value, p.size,
					p.section.name)
			}
			out.section = p.section
			out.value += p.base
		}
		switch {
		case elf.ST_TYPE(s.info) == elf.STT_SECTION && (out.section == nil || bind != elf.STB_LOCAL),
			bind == elf.STB_LOCAL && s.shndx == elf.SHN_UNDEF, bind != elf.STB_LOCAL && s.name == "":
			return nil, fmt.Errorf("symbol %d, %q, of type %v and binding %v, has no section or name", i, s.name,
				elf.ST_TYPE(s.info), bind)
		case elf.ST_TYPE(s.info) == elf.STT_SECTION: // its relocations get its place in their addends
			list[i] = out
		case bind == elf.STB_LOCAL:
			m.locals = append(m.locals, out)
			list[i] = out
		default:
			list[i] = m.global(out)
		}
	}
	return list, nil
}

// defined says that a symbol is no mere use of one.
func (s *symbol) defined() bool { return s.section != nil || s.shndx != 0 }

// global unites a symbol with what others of its name there are.
func (m *merger) global(s *symbol) *symbol {
	known := m.globals[s.name]
	if known == nil {
		m.globals[s.name] = s
		m.named = append(m.named, s)
		return s
	}
	visibility := strictest(known.other, s.other)
	switch {
	case known.defined():
	case s.defined():
		*known = *s
	default:
		bind, typ := elf.ST_BIND(known.info), elf.ST_TYPE(known.info)
		if bind == elf.STB_WEAK {
			bind = elf.ST_BIND(s.info) // a strong use makes it required
		}
		if typ == elf.STT_NOTYPE {
			typ = elf.ST_TYPE(s.info)
		}
		known.info = elf.ST_INFO(bind, typ)
	}
	known.other = known.other&^3 | visibility
	return known
}

// strictest is the visibility of a symbol that has several: the lowest one above zero, the default.
func strictest(a, b byte) byte {
	a, b = a&3, b&3
	if a == 0 || b == 0 {
		return a | b
	}
	return min(a, b)
}

func addRelocs(in *file, s *inputSection, places []placed, symbols []*symbol) error {
	if int(s.info) >= len(places) {
		return fmt.Errorf("byte %d: the relocations %s are for section %d of %d", s.offset, s.name, s.info, len(places))
	}
	target := places[s.info]
	if target.section == nil {
		return nil
	}
	data := in.bytes(s)
	if len(data)%relaSize != 0 {
		return fmt.Errorf("byte %d: the relocations %s have %d bytes", s.offset, s.name, len(data))
	}
	for at := 0; at < len(data); at += relaSize {
		b := data[at:]
		offset, info := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
		r := reloc{offset + target.base, elf.R_X86_64(uint32(info)), nil, int64(binary.LittleEndian.Uint64(b[16:]))}
		n := info >> 32
		err := error(nil)
		switch {
		case offset >= target.size || n >= uint64(max(len(symbols), 1)):
			err = fmt.Errorf("it is for byte %d of %d, symbol %d of %d", offset, target.size, n, len(symbols))
		case n == 0:
		case symbols[n] == nil:
			err = fmt.Errorf("it uses the symbol %q, which is left out", in.symbols[n].name)
		default:
			err = r.refer(symbols[n])
		}
		if err != nil {
			return fmt.Errorf("byte %d: relocation %d of %s: %w", s.offset+uint64(at), at/relaSize, s.name, err)
		}
		target.section.relocs = append(target.section.relocs, r)
	}
	return nil
}

// refer makes the relocation one for a symbol.
func (r *reloc) refer(s *symbol) error {
	r.symbol = s
	if elf.ST_TYPE(s.info) != elf.STT_SECTION {
		return nil
	}
	// The result has one symbol for all the sections that became one. That is right where the value is the symbol's
	// address plus the addend, and wrong where the address chooses something else, such as an entry of the GOT.
	switch r.typ {
	case elf.R_X86_64_NONE, elf.R_X86_64_64, elf.R_X86_64_32, elf.R_X86_64_32S, elf.R_X86_64_16, elf.R_X86_64_8,
		elf.R_X86_64_PC64, elf.R_X86_64_PC32, elf.R_X86_64_PC16, elf.R_X86_64_PC8, elf.R_X86_64_PLT32,
		elf.R_X86_64_GOTOFF64, elf.R_X86_64_PLTOFF64, elf.R_X86_64_DTPOFF32, elf.R_X86_64_DTPOFF64,
		elf.R_X86_64_TPOFF32, elf.R_X86_64_TPOFF64:
		r.symbol = &s.section.symbol
		r.addend += int64(s.value)
		return nil
	}
	return errors.New(r.typ.String() + " of a section's own symbol is not understood")
}
