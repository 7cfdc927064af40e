package bitcode

// TypeID is the position of a type in Module.Types.
type TypeID uint32

// NoType stands where a type is not known.
const NoType = ^TypeID(0)

// TypeKind tells types apart.
type TypeKind uint8

const (
	UnknownType TypeKind = iota // one that is not understood, or an opaque structure
	VoidType
	HalfType
	BFloatType
	FloatType
	DoubleType
	X86FP80Type
	FP128Type
	PPCFP128Type
	LabelType
	MetadataType
	X86MMXType
	X86AMXType
	TokenType
	IntegerType
	PointerType
	FunctionType
	StructType
	ArrayType
	VectorType
	TargetType
)

// Type is an element of a module's table of types.
type Type struct {
	Kind TypeKind
	Flag bool   // packed structures, variadic functions, scalable vectors
	Bits uint32 // width of integers, address space of pointers
	Len  uint64 // of arrays and vectors
	// Elems are the elements of a structure, the one of an array, a vector or a typed pointer, and the result
	// and then the parameters of a function. They are valid ids.
	Elems []TypeID
	Name  string // of structures and target types
}

// Records of the TYPE_BLOCK.
const (
	typeNumEntry      = 1
	typeVoid          = 2
	typeFloat         = 3
	typeDouble        = 4
	typeLabel         = 5
	typeOpaque        = 6
	typeInteger       = 7 // [width]
	typePointer       = 8 // [pointee, address space]
	typeHalf          = 10
	typeArray         = 11 // [length, element]
	typeVector        = 12 // [length, element, scalable]
	typeX86FP80       = 13
	typeFP128         = 14
	typePPCFP128      = 15
	typeMetadata      = 16
	typeX86MMX        = 17
	typeStructAnon    = 18 // [packed, element...]
	typeStructName    = 19 // [character...]
	typeStructNamed   = 20 // [packed, element...]
	typeFunction      = 21 // [variadic, result, parameter...]
	typeToken         = 22
	typeBFloat        = 23
	typeX86AMX        = 24
	typeOpaquePointer = 25 // [address space]
	typeTarget        = 26
)

// plainTypes are the types whose record says nothing but which they are.
var plainTypes = [...]TypeKind{typeVoid: VoidType, typeFloat: FloatType, typeDouble: DoubleType, typeLabel: LabelType,
	typeHalf: HalfType, typeX86FP80: X86FP80Type, typeFP128: FP128Type, typePPCFP128: PPCFP128Type,
	typeMetadata: MetadataType, typeX86MMX: X86MMXType, typeToken: TokenType, typeBFloat: BFloatType,
	typeX86AMX: X86AMXType}

// readTypes reads a TYPE_BLOCK. Every record but two defines the type with the next id.
func (x *indexer) readTypes() {
	outer := x.enter(typeBlock)
	defer x.leave(outer)
	for {
		what, id := x.next()
		switch what {
		case blockEnd:
			x.checkTypes()
			return
		case subBlock:
			x.skipBlock(id)
		case dataRecord:
			code, ops := x.code(id), x.operands()
			switch {
			case x.err != nil || code == typeNumEntry:
			case code == typeStructName:
				x.structName = text(ops)
			case len(x.module.Types) >= len(x.data):
				x.fail("there are more types than the file has room for")
			default:
				x.module.Types = append(x.module.Types, x.decodeType(code, ops))
			}
		}
	}
}

func (x *indexer) decodeType(code uint64, ops record) (t Type) {
	least := 0
	switch code {
	case typeInteger:
		least = 1
		t.Kind, t.Bits = IntegerType, uint32(ops.at(0))
	case typePointer:
		least = 1
		t.Kind, t.Bits, t.Elems = PointerType, uint32(ops.at(1)), typeIDs(ops[:min(1, len(ops))])
	case typeOpaquePointer:
		t.Kind, t.Bits = PointerType, uint32(ops.at(0))
	case typeArray, typeVector:
		least = 2
		t.Kind, t.Len = ArrayType, ops.at(0)
		if code == typeVector {
			t.Kind, t.Flag = VectorType, ops.at(2) != 0
		}
		t.Elems = []TypeID{TypeID(min(ops.at(1), uint64(NoType)))}
	case typeStructAnon, typeStructNamed, typeFunction:
		least = 1
		t.Kind, t.Flag = StructType, ops.at(0) != 0
		if code == typeFunction {
			least = 2
			t.Kind = FunctionType
		}
		if len(ops) > 0 {
			t.Elems = typeIDs(ops[1:])
		}
	case typeTarget:
		t.Kind = TargetType
	default:
		if code < uint64(len(plainTypes)) {
			t.Kind = plainTypes[code]
		}
	}
	if code == typeStructNamed || code == typeOpaque || code == typeTarget {
		t.Name, x.structName = x.structName, ""
	}
	if len(ops) < least {
		x.fail("a type's record has %d operands", len(ops))
	}
	return t
}

func typeIDs(ops []uint64) []TypeID {
	ids := make([]TypeID, len(ops))
	for i, op := range ops {
		ids[i] = TypeID(min(op, uint64(NoType)))
	}
	return ids
}

// checkTypes checks that all types refer to types, and collects those of pointers.
func (x *indexer) checkTypes() {
	m := x.module
	m.pointers = map[pointer]TypeID{}
	for i := range m.Types {
		t := &m.Types[i]
		for _, e := range t.Elems {
			if e >= TypeID(len(m.Types)) {
				x.fail("type %d refers to type %d, which is not defined", i, e)
				return
			}
		}
		if t.Kind == IntegerType && t.Bits == 1 {
			m.boolean = TypeID(i)
		}
		if t.Kind == PointerType {
			key := pointer{NoType, t.Bits}
			if len(t.Elems) > 0 {
				key.to = t.Elems[0]
			}
			m.pointers[key] = TypeID(i)
		}
	}
}

// pointer is a pointer type: to is NoType for opaque ones.
type pointer struct {
	to    TypeID
	space uint32
}

// pointerTo is the type of the address of something, NoType if the module does not have it.
func (m *Module) pointerTo(t TypeID, space uint32) TypeID {
	if p, ok := m.pointers[pointer{NoType, space}]; ok {
		return p
	}
	if p, ok := m.pointers[pointer{t, space}]; ok {
		return p
	}
	return NoType
}

// typeAt is a type, or one of unknown kind where there is none.
func (m *Module) typeAt(id TypeID) *Type {
	if uint64(id) < uint64(len(m.Types)) {
		return &m.Types[id]
	}
	return &Type{}
}
