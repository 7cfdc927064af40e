package baseline

import (
	"slices"

	"github.com/orcast/orcast/internal/bitcode"
)

// flow is the order of the blocks and what is known of them.
type flow struct {
	order  []uint32 // blocks that can be reached, so that what dominates a block stands before it
	place  []int32  // by block: its position in order, or -1
	loops  []loop
	loopOf []int32 // by position: the innermost loop, or -1
	calls  []int32 // by position: how many blocks with calls stand before it
	// edges are the moves into phis, by the block they come from: those of block b are
	// edges[edgeFirst[b]:edgeFirst[b+1]], by rising phi.
	edges     []edge
	edgeFirst []uint32
	stack     []uint32
}

// loop is a range of positions that some jump back to its first block closes.
type loop struct {
	head, end int32 // the last position is end
	parent    int32 // the loop around it, or -1
	depth     int32
}

// edge is a value that a phi takes when its block is entered from another.
type edge struct {
	phi   uint32 // instruction
	value bitcode.ValueID
}

// analyze finds out about blocks and values what generating code needs.
func (c *Compiler) analyze() {
	c.arrange()
	c.findLoops()
	c.countUses()
	c.collectEdges()
	c.findIndirect()
	c.decide()
}

// findIndirect marks the phis to which indirect branches may go.
func (c *Compiler) findIndirect() {
	b := c.body
	for _, block := range c.order {
		if b.Insts[b.Blocks[block].End-1].Op != bitcode.OpIndirectBr {
			continue
		}
		for _, to := range b.Successors(int(block)) {
			for i := b.Blocks[to].First; b.Insts[i].Op == bitcode.OpPhi; i++ {
				c.values[b.Insts[i].Value-c.first].own = true
			}
		}
	}
}

// arrange orders the blocks: as they stand, if every block has a predecessor before it, else in reverse post-order. In
// both orders what dominates a block stands before it, and compilers leave loops together.
func (c *Compiler) arrange() {
	n := len(c.body.Blocks)
	c.place = resize(c.place, n)
	fill(c.place, -1)
	c.order = c.order[:0]
	c.place[0] = 0
	for b := range n {
		if c.place[b] < 0 {
			continue
		}
		c.place[b] = int32(len(c.order))
		c.order = append(c.order, uint32(b))
		for _, s := range c.body.Successors(b) {
			if int(s) < b && c.place[s] < 0 {
				c.arrangeByDepth()
				return
			}
			if c.place[s] < 0 {
				c.place[s] = 0
			}
		}
	}
}

// arrangeByDepth orders the blocks in reverse post-order.
func (c *Compiler) arrangeByDepth() {
	fill(c.place, -1)
	c.order = c.order[:0]
	next := make([]uint32, len(c.body.Blocks)) // how many successors of a block have been looked at
	c.stack = append(c.stack[:0], 0)
	c.place[0] = 0
	for len(c.stack) > 0 {
		b := c.stack[len(c.stack)-1]
		of := c.body.Successors(int(b))
		if int(next[b]) == len(of) {
			c.order = append(c.order, b)
			c.stack = c.stack[:len(c.stack)-1]
			continue
		}
		s := of[len(of)-1-int(next[b])]
		next[b]++
		if c.place[s] < 0 {
			c.place[s] = 0
			c.stack = append(c.stack, s)
		}
	}
	slices.Reverse(c.order)
	for i, b := range c.order {
		c.place[b] = int32(i)
	}
}

// findLoops finds the ranges that jumps back close. Ranges that overlap become one within the other, so that they are
// nested.
func (c *Compiler) findLoops() {
	n := len(c.order)
	c.loopOf = resize(c.loopOf, n)
	fill(c.loopOf, -1)
	end := resize(c.stackOf(), n)
	fill(end, 0)
	any := false
	for i, b := range c.order {
		for _, s := range c.body.Successors(int(b)) {
			if h := c.place[s]; h <= int32(i) {
				end[h] = uint32(i) + 1
				any = true
			}
		}
	}
	c.stack = end
	c.loops = c.loops[:0]
	if !any {
		return
	}
	open := int32(-1) // the innermost loop around the present block
	for i := range int32(n) {
		for open >= 0 && c.loops[open].end < i {
			open = c.loops[open].parent
		}
		if end[i] != 0 {
			l := loop{head: i, end: int32(end[i]) - 1, parent: open, depth: 1}
			for outer := open; outer >= 0; outer = c.loops[outer].parent {
				c.loops[outer].end = max(c.loops[outer].end, l.end)
			}
			if open >= 0 {
				l.depth = c.loops[open].depth + 1
			}
			open = int32(len(c.loops))
			c.loops = append(c.loops, l)
		}
		c.loopOf[i] = open
	}
}

func (c *Compiler) stackOf() []uint32 { return c.stack[:0] }

// weightAt is how much a use in a block counts.
func (c *Compiler) weightAt(at int32) uint32 {
	const perLoop, most = 3, 15
	if l := c.loopOf[at]; l >= 0 {
		return 1 << min(perLoop*c.loops[l].depth, most)
	}
	return 1
}

// countUses makes the values known, counts their uses and finds where they live.
func (c *Compiler) countUses() {
	b := c.body
	c.calls = resize(c.calls, len(c.order)+1)
	c.addArguments()
	calls := int32(0)
	for at, block := range c.order {
		c.calls[at] = calls
		of := &b.Blocks[block]
		weight := c.weightAt(int32(at))
		has := false
		for i := of.First; i < of.End; i++ {
			inst := &b.Insts[i]
			if inst.Value != bitcode.NoValue {
				c.addValue(inst, int32(i), int32(at))
			}
			if inst.Op == bitcode.OpPhi {
				continue // uses of phis are at the ends of blocks
			}
			has = has || c.mayCall(int(i), inst)
			c.countOperands(inst, b.Operands(int(i)), int32(at), weight)
		}
		if has {
			calls++
		}
	}
	c.calls[len(c.order)] = calls
}

// countOperands counts what an instruction that is no phi uses.
func (c *Compiler) countOperands(inst *bitcode.Inst, operands []bitcode.ValueID, at int32, weight uint32) {
	for _, v := range operands {
		if v >= c.first {
			c.use(v, at, weight)
		}
	}
	switch {
	case inst.Op == bitcode.OpBr && len(operands) == 1:
		c.noteCondition(operands[0])
	case inst.Op == bitcode.OpSelect:
		c.noteCondition(operands[2])
	case inst.Op == bitcode.OpRet && c.structResult >= 0:
		c.use(c.idOf(int32(c.structResult)), at, weight)
	}
}

// addArguments makes the arguments known, which live from the beginning, and finds where they come in.
func (c *Compiler) addArguments() {
	f := c.body.Function
	c.args = c.args[:0]
	c.structResult = -1
	c.incoming = passing{}
	for i, t := range c.irType(f.Type).Elems[1:] {
		info := c.typ(t)
		a := c.body.Tables.Parameter(f.Attributes, i)
		at := c.incoming.next(c, t, a)
		c.args = append(c.args, at)
		v := &c.values[i]
		*v = value{class: info.class, kind: kindNormal, bits: uint8(min(info.bits, 128)), fixed: noReg, reg: noReg,
			inst: -1 - int32(i)}
		if at.value {
			v.kind, v.slot = kindFrame, at.fromFrame()
		}
		if a.Flags&bitcode.StructResult != 0 {
			c.structResult = i
		}
	}
	if c.varargs = c.irType(f.Type).Flag && c.startsVarargs(); c.varargs {
		c.varargsAt = c.allocate(uint32(savedSize), frameAlign)
	}
}

// addValue makes the value of an instruction known.
func (c *Compiler) addValue(inst *bitcode.Inst, i, at int32) {
	if inst.Type == bitcode.NoType {
		refuse("a value of a type that is not known", opNames[inst.Op])
	}
	info := &c.info.types[inst.Type]
	if info.class == classNone && c.irType(inst.Type).Kind != bitcode.TokenType {
		refuse("a value of a type that is not known", c.describeType(inst.Type))
	}
	c.values[inst.Value-c.first] = value{class: info.class, kind: kindNormal, bits: uint8(min(info.bits, 128)),
		fixed: noReg, reg: noReg, inst: i, first: at, last: at, cross: inst.Op == bitcode.OpPhi}
}

// use counts a use of a value in the block at a position.
func (c *Compiler) use(v bitcode.ValueID, at int32, weight uint32) {
	i := v - c.first
	if uint64(i) >= uint64(len(c.values)) {
		return // no value: metadata
	}
	l := &c.values[i]
	if l.kind == kindNone {
		return // a constant
	}
	l.uses++
	l.weight += weight
	if at == l.first {
		return
	}
	l.cross = true
	last := at
	for n := c.loopOf[at]; n >= 0 && c.loops[n].head > l.first; n = c.loops[n].parent {
		last = max(last, c.loops[n].end)
	}
	l.last = max(l.last, last)
}

func (c *Compiler) noteCondition(v bitcode.ValueID) {
	if l := c.local(v); l != nil {
		l.conditions++
	}
}

// collectEdges sorts what phis take by the blocks it comes from, and counts these as uses at the ends of those blocks.
func (c *Compiler) collectEdges() {
	n := len(c.body.Blocks)
	c.edgeFirst = resize(c.edgeFirst, n+2)
	clear(c.edgeFirst)
	total := 0
	for from := range c.phiEdges {
		c.edgeFirst[from+2]++
		total++
	}
	c.edges = resize(c.edges, total)
	for p := range n + 1 {
		c.edgeFirst[p+1] += c.edgeFirst[p]
	}
	for from, e := range c.phiEdges {
		c.edges[c.edgeFirst[from+1]] = e
		c.edgeFirst[from+1]++
		if e.value >= c.first {
			c.usePhi(e.value, c.place[from])
		}
	}
}

// phiEdges yields what phis take from blocks that can be reached, phi by phi.
func (c *Compiler) phiEdges(yield func(from uint32, e edge) bool) {
	b := c.body
	for _, block := range c.order {
		of := &b.Blocks[block]
		for i := of.First; i < of.End && b.Insts[i].Op == bitcode.OpPhi; i++ {
			operands, list := b.Operands(int(i)), b.List(int(i))
			if len(list) != len(operands) {
				refuse("a phi whose values and blocks are not as many", "")
			}
			for k, from := range list {
				if c.place[from] >= 0 && !yield(from, edge{i, operands[k]}) {
					return
				}
			}
		}
	}
}

// usePhi counts a use by a phi at the end of a block.
func (c *Compiler) usePhi(v bitcode.ValueID, at int32) {
	c.use(v, at, c.weightAt(at))
	if l := c.local(v); l != nil {
		l.ofPhi = true
	}
}

func resize[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n, n+n/2)
	}
	return list[:n]
}

func fill[T any](list []T, v T) {
	for i := range list {
		list[i] = v
	}
}
