package bitcode

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
)

// Digest says what a definition compiles to, but for what its Refs are linked to. Two definitions with the same Hash
// are the same code, from whatever modules they are, if the Environments of these are equal too, and if their Refs mean
// the same to whoever compiles them: their names are not in the Hash.
type Digest struct {
	Hash [32]byte
	// Refs are the global values that the definition mentions, each once, in the order of first mention. A function
	// that calls itself is among them.
	Refs []*Symbol
}

// Digest digests a function with its body, a variable with its initialiser or an alias. What stands elsewhere in the
// module has no part in it, nor have the numbers of types, constants, attributes and metadata, names of values, orders
// of uses, and debug information, of which code generation is to see nothing. Of an alias of an alias it follows both.
//
// Every operand of every record is in the Hash: as it is, or if it is the number of something, by the content of that.
// What cannot be told so makes an error: records that no LLVM since 15 writes or that are not known, typed pointers,
// blocks of functions of which something else has addresses, garbage collectors, funclets. There is then no saying what
// the definition depends on, other than on all of the module. Any number of goroutines may call it.
func (s *Symbol) Digest() (Digest, error) {
	if s.Kind == FunctionSymbol {
		return s.digestFunction()
	}
	if s.Declaration {
		return Digest{}, fmt.Errorf("%s: %q has no initialiser: it is only declared", s.Module.File.Name, s.Name)
	}
	w := newDigester(s.Module, nil)
	defer w.release()
	w.throughAliases = s.Kind == AliasSymbol
	w.definition(s)
	return w.finish(s)
}

// Environment digests what of a module is in everything that is compiled of it: triple, data layout and module flags.
func (m *Module) Environment() ([32]byte, error) {
	w := newDigester(m, nil)
	defer w.release()
	w.text(m.Triple)
	w.text(m.DataLayout)
	for _, flag := range w.nodes.module.named["llvm.module.flags"] {
		w.node(flag)
	}
	if w.err != nil {
		return [32]byte{}, fmt.Errorf("%s: the flags of the module: %w", m.File.Name, w.err)
	}
	return sha256.Sum256(w.out), nil
}

// What stands in the hashed bytes for what a number means.
const (
	markArgument = iota
	markInstruction
	markSymbol
	markConstant
	markAgain // the constant, symbol or node of that number, counted in the order of first mention
	markNothing
	markNode
	markDebug
	markShared
)

// digester writes what is to be hashed. It digests one definition. What it writes tells what it was made of: of two
// different things none can be the same bytes.
type digester struct {
	module *Module
	tables *digestTables
	body   *decoder   // of the function; nil for others
	local  rawRecords // constants of the function
	nodes  metadataReader
	own    metadataTable // of the function
	out    []byte
	refs   []*Symbol
	values ordinals // of symbols and constants
	// Ordinals of metadata, and of such as says where something stands in the source, by their numbers.
	seen, places map[uint64]uint64
	operands     []uint64 // of nodes that are being written
	depth        int      // of constants and metadata
	err          error

	throughAliases bool
}

var digesters = sync.Pool{New: func() any {
	return &digester{seen: map[uint64]uint64{}, places: map[uint64]uint64{}}
}}

func newDigester(m *Module, body *decoder) *digester {
	w := digesters.Get().(*digester)
	w.module, w.tables, w.body = m, m.digestTables(), body
	w.err = w.tables.err
	nodes, err := m.metadata()
	w.err = cmp.Or(w.err, err)
	w.own.begin(nodes.end())
	room := w.nodes.ops
	w.nodes = metadataReader{stream: m.stream(), module: nodes, local: &w.own}
	w.nodes.ops = room
	return w
}

// release keeps nothing but the room that was taken.
func (w *digester) release() {
	w.local.clear()
	w.own.begin(0)
	w.values.clear()
	clear(w.seen)
	clear(w.places)
	*w = digester{out: w.out[:0], local: w.local, own: w.own, values: w.values, seen: w.seen, places: w.places,
		operands: w.operands[:0], nodes: metadataReader{stream: stream{ops: w.nodes.ops}}}
	digesters.Put(w)
}

func (w *digester) finish(s *Symbol) (Digest, error) {
	if w.err != nil {
		return Digest{}, fmt.Errorf("%s: %q: %w", w.module.File.Name, s.Name, w.err)
	}
	return Digest{sha256.Sum256(w.out), w.refs}, nil
}

// unclear records the first thing that is not understood.
func (w *digester) unclear(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("its content cannot be told: "+format, args...)
	}
}

func (w *digester) number(n uint64) {
	if n < 0x80 {
		w.out = append(w.out, byte(n))
	} else {
		w.out = binary.AppendUvarint(w.out, n)
	}
}

func (w *digester) text(s string) {
	w.number(uint64(len(s)))
	w.out = append(w.out, s...)
}

func (w *digester) flag(b bool) {
	if b {
		w.number(1)
	} else {
		w.number(0)
	}
}

// typ writes the structure of a type. The names of structures make no difference.
func (w *digester) typ(id uint64) {
	if id >= uint64(len(w.tables.types)) {
		w.unclear("there is no type %d", id)
		return
	}
	t := &w.tables.types[id]
	if t.unclear != "" {
		w.unclear("%s", t.unclear)
	}
	w.out = append(w.out, t.hash[:]...)
}

// attributes writes a list of attributes.
func (w *digester) attributes(list uint64) {
	if list == 0 {
		w.number(0)
		return
	}
	if list > uint64(len(w.tables.attributes)) {
		w.unclear("there is no list of attributes %d", list)
		return
	}
	a := &w.tables.attributes[list-1]
	if a.unclear != "" {
		w.unclear("%s", a.unclear)
	}
	w.number(1)
	w.out = append(w.out, a.hash[:]...)
}

// value writes a value of the function or the module.
func (w *digester) value(v ValueID) {
	switch {
	case v == NoValue: // LLVM may read something else in the record
		w.unclear("an operand is no value")
	case w.body != nil && v >= w.body.body.firstDef:
		w.number(markInstruction)
		w.number(uint64(v - w.body.body.firstDef))
	case w.body != nil && v >= w.body.body.firstArg && v < w.body.body.firstConst:
		w.number(markArgument)
		w.number(uint64(v - w.body.body.firstArg))
	case w.body == nil && uint64(v) >= uint64(len(w.module.list)):
		w.unclear("there is no constant %d", v)
	default:
		if n, again := w.values.of(uint64(v)); again {
			w.number(markAgain)
			w.number(n)
		} else if s := w.module.symbolOf(v); s != nil {
			w.symbol(s)
		} else {
			w.constant(v)
		}
	}
}

// symbol writes what a mention of a global value says of it.
func (w *digester) symbol(s *Symbol) {
	w.refs = append(w.refs, s)
	w.number(markSymbol)
	w.number(uint64(s.Kind))
	w.typ(uint64(s.Type))
	w.number(uint64(s.AddrSpace))
	w.number(uint64(s.ThreadLocal))
	w.flag(s.Constant)
	w.number(uint64(s.CallConv))
	w.attributes(uint64(s.Attributes))
	if strings.HasPrefix(s.Name, "llvm.") { // LLVM's own, which it knows by their names
		w.text(s.Name)
	} else {
		w.text("")
	}
	if w.throughAliases && s.Kind == AliasSymbol && w.deeper() {
		w.value(s.value)
		w.depth--
	}
}

// definition writes what a symbol's own record says, and for a variable or an alias all.
func (w *digester) definition(s *Symbol) {
	const unsure = 1 << 31 // stands for this alignment and a larger one
	if s.Align == unsure {
		w.unclear("its alignment is as large as no other")
	}
	w.number(uint64(s.Kind))
	w.typ(uint64(s.Type))
	w.number(uint64(s.AddrSpace))
	w.number(uint64(s.ThreadLocal))
	w.number(uint64(s.Align))
	w.number(uint64(s.Unnamed))
	w.text(s.Section) // that of a function matters to programs that see its bounds
	if s.Kind == FunctionSymbol {
		if s.gc {
			w.unclear("it has a garbage collector")
		}
		w.number(uint64(s.CallConv))
		w.attributes(uint64(s.Attributes))
		for _, v := range s.extra {
			w.optional(v)
		}
		return
	}
	w.flag(s.Constant)
	w.value(s.value)
}

func (w *digester) optional(v ValueID) {
	if v == NoValue {
		w.number(markNothing)
	} else {
		w.value(v)
	}
}

// deeper goes down a level, of which constants and metadata may have only so many.
func (w *digester) deeper() bool {
	const deepest = 10_000
	if w.depth == deepest {
		w.unclear("it has more than %d levels", deepest)
		return false
	}
	w.depth++
	return true
}

// ordinals number things, which have numbers anyhow, in the order in which they are asked for.
type ordinals struct {
	given []ordinal // by a thing's own number
	round uint32    // says which of them are good
	next  uint32
}

type ordinal struct{ round, n uint32 }

// of is a thing's ordinal, and whether it was asked for before. Numbers must be less than there are things in the file.
func (o *ordinals) of(id uint64) (n uint64, again bool) {
	if o.round == 0 {
		o.clear()
	}
	if id >= uint64(len(o.given)) {
		o.given = append(o.given, make([]ordinal, id+1-uint64(len(o.given)))...)
	}
	if g := &o.given[id]; g.round != o.round {
		*g = ordinal{o.round, o.next}
		o.next++
		return uint64(g.n), false
	}
	return uint64(o.given[id].n), true
}

// clear forgets all ordinals.
func (o *ordinals) clear() {
	o.next = 0
	if o.round++; o.round == 0 {
		clear(o.given)
		o.round = 1
	}
}
