package orcast

import (
	"regexp"

	"github.com/ianlancetaylor/demangle"
)

// readable is an error whose text has C++ and Rust names as their authors wrote them.
type readable struct{ error }

var mangled = regexp.MustCompile(`\b_[ZR][\w.$]+`)

func (r readable) Error() string {
	return mangled.ReplaceAllStringFunc(r.error.Error(), func(s string) string { return demangle.Filter(s) })
}

func (r readable) Unwrap() error { return r.error }
