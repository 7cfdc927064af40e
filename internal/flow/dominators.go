package flow

import "github.com/orcast/orcast/internal/bitcode"

// dominators is the tree of dominators, by the places of blocks in nest.order.
//
// As in Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm" (2001), the parent of a block is what the
// paths up from its predecessors have in common. Edges back to a loop's header do not change it, so one pass in order
// does; only where a loop has more than one entry may a block get a parent that can be passed by. To keep the walks up
// short in deep trees, each block also has a jump to an ancestor further up, as in Myers, "An applicative random-access
// stack" (1983).
type dominators struct {
	*nest
	parent, jump, depth []uint32
}

func newDominators(n *nest, b *bitcode.Body) *dominators {
	all := take(&n.room.words, 3*len(n.order))
	size := len(n.order)
	d := &dominators{nest: n, parent: all[:size], jump: all[size : 2*size], depth: all[2*size:]}
	for i := range d.parent {
		d.parent[i] = none
	}
	for i, block := range n.order {
		at := uint32(i)
		d.add(at)
		for _, s := range b.Successors(int(block)) {
			switch to := n.place[s]; {
			case to <= at:
			case d.parent[to] == none:
				d.parent[to] = at
			default:
				d.parent[to] = d.meet(d.parent[to], at)
			}
		}
	}
	return d
}

// add puts a block into the tree whose parent is known.
func (d *dominators) add(v uint32) {
	p := d.parent[v]
	if p == none { // the entry, or what only an ignored edge leads to
		d.parent[v] = 0
		return
	}
	d.depth[v] = d.depth[p] + 1
	d.jump[v] = p
	if j := d.jump[p]; d.depth[p]-d.depth[j] == d.depth[j]-d.depth[d.jump[j]] {
		d.jump[v] = d.jump[j]
	}
}

// meet is the deepest common ancestor of two places.
func (d *dominators) meet(v, w uint32) uint32 {
	if d.depth[v] < d.depth[w] {
		v, w = w, v
	}
	for d.depth[v] > d.depth[w] {
		if d.depth[d.jump[v]] >= d.depth[w] {
			v = d.jump[v]
		} else {
			v = d.parent[v]
		}
	}
	for v != w {
		if d.jump[v] != d.jump[w] {
			v, w = d.jump[v], d.jump[w]
		} else {
			v, w = d.parent[v], d.parent[w]
		}
	}
	return v
}

// common is the last block that dominates both.
func (d *dominators) common(v, w uint32) uint32 {
	return d.order[d.meet(d.place[v], d.place[w])]
}
