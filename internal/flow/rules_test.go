package flow

import (
	"math"
	"testing"
)

func TestRules(t *testing.T) {
	functions := analyzed(t, assemble(t, "rules.ll"))
	tested := 0
	for name, want := range map[string]float64{
		"pointer_equal":   isEqual,
		"pointer_unequal": 1 - isEqual,
		"negative":        isNegative,
		"at_most_zero":    isNegative,
		"positive":        1 - isNegative,
		"at_least_zero":   1 - isNegative,
		"zero":            isZero,
		"not_zero":        1 - isZero,
		"minus_one":       isEqual,
		"another":         0.5,
		"bit_clear":       isClear,
		"bits_clear":      isZero,
		"success":         isSuccess,
		"float_equal":     isEqual,
		"float_unequal":   1 - isEqual,
		"not_a_number":    isNaN,
		"a_number":        1 - isNaN,
		"calling":         isCalling,
		"leaving":         isLeaving,
		"looping":         isLooping,
		"leaving_loop":    12.0 / (12 + 7*20),
	} {
		for _, b := range functions[name].Blocks {
			if len(b.Successors) == 2 {
				if got := b.Successors[0]; math.Abs(got-want) > 1e-9 {
					t.Errorf("%s: %g, not %g", name, got, want)
				}
				tested++
				break
			}
		}
	}
	if tested != len(functions) {
		t.Errorf("%d functions of %d were tested", tested, len(functions))
	}
}
