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

// UndefinedError says which symbols the program needs and nobody defines.
type UndefinedError struct {
	Symbols []Undefined // by name
	advice  string      // what to do, in words that go behind the list
	local   bool        // the program runs in this process
}

// Undefined is a symbol that nobody defines.
type Undefined struct {
	Name string
	// Referrer is somebody who refers to it, such as "f in a.bc"; "" if nobody was found, and for those beyond the
	// first ten.
	Referrer string
}

// UndefinedSymbols tells of the undefined symbols of the program, and of missing, with somebody who refers to each and
// the system's libraries that have them.
func (l *Loader) UndefinedSymbols(missing []string) error {
	e := &UndefinedError{local: l.local}
	undefined := l.undefinedNames(missing)
	named := map[string]bool{}
	for _, name := range undefined[:min(len(undefined), namedUndefined)] {
		named[name] = true
	}
	who := l.Program.WhoRefers(named)
	for _, name := range undefined {
		e.Symbols = append(e.Symbols, Undefined{Name: name, Referrer: who[name]})
	}
	var advice strings.Builder
	for _, m := range solib.Find(undefined) {
		fmt.Fprintf(&advice, "\n%s has %d of them", m.Library, len(m.Names))
		if !l.local {
			fmt.Fprintf(&advice, ": add --load %s", m.Library)
		}
	}
	e.advice = advice.String()
	return e
}

func (e *UndefinedError) Error() string {
	add := "or a library with --load"
	if e.local {
		add = "a library, or an address by Define"
	}
	var text strings.Builder
	fmt.Fprintf(&text, "undefined symbols (add the file that defines them, %s):", add)
	for _, u := range e.Symbols[:min(len(e.Symbols), namedUndefined)] {
		fmt.Fprintf(&text, "\n  %s", u.Name)
		if u.Referrer != "" {
			fmt.Fprintf(&text, ", which %s refers to", u.Referrer)
		}
	}
	if n := len(e.Symbols) - namedUndefined; n > 0 {
		fmt.Fprintf(&text, "\n  and %d more", n)
	}
	return text.String() + e.advice
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
		if !x.Weak && !x.ByLinker() && l.names.found[x.Name] == (stub.Found{}) {
			undefined[x.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(undefined))
}
