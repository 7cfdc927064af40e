// Package solib finds out which shared libraries of the system define given names.
//
// Rule: it serves messages only. It looks where the dynamic linker would, loads nothing, passes over whatever it does
// not understand, and stops when its time is over.
package solib

import (
	"cmp"
	"slices"
	"time"
)

// Match is a library that defines some of the names.
type Match struct {
	Library string // a name that dlopen finds
	Names   []string
}

// budget bounds the search of a system with thousands of libraries; with hundreds it takes some ten milliseconds.
const budget = 500 * time.Millisecond

// Find returns few libraries that together define as many of the names as the system has, the most useful first. Each
// name counts for one of them only.
func Find(names []string) []Match {
	deadline := time.Now().Add(budget)
	var found []candidate
	for _, l := range installed() {
		if time.Now().After(deadline) {
			break
		}
		if has, size := defines(l.path, names); len(has) > 0 {
			found = append(found, candidate{Match{l.name, has}, size})
		}
	}
	return cover(found)
}

type candidate struct {
	Match
	size int // of the file
}

// most is how many libraries are worth naming.
const most = 3

// cover chooses libraries greedily: the one with most of the names that no earlier one has, and of several the
// smallest. Large ones may happen to have a copy of a small one in them.
func cover(found []candidate) (chosen []Match) {
	for len(chosen) < most && len(found) > 0 {
		best := slices.MinFunc(found, func(a, b candidate) int {
			return cmp.Or(-cmp.Compare(len(a.Names), len(b.Names)), cmp.Compare(a.size, b.size),
				cmp.Compare(a.Library, b.Library))
		})
		chosen = append(chosen, best.Match)
		for i := range found {
			found[i].Names = slices.DeleteFunc(slices.Clone(found[i].Names), func(name string) bool {
				return slices.Contains(best.Names, name)
			})
		}
		found = slices.DeleteFunc(found, func(c candidate) bool { return len(c.Names) == 0 })
	}
	return chosen
}
