package program

import (
	"debug/elf"
	"slices"

	"github.com/orcast/orcast/internal/bitcode"
)

// NeedsExecutableStack says that the program writes code to its stack (trampolines of nested functions), for which a
// native link makes stacks executable: LLVM marks objects with llvm.init.trampoline so.
func (p *Program) NeedsExecutableStack() bool {
	return slices.ContainsFunc(p.Modules, func(m *Module) bool {
		return slices.ContainsFunc(m.Bitcode.Functions,
			func(f *bitcode.Symbol) bool { return f.Name == "llvm.init.trampoline" })
	}) || slices.ContainsFunc(p.Objects, func(o *Object) bool { return o.executableStack })
}

// wantsExecutableStack says that an object is marked so.
func wantsExecutableStack(f *elf.File) bool {
	s := f.Section(".note.GNU-stack")
	return s != nil && s.Flags&elf.SHF_EXECINSTR != 0
}
