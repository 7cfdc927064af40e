package test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/orcast/orcast/test/irgen"
)

// TestRandomFunctions compiles functions that are made up by lot, calls them, and compares results with those of LLVM's
// code. Where they differ it looks for a smaller function of which that is true. $ORCAST_CODE_SEED is the number of the
// first function; a campaign begins anywhere.
func TestRandomFunctions(t *testing.T) {
	const modules, perModule = 2, 150
	first, times := uint64(0), cmp.Or(codeCampaign(t), 1)
	if times > 1 {
		first = rand.Uint64N(1 << 40)
	}
	if text := os.Getenv("ORCAST_CODE_SEED"); text != "" {
		var err error
		if first, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("ORCAST_CODE_SEED: %v", err)
		}
	}
	t.Logf("ORCAST_CODE_SEED=%d ORCAST_CODE_CAMPAIGN=%d", first, times)
	for n := range uint64(modules * times) {
		from := first + n*perModule
		t.Run(fmt.Sprint(from), func(t *testing.T) {
			t.Parallel()
			var m irgen.Module
			for seed := from; seed < from+perModule; seed++ {
				m.Tests = append(m.Tests, irgen.Random(fmt.Sprint("random.", seed), irgen.NewChoices(seed)))
			}
			p := buildMadeUp(t, m, times == 1)
			native := p.native(t)
			for name, flags := range codeWays(t) {
				t.Run(name, func(t *testing.T) {
					if failures := p.compare(t, native, flags); len(failures) > 0 {
						showSmaller(t, failures[0], flags)
					}
				})
			}
		})
	}
}

// showSmaller looks for a smaller function whose results differ from those of the native one.
func showSmaller(t *testing.T, test *irgen.Test, flags []string) {
	t.Helper()
	var smallest *irgen.Test
	bad := func(record []uint32) bool {
		candidate := irgen.Random(test.Name, irgen.Replay(record))
		p := buildMadeUp(t, irgen.Module{Tests: []*irgen.Test{candidate}}, false)
		if difference(p.native(t), p.orcast(t, flags)) == "" {
			return false
		}
		smallest = candidate
		return true
	}
	if !bad(test.Record) {
		t.Logf("%s: the results do not differ when it is alone", test.Name)
		return
	}
	const tries = 100
	irgen.Shrink(test.Record, tries, bad)
	t.Logf("%s, smaller, with %s:\n%s", test.Name, strings.Join(flags, " "), smallest.Text)
}
