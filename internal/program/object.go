package program

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
)

// Object is a native relocatable object that takes part in the program.
type Object struct {
	// Number is the object's position in Program.Objects, Input that among modules and objects in link order.
	Number, Input int
	Name          string // as Module.Name
	Data          []byte
	// Defined are the object's global definitions, Undefined the names it needs.
	Defined   []*ObjectSymbol
	Undefined []ObjectUse
	// Sections are the names of those that are a part of the program.
	Sections []string

	executableStack bool
}

// ObjectSymbol is a global definition in a native object.
type ObjectSymbol struct {
	Object    *Object
	Name      string
	Func, TLS bool
	Data      bool // a variable; assemblers may leave the type open
	Hidden    bool // to shared libraries
	// Kept says that the name means this definition. Otherwise another one took its place.
	Kept bool

	strength strength
	size     uint64 // of a common symbol
}

// ObjectUse is a name which a native object needs and does not define.
type ObjectUse struct {
	Name      string
	Weak      bool // may stay undefined
	Func, TLS bool // often unknown: assemblers give undefined names no type
}

// linkersOwn are names which every linker defines for itself.
var linkersOwn = map[string]bool{"_GLOBAL_OFFSET_TABLE_": true, "_TLS_MODULE_BASE_": true}

// Symbol types and bindings of GNU systems which debug/elf leaves unnamed.
const (
	elfIFunc  = elf.STT_LOOS // STT_GNU_IFUNC
	elfUnique = elf.STB_LOOS // STB_GNU_UNIQUE
)

// openELF reads the headers of an ELF file for this machine.
func openELF(name string, r io.ReaderAt) (*elf.File, error) {
	f, err := elf.NewFile(r)
	if err != nil {
		return nil, fmt.Errorf("%s: the ELF file is damaged: %w", name, err)
	}
	if f.Machine != elf.EM_X86_64 || f.Class != elf.ELFCLASS64 {
		return nil, fmt.Errorf("%s: the object is for %v (%v); only x86-64 code can run here", name, f.Machine, f.Class)
	}
	return f, nil
}

// readObject reads the global symbols of a relocatable object.
func readObject(name string, data []byte) (*Object, error) {
	f, err := openELF(name, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if f.Type != elf.ET_REL {
		return nil, fmt.Errorf("%s: an ELF file of type %v cannot be linked; give a relocatable object (gcc -c)", name,
			f.Type)
	}
	symbols, err := f.Symbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return nil, fmt.Errorf("%s: the ELF file is damaged: %w", name, err)
	}
	o := &Object{Name: name, Data: data, executableStack: wantsExecutableStack(f)}
	for _, s := range f.Sections {
		if s.Flags&elf.SHF_ALLOC != 0 && s.Size > 0 {
			o.Sections = append(o.Sections, s.Name)
		}
	}
	for _, s := range symbols {
		binding, kind := elf.ST_BIND(s.Info), elf.ST_TYPE(s.Info)
		if binding == elf.STB_LOCAL || s.Name == "" || linkersOwn[s.Name] {
			continue
		}
		isFunc, isTLS := kind == elf.STT_FUNC || kind == elfIFunc, kind == elf.STT_TLS
		if s.Section == elf.SHN_UNDEF {
			o.Undefined = append(o.Undefined, ObjectUse{s.Name, binding == elf.STB_WEAK, isFunc, isTLS})
			continue
		}
		def := &ObjectSymbol{Object: o, Name: s.Name, Func: isFunc, TLS: isTLS, strength: strong}
		visibility := elf.ST_VISIBILITY(s.Other)
		def.Hidden = visibility == elf.STV_HIDDEN || visibility == elf.STV_INTERNAL
		def.Data = isTLS || kind == elf.STT_OBJECT || kind == elf.STT_COMMON || s.Section == elf.SHN_COMMON
		switch {
		case s.Section == elf.SHN_COMMON:
			def.strength, def.size = common, s.Size
		case binding == elf.STB_WEAK, binding == elfUnique, inGroup(f, s.Section):
			def.strength = weak
		}
		o.Defined = append(o.Defined, def)
	}
	return o, nil
}

// Common is how many bytes the object's common symbols take, with room to align them.
func (o *Object) Common() (size uint64) {
	for _, d := range o.Defined {
		if d.strength == common {
			size += d.size + 64
		}
	}
	return size
}

// inGroup says that a section belongs to a COMDAT group, of which a link keeps one copy.
func inGroup(f *elf.File, i elf.SectionIndex) bool {
	return int(i) < len(f.Sections) && f.Sections[i].Flags&elf.SHF_GROUP != 0
}

// isExecutable says that an ELF file of type ET_DYN is a position-independent executable.
func isExecutable(f *elf.File) bool {
	flags, err := f.DynValue(elf.DT_FLAGS_1)
	return err == nil && len(flags) > 0 && elf.DynFlag1(flags[0])&elf.DF_1_PIE != 0
}
