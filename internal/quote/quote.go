// Package quote makes texts that come from outside, such as names of files, fit to be shown to people.
//
// Rule: what can be printed stays as it is; everything else becomes an escape sequence of Go's.
package quote

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Name returns a name as messages show it: in Go's double quotes if any of it cannot be printed, or if it is empty, and
// as it is otherwise.
func Name(s string) string {
	if s == "" || Text(s) != s || strings.ContainsAny(s, "\n\t") {
		return strconv.Quote(s)
	}
	return s
}

// Message returns what an error says, with the name of a file that the system could not open or use as Name shows it.
func Message(err error) string {
	text := err.Error()
	var path *fs.PathError
	if errors.As(err, &path) && path.Path != "" {
		text = strings.ReplaceAll(text, path.Path, Name(path.Path))
	}
	return Text(text)
}

// Text escapes what a terminal could take for a command in a text of lines, which may have tabs.
func Text(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch part := s[i : i+size]; {
		case r == utf8.RuneError && size == 1, !strconv.IsPrint(r) && r != '\n' && r != '\t':
			quoted := strconv.Quote(part)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteString(part)
		}
		i += size
	}
	return b.String()
}
