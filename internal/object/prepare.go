package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// TLSSection is the name that Prepare gives to sections with the initial values of thread-local variables.
const TLSSection = ".orcast.tls"

// moduleBase stands for the start of the thread-local variables of whatever the object becomes a part of.
const moduleBase = "_TLS_MODULE_BASE_"

// Prepared is a native object, changed so that JITLink, which has few relocations and knows no thread-local storage,
// can link it.
type Prepared struct {
	Object []byte
	// UsesTLS says that code of the object has offsets of thread-local variables from the thread pointer: it names them
	// by what are, to JITLink, absolute addresses.
	UsesTLS bool
	// TLSSize is how many bytes TLSSection takes at most, wherever it begins; TLSAlign is its alignment, at least 1.
	TLSSize, TLSAlign uint64
	// Near are the undefined names that code reaches by a 32-bit offset, as it would in an executable, which has copies
	// of libraries' variables.
	Near []string
	// IFuncs are the functions whose address the program chooses when it starts. Uses of Name are undefined now.
	IFuncs []IFunc
	// Sections are the sections that can have bounds: those with names which are identifiers of C.
	Sections []Section
}

// IFunc names the function that returns the address of another one. For a global function Name is its own name.
type IFunc struct {
	Name, Resolver string
	Global         bool
}

// Section is a section of the program as the object has it.
type Section struct {
	Name        string
	Size, Align uint64
	Code        bool
}

// Prepare changes an object; data stays as it is. Names that it makes begin with the given tag, which tells objects
// apart.
//
// Left out are sections that are no part of the program, such as debug information, which JITLink would relocate even
// where it is compressed. Thread-local variables of all models are reached as by local exec, as linkers do for
// executables (psABI, "TLS Linker Optimization"): the program's have one offset from the thread pointer in all threads.
func Prepare(data []byte, tag string) (*Prepared, error) {
	f, err := parse(bytes.Clone(data))
	if err != nil {
		return nil, err
	}
	p := &preparer{file: f, Prepared: Prepared{TLSAlign: 1}, tag: tag, near: map[string]bool{}}
	names := p.sectionNames()
	for i := range f.sections {
		if err := p.section(&f.sections[i], i, names); err != nil {
			return nil, err
		}
	}
	p.prepareSymbols()
	for i := range f.sections {
		if err := p.relocations(&f.sections[i]); err != nil {
			return nil, err
		}
	}
	p.Object = f.data
	return &p.Prepared, nil
}

type preparer struct {
	*file
	Prepared
	tag  string
	near map[string]bool // what Near has
}

// table replaces the contents of a section by longer ones, at the end of the file.
func (f *file) table(i int, contents []byte) {
	for len(f.data)%8 != 0 {
		f.data = append(f.data, 0)
	}
	s := &f.sections[i]
	s.offset, s.size = uint64(len(f.data)), uint64(len(contents))
	f.data = append(f.data, contents...)
	binary.LittleEndian.PutUint64(f.header(i)[24:], s.offset)
	binary.LittleEndian.PutUint64(f.header(i)[32:], s.size)
}

// sectionNames adds TLSSection to the table of names, if it is needed, and returns where it stands there.
func (p *preparer) sectionNames() uint32 {
	if !slices.ContainsFunc(p.sections, func(s inputSection) bool { return s.flags&elf.SHF_TLS != 0 }) {
		return 0
	}
	old := p.bytes(&p.sections[p.names])
	p.table(p.names, append(append(slices.Clone(old), TLSSection...), 0))
	return uint32(len(old))
}

// section takes note of a section, or takes it out. tls is the name of TLSSection.
func (p *preparer) section(s *inputSection, i int, tls uint32) error {
	le := binary.LittleEndian
	switch {
	case s.typ == elf.SHT_SYMTAB || s.typ == elf.SHT_STRTAB || s.typ == elf.SHT_GROUP || s.typ == elf.SHT_SYMTAB_SHNDX:
		return nil
	case s.typ == elf.SHT_REL:
		return fmt.Errorf("the relocations %s have no addends", s.name)
	case s.typ == elf.SHT_RELA:
		if int(s.info) >= len(p.sections) || p.sections[s.info].flags&elf.SHF_ALLOC == 0 {
			s.typ = elf.SHT_NULL
			le.PutUint32(p.header(i)[4:], uint32(elf.SHT_NULL))
		}
		return nil
	case s.flags&elf.SHF_ALLOC == 0:
		s.typ = elf.SHT_NULL
		le.PutUint32(p.header(i)[4:], uint32(elf.SHT_NULL))
		return nil
	case s.flags&elf.SHF_COMPRESSED != 0:
		return fmt.Errorf("%s is compressed", s.name)
	}
	align := max(s.align, 1)
	if s.flags&elf.SHF_TLS != 0 {
		le.PutUint32(p.header(i), tls)
		p.TLSAlign = max(p.TLSAlign, align)
		p.TLSSize += s.size + align - 1
	}
	if isIdentifier(s.name) {
		p.Sections = append(p.Sections, Section{s.name, s.size, align, s.flags&elf.SHF_EXECINSTR != 0})
	}
	return nil
}

func isIdentifier(name string) bool {
	for i, c := range []byte(name) {
		letter := c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// ifuncType is STT_GNU_IFUNC, which debug/elf leaves unnamed.
const ifuncType = elf.STT_LOOS

// prepareSymbols makes uses of ifuncs undefined.
func (p *preparer) prepareSymbols() {
	t := slices.IndexFunc(p.sections, func(s inputSection) bool { return s.typ == elf.SHT_SYMTAB })
	if t < 0 {
		return
	}
	le := binary.LittleEndian
	names := slices.Clone(p.bytes(&p.sections[p.sections[t].link]))
	symbols := slices.Clone(p.bytes(&p.sections[t]))
	name := func(b []byte, text string) {
		le.PutUint32(b, uint32(len(names)))
		names = append(append(names, text...), 0)
	}
	for i := range p.symbols {
		s, b := &p.symbols[i], symbols[i*symbolSize:][:symbolSize]
		if s.shndx == elf.SHN_UNDEF || int(s.shndx) >= len(p.sections) {
			continue
		}
		if elf.ST_TYPE(s.info) != ifuncType {
			continue
		}
		f := IFunc{s.name, fmt.Sprintf("%sresolver.%d", p.tag, i), elf.ST_BIND(s.info) != elf.STB_LOCAL}
		b[4] = elf.ST_INFO(elf.STB_GLOBAL, elf.STT_FUNC)
		resolver := slices.Clone(b)
		name(resolver, f.Resolver)
		if !f.Global {
			f.Name = fmt.Sprintf("%sifunc.%d", p.tag, i)
			name(b, f.Name)
		}
		clear(b[6:])
		symbols = append(symbols, resolver...) // b is a part of the old ones from here on
		p.IFuncs = append(p.IFuncs, f)
		s.shndx, s.value, s.size = elf.SHN_UNDEF, 0, 0
	}
	p.table(t, symbols)
	p.table(int(p.sections[t].link), names)
}

// relocations changes those relocations that JITLink does not understand, and the code that they are for.
func (p *preparer) relocations(s *inputSection) error {
	if s.typ != elf.SHT_RELA {
		return nil
	}
	table := p.bytes(s)
	if len(table)%relaSize != 0 {
		return fmt.Errorf("byte %d: the relocations %s have %d bytes", s.offset, s.name, len(table))
	}
	code := p.bytes(&p.sections[s.info])
	for at := 0; at < len(table); at += relaSize {
		r := relocation{table[at : at+relaSize : at+relaSize]}
		if r.symbol() >= uint64(max(len(p.symbols), 1)) || r.offset() >= max(p.sections[s.info].size, 1) {
			return fmt.Errorf("byte %d: relocation %d of %s is for byte %d, symbol %d of %d", s.offset+uint64(at),
				at/relaSize, s.name, r.offset(), r.symbol(), len(p.symbols))
		}
		if err := p.relocation(r, code, table[at+relaSize:]); err != nil {
			return fmt.Errorf("byte %d: relocation %d of %s, of type %v: %w", s.offset+uint64(at), at/relaSize, s.name,
				r.typ(), err)
		}
	}
	return nil
}

// relocation is one in a table of relocations with addends.
type relocation struct{ entry []byte }

func (r relocation) offset() uint64    { return binary.LittleEndian.Uint64(r.entry) }
func (r relocation) typ() elf.R_X86_64 { return elf.R_X86_64(binary.LittleEndian.Uint32(r.entry[8:])) }
func (r relocation) symbol() uint64    { return uint64(binary.LittleEndian.Uint32(r.entry[12:])) }

// become changes what is relocated and where. The addend gets more by the given number.
func (r relocation) become(typ elf.R_X86_64, offset uint64, more int64) {
	le := binary.LittleEndian
	le.PutUint64(r.entry, offset)
	le.PutUint32(r.entry[8:], uint32(typ))
	le.PutUint64(r.entry[16:], le.Uint64(r.entry[16:])+uint64(more))
}

// drop makes the relocation one that does nothing.
func (r relocation) drop() { clear(r.entry[8:]) }

var errSequence = errors.New("it stands in code that is none of the known sequences for thread-local variables")

// relocation changes r; rest are those behind it.
func (p *preparer) relocation(r relocation, code, rest []byte) error {
	at := r.offset()
	switch r.typ() {
	case elf.R_X86_64_PC32, elf.R_X86_64_32, elf.R_X86_64_32S:
		s := p.symbol(r)
		if s.shndx == elf.SHN_UNDEF && s.name != "" && !p.near[s.name] {
			p.near[s.name] = true
			p.Near = append(p.Near, s.name)
		}
		return nil
	case elf.R_X86_64_TPOFF32, elf.R_X86_64_DTPOFF32:
		r.become(elf.R_X86_64_32S, at, 0)
	case elf.R_X86_64_TPOFF64, elf.R_X86_64_DTPOFF64:
		r.become(elf.R_X86_64_64, at, 0)
	case elf.R_X86_64_GOTTPOFF: // mov or add, of an entry of the GOT
		r.become(elf.R_X86_64_GOTPCREL, at, 0)
	case elf.R_X86_64_TLSGD:
		return p.generalDynamic(r, code, rest)
	case elf.R_X86_64_TLSLD:
		return p.localDynamic(r, code, rest)
	case elf.R_X86_64_GOTPC32_TLSDESC:
		return p.descriptor(r, code)
	case elf.R_X86_64_TLSDESC_CALL: // call *x@tlscall(%rax)
		if at+2 > uint64(len(code)) {
			return errSequence
		}
		copy(code[at:], "\x66\x90") // a nop
		r.drop()
	default:
		return nil
	}
	p.UsesTLS = true
	return nil
}

func (p *preparer) symbol(r relocation) *inputSymbol {
	if r.symbol() == 0 {
		return &inputSymbol{}
	}
	return &p.symbols[r.symbol()]
}

// replace puts a sequence in the place of one whose first bytes are known.
func replace(code []byte, at uint64, old, sequence string) bool {
	if at+uint64(len(sequence)) > uint64(len(code)) || !bytes.HasPrefix(code[at:], []byte(old)) {
		return false
	}
	copy(code[at:], sequence)
	return true
}

// dropCall drops the relocation of the call of __tls_get_addr that ends at a byte of the code.
func dropCall(rest []byte, end uint64) bool {
	if len(rest) < relaSize {
		return false
	}
	call := relocation{rest[:relaSize]}
	if call.offset()+4 != end {
		return false
	}
	call.drop()
	return true
}

// generalDynamic: lea x@tlsgd(%rip), %rdi; call __tls_get_addr@plt, or through the GOT, with prefixes that make 16
// bytes.
func (p *preparer) generalDynamic(r relocation, code, rest []byte) error {
	start := r.offset() - 4
	const offsetAt = 12
	// mov %fs:0, %rax
	if r.offset() < 4 || !replace(code, start, "\x66\x48\x8d\x3d", "\x64\x48\x8b\x04\x25\x00\x00\x00\x00"+
		"\x48\x8d\x80\x00\x00\x00\x00") || // lea x@tpoff(%rax), %rax
		!dropCall(rest, start+16) {
		return errSequence
	}
	r.become(elf.R_X86_64_32S, start+offsetAt, 4)
	p.UsesTLS = true
	return nil
}

// localDynamic: lea x@tlsld(%rip), %rdi; call __tls_get_addr@plt, or through the GOT, which takes a byte more.
func (p *preparer) localDynamic(r relocation, code, rest []byte) error {
	const load = "\x66\x66\x66\x64\x48\x8b\x04\x25\x00\x00\x00\x00" // mov %fs:0, %rax
	start := r.offset() - 3
	if r.offset() < 3 || r.offset()+5 > uint64(len(code)) {
		return errSequence
	}
	sequence := load
	if code[r.offset()+4] == 0xff {
		sequence = "\x66" + load
	}
	if !replace(code, start, "\x48\x8d\x3d", sequence) || !dropCall(rest, start+uint64(len(sequence))) {
		return errSequence
	}
	r.drop()
	p.UsesTLS = true
	return nil
}

// descriptor: lea x@tlsdesc(%rip), %reg, which becomes mov $x@tpoff, %reg.
func (p *preparer) descriptor(r relocation, code []byte) error {
	at := r.offset()
	if at < 3 || at+4 > uint64(len(code)) || code[at-3]&0xfb != 0x48 || code[at-2] != 0x8d || code[at-1]&0xc7 != 5 {
		return errSequence
	}
	register := code[at-1] >> 3 & 7
	code[at-3] = 0x48 | code[at-3]>>2&1 // the bit that extends the register stands elsewhere
	code[at-2], code[at-1] = 0xc7, 0xc0|register
	p.UsesTLS = true
	if p.symbol(r).name == moduleBase { // offsets from there are from the thread pointer now
		binary.LittleEndian.PutUint32(code[at:], 0)
		r.drop()
		return nil
	}
	r.become(elf.R_X86_64_32S, at, 4)
	return nil
}
