package jit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
	"github.com/orcast/orcast/trace"
)

// startProgram brings the executor to the point where the program begins: libraries, addresses, static data and
// thread-local storage are in place; and then has it begin. Workers compile meanwhile.
func (e *Session) startProgram(executor *stub.Executor, begin func(stub.Start) error) error {
	e.names.executor = executor
	if err := e.linkData(executor); err != nil {
		return err
	}
	close(e.linkable)
	e.trace.started()
	if err := executor.Interpose(e.visible()); err != nil {
		return err
	}
	s, err := e.startAddresses()
	if err != nil {
		return err
	}
	return begin(s)
}

// visible are the program's definitions which libraries can see.
func (e *Session) visible() []stub.Definition {
	var list []stub.Definition
	for _, s := range e.program.Symbols {
		if !s.Local && s.Kind != program.TLS && s.Def.Visibility == bitcode.DefaultVisibility {
			if address := e.linker.Address(int(s.Number)); address != 0 {
				list = append(list, stub.Definition{Name: s.Name, Address: address})
			}
		}
	}
	return list
}

// linkData links the static data of all modules, native objects, and the units which static data refers into:
// they may refer to each other in circles.
func (e *Session) linkData(executor *stub.Executor) error {
	if err := e.reserveSections(); err != nil {
		return err
	}
	if err := e.reserveTLS(); err != nil {
		return err
	}
	var items []llvm.Item
	for i, result := range e.data {
		r := <-result
		if r.err != nil {
			return fmt.Errorf("%s: compiling static data: %w", e.program.Modules[i].Name, r.err)
		}
		items = append(items, llvm.Item{Object: r.object, Module: e.modules[i], Edited: r.edited})
	}
	for _, o := range e.program.Objects {
		items = append(items, llvm.Item{Object: llvm.NewObject(o.Name, o.Data), Native: o.Number})
	}
	units, owners, err := e.compileOwners()
	if err != nil {
		return err
	}
	items = append(items, units...)
	early, ready := e.warm.early()
	items, owners = append(items, early...), append(owners, ready...)
	defer func() {
		for _, it := range items {
			it.Object.Close()
		}
	}()
	timer := startTimer(&e.linkNS)
	linked, err := e.linker.Link(items)
	timer.stop()
	if notReady := e.names.ready(); notReady != nil {
		return notReady
	}
	if err != nil {
		return e.explain(-1, err)
	}
	for i, l := range linked {
		e.codeBytes.Add(int64(l.CodeSize))
		if err := e.addUnwind(l); err != nil {
			return fmt.Errorf("%s: %w", e.itemName(items[i]), err)
		}
	}
	e.queue.Done(owners)
	e.publish(owners)
	e.warm.linkFirst()
	return e.loadTLS(executor)
}

func (e *Session) itemName(it llvm.Item) string {
	if it.Module == nil {
		return e.program.Objects[it.Native].Name
	}
	return it.Module.Name()
}

// claimOwners finds functions whose variables with block addresses are named in other static data. Only when they
// are compiled has that data an address for those, so they are linked with it.
func (e *Session) claimOwners() {
	for _, m := range e.program.Modules {
		for _, s := range m.Symbols {
			if s.Kind != program.Data || e.owned.owners[uint32(s.Number)] != nil {
				continue
			}
			for _, r := range s.Def.Refs {
				target := m.Ref(r).Symbol
				if target == nil || e.owned.owners[uint32(target.Number)] == nil {
					continue
				}
				if owner := int(e.owned.owners[uint32(target.Number)].Func); e.queue.Claim(owner, sched.Demand) {
					e.owners = append(e.owners, owner)
				}
			}
		}
	}
}

// compileOwners makes objects of the functions that claimOwners found, and of those which share their blocks' addresses.
func (e *Session) compileOwners() (items []llvm.Item, functions []int, err error) {
	w := &worker{engine: e, number: starter}
	defer w.close()
	for _, owner := range e.owners {
		if slices.Contains(functions, owner) {
			continue
		}
		span := e.trace.begin(e.program.Functions[owner].Module.Number, w.number)
		unit, object, err := w.compile([]int{owner})
		if err != nil {
			return nil, nil, err
		}
		span.compiled()
		if object == nil {
			return nil, nil, fmt.Errorf("compiling %s: the blocks whose addresses it shares with other functions are in use already", e.functionName(owner))
		}
		module := e.program.Functions[owner].Module.Number
		span.end(unit, trace.Demand)
		e.warm.keep(module, unit, object, len(unit) > 1)
		items = append(items, llvm.Item{Object: object, Module: e.modules[module]})
		functions = append(functions, unit...)
	}
	return items, functions, nil
}

// reserveSections keeps variables together whose section the program walks from __start_ to __stop_.
func (e *Session) reserveSections() error {
	for _, x := range e.program.External {
		section := x.SectionStart
		if section == "" {
			section = x.SectionStop
		}
		if section == "" || e.names.sections[section] != 0 {
			continue
		}
		size := uint64(4096)
		for _, s := range e.program.Symbols {
			if s.Kind == program.Data && s.Def.Section == section {
				size += uint64(s.Def.Size) + uint64(max(s.Align, 64))
			}
		}
		start, err := e.linker.Reserve(section, size)
		if err != nil {
			return err
		}
		e.names.sections[section] = start
	}
	return nil
}

// tlsSection holds the descriptors of thread-local variables: two words each, the module and the offset in it
// (tls_index in the x86-64 psABI). A variable's address is, to the linker, that of its descriptor.
const tlsSection = "orcast.tls"

func (e *Session) reserveTLS() error {
	var own []*program.Symbol
	for _, s := range e.program.Symbols {
		if s.Kind == program.TLS {
			if s.Def.Kind != bitcode.VariableSymbol {
				return fmt.Errorf("%s: %s is an alias of a thread-local variable, which is not supported: name the variable itself", s.Module.Name, s.Name)
			}
			own = append(own, s)
		}
	}
	var external []string
	for _, x := range e.program.External {
		if x.TLS {
			external = append(external, x.Name)
		}
	}
	if len(own)+len(external) == 0 {
		return nil
	}
	at, err := e.linker.Reserve(tlsSection, uint64(16*(len(own)+len(external))))
	if err != nil {
		return err
	}
	for _, name := range external {
		e.names.descriptors[name] = at
		at += 16
	}
	for _, s := range own {
		e.linker.SetAddress(int(s.Number), at)
		at += 16
	}
	return nil
}

func (e *Session) writeDescriptor(at, module, offset uint64) {
	binary.LittleEndian.PutUint64(e.region.Bytes(at, 8), module)
	binary.LittleEndian.PutUint64(e.region.Bytes(at+8, 8), offset)
}

// loadTLS gathers the initial images of the program's thread-local variables, which the linker has relocated, into one.
func (e *Session) loadTLS(executor *stub.Executor) error {
	var image []byte
	size, align := uint64(0), uint64(1)
	offsets := map[*program.Symbol]uint64{}
	zeroStart, zeroSize, _ := e.region.Zone(stub.Zero)
	for _, s := range e.program.Symbols {
		if s.Kind != program.TLS {
			continue
		}
		p := e.linker.Place(int(s.Number))
		a := max(p.Align, 1)
		size = (size + a - 1) &^ (a - 1)
		align = max(align, a)
		offsets[s] = size
		if p.Address-zeroStart >= zeroSize {
			image = append(image, make([]byte, size-uint64(len(image)))...)
			image = append(image, e.region.Bytes(p.Address, int(p.Size))...)
		}
		size += p.Size
	}
	if len(offsets) == 0 {
		return nil
	}
	module, err := executor.LoadTLS(image, size, align)
	if err != nil {
		return err
	}
	for s, offset := range offsets {
		e.writeDescriptor(e.linker.Address(int(s.Number)), module, offset)
	}
	return nil
}

// startAddresses tells the executor what to call.
func (e *Session) startAddresses() (stub.Start, error) {
	var s stub.Start
	for i, f := range e.program.Functions {
		if f.Kind == program.IFunc {
			s.IFuncs = append(s.IFuncs, stub.IFunc{Func: i, Resolver: e.region.StubAddress(int(f.Resolver.Func))})
		}
	}
	s.Constructors = inOrder(e.names.native(false), e.structors(e.program.Ctors))
	for _, d := range e.structors(e.program.Dtors) {
		s.Destructors = append(s.Destructors, d.address)
	}
	fini := inOrder(e.names.native(true))
	slices.Reverse(fini)
	s.Destructors = append(s.Destructors, fini...)
	entry, ok := e.address(e.program.Entry)
	if !ok && e.executor == nil {
		return s, fmt.Errorf("the entry function %s has no address", e.options.Entry)
	}
	s.Entry = entry
	return s, nil
}

func (e *Session) structors(list []program.Structor) []prioritized {
	var out []prioritized
	for _, c := range list {
		if address, ok := e.address(c.Func); ok {
			out = append(out, prioritized{int(c.Priority), address})
		}
	}
	return out
}

// address is what a Ref means to the executor.
func (e *Session) address(r program.Ref) (uint64, bool) {
	switch {
	case r.Symbol != nil:
		a := e.linker.Address(int(r.Symbol.Number))
		return a, a != 0
	case r.Object != nil:
		return e.names.Lookup(r.Object.Object.Number, true, r.Object.Name)
	case r.Asm != nil:
		return e.names.Lookup(r.Asm.Module.Number, false, r.Asm.Name)
	case r.External != nil:
		return e.names.Lookup(0, true, r.External.Name)
	}
	return 0, false
}

// explain turns a linker's error into one that says what is undefined, who needs it and what to do. f is the
// function that was linked, -1 for static data.
func (e *Session) explain(f int, err error) error {
	var failure *llvm.LinkError
	if errors.As(err, &failure) && len(failure.Missing) > 0 {
		return e.undefinedError(failure.Missing)
	}
	if f < 0 {
		return fmt.Errorf("linking static data: %w", err)
	}
	return fmt.Errorf("%s: linking %s: %w", e.program.Functions[f].Module.Name, e.functionName(f), err)
}

// undefinedError names all undefined symbols of the program, and missing, each with somebody who refers to it.
func (e *Session) undefinedError(missing []string) error {
	undefined := map[string]bool{}
	for _, name := range missing {
		undefined[name] = true
	}
	e.names.mu.Lock()
	for _, x := range e.program.External {
		if !x.Weak && x.SectionStart == "" && x.SectionStop == "" && e.names.found[x.Name] == (stub.Found{}) {
			undefined[x.Name] = true
		}
	}
	e.names.mu.Unlock()
	who := e.program.WhoRefers(undefined)
	var lines []string
	for name := range undefined {
		line := "  " + name
		if w := who[name]; w != "" {
			line += ", which " + w + " refers to"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	advice := "or a library with --load"
	if e.executor != nil {
		advice = "a library, or an address by Define"
	}
	return fmt.Errorf("undefined symbols (add the file that defines them, %s):\n%s", advice, strings.Join(lines, "\n"))
}
