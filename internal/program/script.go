package program

import (
	"strings"

	"github.com/orcast/orcast/internal/pattern"
)

var (
	scriptComment = pattern.New(`(?s)/\*.*?\*/`)
	// scriptStart is what a linker script that stands for a library begins with.
	scriptStart = pattern.New(`^\s*(OUTPUT_FORMAT|GROUP|INPUT|SEARCH_DIR)\s*\(`)
	scriptWord  = pattern.New(`[()]|[^\s(),]+`)
)

// scriptFiles lists the files which a linker script names with GROUP and INPUT, in order, as libm.so and
// libc.so of most systems do. It is false for text that is no such script.
func scriptFiles(text []byte) ([]string, bool) {
	plain := scriptComment().ReplaceAllString(string(text), " ")
	if !scriptStart().MatchString(plain) {
		return nil, false
	}
	var files, open []string // open holds the commands whose parentheses are open
	command := ""
	for _, word := range scriptWord().FindAllString(plain, -1) {
		switch {
		case word == "(":
			open = append(open, command)
		case word == ")":
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		case word == "GROUP" || word == "INPUT" || word == "AS_NEEDED" || len(open) == 0:
			command = word
		case open[0] == "GROUP" || open[0] == "INPUT":
			files = append(files, strings.Trim(word, `"`))
		}
	}
	return files, true
}
