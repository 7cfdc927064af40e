// Package pattern holds regular expressions that are compiled when they are first used.
//
// Rule: a run pays for no pattern that it does not use. Compiling those of all packages takes a millisecond, which is
// much beside a small program.
package pattern

import (
	"regexp"
	"sync"
)

// New returns a function that returns the compiled expression. Threads may call it at once; its first call panics if
// the expression is wrong, as regexp.MustCompile does.
func New(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
