package flow

import "github.com/orcast/orcast/internal/bitcode"

// maxDepth is how deep loops nest before inner ones are taken for a part of the outer one. It bounds the time that
// walks from loop to loop take; the programs we know nest less than ten deep.
const maxDepth = 32

// nest is the control-flow graph of the blocks that can be reached, and its loops.
type nest struct {
	room *room
	// order holds the blocks so that every edge goes forwards but for those back to a loop's header, and so that
	// every loop is contiguous.
	order  []uint32
	place  []uint32 // of blocks in order; unreached if they are not there
	loopOf []uint32 // of blocks: the innermost loop
	// loops are the function as a whole, then outer loops before inner ones.
	loops []loop
}

const (
	unreached = ^uint32(0)
	none      = ^uint32(0)
	whole     = 0 // the loop that is the whole function
)

// loop is a loop, or the function as a whole, which is not repeated.
//
// A loop that is entered in other places than its header, because the graph is irreducible, is treated as if they led
// to the header.
type loop struct {
	header uint32 // none for the function
	parent uint32
	depth  int
	first  uint32 // its place in nest.order
	end    uint32
	items  []item // its own blocks and the loops in it, in order

	loopFlow
}

// item is a block, or a loop within a loop.
type item struct {
	id     uint32
	isLoop bool
}

// contains says whether a loop contains a block.
func (n *nest) contains(l, block uint32) bool {
	p := n.place[block]
	return n.loops[l].first <= p && p < n.loops[l].end
}

// inside is the loop directly within l that contains a block, or l itself if the block is l's own.
func (n *nest) inside(l, block uint32) uint32 {
	m := n.loopOf[block]
	for m != l && n.loops[m].parent != l {
		m = n.loops[m].parent
	}
	return m
}

func newNest(b *bitcode.Body, r *room) *nest {
	d := search(b, r)
	d.findLoops()
	n := &nest{room: r, place: take(&r.words, len(b.Blocks)), loopOf: take(&r.words, len(b.Blocks)), loops: r.loops}
	for i := range n.place {
		n.place[i] = unreached
	}
	n.addLoops(d)
	n.addItems(d)
	n.layOut(len(d.blocks))
	return n
}

// addLoops makes loops of headers, outer ones first.
func (n *nest) addLoops(d *dfs) {
	n.loops = append(n.loops, loop{header: none, parent: none})
	for v, block := range d.blocks {
		outer := uint32(whole)
		if h := d.header[v]; h != none {
			outer = n.loopOf[d.blocks[h]]
		}
		n.loopOf[block] = outer
		if depth := n.loops[outer].depth; d.isHeader[v] && depth < maxDepth {
			n.loopOf[block] = uint32(len(n.loops))
			n.loops = append(n.loops, loop{header: block, parent: outer, depth: depth + 1})
		}
	}
	n.room.loops = n.loops
}

// addItems gives every loop its items in reverse post-order.
func (n *nest) addItems(d *dfs) {
	counts := take(&n.room.words, len(n.loops)+1)
	for _, block := range d.blocks {
		counts[n.loopOf[block]]++
	}
	for _, l := range n.loops[1:] {
		counts[l.parent]++
	}
	items := take(&n.room.items, len(d.blocks)+len(n.loops)-1)
	for i := range n.loops {
		n.loops[i].items, items = items[:0:counts[i]], items[counts[i]:]
	}
	for i := len(d.post) - 1; i >= 0; i-- {
		block := d.blocks[d.post[i]]
		l := n.loopOf[block]
		if n.loops[l].header == block {
			outer := &n.loops[n.loops[l].parent]
			outer.items = append(outer.items, item{l, true})
		}
		n.loops[l].items = append(n.loops[l].items, item{block, false})
	}
}

// layOut puts the blocks in order, each loop where the loop around it has it.
//
// That every edge still goes forwards or to a header follows from two facts of the depth-first search. An edge against
// reverse post-order goes to an ancestor, which is then the header of a loop with both ends in it. And an edge into a
// loop comes from a block that stands before the loop's header in reverse post-order, wherever in the loop it goes.
func (n *nest) layOut(blocks int) {
	n.order = take(&n.room.words, blocks)[:0]
	at := take(&n.room.words, len(n.loops)) // items done
	for l := uint32(whole); l != none; {
		if int(at[l]) == len(n.loops[l].items) {
			n.loops[l].end = uint32(len(n.order))
			l = n.loops[l].parent
			continue
		}
		i := n.loops[l].items[at[l]]
		at[l]++
		if i.isLoop {
			l = i.id
			n.loops[l].first = uint32(len(n.order))
			continue
		}
		n.place[i.id] = uint32(len(n.order))
		n.order = append(n.order, i.id)
	}
}
