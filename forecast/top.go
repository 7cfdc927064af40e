package forecast

import (
	"slices"
	"time"
)

// top keeps the n most probable functions of those added: once there are n, a heap with the least probable on top. What
// it moves about is small and without pointers: this is half of what a forecast takes.
type top struct {
	n     int
	items []ranked
	found []Candidate // what list returned last
}

type ranked struct {
	probability float64
	after       time.Duration
	function    Func
}

// begin begins anew.
func (t *top) begin(n int) { t.n, t.items = n, t.items[:0] }

func (t *top) add(f Func, probability float64, after time.Duration) {
	item := ranked{probability, after, f}
	switch {
	case probability <= 0 || t.n <= 0:
	case len(t.items) < t.n:
		t.items = append(t.items, item)
		if len(t.items) == t.n {
			for i := t.n / 2; i >= 0; i-- {
				t.sink(i)
			}
		}
	case item.before(&t.items[0]):
		t.items[0] = item
		t.sink(0)
	}
}

// sink moves an item down to where neither of those below it is less probable.
func (t *top) sink(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.items); child++ {
			if t.items[least].before(&t.items[child]) {
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

// list ends it: the candidates, the best first, with what else is known of each. They are good until the next call.
func (t *top) list(why func(Func) (reason string, cause Func)) []Candidate {
	slices.SortFunc(t.items, func(a, b ranked) int {
		if a.before(&b) {
			return -1
		}
		return 1 // no two are the same
	})
	t.found = t.found[:0]
	for _, item := range t.items {
		reason, cause := why(item.function)
		t.found = append(t.found, Candidate{Func: item.function, Probability: item.probability, After: item.after,
			Reason: reason, Cause: cause})
	}
	return t.found
}

// before puts the more probable first, of equals the one expected first.
func (a *ranked) before(b *ranked) bool {
	if a.probability != b.probability {
		return a.probability > b.probability
	}
	if a.after != b.after {
		return a.after < b.after
	}
	return a.function < b.function
}
