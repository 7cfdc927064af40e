package loader

import (
	"strings"

	"github.com/orcast/orcast/internal/pattern"
)

// Module assembly can give a name to something that is defined elsewhere. The object then has no such symbol, so
// the name is looked up here.
var (
	asmAssignment = pattern.New(`(?m)^\s*(?:\.(?:set|equ|equiv)\s+([\w.$]+)\s*,\s*([\w.$]+)|` +
		`([\w.$]+)\s*=\s*([\w.$]+))\s*$`)
	asmVersion = pattern.New(`\.symver\s+([\w.$]+)\s*,\s*([\w.$]+)@{1,3}([\w.]+)`)
)

// assigned finds what a module's assembly lets a name stand for. The caller holds n.mu.
func (n *names) assigned(module int, name string) (uint64, bool) {
	text := n.program.Modules[module].Bitcode.Asm
	if !strings.Contains(text, name) {
		return 0, false
	}
	for _, m := range asmVersion().FindAllStringSubmatch(text, -1) {
		if m[1] == name {
			return n.libraries.FindVersion(m[2], m[3])
		}
	}
	for _, m := range asmAssignment().FindAllStringSubmatch(text, -1) {
		if from, to := m[1]+m[3], m[2]+m[4]; from == name && to != name {
			return n.lookup(module, false, to)
		}
	}
	return 0, false
}
