package forecast

import (
	"fmt"
	"slices"
	"strings"
)

// policies are the heuristics by name.
var policies = []struct {
	name  string
	maker Maker
}{
	{"auto", Blend(Callees, Hints)},
	{"callees", Callees},
	{"sequence", Sequence},
	{"frequency", Frequency},
	{"summary", Summary},
	{"hints", Hints},
	{"all", All},
	{"largest", Largest},
	{"random", Random},
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

// Policy finds a heuristic by its name, or a blend of several by their names with commas between them. It is nil for
// none.
func Policy(name string) (Maker, error) {
	if name == None {
		return nil, nil
	}
	var makers []Maker
	for _, part := range strings.Split(name, ",") {
		i := slices.IndexFunc(policies, func(p struct {
			name  string
			maker Maker
		}) bool {
			return p.name == part
		})
		if i < 0 {
			return nil, fmt.Errorf("there is no policy %q of speculation: use none, or one or several of %s with commas between them",
				part, strings.Join(Policies()[1:], ", "))
		}
		makers = append(makers, policies[i].maker)
	}
	if len(makers) == 1 {
		return makers[0], nil
	}
	return Blend(makers...), nil
}
