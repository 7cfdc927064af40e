package flow

import "github.com/orcast/orcast/internal/bitcode"

// Weights of blocks, relative to each other, as LLVM has them.
const (
	usual       = 0xfffff
	rare        = 0xffff // it calls something cold
	almostNever = 1      // it ends in a call that does not return, or an exception leads to it
	impossible  = 1.0 / 1024
)

// trips is how often we think a loop goes back for one time that it is left: LLVM's 124 to 4.
const trips = 31

// predict gives every edge its probability.
func (a *analysis) predict() {
	a.weigh()
	edges := 0
	for block := range a.blocks {
		edges += len(a.body.Successors(block))
	}
	all := make([]float64, edges)
	for block := range a.blocks {
		n := len(a.body.Successors(block))
		p := all[:n:n]
		all = all[n:]
		a.blocks[block].Successors = p
		switch {
		case n == 0:
		case a.place[block] == unreached:
			even(p)
		case a.measured(block, p):
		default:
			a.predictBlock(uint32(block), p)
		}
	}
}

// weigh extends the weights of blocks to those that only lead to such blocks. Each is at most the highest of what
// it leads to; a loop has the highest of what it is left for, and edges back to its header count as usual.
func (a *analysis) weigh() {
	for i := len(a.order) - 1; i >= 0; i-- {
		block := a.order[i]
		f := &a.facts[block]
		op := a.body.Insts[a.body.Blocks[block].End-1].Op
		highest := 0.0
		successors := a.body.Successors(int(block))
		for j, s := range successors {
			if op == bitcode.OpInvoke && j == 1 {
				a.facts[s].weight = min(a.facts[s].weight, almostNever)
			}
			w := a.edgeWeight(block, s)
			highest = max(highest, w)
			for l := a.loopOf[block]; !a.contains(l, s); l = a.loops[l].parent {
				a.loops[l].weight = max(a.loops[l].weight, w)
			}
		}
		if len(successors) > 0 {
			f.weight = min(f.weight, highest)
		}
		if l := &a.loops[a.loopOf[block]]; l.header == block && l.weight == 0 {
			l.weight = usual // it is never left
		}
	}
}

// edgeWeight is the weight of what an edge leads to.
func (a *analysis) edgeWeight(from, to uint32) float64 {
	if a.place[to] <= a.place[from] {
		return usual
	}
	w := a.facts[to].weight
	if l := a.loopOf[to]; a.loops[l].header == to {
		w = min(w, a.loops[l].weight)
	}
	return w
}

// measured takes probabilities from branch weights, if there are any.
func (a *analysis) measured(block int, p []float64) bool {
	weights := a.body.WeightsOf(int(a.body.Blocks[block].End) - 1)
	if len(weights) != len(p) {
		return false
	}
	for i, w := range weights {
		p[i] = float64(w)
	}
	return normalize(p)
}

func even(p []float64) {
	for i := range p {
		p[i] = 1 / float64(len(p))
	}
}

// normalize makes the sum 1, if it is not 0.
func normalize(p []float64) bool {
	sum := 0.0
	for _, v := range p {
		sum += v
	}
	if sum == 0 {
		return false
	}
	for i := range p {
		p[i] /= sum
	}
	return true
}

// predictBlock estimates the probabilities of the edges from a block.
func (a *analysis) predictBlock(block uint32, p []float64) {
	successors := a.body.Successors(int(block))
	for i, s := range successors {
		p[i] = a.edgeWeight(block, s)
		if !a.contains(a.loopOf[block], s) {
			p[i] /= trips
		}
	}
	normalize(p)
	terminator := int(a.body.Blocks[block].End) - 1
	if len(p) != 2 || a.body.Insts[terminator].Op != bitcode.OpBr {
		return
	}
	if condition := a.body.Operands(terminator); len(condition) == 1 {
		combine(p, a.truth(condition[0]))
	}
}

// combine adds the evidence that the first of two edges is taken with a probability, by the rule of Dempster and
// Shafer.
func combine(p []float64, first float64) {
	p[0], p[1] = p[0]*first, p[1]*(1-first)
	normalize(p)
}

// Predicates of comparisons in bitcode.
const (
	floatEqual          = 1 // ordered
	floatOrdered        = 7
	floatUnordered      = 8
	floatUnorderedEqual = 9
	floatOrderedUnequal = 6
	floatUnequal        = 14 // or unordered
	equal               = 32
	unequal             = 33
	signedGreater       = 38
	signedLess          = 40
)

const (
	likely     = 20.0 / 32 // of rules on comparisons
	nearlySure = 1 - 1.0/(1<<20)
)

// truth is the probability that a condition is true, by what is compared with what. Pointers are rarely equal,
// integers rarely negative or equal to a mark such as 0 or -1, floating point is rarely equal and hardly ever NaN.
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
		return 1 - likely
	case floatUnequal, floatOrderedUnequal:
		return likely
	case floatOrdered:
		return nearlySure
	case floatUnordered:
		return 1 - nearlySure
	}
	if a.isPointer(operands[0]) {
		return equality(predicate)
	}
	c, ok := a.body.Constant(operands[1])
	if n, isInt := c.Int(); ok && isInt && !a.isBitTest(operands[0]) {
		return compareWith(predicate, n)
	}
	return 0.5
}

func (a *analysis) isPointer(v bitcode.ValueID) bool {
	t := a.body.TypeOf(v)
	types := a.body.Function.Module.Types
	return uint64(t) < uint64(len(types)) && types[t].Kind == bitcode.PointerType
}

// isBitTest says that a value is one bit of another, which may be anything.
func (a *analysis) isBitTest(v bitcode.ValueID) bool {
	const and = 10
	inst, ok := a.body.Def(v)
	if !ok || a.body.Insts[inst].Op != bitcode.OpBinary || a.body.Insts[inst].Code != and {
		return false
	}
	operands := a.body.Operands(inst)
	if len(operands) != 2 {
		return false
	}
	c, ok := a.body.Constant(operands[1])
	n, isInt := c.Int()
	return ok && isInt && n&(n-1) == 0
}

func equality(predicate uint8) float64 {
	switch predicate {
	case equal:
		return 1 - likely
	case unequal:
		return likely
	}
	return 0.5
}

// compareWith is for comparisons with integers, in the forms to which LLVM brings those with 0: x < 1 is x <= 0.
func compareWith(predicate uint8, n int64) float64 {
	switch {
	case n == 0 || n == -1 && (predicate == equal || predicate == unequal):
		if predicate == signedLess {
			return 1 - likely
		}
		if predicate == signedGreater {
			return likely
		}
		return equality(predicate)
	case n == 1 && predicate == signedLess:
		return 1 - likely
	case n == -1 && predicate == signedGreater:
		return likely
	}
	return 0.5
}
