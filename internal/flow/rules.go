package flow

import "github.com/orcast/orcast/internal/bitcode"

// The rules on single branches: the probability of what each speaks of.
//
// The rules are those of Ball and Larus. How far each can be trusted was fitted by hand to real profiles of SQLite, Lua
// and bzip2, compiled with -O2: there these predict 40, 39 and 33 % of the branches wrongly, each branch counted once,
// LLVM's rules and numbers 48, 41 and 37 %.
const (
	isEqual    = 12.0 / 32 // two pointers, an integer and -1, or two floating-point numbers; LLVM's number
	isNegative = 12.0 / 32 // an integer; LLVM's number
	isZero     = 0.45      // an integer
	isClear    = 0.6       // a bit
	isSuccess  = 0.6       // the result of a call is 0
	isNaN      = 1.0 / (1 << 20)
	isCalling  = 0.4  // the edge leads to a call, the other does not
	isLeaving  = 0.28 // to a return
	isLooping  = 0.65 // into a loop
)

// combine adds the evidence that the first of two edges is taken with a probability, by the rule of Dempster and
// Shafer.
func combine(p []float64, first float64) {
	p[0], p[1] = p[0]*first, p[1]*(1-first)
	normalize(p)
}

// combineShapes adds what can be said by what the two successors of a block look like, if neither leaves a loop.
func (a *analysis) combineShapes(block uint32, p []float64) {
	s := a.body.Successors(int(block))
	combineIf(p, a.calling(s[0]), a.calling(s[1]), isCalling)
	combineIf(p, a.leaving(s[0]), a.leaving(s[1]), isLeaving)
	combineIf(p, a.looping(block, s[0]), a.looping(block, s[1]), isLooping)
}

// combineIf adds the evidence of a rule that speaks of the first, the second or both of two edges.
func combineIf(p []float64, first, second bool, taken float64) {
	switch {
	case first == second:
	case first:
		combine(p, taken)
	default:
		combine(p, 1-taken)
	}
}

// calling says that an edge leads to a call that is not executed otherwise.
func (a *analysis) calling(to uint32) bool {
	return a.facts[to].calls && a.facts[to].predecessors == 1
}

// leaving says that an edge leads to a return without much on the way.
func (a *analysis) leaving(to uint32) bool {
	const blocks, insts = 4, 8
	for range blocks {
		b := a.body.Blocks[to]
		if a.body.Insts[b.End-1].Op == bitcode.OpRet {
			return true
		}
		next := a.body.Successors(int(to))
		if len(next) != 1 || b.End-b.First > insts {
			break
		}
		to = next[0]
	}
	return false
}

// looping says that an edge leads into a loop, at most through the block before it.
func (a *analysis) looping(from, to uint32) bool {
	for range 2 {
		if l := a.loopOf[to]; l != a.loopOf[from] && a.loops[l].header == to {
			return true
		}
		next := a.body.Successors(int(to))
		if len(next) != 1 {
			break
		}
		to = next[0]
	}
	return false
}

// Predicates of comparisons in bitcode.
const (
	floatEqual          = 1 // ordered
	floatOrderedUnequal = 6
	floatOrdered        = 7
	floatUnordered      = 8
	floatUnorderedEqual = 9
	floatUnequal        = 14 // or unordered
	equal               = 32
	unequal             = 33
	signedGreater       = 38
	signedLess          = 40
)

// truth is the probability that a condition is true, by what is compared with what.
func (a *analysis) truth(condition bitcode.ValueID) float64 {
	inst, ok := a.body.Def(condition)
	if !ok || a.body.Insts[inst].Op != bitcode.OpCmp {
		return 0.5
	}
	operands := a.body.Operands(inst)
	if len(operands) != 2 {
		return 0.5
	}
	predicate := a.body.Insts[inst].Code
	switch predicate {
	case floatEqual, floatUnorderedEqual:
		return isEqual
	case floatUnequal, floatOrderedUnequal:
		return 1 - isEqual
	case floatOrdered:
		return 1 - isNaN
	case floatUnordered:
		return isNaN
	}
	if a.isPointer(operands[0]) {
		return equality(predicate, isEqual)
	}
	if n, ok := a.integer(operands[1]); ok {
		return compareWith(predicate, n, a.isZero(operands[0]))
	}
	return 0.5
}

// equality is the probability that a comparison holds which may be of two things for equality.
func equality(predicate uint8, equals float64) float64 {
	switch predicate {
	case equal:
		return equals
	case unequal:
		return 1 - equals
	}
	return 0.5
}

// compareWith is for comparisons with n of an integer that is 0 with some probability. Those with 0 come in the forms
// to which LLVM brings them: x < 1 is x <= 0.
func compareWith(predicate uint8, n int64, zero float64) float64 {
	switch {
	case predicate == signedLess && (n == 0 || n == 1):
		return isNegative
	case predicate == signedGreater && (n == 0 || n == -1):
		return 1 - isNegative
	case n == 0:
		return equality(predicate, zero)
	case n == -1:
		return equality(predicate, isEqual)
	}
	return 0.5
}

// isZero is the probability that an integer is 0.
func (a *analysis) isZero(v bitcode.ValueID) float64 {
	inst, ok := a.body.Def(v)
	switch {
	case ok && isCall(a.body.Insts[inst].Op):
		return isSuccess
	case ok && a.isBit(inst):
		return isClear
	}
	return isZero
}

func (a *analysis) isPointer(v bitcode.ValueID) bool {
	t := a.body.TypeOf(v)
	types := a.body.Function.Module.Types
	return uint64(t) < uint64(len(types)) && types[t].Kind == bitcode.PointerType
}

// integer is the constant that a value is.
func (a *analysis) integer(v bitcode.ValueID) (n int64, ok bool) {
	c, ok := a.body.Constant(v)
	if !ok {
		return 0, false
	}
	return c.Int()
}

// isBit says that an instruction takes one bit of a value.
func (a *analysis) isBit(inst int) bool {
	const and = 10
	if in := a.body.Insts[inst]; in.Op != bitcode.OpBinary || in.Code != and {
		return false
	}
	operands := a.body.Operands(inst)
	if len(operands) != 2 {
		return false
	}
	n, ok := a.integer(operands[1])
	return ok && n&(n-1) == 0
}
