package test

import (
	"testing"

	"github.com/orcast/orcast/test/irgen"
)

// TestOperations compiles a function for every operation, type and kind of operand (of which it takes a sample, and all
// in a campaign), calls it with edge values, and compares results with those of LLVM's code for it.
func TestOperations(t *testing.T) {
	const sample = 8
	for _, family := range irgen.Families {
		t.Run(family.Name, func(t *testing.T) {
			t.Parallel()
			tests := family.Tests()
			if all := len(tests); codeCampaign(t) == 0 && all > 200 {
				var some []*irgen.Test
				for i := 0; i < all; i += sample {
					some = append(some, tests[i])
				}
				tests = some
			}
			m := irgen.Module{Tests: tests}
			p := buildMadeUp(t, m, true)
			native := p.native(t)
			for name, flags := range codeWays(t) {
				t.Run(name, func(t *testing.T) { p.compare(t, native, flags) })
			}
		})
	}
}
