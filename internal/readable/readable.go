// Package readable makes errors of a linker fit for people.
//
// Rule: a message names what C++ and Rust define as their authors wrote it; nothing else of an error changes.
package readable

import (
	"github.com/ianlancetaylor/demangle"
	"github.com/orcast/orcast/internal/pattern"
)

// Error returns an error with the same chain and readable names, nil for nil.
func Error(err error) error {
	if err == nil {
		return nil
	}
	return readable{err}
}

type readable struct{ error }

var mangled = pattern.New(`\b_[ZR][\w.$]+`)

func (r readable) Error() string {
	return mangled().ReplaceAllStringFunc(r.error.Error(), func(s string) string { return demangle.Filter(s) })
}

func (r readable) Unwrap() error { return r.error }
