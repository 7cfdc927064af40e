package loader

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
)

// names answers the linker's questions about names; it implements llvm.Names.
type names struct {
	program   *program.Program
	region    *stub.Region
	linker    *llvm.Linker
	natives   natives
	undefined uint64            // the stub of every undefined function which data refers to
	host      map[string]uint64 // what the host gives to the program

	// mu guards what follows: written at start-up, and by bodies with inline assembly that defines symbols.
	mu          sync.Mutex
	found       map[string]stub.Found // what the executor has
	defined     map[string]uint64     // by module assembly and native objects
	near        map[string]uint64     // what stands within 32-bit reach for what the executor has
	tls         threadLocals
	sections    map[string]uint64 // start of each section that the program walks from __start_ to __stop_
	structors   []sectionStructors
	descriptors map[string]uint64 // where the tls_index of a library's thread-local variable is to stand
	executor    *stub.Executor
	local       bool           // the executor is this process
	libraries   stub.Libraries // nil until the executor has loaded them
	err         error          // why they could not be loaded
	staticData  bool           // static data is being linked: undefined functions may stay so until they are called
}

// sectionStructors are constructors or destructors that stand in a section of an object.
type sectionStructors struct {
	rank    rank
	fini    bool
	address uint64
	size    uint64
}

func newNames(p *program.Program, r *stub.Region, undefined uint64, host map[string]uint64) *names {
	return &names{program: p, region: r, undefined: undefined, host: host, found: map[string]stub.Found{},
		defined: map[string]uint64{}, near: map[string]uint64{}, sections: map[string]uint64{},
		descriptors: map[string]uint64{}, staticData: true}
}

// Lookup finds a name: what the program defines comes before what libraries have.
func (n *names) Lookup(module int, native bool, name string) (uint64, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lookup(module, native, name)
}

// use is a name as some input uses it.
type use struct {
	name   string
	native bool        // by a native object
	module int         // of IR that uses it, or whose assembly defines it; -1 if it is a native object's
	ref    program.Ref // what the program says of it; empty if it does not know the name
}

// lookup is Lookup for callers that hold n.mu.
func (n *names) lookup(module int, native bool, name string) (uint64, bool) {
	if n.load(); n.err != nil {
		return 0, false
	}
	u := use{name: name, native: native, module: module}
	if native {
		u.ref, _ = n.program.Lookup(name)
		u.module = -1
	} else {
		u.ref, _ = n.program.Modules[module].Lookup(name)
	}
	if u.ref.Asm != nil {
		u.module = int(u.ref.Asm.Module.Number)
	}
	if address, ok := n.asThreadLocal(u); ok {
		return address, true
	}
	if s := u.ref.Symbol; s != nil { // nobody else may define it
		address := n.linker.Address(int(s.Number))
		return address, address != 0
	}
	// Those who may say where a name leads, in the order of precedence. An answer that holds may be 0.
	for _, find := range [...]func(use) (address uint64, holds bool){
		n.inObjects, n.byLinker, n.inAssignments, n.nearby, n.inLibraries, n.asUndefined,
	} {
		if address, holds := find(u); holds {
			return address, true
		}
	}
	return 0, false
}

// inObjects finds what native objects and module assembly define.
func (n *names) inObjects(u use) (uint64, bool) {
	address, ok := n.defined[u.name]
	return address, ok
}

// byLinker finds what static linkers define: the bounds of sections that the program walks, and the edges of the whole.
func (n *names) byLinker(u use) (uint64, bool) {
	switch x := u.ref.External; {
	case x == nil:
		return 0, false
	case x.SectionStart != "":
		return n.sections[x.SectionStart], true
	case x.SectionStop != "":
		return n.linker.ReservedEnd(x.SectionStop), true
	case x.Edge != program.NoEdge:
		return n.edge(x.Edge, u.native), true
	}
	return 0, false
}

// edge returns the address of an edge of the program: its parts are zones, which stand in the order of an executable's.
// To native objects, of which most can name only what is within 32-bit reach, the program ends before the far zone.
func (n *names) edge(e program.Edge, native bool) uint64 {
	start := func(z stub.Zone) uint64 {
		target, _, _ := n.region.Zone(z)
		return target
	}
	switch e {
	case program.CodeStart:
		return start(stub.Stubs)
	case program.CodeEnd:
		return start(stub.RO)
	case program.DataStart:
		return start(stub.Data)
	case program.DataEnd, program.ZeroStart:
		return start(stub.Zero)
	}
	last := stub.Far
	if _, size, _ := n.region.Zone(last); size == 0 || native {
		last = stub.Zero
	}
	target, size, _ := n.region.Zone(last)
	return target + size
}

// inAssignments finds what module assembly lets a name stand for.
func (n *names) inAssignments(u use) (uint64, bool) {
	if u.module < 0 {
		return 0, false
	}
	return n.assigned(u.module, u.name)
}

// inLibraries finds a name in the executor's libraries. Names that the modules mention were looked up before the
// program started; code generation and assembly bring up a few more.
func (n *names) inLibraries(u use) (uint64, bool) {
	f, ok := n.found[u.name]
	if !ok {
		f.Address, _ = n.libraries.Find(u.name)
		n.found[u.name] = f
	}
	return f.Address, f.Address != 0
}

// asUndefined is what a name means that nobody defines and that may stay so: nothing if it is weak, or, as long as
// static data is linked, the stub of undefined functions.
func (n *names) asUndefined(u use) (uint64, bool) {
	x := u.ref.External
	if x == nil || x.Weak {
		return 0, x != nil
	}
	return n.undefined, x.Func && n.staticData
}

// ready makes the libraries' names known, if no lookup has done so, and ends the linking of static data. It
// returns what went wrong with the libraries.
func (n *names) ready() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.load()
	n.staticData = false
	return n.err
}

// load has the executor load the program's libraries and look up every name that the modules mention and do not
// define. Libraries may use what the program defines, so this is left until all of that has an address: when the
// linker, having placed all static data, asks for the first name. The caller holds n.mu.
func (n *names) load() {
	if n.libraries == nil && n.err == nil {
		n.libraries, n.err = n.loadLibraries()
	}
}

func (n *names) loadLibraries() (stub.Libraries, error) {
	if err := n.join(); err != nil {
		return nil, err
	}
	var wanted []stub.Name
	for _, x := range n.program.External {
		if !x.ByLinker() {
			wanted = append(wanted, stub.Name{Name: x.Name, ThreadLocal: x.TLS})
		}
	}
	found, err := n.executor.Resolve(wanted)
	if err != nil {
		return nil, err
	}
	if err := n.note(wanted, found); err != nil {
		return nil, err
	}
	n.bindNear()
	return n.executor.Libraries()
}

// note keeps where names are: what the host gives comes before what libraries have.
func (n *names) note(wanted []stub.Name, found []stub.Found) error {
	for name, address := range n.host {
		n.found[name] = stub.Found{Address: address}
	}
	for i, w := range wanted {
		if _, ok := n.host[w.Name]; ok {
			if w.ThreadLocal {
				return fmt.Errorf("%s is thread-local in the modules, which no address of the host's can stand for: "+
					"have a library define it", w.Name)
			}
			continue
		}
		n.found[w.Name] = found[i]
		if at := n.descriptors[w.Name]; at != 0 && found[i].Module != 0 {
			writeDescriptor(n.region, at, found[i].Module, found[i].Address)
			n.found[w.Name] = stub.Found{Address: at, FromThread: found[i].FromThread}
		}
	}
	return nil
}

// Define records what module assembly and native objects define.
func (n *names) Define(module int, native bool, name string, address uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.defined[name] = address
}

// Keeps implements llvm.Names.
func (n *names) Keeps(object int, name string) bool {
	return keeps(n.program, object, name)
}

// Code implements llvm.Names.
func (n *names) Code(address, size, ehFrame, ehFrameSize uint64) {
	if err := n.region.AddUnwind(address, size, ehFrame, ehFrameSize); err != nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.err = err
	}
}

// preinit comes before all priorities of constructors.
const preinit = -1

// Structors implements llvm.Names. Sections are called .init_array or .init_array.PRIORITY, .preinit_array has none.
func (n *names) Structors(module int, native bool, section string, address, size uint64) {
	priority := 65535
	if section == ".preinit_array" {
		priority = preinit
	}
	if _, suffix, ok := strings.Cut(section[1:], "."); ok {
		fmt.Sscanf(suffix, "%d", &priority)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	input := 0
	if native {
		input = n.program.Objects[module].Input
	} else {
		input = n.program.Modules[module].Input
	}
	n.structors = append(n.structors, sectionStructors{rank{priority, input}, strings.HasPrefix(section, ".fini"),
		address, size})
}

// structorsInSections returns the constructors, or destructors, that stand in sections.
func (n *names) structorsInSections(fini bool) []structor {
	var list []structor
	for _, s := range n.structors {
		if s.fini != fini {
			continue
		}
		words := n.region.Bytes(s.address, int(s.size))
		for ; len(words) >= 8; words = words[8:] {
			list = append(list, structor{s.rank, binary.LittleEndian.Uint64(words)})
		}
	}
	return list
}

// structor is a constructor or destructor.
type structor struct {
	rank
	address uint64
}

// rank is the place of constructors among others: by priority, then in link order.
type rank struct{ priority, input int }

func (r rank) compare(other structor) int {
	return cmp.Or(cmp.Compare(r.priority, other.priority), cmp.Compare(r.input, other.input))
}

// inOrder sorts constructors, keeping the given order among equals.
func inOrder(lists ...[]structor) []uint64 {
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, structor.compare)
	addresses := make([]uint64, len(all))
	for i, p := range all {
		addresses[i] = p.address
	}
	return addresses
}
