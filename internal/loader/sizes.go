package loader

import (
	"bytes"
	"debug/elf"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
)

// What may be made of a byte of bitcode: without optimisation bzip2, gawk, jq, Lua, SQLite and a program in C++ become
// at most 1.7 bytes of code and 0.2 of constants and unwinding tables. An image of an earlier version of a module
// brings its dead code along.
const (
	codePerByte = 24
	roPerByte   = 8
	// Enough for the smallest program, whose functions may be out of proportion.
	codeAtLeast = 8 << 20
	roAtLeast   = 4 << 20
	dataAtLeast = 1 << 20
	// Data of a unit that is linked while the program runs has pages of its own.
	lateData = 4096
)

// sizes is how much room there has to be for what this program is compiled to. far are its large variables, of farSize
// bytes.
func sizes(p *program.Program, blocks BlockVariables, far map[*program.Symbol]uint64, farSize uint64) stub.Sizes {
	s := stub.Sizes{Code: codeAtLeast, RO: roAtLeast, Data: dataAtLeast, Zero: dataAtLeast, Far: farSize}
	s.Data += uint64(len(blocks.byOwner)) * lateData
	for _, m := range p.Modules {
		n := uint64(len(m.Data))
		s.Code += n * codePerByte
		s.RO += n * roPerByte
		s.Data += n // what module assembly and section bounds add
		for _, v := range m.Symbols {
			if v.Kind != program.Data && v.Kind != program.TLS || v.Def.Kind != bitcode.VariableSymbol {
				continue
			}
			size := uint64(v.Def.Size) + uint64(max(v.Align, 64))
			if _, isFar := far[v]; isFar {
				continue
			}
			// Where a variable comes to lie depends on its relocations too.
			if v.Def.Zero {
				s.Zero += size
			} else if v.Def.Constant {
				s.RO += size
			}
			s.Data += size
		}
	}
	for _, o := range p.Objects {
		addNative(&s, o)
	}
	return s
}

// addNative makes room for the sections of a native object. The linker may add an entry of its tables for each
// relocation.
func addNative(s *stub.Sizes, o *program.Object) {
	f, err := elf.NewFile(bytes.NewReader(o.Data))
	if err != nil {
		return // the linker says so
	}
	for _, section := range f.Sections {
		size := section.Size + max(section.Addralign, 64)
		switch {
		case section.Type == elf.SHT_RELA:
			s.RO += section.Size
			s.Code += section.Size
		case section.Flags&elf.SHF_ALLOC == 0:
		case section.Flags&elf.SHF_EXECINSTR != 0:
			s.Code += size
		case section.Type == elf.SHT_NOBITS:
			s.Zero += size
		default:
			s.RO += size
			s.Data += size
		}
	}
	s.Zero += o.Common()
}
