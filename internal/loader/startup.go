package loader

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
)

// Prepare reserves what has an address before anything is linked. The executor may have the program's libraries loaded from
// then on; local says that it is this process.
func (l *Loader) Prepare(executor *stub.Executor, local bool) error {
	l.names.executor, l.local = executor, local
	if err := l.reserveSections(); err != nil {
		return err
	}
	return l.reserveTLS()
}

// LinkData links the static data of all modules, native objects, and the units which static data refers into: they may refer
// to each other in circles.
func (l *Loader) LinkData(items []Item) ([]llvm.Linked, error) {
	linked, err := l.Link(items...)
	if notReady := l.names.ready(); notReady != nil {
		return nil, notReady
	}
	if err != nil {
		return nil, l.Explain(program.NoFunc, err)
	}
	return linked, nil
}

// Objects are the program's native objects, to be linked with static data.
func (l *Loader) Objects() (items []Item) {
	for _, o := range l.Program.Objects {
		items = append(items, Item{Code: llvm.NewObject(o.Name, o.Data), Native: o.Number})
	}
	return items
}

// reserveSections keeps variables together whose section the program walks from __start_ to __stop_.
func (l *Loader) reserveSections() error {
	for _, x := range l.Program.External {
		section := x.SectionStart
		if section == "" {
			section = x.SectionStop
		}
		if section == "" || l.names.sections[section] != 0 {
			continue
		}
		size := uint64(4096)
		for _, s := range l.Program.Symbols {
			if s.Kind == program.Data && s.Def.Section == section {
				size += uint64(s.Def.Size) + uint64(max(s.Align, 64))
			}
		}
		start, err := l.linker.Reserve(section, size)
		if err != nil {
			return err
		}
		l.names.sections[section] = start
	}
	return nil
}

// tlsSection holds the descriptors of thread-local variables: two words each, the module and the offset in it
// (tls_index in the x86-64 psABI). A variable's address is, to the linker, that of its descriptor.
const tlsSection = "orcast.tls"

func (l *Loader) reserveTLS() error {
	var own []*program.Symbol
	for _, s := range l.Program.Symbols {
		if s.Kind == program.TLS {
			own = append(own, s)
		}
	}
	var external []string
	for _, x := range l.Program.External {
		if x.TLS {
			external = append(external, x.Name)
		}
	}
	if len(own)+len(external) == 0 {
		return nil
	}
	at, err := l.linker.Reserve(tlsSection, uint64(16*(len(own)+len(external))))
	if err != nil {
		return err
	}
	for _, name := range external {
		l.names.descriptors[name] = at
		at += 16
	}
	for _, s := range own {
		l.linker.SetAddress(int(s.Number), at)
		at += 16
	}
	return nil
}

func writeDescriptor(r *stub.Region, at, module, offset uint64) {
	binary.LittleEndian.PutUint64(r.Bytes(at, 8), module)
	binary.LittleEndian.PutUint64(r.Bytes(at+8, 8), offset)
}

// Complete gathers the initial images of the program's thread-local variables, which the linker has relocated, into one, and
// has the executor load that.
func (l *Loader) Complete() error {
	var image []byte
	size, align := uint64(0), uint64(1)
	offsets := map[*program.Symbol]uint64{}
	zeroStart, zeroSize, _ := l.Region.Zone(stub.Zero)
	aliases := map[*program.Symbol]uint64{} // offsets in what they name
	for _, s := range l.Program.Symbols {
		if s.Kind != program.TLS {
			continue
		}
		p := l.linker.Place(int(s.Number))
		if s.Aliasee != nil {
			aliases[s] = p.Address - l.linker.Place(int(s.Aliasee.Number)).Address
			continue
		}
		a := max(p.Align, 1)
		size = (size + a - 1) &^ (a - 1)
		align = max(align, a)
		offsets[s] = size
		if p.Address-zeroStart >= zeroSize {
			image = append(image, make([]byte, size-uint64(len(image)))...)
			image = append(image, l.Region.Bytes(p.Address, int(p.Size))...)
		}
		size += p.Size
	}
	if len(offsets) == 0 {
		return nil
	}
	for s, offset := range aliases {
		offsets[s] = offsets[s.Aliasee] + offset
	}
	module, err := l.names.executor.LoadTLS(image, size, align)
	if err != nil {
		return err
	}
	for s, offset := range offsets {
		writeDescriptor(l.Region, l.linker.Address(int(s.Number)), module, offset)
	}
	return nil
}

// Start has libraries use what the program defines, and returns what the executor is to call.
func (l *Loader) Start() (s stub.Start, err error) {
	if err := l.names.executor.Interpose(l.names.visible()); err != nil {
		return s, err
	}
	if l.Program.NeedsExecutableStack() {
		if err := l.names.executor.ExecutableStack(); err != nil {
			return s, err
		}
	}
	for i, f := range l.Program.Functions {
		if f.Kind == program.IFunc {
			s.IFuncs = append(s.IFuncs, stub.IFunc{Func: i, Resolver: l.Region.StubAddress(int(f.Resolver.Func))})
		}
	}
	s.Constructors = inOrder(l.names.structorsInSections(false), l.structors(l.Program.Ctors))
	destructors := l.structors(l.Program.Dtors)
	slices.Reverse(destructors)
	s.Destructors = inOrder(l.names.structorsInSections(true), destructors)
	slices.Reverse(s.Destructors)
	entry, ok := l.Address(l.Program.Entry)
	if !ok && !l.local {
		return s, fmt.Errorf("the entry function %s has no address", l.entry)
	}
	s.Entry = entry
	return s, nil
}

func (l *Loader) structors(list []program.Structor) []structor {
	var out []structor
	for _, c := range list {
		if address, ok := l.Address(c.Func); ok {
			out = append(out, structor{rank{int(c.Priority), c.Module.Input}, address})
		}
	}
	return out
}

// Explain turns an error of Link into one that says what is undefined, who needs it and what to do. f is the function that was
// linked, program.NoFunc for static data.
func (l *Loader) Explain(f program.FuncID, err error) error {
	var failure *llvm.LinkError
	if errors.As(err, &failure) && len(failure.Missing) > 0 {
		return l.UndefinedSymbols(failure.Missing)
	}
	if f < 0 {
		return fmt.Errorf("linking static data: %w", err)
	}
	return fmt.Errorf("%s: linking %s: %w", l.Program.Functions[f].Module.Name, l.FunctionName(f), err)
}
