package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
)

// class is how values of a type are held.
type class uint8

const (
	classNone class = iota // void, or not known
	// up to 64 bits, and pointers: a general register, or 8 bytes; the bits above are undefined
	classInt
	classFloat  // an SSE register, or 8 bytes
	classDouble // the same
	classWide   // integers of 65 to 128 bits: 16 bytes of memory, of which those above are undefined
	classX87    // x86_fp80: 16 bytes of memory
	classVector // memory, as it lies there
	classMemory // aggregates: memory, as it lies there
)

// inMemory says that values of a class are always held in memory.
func (k class) inMemory() bool { return k >= classWide }

// typeInfo is what the compiler looks at of a type.
type typeInfo struct {
	class   class
	bits    uint16 // of integers
	pointer bool
	ofBits  bool   // a vector of i1, which is held as a byte for each
	size    uint32 // bytes of memory that a value takes
	align   uint32
}

// maxValueSize bounds values that are held in memory.
const maxValueSize = 1 << 12

// moduleInfo is what is looked up often of a module.
type moduleInfo struct {
	types      []typeInfo
	intrinsics []intrinsic // by position of the function; unknownYet if not looked up
}

func newModuleInfo(m *bitcode.Module, tables *bitcode.CodeTables) *moduleInfo {
	info := &moduleInfo{types: make([]typeInfo, len(m.Types)), intrinsics: make([]intrinsic, len(m.Functions))}
	for i := range m.Types {
		info.types[i] = classify(m.Types, &m.Types[i], &tables.Layout[i])
	}
	return info
}

func classify(types []bitcode.Type, t *bitcode.Type, layout *bitcode.TypeLayout) typeInfo {
	if layout.Align == 0 || layout.Size > maxValueSize || layout.Align > 4096 {
		return typeInfo{}
	}
	info := typeInfo{size: uint32(layout.Size), align: uint32(layout.Align)}
	switch t.Kind {
	case bitcode.IntegerType:
		info.bits = uint16(min(t.Bits, 1<<15))
		switch {
		case t.Bits <= 64:
			info.class = classInt
		case t.Bits <= 128:
			info.class = classWide
		}
	case bitcode.PointerType:
		if t.Bits == 0 && layout.Size == 8 {
			info.class, info.bits, info.pointer = classInt, 64, true
		}
	case bitcode.FloatType:
		info.class = classFloat
	case bitcode.DoubleType:
		info.class = classDouble
	case bitcode.X86FP80Type:
		info.class = classX87
	case bitcode.VectorType:
		if !t.Flag {
			info.class = classVector
			if of := &types[t.Elems[0]]; of.Kind == bitcode.IntegerType && of.Bits == 1 {
				info.ofBits, info.size = true, uint32(t.Len)
			}
		}
	case bitcode.StructType, bitcode.ArrayType:
		info.class = classMemory
	}
	return info
}

// typ is what is known of a type.
func (c *Compiler) typ(t bitcode.TypeID) *typeInfo {
	if uint64(t) >= uint64(len(c.info.types)) {
		refuse("a type that is not known", "")
	}
	return &c.info.types[t]
}

// typeOf is what is known of the type of a value.
func (c *Compiler) typeOf(v bitcode.ValueID) *typeInfo { return c.typ(c.body.TypeOf(v)) }

// irType is a type as the module has it.
func (c *Compiler) irType(t bitcode.TypeID) *bitcode.Type {
	if uint64(t) >= uint64(len(c.module.Types)) {
		refuse("a type that is not known", "")
	}
	return &c.module.Types[t]
}
