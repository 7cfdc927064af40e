package flow

import "github.com/orcast/orcast/internal/bitcode"

// Weights of blocks, relative to each other, as LLVM has them.
const (
	usual       = 0xfffff
	rare        = 0xffff // it calls something cold
	almostNever = 1      // it ends in a call that does not return, or an exception leads to it
	impossible  = 1.0 / 1024
)

// trips is how often we think a loop goes back for one time that it is left by an edge: the 88 % of Wu and Larus.
// LLVM has 31, which on real profiles is further off.
const trips = 7

// predict gives every edge its probability.
func (a *analysis) predict() {
	a.weigh()
	edges := 0
	for block := range a.blocks {
		successors := a.body.Successors(block)
		edges += len(successors)
		for _, s := range successors {
			a.facts[s].predecessors++
		}
	}
	all := take(&a.room.floats, edges)
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
// it leads to; a loop has the highest of what it is left for, and edges back to its header count as usual. But however
// a loop ends, it may be what the program is there for, so it is rare at least.
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
		if l := &a.loops[a.loopOf[block]]; l.header == block {
			if l.weight == 0 {
				l.weight = usual // it is never left
			}
			l.weight = max(l.weight, rare)
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

// predictBlock estimates the probabilities of the edges from a block. The rules on single branches are for those of
// which the weights say nothing.
func (a *analysis) predictBlock(block uint32, p []float64) {
	exits, weighed := false, false
	for i, s := range a.body.Successors(int(block)) {
		p[i] = a.edgeWeight(block, s)
		weighed = weighed || p[i] < usual
		if !a.contains(a.loopOf[block], s) {
			p[i] /= trips
			exits = true
		}
	}
	normalize(p)
	terminator := int(a.body.Blocks[block].End) - 1
	if weighed || len(p) != 2 || a.body.Insts[terminator].Op != bitcode.OpBr {
		return
	}
	if condition := a.body.Operands(terminator); len(condition) == 1 {
		combine(p, a.truth(condition[0]))
	}
	if !exits {
		a.combineShapes(block, p)
	}
}
