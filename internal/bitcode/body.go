package bitcode

import (
	"cmp"
	"slices"
)

// Body is a decoded function body. It belongs to whoever asked for it and must not be changed while others use it.
type Body struct {
	Function *Symbol
	Insts    []Inst  // in their order in the function
	Blocks   []Block // in their order; the first is the entry
	Calls    []Call  // the instructions that are calls
	// Weights are the branch weights (!prof) of instructions, by rising instruction.
	Weights []Weight
	// BlockUsers are functions that have addresses of this function's blocks.
	BlockUsers []*Symbol

	constants            // of the function
	operands   []ValueID // of instructions
	successors []uint32  // of blocks
	defs       []uint32  // instructions with a value, in order
	firstArg   ValueID   // = the number of the module's values
	firstConst ValueID   // of the function
	firstDef   ValueID   // the value of the first instruction in defs
}

// Inst is an instruction.
type Inst struct {
	Op Opcode
	// Code is the operation of OpUnary, OpBinary, OpCast and OpAtomicRMW and the predicate of OpCmp, as in bitcode.
	Code  uint8
	Type  TypeID  // of the value; NoType if there is none or its type is not known
	Value ValueID // NoValue if there is none
	first uint32  // of its operands in Body.operands
}

// Block is a basic block: the instructions from First to before End, of which the last is its terminator.
type Block struct {
	First, End uint32
	first, end uint32 // of its successors in Body.successors
}

// Call is a call, invoke or callbr.
type Call struct {
	Inst       uint32
	Type       TypeID          // the function type of the call
	Attributes AttributeListID // of the call, beside those of the callee
	CallConv   uint32
	Callee     *Symbol // a function, alias or ifunc, maybe of another type; nil if the call is indirect or Asm
	Asm        bool    // inline assembly
}

// Weight are the branch weights of an instruction: in the order of the successors for a branch, true and false for
// a select; for a call how often it is executed.
type Weight struct {
	Inst   uint32
	Values []uint32
}

// Opcode tells instructions apart.
type Opcode uint8

// The comments give the operands, for terminators also the successors.
const (
	OpUnary          Opcode = iota // value
	OpBinary                       // left, right
	OpCast                         // value
	OpGEP                          // pointer, indices
	OpSelect                       // true, false, condition
	OpExtractElement               // vector, index
	OpInsertElement                // vector, element, index
	OpShuffleVector                // left, right, mask
	OpCmp                          // left, right
	OpPhi                          // incoming values
	OpAlloca                       // number of elements
	OpLoad                         // pointer
	OpStore                        // pointer, value
	OpCmpXchg                      // pointer, expected, new
	OpAtomicRMW                    // pointer, value
	OpFence                        //
	OpVAArg                        // va_list
	OpExtractValue                 // aggregate
	OpInsertValue                  // aggregate, element
	OpFreeze                       // value
	OpLandingPad                   // clauses
	OpCatchPad                     // catchswitch, arguments
	OpCleanupPad                   // parent, arguments
	OpCall                         // arguments, operands of bundles, callee
	OpRet                          // maybe a value
	OpBr                           // maybe a condition; then true and false, or one successor
	OpSwitch                       // condition, case values; default, cases
	OpIndirectBr                   // address; blocks it can be
	OpInvoke                       // as OpCall; normal, unwind
	OpCallBr                       // as OpCall; default, indirect ones
	OpResume                       // value
	OpUnreachable                  //
	OpCleanupRet                   // pad; maybe unwind
	OpCatchRet                     // pad; successor
	OpCatchSwitch                  // parent; handlers, maybe unwind
)

// IsTerminator says that instructions of the kind end their block.
func (o Opcode) IsTerminator() bool { return o >= OpRet }

// Operands are the operands of an instruction. An operand that is metadata is NoValue. All others are values of
// the function or its module.
func (b *Body) Operands(inst int) []ValueID {
	end := len(b.operands)
	if inst+1 < len(b.Insts) {
		end = int(b.Insts[inst+1].first)
	}
	return b.operands[b.Insts[inst].first:end]
}

// Successors are the blocks to which a block's terminator may go. A block may be there more than once.
func (b *Body) Successors(block int) []uint32 {
	of := &b.Blocks[block]
	return b.successors[of.first:of.end]
}

// WeightsOf are the branch weights of an instruction, nil if it has none.
func (b *Body) WeightsOf(inst int) []uint32 {
	if len(b.Weights) == 0 {
		return nil
	}
	i, ok := slices.BinarySearchFunc(b.Weights, uint32(inst),
		func(w Weight, inst uint32) int { return cmp.Compare(w.Inst, inst) })
	if !ok {
		return nil
	}
	return b.Weights[i].Values
}

// Def is the instruction that computes a value.
func (b *Body) Def(v ValueID) (inst int, ok bool) {
	if v < b.firstDef || uint64(v-b.firstDef) >= uint64(len(b.defs)) {
		return 0, false
	}
	return int(b.defs[v-b.firstDef]), true
}

// Argument is the argument of the function that a value is.
func (b *Body) Argument(v ValueID) (index int, ok bool) {
	return int(v) - int(b.firstArg), v >= b.firstArg && v < b.firstConst
}

// FirstArgument is the number of the first argument; those of the module's values are below it.
func (b *Body) FirstArgument() ValueID { return b.firstArg }

// EndOfValues is the number behind that of the function's last value.
func (b *Body) EndOfValues() ValueID { return b.firstDef + ValueID(len(b.defs)) }

// Symbol is the symbol that a value is, or nil.
func (b *Body) Symbol(v ValueID) *Symbol { return b.Function.Module.symbolOf(v) }

// Constant is the constant that a value is. Symbols are constants too.
func (b *Body) Constant(v ValueID) (c Constant, ok bool) {
	list, i := b.scope(v)
	if uint64(i) >= uint64(len(list.list)) {
		return Constant{Type: NoType, Op: UndefConstant}, false
	}
	return list.list[i], true
}

// ConstantOperands are the operands of a constant. Of a constant in a damaged file they may be no values.
func (b *Body) ConstantOperands(v ValueID) []ValueID {
	c, ok := b.Constant(v)
	if !ok {
		return nil
	}
	list, _ := b.scope(v)
	return list.operandsOf(c)
}

// scope is the list in which a constant is to be found, and its place there.
func (b *Body) scope(v ValueID) (list *constants, i ValueID) {
	if v < b.firstArg {
		return &b.Function.Module.constants, v
	}
	if v < b.firstConst {
		return &b.constants, NoValue
	}
	return &b.constants, v - b.firstConst
}

// TypeOf is the type of a value, NoType if it is not known.
func (b *Body) TypeOf(v ValueID) TypeID {
	if inst, ok := b.Def(v); ok {
		return b.Insts[inst].Type
	}
	if arg, ok := b.Argument(v); ok {
		return b.Function.Module.Types[b.Function.Type].Elems[1+arg]
	}
	c, _ := b.Constant(v)
	return c.Type
}
