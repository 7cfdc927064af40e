package forecast

import (
	"cmp"
	"container/heap"
	"slices"
)

// top keeps the n most probable candidates of those added: a heap with the least probable on top.
type top struct {
	n     int
	items candidates
}

type candidates []Candidate

func newTop(n int) *top { return &top{n: n, items: make(candidates, 0, n)} }

func (t *top) add(c Candidate) {
	switch {
	case c.Probability <= 0 || t.n == 0:
	case len(t.items) < t.n:
		t.items = append(t.items, c)
		if len(t.items) == t.n {
			heap.Init(&t.items)
		}
	case compareCandidates(c, t.items[0]) < 0:
		t.items[0] = c
		heap.Fix(&t.items, 0)
	}
}

// list ends it: the candidates, the best first.
func (t *top) list() []Candidate {
	slices.SortFunc(t.items, compareCandidates)
	return t.items
}

// compareCandidates puts the more probable first, of equals the one expected first.
func compareCandidates(a, b Candidate) int {
	return cmp.Or(-cmp.Compare(a.Probability, b.Probability), cmp.Compare(a.After, b.After), cmp.Compare(a.Func, b.Func))
}

func (c candidates) Len() int           { return len(c) }
func (c candidates) Less(i, j int) bool { return compareCandidates(c[i], c[j]) > 0 }
func (c candidates) Swap(i, j int)      { c[i], c[j] = c[j], c[i] }
func (c *candidates) Push(any)          {} // heap.Init and heap.Fix don't
func (c *candidates) Pop() any          { return nil }
