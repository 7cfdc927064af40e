package bitcode

// ValueID numbers what an instruction or a constant can refer to, as LLVM does: first the symbols and constants of
// the module, then in each function its arguments, its constants and those of its instructions that have a value.
type ValueID uint32

// NoValue stands where there is no value.
const NoValue = ^ValueID(0)

// valueID makes NoValue of what no id can be.
func valueID(op uint64) ValueID { return ValueID(min(op, uint64(NoValue))) }

// ConstantOp tells constants apart.
type ConstantOp uint8

const (
	SymbolConstant     ConstantOp = iota
	NullConstant                  // zero of any type
	UndefConstant                 // undef or poison
	IntegerConstant               // up to 64 bits
	DataConstant                  // wide integers, floating point, strings, arrays of plain elements
	AggregateConstant             // operands are the elements
	InlineAsmConstant             // something to call
	BlockConstant                 // blockaddress: the operand is the function
	UnaryConstant                 // Code is the operation
	BinaryConstant                // Code is the operation, as in Inst.Code
	CastConstant                  // Code is the operation, as in Inst.Code
	GEPConstant                   // operands are the pointer and the indices
	ExpressionConstant            // any other operation on its operands
	EquivalentConstant            // dso_local_equivalent, no_cfi or ptrauth: the first operand is what it stands for
)

// Constant is a constant of a module or a function, or a symbol.
type Constant struct {
	Type TypeID // NoType if unknown
	Op   ConstantOp
	Code uint8
	// bits are an integer's value, a symbol's position in Module.symbols, else the place of the operands:
	// their first and their number, 32 bits each.
	bits uint64
}

// Int is an integer's value, sign-extended to 64 bits. Null has the value 0.
func (c Constant) Int() (value int64, ok bool) {
	switch c.Op {
	case IntegerConstant:
		return int64(c.bits), true
	case NullConstant:
		return 0, true
	}
	return 0, false
}

// constants is a list of constants, and their operands.
type constants struct {
	list     []Constant
	operands []ValueID
}

// operandsOf are the operands of a constant of the list.
func (t *constants) operandsOf(c Constant) []ValueID {
	if c.Op < AggregateConstant {
		return nil
	}
	first, count := c.bits>>32, c.bits&(1<<32-1)
	return t.operands[first : first+count]
}

func (t *constants) add(typ TypeID, op ConstantOp, code uint64, operands ...uint64) {
	c := Constant{Type: typ, Op: op, Code: uint8(code), bits: uint64(len(t.operands))<<32 | uint64(len(operands))}
	for _, o := range operands {
		t.operands = append(t.operands, valueID(o))
	}
	t.list = append(t.list, c)
}

// Records of a CONSTANTS_BLOCK.
const (
	constSetType      = 1
	constNull         = 2
	constUndef        = 3
	constInteger      = 4
	constWideInteger  = 5
	constFloat        = 6
	constAggregate    = 7
	constString       = 8
	constCString      = 9
	constBinary       = 10 // [operation, left, right]
	constCast         = 11 // [operation, type, operand]
	constGEPOld       = 12 // [element type if the number of operands is odd, (type, operand)...]
	constSelect       = 13 // [condition, true, false]
	constExtract      = 14 // [type, vector, index type, index]
	constInsert       = 15 // [vector, element, index type, index]
	constShuffle      = 16 // [left, right, mask]
	constCompare      = 17 // [type, left, right, predicate]
	constAsmOld       = 18
	constShuffleEx    = 19 // [type, left, right, mask]
	constInboundsGEP  = 20 // as constGEPOld
	constBlockAddress = 21 // [function type, function, block]
	constData         = 22
	constAsmOld2      = 23
	constGEPInRange   = 24 // [element type, flags, (type, operand)...]
	constUnary        = 25 // [operation, operand]
	constPoison       = 26
	constEquivalent   = 27 // [type, symbol]
	constAsmOld3      = 28
	constNoCFI        = 29 // [type, function]
	constAsm          = 30 // [function type, ...]
	constGEPRange     = 31 // [element type, flags, range: width, low, high, (type, operand)...]
	constGEP          = 32 // [element type, flags, (type, operand)...]
	constPtrAuth      = 33 // [pointer, key, discriminator, address discriminator]
	constPtrAuth2     = 34 // the same and a symbol
)

// readConstants reads a CONSTANTS_BLOCK. Every record but SETTYPE defines the value with the next id. Operands may
// have any ids; they are checked where they are used.
func (s *stream) readConstants(t *constants) {
	typ := NoType
	for code := range s.records(constantsBlock) {
		switch code {
		case constNull:
			s.skipOperands()
			t.list = append(t.list, Constant{Type: typ, Op: NullConstant})
		case constWideInteger, constFloat, constString, constCString, constData:
			s.skipOperands()
			t.list = append(t.list, Constant{Type: typ, Op: DataConstant})
		case constSetType:
			typ = TypeID(min(record(s.operands()).at(0), uint64(NoType)))
		default:
			t.addRecord(typ, code, s.operands())
		}
		if s.err == nil && len(t.list) >= int(NoValue) {
			s.fail("there are too many constants")
		}
	}
}

// addRecord adds the constant of a record with operands.
func (t *constants) addRecord(typ TypeID, code uint64, ops record) {
	switch code {
	case constInteger:
		t.list = append(t.list, Constant{Type: typ, Op: IntegerConstant, bits: uint64(signed(ops.at(0)))})
	case constAggregate:
		t.add(typ, AggregateConstant, 0, ops...)
	case constUnary:
		t.add(typ, UnaryConstant, ops.at(0), ops.from(1)...)
	case constBinary:
		t.add(typ, BinaryConstant, ops.at(0), ops.slice(1, 3)...)
	case constCast:
		t.add(typ, CastConstant, ops.at(0), ops.slice(2, 3)...)
	case constSelect, constShuffle:
		t.add(typ, ExpressionConstant, 0, ops.slice(0, 3)...)
	case constInsert:
		t.add(typ, ExpressionConstant, 0, ops.at(0), ops.at(1), ops.last())
	case constExtract:
		t.add(typ, ExpressionConstant, 0, ops.at(1), ops.last())
	case constCompare:
		t.add(typ, ExpressionConstant, 0, ops.slice(1, 3)...)
	case constShuffleEx:
		t.add(typ, ExpressionConstant, 0, ops.slice(1, 4)...)
	case constGEPOld, constInboundsGEP:
		t.addGEP(typ, ops.from(len(ops)%2))
	case constGEPInRange, constGEP:
		t.addGEP(typ, ops.from(2))
	case constGEPRange:
		t.addGEP(typ, ops.from(2+rangeSize(ops.from(2))))
	case constBlockAddress:
		t.add(typ, BlockConstant, 0, ops.slice(1, 2)...)
	case constEquivalent, constNoCFI:
		t.add(typ, EquivalentConstant, 0, ops.slice(1, 2)...)
	case constPtrAuth, constPtrAuth2:
		t.add(typ, EquivalentConstant, 0, ops...)
	case constAsm, constAsmOld, constAsmOld2, constAsmOld3:
		t.list = append(t.list, Constant{Type: typ, Op: InlineAsmConstant})
	default: // LLVM too takes an unknown constant for undef
		t.list = append(t.list, Constant{Type: typ, Op: UndefConstant})
	}
}

// addGEP adds address arithmetic: [(type, operand)...].
func (t *constants) addGEP(typ TypeID, ops record) {
	n := len(ops) / 2
	for i := range n {
		ops[i] = ops[2*i+1]
	}
	t.add(typ, GEPConstant, 0, ops[:n]...)
}

// rangeSize is the number of operands that a range of integers takes: [width, low, high], or for widths of more
// than 64 bits [width, numbers of words, words...].
func rangeSize(ops record) int {
	if ops.at(0) <= 64 {
		return 3
	}
	low, high := ops.at(1)&(1<<32-1), ops.at(1)>>32
	return int(min(2+low+high, uint64(len(ops))))
}
