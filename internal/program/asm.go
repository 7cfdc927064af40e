package program

import (
	"strings"

	"github.com/orcast/orcast/internal/pattern"
)

// AsmSymbol is a name which a module's module-level assembly defines.
type AsmSymbol struct {
	Module *Module
	Name   string
	// Global says that other modules may name it, Weak that another definition may replace it.
	Global, Weak bool
}

var (
	asmComment = pattern.New(`(?s)/\*.*?\*/|#[^\n]*`)
	asmLabel   = pattern.New(`^\s*([A-Za-z_.$][\w.$@]*)\s*:`)
	asmSet     = pattern.New(`^\s*(?:\.(?:set|equ|equiv)\s+([A-Za-z_.$][\w.$]*)\s*,|` +
		`([A-Za-z_.$][\w.$]*)\s*=[^=])`)
	asmBinding = pattern.New(`^\s*\.(globl|global|weak)\s+(.*)`)
)

func (a *AsmSymbol) strength() strength {
	if a.Weak {
		return weak
	}
	return strong
}

// scanAsm finds the symbols which assembly in AT&T or Intel syntax defines. It knows labels, assignments and
// bindings; what macros define it does not see.
func scanAsm(m *Module, text string) map[string]*AsmSymbol {
	if text == "" {
		return nil
	}
	defined, bindings := map[string]*AsmSymbol{}, map[string]string{}
	define := func(name string) {
		if !strings.HasPrefix(name, ".L") {
			defined[name] = &AsmSymbol{Module: m, Name: name}
		}
	}
	text = asmComment().ReplaceAllString(text, " ")
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ';' }) {
		for label := asmLabel().FindStringSubmatch(line); label != nil; label = asmLabel().FindStringSubmatch(line) {
			define(label[1])
			line = line[len(label[0]):]
		}
		if set := asmSet().FindStringSubmatch(line); set != nil {
			define(set[1] + set[2])
		}
		if b := asmBinding().FindStringSubmatch(line); b != nil {
			for _, name := range strings.Split(b[2], ",") {
				bindings[strings.TrimSpace(name)] = b[1]
			}
		}
	}
	for _, a := range defined {
		binding := bindings[a.Name]
		a.Global, a.Weak = binding != "", binding == "weak"
	}
	return defined
}
