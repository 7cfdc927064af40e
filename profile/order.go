package profile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxLine is more than any name takes.
const maxLine = 1 << 20

// ReadOrder reads a symbol order file as linkers take with --symbol-ordering-file: a name on each line, without the
// spaces around it. Blank lines and those that begin with # do not count, and of a name that is there several times
// only the first. An error says which line is not of that kind, or why r could not be read.
func ReadOrder(r io.Reader) ([]string, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	var names []string
	seen := map[string]bool{}
	number := 0
	for lines.Scan() {
		number++
		line := bytes.TrimSpace(lines.Bytes())
		if bytes.IndexByte(line, 0) >= 0 {
			return nil, fmt.Errorf("line %d: a zero byte in a name: this is no symbol order file", number)
		}
		if len(line) == 0 || line[0] == '#' || seen[string(line)] {
			continue
		}
		name := string(line)
		seen[name] = true
		names = append(names, name)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("line %d: it is longer than %d bytes: this is no symbol order file", number+1, maxLine)
	} else if err != nil {
		return nil, fmt.Errorf("after line %d: %w", number, err)
	}
	return names, nil
}
