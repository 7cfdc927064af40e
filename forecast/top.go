package forecast

import "slices"

// top keeps the n most probable candidates of those added: once there are n, a heap with the least probable on top.
type top struct {
	n     int
	items []Candidate
}

func newTop(n int) *top { return &top{n: n, items: make([]Candidate, 0, n)} }

func (t *top) add(c Candidate) {
	switch {
	case c.Probability <= 0 || t.n <= 0:
	case len(t.items) < t.n:
		t.items = append(t.items, c)
		if len(t.items) == t.n {
			for i := t.n / 2; i >= 0; i-- {
				t.sink(i)
			}
		}
	case before(&c, &t.items[0]):
		t.items[0] = c
		t.sink(0)
	}
}

// sink moves an item down to where neither of those below it is less probable.
func (t *top) sink(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.items); child++ {
			if before(&t.items[least], &t.items[child]) {
				least = child
			}
		}
		if least == i {
			return
		}
		t.items[i], t.items[least] = t.items[least], t.items[i]
		i = least
	}
}

// list ends it: the candidates, the best first.
func (t *top) list() []Candidate {
	slices.SortFunc(t.items, func(a, b Candidate) int {
		if before(&a, &b) {
			return -1
		}
		return 1 // no two are the same
	})
	return t.items
}

// before puts the more probable first, of equals the one expected first.
func before(a, b *Candidate) bool {
	if a.Probability != b.Probability {
		return a.Probability > b.Probability
	}
	if a.After != b.After {
		return a.After < b.After
	}
	return a.Func < b.Func
}
