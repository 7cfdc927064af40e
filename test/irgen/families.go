package irgen

import (
	"cmp"
	"slices"
)

// Family is the tests of the operations that are about one thing.
type Family struct {
	Name  string
	Tests func() []*Test
}

// Families are the tests of all operations.
var Families = []Family{
	{"integers", Integers},
	{"comparisons", Comparisons},
	{"casts", Casts},
	{"floats", Floats},
	{"integer-intrinsics", IntegerIntrinsics},
	{"hints", Hints},
	{"memory", Memory},
	{"widening", Widening},
	{"addresses", Addresses},
	{"atomics", Atomics},
	{"switches", Switches},
	{"selections", Selections},
	{"calls", Calls},
	{"memory-arguments", InMemory},
	{"aggregates", Aggregates},
	{"vectors", Vectors},
	{"blocks", Blocks},
	{"varargs", Varargs},
	{"rest", Rest},
}

// sortTests makes the order of tests that of their names, where they were made in the order of a map.
func sortTests(tests []*Test) {
	slices.SortStableFunc(tests, func(a, b *Test) int { return cmp.Compare(a.Name, b.Name) })
}
