package bitcode

import (
	"math/bits"
	"strconv"
	"strings"
)

// dataLayout computes the sizes of types by a data layout string (LLVM's LangRef, "Data Layout"), and by the
// habits of 64-bit machines where the string says nothing. Alignments and sizes are in bytes.
type dataLayout struct {
	types     []Type
	integers  []alignment // by rising width
	floats    []alignment
	vectors   []alignment
	aggregate uint64
	pointers  map[uint32]extent // by address space; 0 is always there
	known     []extent          // by type
	asked     []bool            // by type: known is set, or being computed
	depth     int
}

type alignment struct {
	bits  uint64
	align uint64
}

// extent is what a type occupies. Without an alignment it is not known.
type extent struct {
	store uint64 // bytes that a store writes
	align uint64
}

// size is the distance of the elements of an array.
func (e extent) size() (uint64, bool) {
	if e.align == 0 || e.store > 1<<62 {
		return 0, false
	}
	return (e.store + e.align - 1) &^ (e.align - 1), true
}

// maxTypeDepth is how deeply types may be nested to have a size here.
const maxTypeDepth = 1000

func parseLayout(m *Module) *dataLayout {
	l := &dataLayout{
		types:     m.Types,
		integers:  []alignment{{1, 1}, {8, 1}, {16, 2}, {32, 4}, {64, 8}},
		floats:    []alignment{{16, 2}, {32, 4}, {64, 8}, {128, 16}},
		vectors:   []alignment{{64, 8}, {128, 16}},
		aggregate: 1,
		pointers:  map[uint32]extent{0: {8, 8}},
		known:     make([]extent, len(m.Types)),
		asked:     make([]bool, len(m.Types)),
	}
	if strings.HasPrefix(m.Triple, "x86_64") {
		l.integers = append(l.integers, alignment{128, 16}) // LLVM adds that to layouts of LLVM 17 and older
	}
	for spec := range strings.SplitSeq(m.DataLayout, "-") {
		l.specify(spec)
	}
	return l
}

// specify takes up one specification, such as "i64:64" or "p270:32:32". Those it does not know change no size.
func (l *dataLayout) specify(spec string) {
	if spec == "" {
		return
	}
	fields := strings.Split(spec[1:], ":")
	width, _ := strconv.ParseUint(fields[0], 10, 24)
	number := func(i int) uint64 {
		if i >= len(fields) {
			return 0
		}
		n, _ := strconv.ParseUint(fields[i], 10, 24)
		return n / 8
	}
	align := number(1)
	if align&(align-1) != 0 {
		return
	}
	switch spec[0] {
	case 'i':
		l.integers = setAlignment(l.integers, width, align)
	case 'f':
		l.floats = setAlignment(l.floats, width, align)
	case 'v':
		l.vectors = setAlignment(l.vectors, width, align)
	case 'a':
		l.aggregate = max(1, align)
	case 'p':
		size, align := number(1), number(2)
		if size > 0 && align > 0 && align&(align-1) == 0 {
			l.pointers[uint32(width)] = extent{size, align}
		}
	}
}

// setAlignment enters an alignment into a list ordered by width.
func setAlignment(list []alignment, width, align uint64) []alignment {
	if width == 0 || align == 0 {
		return list
	}
	i := 0
	for i < len(list) && list[i].bits < width {
		i++
	}
	if i == len(list) || list[i].bits != width {
		list = append(list, alignment{})
		copy(list[i+1:], list[i:])
	}
	list[i] = alignment{width, align}
	return list
}

// size is what a variable of a type occupies, or 0 if that is not known.
func (l *dataLayout) size(t TypeID) int {
	n, _ := l.extent(t).size()
	return int(n)
}

// extent is the extent of a type, not known for one that contains itself.
func (l *dataLayout) extent(id TypeID) extent {
	if l.asked[id] || l.depth == maxTypeDepth {
		return l.known[id]
	}
	l.asked[id] = true
	l.depth++
	l.known[id] = l.compute(&l.types[id])
	l.depth--
	return l.known[id]
}

func (l *dataLayout) compute(t *Type) extent {
	switch t.Kind {
	case IntegerType:
		return extent{(uint64(t.Bits) + 7) / 8, l.integerAlign(uint64(t.Bits))}
	case HalfType, BFloatType:
		return extent{2, natural(l.floats, 16)}
	case FloatType:
		return extent{4, natural(l.floats, 32)}
	case DoubleType:
		return extent{8, natural(l.floats, 64)}
	case X86FP80Type:
		return extent{10, natural(l.floats, 80)}
	case FP128Type, PPCFP128Type:
		return extent{16, natural(l.floats, 128)}
	case X86MMXType:
		return extent{8, natural(l.vectors, 64)}
	case X86AMXType:
		return extent{1024, 64}
	case PointerType:
		if e, ok := l.pointers[t.Bits]; ok {
			return e
		}
		return l.pointers[0]
	case VectorType:
		return l.vector(t)
	case ArrayType:
		e := l.extent(t.Elems[0])
		size, ok := e.size()
		high, low := bits.Mul64(size, t.Len)
		if !ok || high != 0 {
			return extent{}
		}
		return extent{low, e.align}
	case StructType:
		return l.structure(t)
	}
	return extent{}
}

// integerAlign is the alignment of the next wider integer that has one, else that of the widest.
func (l *dataLayout) integerAlign(width uint64) uint64 {
	for _, a := range l.integers {
		if a.bits >= width {
			return a.align
		}
	}
	return l.integers[len(l.integers)-1].align
}

// natural is the alignment that a list gives, else the next power of two of the size.
func natural(list []alignment, width uint64) uint64 {
	for _, a := range list {
		if a.bits == width {
			return a.align
		}
	}
	return 1 << bits.Len64((width+7)/8-1)
}

// vector computes a vector's extent: elements take no more bits than they need.
func (l *dataLayout) vector(t *Type) extent {
	of := &l.types[t.Elems[0]]
	var width uint64
	switch of.Kind {
	case IntegerType:
		width = uint64(of.Bits)
	case X86FP80Type:
		width = 80
	case VectorType, ArrayType, StructType:
		return extent{}
	default:
		width = l.extent(t.Elems[0]).store * 8
	}
	if t.Flag || width == 0 || t.Len == 0 || t.Len > 1<<32 {
		return extent{}
	}
	all := t.Len * width
	return extent{(all + 7) / 8, natural(l.vectors, all)}
}

func (l *dataLayout) structure(t *Type) extent {
	s := extent{0, 1}
	if !t.Flag {
		s.align = l.aggregate
	}
	for _, id := range t.Elems {
		e := l.extent(id)
		size, ok := e.size()
		if !ok {
			return extent{}
		}
		if !t.Flag {
			s.store = (s.store + e.align - 1) &^ (e.align - 1)
			s.align = max(s.align, e.align)
		}
		if s.store += size; s.store > 1<<62 {
			return extent{}
		}
	}
	s.store = (s.store + s.align - 1) &^ (s.align - 1)
	return s
}
