package flow

import (
	"cmp"
	"math"
	"slices"

	"github.com/orcast/orcast/internal/bitcode"
)

// calls lists what is called, in the order in which that is expected.
func (a *analysis) calls() []Call {
	sites := a.sites[:0]
	for _, s := range a.sites {
		if s.place = a.place[s.block]; s.place != unreached {
			s.key = s.sortKey()
			sites = append(sites, s)
		}
	}
	// Now sites of one callee together, in the order of execution.
	slices.SortFunc(sites, func(x, y site) int {
		switch {
		case x.key != y.key:
			return cmp.Compare(x.key, y.key)
		case x.place != y.place:
			return cmp.Compare(x.place, y.place)
		}
		return cmp.Compare(x.inst, y.inst)
	})
	var tree *dominators // made when needed
	calls := a.room.calls[:0]
	for len(sites) > 0 {
		n := 1
		for n < len(sites) && sites[n].callee != nil && sites[n].key == sites[0].key {
			n++
		}
		if n > 1 && tree == nil {
			tree = newDominators(a.nest, a.body)
		}
		calls = append(calls, a.merge(tree, sites[:n]))
		sites = sites[n:]
	}
	a.room.calls = calls
	slices.SortFunc(calls, func(x, y Call) int {
		if x.Delay != y.Delay {
			return cmp.Compare(x.Delay, y.Delay)
		}
		return cmp.Compare(x.Inst, y.Inst)
	})
	return calls
}

func (s *site) sortKey() uint64 {
	if s.callee == nil {
		return math.MaxUint64
	}
	key := uint64(s.callee.Kind)<<40 | uint64(s.callee.Index)<<1
	if s.address {
		key |= 1
	}
	return key
}

// merge makes one call of all sites of a callee. The probability that one of them is executed is taken as if, once
// control is in the block that dominates all of them, each were executed or not independently of the others. That is
// exact for sites of which the first dominates the others, and 1/4 too low for the two branches of an if. The tree is
// needed for more than one site.
func (a *analysis) merge(tree *dominators, sites []site) Call {
	first := &sites[0]
	c := Call{
		Callee:   first.callee,
		Type:     first.typ,
		Address:  first.address,
		Delay:    math.Inf(1),
		Unlikely: true,
	}
	if c.Callee != nil {
		c.Type = bitcode.NoType
	}
	common := first.block
	for i := range sites {
		s := &sites[i]
		b := &a.blocks[s.block]
		if delay := b.Delay + float64(s.after); delay < c.Delay {
			c.Delay, c.Inst = delay, s.inst
		}
		c.Frequency += b.Frequency
		c.Unlikely = c.Unlikely && b.Unlikely
		if i > 0 {
			common = tree.common(common, s.block)
		}
		if whole := a.blocks[common].Reach; whole > 0 {
			either := c.Reach + b.Reach - c.Reach*b.Reach/whole
			c.Reach = min(max(either, c.Reach, b.Reach), whole)
		}
	}
	return c
}
