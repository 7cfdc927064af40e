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

// Prepare reserves what has an address before anything is linked. The executor may have the program's libraries loaded
// from then on; local says that it is this process.
func (l *Loader) Prepare(executor *stub.Executor, local bool) error {
	l.names.executor, l.names.local, l.local = executor, local, local
	if err := l.reserveSections(); err != nil {
		return err
	}
	return l.reserveTLS()
}

// LinkData links the static data of all modules, native objects, and the units which static data refers into: they may
// refer to each other in circles.
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
		items = append(items, Item{Code: llvm.NewObject(o.Name, l.names.natives.objects[o.Number].Object),
			Native: o.Number})
	}
	return items
}

// reserveSections keeps together what is in sections that the program walks from __start_ to __stop_.
func (l *Loader) reserveSections() error {
	for name, section := range l.names.boundedSections() {
		const slack = 4096 // for what inline assembly adds
		start, err := l.linker.Reserve(name, section.Size+slack, section.Code)
		if err != nil {
			return err
		}
		l.names.sections[name] = start
	}
	return nil
}

// tlsSection holds the descriptors of thread-local variables: two words each, the module and the offset in it
// (tls_index in the x86-64 psABI). A variable's address is, to the linker, that of its descriptor.
const tlsSection = "orcast.tls"

func (l *Loader) reserveTLS() error {
	if err := l.names.reserveNativeTLS(); err != nil {
		return err
	}
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
	for _, o := range l.Program.Objects {
		for _, s := range o.Defined {
			if s.TLS && s.Kept {
				external = append(external, s.Name)
			}
		}
	}
	if len(own)+len(external) == 0 {
		return nil
	}
	at, err := l.linker.Reserve(tlsSection, uint64(16*(len(own)+len(external))), false)
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

// Complete gives the thread-local variables of the program the initial values that the linker has found since the
// executor loaded them.
func (l *Loader) Complete() error { return l.names.settleTLS() }

// StaticTLS is for how many bytes of thread-local storage the executor has to have room in the static block of every
// thread, 0 if any process has.
func (l *Loader) StaticTLS() uint64 { return l.names.staticTLS() }

// Start has libraries use what the program defines, and returns what the executor is to call.
func (l *Loader) Start() (s stub.Start, err error) {
	if err := l.names.executor.Interpose(l.names.interposing()); err != nil {
		return s, err
	}
	s.IFuncs = l.names.nativeIFuncs()
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

// Explain turns an error of Link into one that says what is undefined, who needs it and what to do. f is the function
// that was linked, program.NoFunc for static data.
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
