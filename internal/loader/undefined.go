package loader

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/orcast/orcast/internal/solib"
	"github.com/orcast/orcast/internal/stub"
)

// namedUndefined is how many undefined symbols a message names. A forgotten library often has hundreds of them.
const namedUndefined = 10

// UndefinedError names undefined symbols of the program, and missing, each with somebody who refers to it, and the
// system's libraries that have them.
func (l *Loader) UndefinedError(missing []string) error {
	undefined := l.undefinedNames(missing)
	named := map[string]bool{}
	for _, name := range undefined[:min(len(undefined), namedUndefined)] {
		named[name] = true
	}
	who := l.Program.WhoRefers(named)
	advice := "or a library with --load"
	if l.local {
		advice = "a library, or an address by Define"
	}
	var text strings.Builder
	fmt.Fprintf(&text, "undefined symbols (add the file that defines them, %s):", advice)
	for _, name := range slices.Sorted(maps.Keys(named)) {
		fmt.Fprintf(&text, "\n  %s", name)
		if w := who[name]; w != "" {
			fmt.Fprintf(&text, ", which %s refers to", w)
		}
	}
	if n := len(undefined) - len(named); n > 0 {
		fmt.Fprintf(&text, "\n  and %d more", n)
	}
	for _, m := range solib.Find(undefined) {
		fmt.Fprintf(&text, "\n%s has %d of them", m.Library, len(m.Names))
		if !l.local {
			fmt.Fprintf(&text, ": add --load %s", m.Library)
		}
	}
	return fmt.Errorf("%s", &text)
}

// undefinedNames are all undefined symbols of the program, and missing.
func (l *Loader) undefinedNames(missing []string) []string {
	undefined := map[string]bool{}
	for _, name := range missing {
		undefined[name] = true
	}
	l.names.mu.Lock()
	defer l.names.mu.Unlock()
	for _, x := range l.Program.External {
		if !x.Weak && x.SectionStart == "" && x.SectionStop == "" && l.names.found[x.Name] == (stub.Found{}) {
			undefined[x.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(undefined))
}
