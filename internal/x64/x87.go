package x64

// X87Mem is an operation of the x87 stack and memory: LD pushes, STP pops and stores. F are floats and I are integers
// of so many bits; other operations have st(0) as the first operand and as the result.
type X87Mem uint16

const (
	FLD32   X87Mem = 0xd9 << 3
	FLD64   X87Mem = 0xdd << 3
	FLD80   X87Mem = 0xdb<<3 | 5
	FST32   X87Mem = 0xd9<<3 | 2
	FST64   X87Mem = 0xdd<<3 | 2
	FSTP32  X87Mem = 0xd9<<3 | 3
	FSTP64  X87Mem = 0xdd<<3 | 3
	FSTP80  X87Mem = 0xdb<<3 | 7
	FILD16  X87Mem = 0xdf << 3
	FILD32  X87Mem = 0xdb << 3
	FILD64  X87Mem = 0xdf<<3 | 5
	FIST16  X87Mem = 0xdf<<3 | 2
	FIST32  X87Mem = 0xdb<<3 | 2
	FISTP16 X87Mem = 0xdf<<3 | 3 // rounds as the control word says
	FISTP32 X87Mem = 0xdb<<3 | 3
	FISTP64 X87Mem = 0xdf<<3 | 7
	FADD32  X87Mem = 0xd8 << 3
	FADD64  X87Mem = 0xdc << 3
	FMUL32  X87Mem = 0xd8<<3 | 1
	FMUL64  X87Mem = 0xdc<<3 | 1
	FSUB32  X87Mem = 0xd8<<3 | 4
	FSUB64  X87Mem = 0xdc<<3 | 4
	FDIV32  X87Mem = 0xd8<<3 | 6
	FDIV64  X87Mem = 0xdc<<3 | 6
	FLDCW   X87Mem = 0xd9<<3 | 5 // the control word
	FNSTCW  X87Mem = 0xd9<<3 | 7
)

// X87M encodes op m.
func (a *Assembler) X87M(op X87Mem, m Mem) { a.mem(opcode(op>>3), 0, uint8(op&7), m) }

// X87 is an operation of st(0) and st(i). Those that end in P have st(i) as the first operand and as the result, and
// pop; the R says that the operands are swapped.
type X87 uint16

const (
	FLD     X87 = 0xd9c0 // pushes st(i)
	FXCH    X87 = 0xd9c8
	FSTP    X87 = 0xddd8 // copies st(0) to st(i), and pops
	FADDP   X87 = 0xdec0
	FMULP   X87 = 0xdec8
	FSUBRP  X87 = 0xdee0 // st(i) = st(0) - st(i)
	FSUBP   X87 = 0xdee8 // st(i) = st(i) - st(0)
	FDIVRP  X87 = 0xdef0 // st(i) = st(0) / st(i)
	FDIVP   X87 = 0xdef8 // st(i) = st(i) / st(0)
	FADD    X87 = 0xd8c0 // st(0) = st(0) + st(i); likewise those that follow
	FMUL    X87 = 0xd8c8
	FSUB    X87 = 0xd8e0
	FSUBR   X87 = 0xd8e8
	FDIV    X87 = 0xd8f0
	FDIVR   X87 = 0xd8f8
	FUCOMI  X87 = 0xdbe8 // the flags of UCOMISD
	FUCOMIP X87 = 0xdfe8
	FCMOVB  X87 = 0xdac0 // st(0) = st(i) if below, and so on
	FCMOVE  X87 = 0xdac8
	FCMOVBE X87 = 0xdad0
	FCMOVU  X87 = 0xdad8 // if parity: unordered
	FCMOVNB X87 = 0xdbc0
	FCMOVNE X87 = 0xdbc8
	FCMOVA  X87 = 0xdbd0 // if above, fcmovnbe
	FCMOVNU X87 = 0xdbd8
)

// X87St encodes op with st(i).
func (a *Assembler) X87St(op X87, i uint8) { a.put(uint64(op>>8|op<<8)|uint64(i)<<8, 2) }

// X87Op is an operation of st(0), or a constant that is pushed.
type X87Op uint16

const (
	FCHS    X87Op = 0xd9e0
	FABS    X87Op = 0xd9e1
	FLD1    X87Op = 0xd9e8
	FLDZ    X87Op = 0xd9ee
	FSQRT   X87Op = 0xd9fa
	FRNDINT X87Op = 0xd9fc
)

// X87Op encodes op.
func (a *Assembler) X87Op(op X87Op) { a.put(uint64(op>>8|op&0xff<<8), 2) }
