package jit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/orcast/orcast/internal/tier"
)

// Generator says which functions the baseline compiler gets before LLVM does, if that is not to follow from the tier.
// It is for finding faults of either.
type Generator struct {
	choice      choice
	seed        uint64 // of byLot
	first, last int    // of byNumber
}

type choice uint8

const (
	byTier choice = iota
	never
	byLot
	byNumber
)

// ParseGenerator understands "", "llvm", "fast", "mixed:SEED", and "fast:FIRST-LAST" by numbers of functions.
func ParseGenerator(s string) (g Generator, err error) {
	name, rest, found := strings.Cut(s, ":")
	switch {
	case s == "":
		return g, nil
	case s == "llvm":
		return Generator{choice: never}, nil
	case s == "fast":
		return Generator{choice: byNumber, last: 1<<31 - 1}, nil
	case name == "mixed" && found:
		g.choice = byLot
		g.seed, err = strconv.ParseUint(rest, 10, 64)
	case name == "fast" && found:
		g.choice = byNumber
		from, to, _ := strings.Cut(rest, "-")
		if g.first, err = strconv.Atoi(from); err == nil {
			g.last, err = strconv.Atoi(to)
		}
	default:
		err = fmt.Errorf("there is no such generator")
	}
	if err != nil {
		return g, fmt.Errorf("generator %q: use llvm, fast, mixed:SEED or fast:FIRST-LAST", s)
	}
	return g, nil
}

// takes says that the baseline compiler tries function f when first calls get code of a tier.
func (g *Generator) takes(f int, t tier.Tier) bool {
	switch g.choice {
	case byTier:
		return t == tier.Baseline
	case byLot:
		// The finaliser of SplitMix64 (Steele, Lea, Flood 2014) makes a lot of a number.
		x := g.seed + uint64(f)*0x9e3779b97f4a7c15
		x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
		x = (x ^ x>>27) * 0x94d049bb133111eb
		return x>>63 == 1
	}
	return g.choice == byNumber && f >= g.first && f <= g.last
}
