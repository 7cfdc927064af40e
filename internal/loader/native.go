package loader

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/object"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
)

// natives are the native objects of a program as they are linked, and what these need that modules do not: offsets from
// the thread pointer, copies of libraries' variables, stubs of functions that no module has.
type natives struct {
	objects []*object.Prepared
	near    []string       // what code reaches by 32-bit offsets and libraries may have
	offsets []string       // thread-local variables that no input defines
	stubs   map[string]int // the number of the stub: of ifuncs, and of near names, which may be functions
	usesTLS bool
}

// prepareNatives makes the native objects ready for the linker. Stubs are numbered from first on.
func prepareNatives(p *program.Program, first int) (natives, error) {
	n := natives{stubs: map[string]int{}}
	stub := func(name string) {
		if _, ok := n.stubs[name]; !ok {
			n.stubs[name] = first + len(n.stubs)
		}
	}
	for _, o := range p.Objects {
		prepared, err := prepareNative(o)
		if err != nil {
			return n, err
		}
		n.objects = append(n.objects, prepared)
		n.usesTLS = n.usesTLS || prepared.UsesTLS
		prepared.IFuncs = slices.DeleteFunc(prepared.IFuncs, func(f object.IFunc) bool {
			return f.Global && !keeps(p, o.Number, f.Name)
		})
		for _, f := range prepared.IFuncs {
			stub(f.Name)
		}
		for _, name := range prepared.Near {
			if _, known := n.stubs[name]; !known && inLibraries(p, name) {
				n.near = append(n.near, name)
				stub(name)
			}
		}
	}
	for _, x := range p.External {
		if n.usesTLS && x.TLS {
			n.offsets = append(n.offsets, x.Name)
		}
	}
	return n, nil
}

func prepareNative(o *program.Object) (*object.Prepared, error) {
	prepared, err := object.Prepare(o.Data, fmt.Sprintf("orcast.%d.", o.Number))
	if err != nil {
		return nil, fmt.Errorf("%s: the object cannot be linked: %w", o.Name, err)
	}
	if prepared.TLSAlign > maxTLSAlign {
		return nil, fmt.Errorf("%s: thread-local variables aligned to %d bytes are not supported; the most is %d",
			o.Name, prepared.TLSAlign, maxTLSAlign)
	}
	return prepared, nil
}

// inLibraries says whether a name is one that libraries may have as a function or variable.
func inLibraries(p *program.Program, name string) bool {
	ref, ok := p.Lookup(name)
	return ok && ref.External != nil && !ref.External.TLS && !ref.External.ByLinker()
}

// keeps says whether a native object's definition of a name is the program's.
func keeps(p *program.Program, o int, name string) bool {
	ref, ok := p.Lookup(name)
	return !ok || ref.Object != nil && ref.Object.Object.Number == o
}

// nameIFuncs makes the names of native objects' ifuncs mean their stubs.
func (n *names) nameIFuncs() {
	for _, o := range n.natives.objects {
		for _, f := range o.IFuncs {
			n.defined[f.Name] = n.region.StubAddress(n.natives.stubs[f.Name])
		}
	}
}

// nativeIFuncs says what is to be called for the addresses of native objects' ifuncs.
func (n *names) nativeIFuncs() (list []stub.IFunc) {
	for _, o := range n.natives.objects {
		for _, f := range o.IFuncs {
			list = append(list, stub.IFunc{Func: n.natives.stubs[f.Name], Resolver: n.defined[f.Resolver]})
		}
	}
	return list
}

// maxTLSAlign is a page: images begin at one.
const maxTLSAlign = 4096

// threadLocals is the program's block of thread-local memory, of which every thread has one: first the variables of
// native objects as the linker placed them, then those of modules.
type threadLocals struct {
	start       uint64 // where the linker places those of native objects
	nativeSize  uint64
	size, align uint64
	offsets     map[*program.Symbol]uint64 // of modules' variables
	image       []byte                     // how the block begins, as it was loaded
	joined      stub.Joined
}

// reserveNativeTLS keeps the thread-local variables of native objects together.
func (n *names) reserveNativeTLS() (err error) {
	t := &n.tls
	t.align = 1
	room := uint64(0)
	for _, o := range n.natives.objects {
		room += o.TLSSize
		t.align = max(t.align, o.TLSAlign)
	}
	if room > 0 {
		t.start, err = n.linker.Reserve(llvm.TLSSection, room, false)
	}
	return err
}

// staticTLS is how many bytes of the static block of every thread native objects may need, 0 if they are few enough for
// any process: glibc sets about 1,600 aside, for libraries too.
func (n *names) staticTLS() uint64 {
	const few, others = 1024, 4096
	if !n.natives.usesTLS {
		return 0
	}
	room := uint64(0)
	for _, o := range n.natives.objects {
		room += o.TLSSize
	}
	for _, s := range n.program.Symbols {
		if s.Kind == program.TLS {
			room += uint64(s.Def.Size) + uint64(max(s.Align, 16))
		}
	}
	if room <= few {
		return 0
	}
	return room + others
}

// layOutTLS gives thread-local variables their places in the block; the linker has placed all of them.
func (n *names) layOutTLS() {
	t := &n.tls
	if t.start != 0 {
		t.nativeSize = n.linker.ReservedEnd(llvm.TLSSection) - t.start
	}
	t.size, t.offsets = t.nativeSize, map[*program.Symbol]uint64{}
	for _, s := range n.program.Symbols {
		if s.Kind == program.TLS && s.Aliasee == nil {
			p := n.linker.Place(int(s.Number))
			align := max(p.Align, 1)
			t.size = (t.size + align - 1) &^ (align - 1)
			t.align = max(t.align, align)
			t.offsets[s] = t.size
			t.size += p.Size
		}
	}
	for _, s := range n.program.Symbols {
		if s.Kind == program.TLS && s.Aliasee != nil {
			inside := n.linker.Place(int(s.Number)).Address - n.linker.Place(int(s.Aliasee.Number)).Address
			t.offsets[s] = t.offsets[s.Aliasee] + inside
		}
	}
}

// tlsImage puts together how the block begins; what follows is zero.
func (n *names) tlsImage() []byte {
	t := &n.tls
	var image []byte
	if t.nativeSize > 0 {
		image = append(image, n.region.Bytes(t.start, int(t.nativeSize))...)
	}
	zeroStart, zeroSize, _ := n.region.Zone(stub.Zero)
	for _, s := range n.program.Symbols {
		if s.Kind != program.TLS || s.Aliasee != nil {
			continue
		}
		if p := n.linker.Place(int(s.Number)); p.Address-zeroStart >= zeroSize {
			image = append(image, make([]byte, t.offsets[s]-uint64(len(image)))...)
			image = append(image, n.region.Bytes(p.Address, int(p.Size))...)
		}
	}
	return append(image, make([]byte, -len(image)&7)...)
}

// copySpace is room for the copies of libraries' variables, in bytes; none is used that no copy takes.
const copySpace = 4 << 20

const copySection = "orcast.copies"

// join has the executor load the library that stands for the program, and the libraries that the program needs. The
// caller holds n.mu.
func (n *names) join() (err error) {
	n.layOutTLS()
	t := &n.tls
	t.image = n.tlsImage()
	j := stub.Joining{Image: t.image, Size: max(t.size, uint64(len(t.image))), Align: t.align,
		Static: n.natives.usesTLS, Offsets: n.natives.offsets}
	if n.local {
		for _, library := range n.program.Libraries {
			if err := n.executor.Load(library); err != nil {
				return err
			}
		}
	} else if err := n.joinLibraries(&j); err != nil {
		return err
	}
	if j.Size == 0 && len(j.Offsets)+len(j.Definitions)+len(j.Libraries)+len(j.Near) == 0 {
		return nil
	}
	t.joined, err = n.executor.Join(j)
	var constructor *stub.ConstructorError
	if errors.As(err, &constructor) && constructor.Called >= 0 && constructor.Called < len(n.program.Functions) {
		return errors.New(constructor.With(n.program.Functions[constructor.Called].Name))
	}
	if errors.Is(err, stub.ErrNoStaticRoom) {
		return fmt.Errorf("the program's native objects reach thread-local variables, of %d bytes together and of "+
			"libraries, at fixed offsets from the thread pointer, and the C library has no room for that; set "+
			"GLIBC_TUNABLES=glibc.rtld.optional_static_tls=%d in the environment", j.Size, 4*j.Size+1<<16)
	}
	n.linker.SetTLS(t.joined.FromThread - t.start)
	for s, offset := range t.offsets {
		writeDescriptor(n.region, n.linker.Address(int(s.Number)), t.joined.Module, offset)
	}
	return err
}

// joinLibraries adds what libraries see of the program, and what the program has of theirs.
func (n *names) joinLibraries(j *stub.Joining) error {
	j.Libraries = n.program.Libraries
	if len(j.Libraries) > 0 || n.program.Loads() {
		j.Definitions = n.visible()
	}
	if j.Near = n.natives.near; len(j.Near) == 0 {
		return nil
	}
	start, err := n.linker.Reserve(copySection, copySpace, false)
	j.Space = stub.Span{Start: start, End: start + copySpace}
	return err
}

// settleTLS gives the words of thread-local variables their values that had none when the image was loaded.
func (n *names) settleTLS() error {
	t := &n.tls
	var words []stub.TLSWord
	image := n.tlsImage()
	for at := 0; at < len(image); at += 8 {
		if value := binary.LittleEndian.Uint64(image[at:]); value != binary.LittleEndian.Uint64(t.image[at:]) {
			words = append(words, stub.TLSWord{Offset: uint64(at), Value: value})
		}
	}
	return n.executor.SetTLS(t.joined, words)
}

// bindNear makes copies, and stubs of functions, what near names mean. The caller holds n.mu.
func (n *names) bindNear() {
	for i, name := range n.natives.near {
		if i >= len(n.tls.joined.Copies) {
			return // nothing has copies in this process
		}
		number := n.natives.stubs[name]
		switch at := n.tls.joined.Copies[i]; at {
		case 0:
		case stub.IsFunction:
			n.region.Bind(number, n.found[name].Address)
			n.near[name] = n.region.StubAddress(number)
		default:
			n.near[name] = at
		}
	}
}

// nearby finds what stands within 32-bit reach of native objects for what libraries have. The caller holds n.mu.
func (n *names) nearby(u use) (uint64, bool) {
	address, ok := n.near[u.name]
	return address, ok && u.native
}

// asThreadLocal is what a thread-local variable is linked to, if it is one which the linker has no address for: its
// distance from the thread pointer in native objects, in modules the address of its descriptor. The caller holds n.mu.
func (n *names) asThreadLocal(u use) (uint64, bool) {
	t, ref := &n.tls, u.ref
	switch {
	case ref.Symbol != nil && ref.Symbol.Kind == program.TLS && u.native:
		return t.joined.FromThread + t.offsets[ref.Symbol], true
	case ref.Object != nil && ref.Object.TLS && u.native:
		return t.joined.FromThread + n.defined[u.name] - t.start, true
	case ref.Object != nil && ref.Object.TLS:
		at := n.descriptors[u.name]
		if at != 0 {
			writeDescriptor(n.region, at, t.joined.Module, n.defined[u.name]-t.start)
		}
		return at, at != 0
	case ref.External != nil && ref.External.TLS && u.native && n.found[u.name].FromThread != 0:
		return n.found[u.name].FromThread, true
	}
	return 0, false
}

// visible are the program's definitions which libraries can see. The caller holds n.mu.
func (n *names) visible() []stub.Definition {
	var list []stub.Definition
	for name, ref := range n.program.Visible {
		d := stub.Definition{Name: name}
		switch {
		case ref.Symbol != nil && ref.Symbol.Kind == program.TLS:
			d.ThreadLocal, d.Address = true, n.tls.offsets[ref.Symbol]
		case ref.Symbol != nil:
			d.Address = n.linker.Address(int(ref.Symbol.Number))
		default:
			d.Address = n.defined[name]
			if ref.Object != nil && ref.Object.TLS {
				d.ThreadLocal, d.Address = true, d.Address-n.tls.start
			}
		}
		if d.Address != 0 || d.ThreadLocal {
			list = append(list, d)
		}
	}
	return list
}

// interposing are the definitions that libraries are bound to which were loaded before: thread-local ones cannot be.
func (n *names) interposing() (list []stub.Definition) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, d := range n.visible() {
		if !d.ThreadLocal {
			list = append(list, d)
		}
	}
	return list
}

// boundedSections are the sections of which the program sees the bounds, and how large they get.
func (n *names) boundedSections() map[string]*object.Section {
	list := map[string]*object.Section{}
	for _, x := range n.program.External {
		if section := x.SectionStart + x.SectionStop; section != "" {
			list[section] = &object.Section{Name: section}
		}
	}
	for _, s := range n.program.Symbols {
		switch l := list[s.Def.Section]; {
		case !s.Bounded:
		case s.Kind == program.Function:
			const most = 32 // bytes of code for each of bitcode, and more
			l.Size += uint64(s.Def.Body.End-s.Def.Body.Start)*most + stub.Granule
			l.Code = true
		case s.Kind == program.Data:
			l.Size += uint64(s.Def.Size) + uint64(max(s.Align, 64))
		}
	}
	for _, o := range n.natives.objects {
		for _, s := range o.Sections {
			if l := list[s.Name]; l != nil {
				l.Size += s.Size + max(s.Align, stub.Granule)
				l.Code = l.Code || s.Code
			}
		}
	}
	return list
}
