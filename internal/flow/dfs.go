package flow

import "github.com/orcast/orcast/internal/bitcode"

// dfs is a depth-first search from the entry. But for blocks itself, it speaks of blocks by their number in preorder.
type dfs struct {
	*room
	blocks []uint32 // in preorder
	last   []uint32 // the last descendant, itself if there is none
	post   []uint32 // in postorder
	// Edges to v come from preds[firstPred[v]:firstPred[v+1]].
	firstPred []uint32
	preds     []uint32

	header   []uint32 // of the innermost loop around a block, other than one that the block is the header of; or none
	isHeader []bool
}

// ancestor says whether v is w or a descendant of w.
func (d *dfs) ancestor(w, v uint32) bool { return w <= v && v <= d.last[w] }

func search(b *bitcode.Body, r *room) *dfs {
	n := len(b.Blocks)
	d := &dfs{room: r, blocks: take(&r.words, n)[:0], post: take(&r.words, n)[:0], last: take(&r.words, n)}
	number := take(&r.words, n)
	for i := range number {
		number[i] = unreached
	}
	parent, next := take(&r.words, n), take(&r.words, n) // of blocks in preorder: next is the edge to be looked at
	edges := 0
	enter := uint32(0) // the block to go into
	v := uint32(none)
	for n > 0 {
		if enter != none {
			w := uint32(len(d.blocks))
			number[enter], parent[w] = w, v
			d.blocks = append(d.blocks, enter)
			v, enter = w, none
		}
		successors := b.Successors(int(d.blocks[v]))
		for i := next[v]; i < uint32(len(successors)); i++ {
			if s := successors[i]; number[s] == unreached {
				next[v], enter = i+1, s
				break
			}
		}
		if enter != none {
			continue
		}
		edges += len(successors)
		d.last[v] = uint32(len(d.blocks) - 1)
		d.post = append(d.post, v)
		if v = parent[v]; v == none {
			break
		}
	}
	d.addPreds(b, number, edges)
	return d
}

func (d *dfs) addPreds(b *bitcode.Body, number []uint32, edges int) {
	d.firstPred = take(&d.words, len(d.blocks)+2)
	at := d.firstPred[1:] // at[v] rises from the first of v's to that of v+1
	for _, block := range d.blocks {
		for _, s := range b.Successors(int(block)) {
			at[number[s]+1]++
		}
	}
	for v := range d.blocks {
		at[v+1] += at[v]
	}
	d.preds = take(&d.words, edges)
	for v, block := range d.blocks {
		for _, s := range b.Successors(int(block)) {
			w := number[s]
			d.preds[at[w]] = uint32(v)
			at[w]++
		}
	}
}

// findLoops finds the innermost loop of every block, as Havlak does: innermost headers first, a loop is what leads to
// an edge back to its header without leaving the header's descendants; it is then merged into the header. Edges that
// come from elsewhere make the loop irreducible and count as edges to its header from then on.
func (d *dfs) findLoops() {
	n := len(d.blocks)
	d.header, d.isHeader = take(&d.words, n), take(&d.flags, n)
	f := finder{dfs: d, merged: take(&d.words, n), member: take(&d.words, n), budget: 8 * (n + len(d.preds))}
	for v := range d.header {
		d.header[v], f.merged[v], f.member[v] = none, uint32(v), none
	}
	for w := n - 1; w >= 0; w-- {
		f.findLoop(uint32(w))
	}
}

// finder is the state of findLoops.
type finder struct {
	*dfs
	merged []uint32   // the header that a block is merged into, or something on the way there
	member []uint32   // the last header to whose loop it was added
	body   []uint32   // of the loop being found
	moved  [][]uint32 // by header: where edges come from that enter its loop elsewhere; made when needed
	// budget bounds how many edges are moved, which in a contrived graph takes quadratic time. When it is spent,
	// loops may miss a part of their blocks.
	budget int
}

// find is the header that a block is now merged into.
func (f *finder) find(v uint32) uint32 {
	for f.merged[v] != v {
		f.merged[v] = f.merged[f.merged[v]]
		v = f.merged[v]
	}
	return v
}

func (f *finder) findLoop(w uint32) {
	f.body = f.body[:0]
	for _, v := range f.preds[f.firstPred[w]:f.firstPred[w+1]] {
		if f.ancestor(w, v) {
			f.isHeader[w] = true
			f.add(w, f.find(v))
		}
	}
	for i := 0; i < len(f.body); i++ {
		x := f.body[i]
		for _, y := range f.preds[f.firstPred[x]:f.firstPred[x+1]] {
			if !f.ancestor(x, y) {
				f.addFrom(w, y)
			}
		}
		if f.moved != nil {
			for _, y := range f.moved[x] {
				f.addFrom(w, y)
			}
		}
	}
	for _, x := range f.body {
		f.header[x], f.merged[x] = w, w
	}
}

// add adds a block to the loop of w.
func (f *finder) add(w, v uint32) {
	if v != w && f.member[v] != w {
		f.member[v] = w
		f.body = append(f.body, v)
	}
}

// addFrom adds to the loop of w where an edge into it comes from.
func (f *finder) addFrom(w, y uint32) {
	y = f.find(y)
	if f.ancestor(w, y) {
		f.add(w, y)
		return
	}
	if f.budget--; f.budget < 0 {
		return
	}
	if f.moved == nil {
		f.moved = make([][]uint32, len(f.blocks))
	}
	f.moved[w] = append(f.moved[w], y)
}
