package forecast

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orcast/orcast/profile"
)

// policy is a heuristic with a name.
type policy struct {
	name  string
	maker func(Past) Maker
}

var policies = []policy{
	{"auto", Past.auto},
	{"profile", func(past Past) Maker { return Profile(past.Profile, past.Content) }},
	{"order", func(past Past) Maker { return Order(past.Order) }},
	{"callees", always(Callees)},
	{"sequence", always(Sequence)},
	{"frequency", always(Frequency)},
	{"summary", always(Summary)},
	{"hints", always(Hints)},
	{"rest", always(Rest)},
	{"all", always(All)},
	{"largest", always(Largest)},
	{"random", always(Random)},
}

// always is a policy that nothing of the past matters to.
func always(m Maker) func(Past) Maker { return func(Past) Maker { return m } }

// Past is what is known of a program before it runs, for the policies that follow it. The zero value is nothing.
type Past struct {
	Profile *profile.Profile  // of earlier runs; nil for none
	Content func(Func) uint64 // as for the heuristic Profile; nil if names are enough
	Order   []string          // as for the heuristic Order
}

func (past Past) auto() Maker {
	makers := []Maker{Recorded(past.Profile, past.Content, Blend(Callees, cheapRest)), Hints}
	if len(past.Order) > 0 {
		makers = append(makers, Order(past.Order))
	}
	return Blend(makers...)
}

// cheapRest is Rest where compiling costs next to nothing, which is where those who compile teach. Elsewhere it expects
// nothing.
func cheapRest(p *Program) Heuristic {
	if !p.lessons {
		return &fixed{program: p}
	}
	return Rest(p)
}

// None is the name of the policy that guesses nothing.
const None = "none"

// Policies are the names that Policy knows.
func Policies() []string {
	names := []string{None}
	for _, p := range policies {
		names = append(names, p.name)
	}
	return names
}

// Policy is Past.Policy for a program of which nothing is known.
func Policy(name string) (Maker, error) { return Past{}.Policy(name) }

// Policy finds a heuristic by its name, or a blend of several by their names with commas between them. It is nil for
// none.
func (past Past) Policy(name string) (Maker, error) {
	if name == None {
		return nil, nil
	}
	var makers []Maker
	for _, part := range strings.Split(name, ",") {
		i := slices.IndexFunc(policies, func(p policy) bool { return p.name == part })
		if i < 0 {
			return nil, fmt.Errorf("there is no policy %q of speculation: use none, or one or several of %s with "+
				"commas between them", part, strings.Join(Policies()[1:], ", "))
		}
		makers = append(makers, policies[i].maker(past))
	}
	if len(makers) == 1 {
		return makers[0], nil
	}
	return Blend(makers...), nil
}
