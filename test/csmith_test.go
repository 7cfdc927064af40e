package test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestCsmith runs programs that csmith makes up (Yang et al., "Finding and Understanding Bugs in C Compilers", 2011)
// and compares the checksum that each prints over all its variables. A campaign begins with any seed, and tries the
// code generators, alone and mixed; $ORCAST_CSMITH_SEED is the first seed.
func TestCsmith(t *testing.T) {
	if _, err := exec.LookPath("csmith"); err != nil {
		t.Skip("csmith is not installed (Debian's packages csmith and libcsmith-dev)")
	}
	requireClang(t)
	first, programs := uint64(1), 3
	if times := codeCampaign(t); times > 0 {
		first, programs = rand.Uint64N(1<<30), 100*times
	}
	if text := os.Getenv("ORCAST_CSMITH_SEED"); text != "" {
		var err error
		if first, err = strconv.ParseUint(text, 10, 32); err != nil {
			t.Fatalf("ORCAST_CSMITH_SEED: %v", err)
		}
	}
	t.Logf("ORCAST_CSMITH_SEED=%d, %d programs", first, programs)
	for seed := first; seed < first+uint64(programs); seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			ways, efforts := configurations, []string{"-O1", "-O2"}
			if programs > 3 {
				efforts = efforts[seed%2:][:1]
				ways = nil
				for _, generator := range []string{"fast", fmt.Sprint("mixed:", seed)} {
					ways = append(ways, configuration{name: generator,
						flags: []string{"--no-cache", "--no-profile", "--generator", generator}})
				}
			}
			runCsmith(t, seed, efforts, ways)
		})
	}
}

// runCsmith makes the program of a seed and runs it in some ways.
func runCsmith(t *testing.T, seed uint64, efforts []string, ways []configuration) {
	t.Helper()
	source := filepath.Join(t.TempDir(), fmt.Sprintf("csmith-%d.c", seed))
	options := []string{"--seed", fmt.Sprint(seed), "--max-funcs", "30"}
	tool(t, "csmith", append(options, "--output", source)...)
	for _, effort := range efforts {
		module, native := source+effort+".bc", source+effort
		tool(t, "clang-22", "-w", effort, "-I/usr/include/csmith", "-emit-llvm", "-c", source, "-o", module)
		tool(t, "clang-22", "-w", effort, module, "-o", native)
		want := run(t, native, []string{module}, "")
		if want.timedOut {
			t.Skip("the program does not end")
		}
		for _, c := range ways {
			got := runOrcast(t, append(append([]string{"run"}, c.flags...), module)...)
			if d := difference(want, got); d != "" {
				t.Errorf("clang %s, %s: %s\nmake it again with csmith %s", effort, c.name, d,
					strings.Join(options, " "))
			}
		}
	}
}
