package test

import (
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var csmithPrograms = flag.Int("csmith", 3, "how many programs csmith makes")

// TestCsmith runs programs that csmith makes up (Yang et al., "Finding and Understanding Bugs in C Compilers", 2011)
// and compares the checksum that each prints over all its variables.
func TestCsmith(t *testing.T) {
	if _, err := exec.LookPath("csmith"); err != nil {
		t.Skip("csmith is not installed (Debian's packages csmith and libcsmith-dev)")
	}
	requireClang(t)
	for seed := 1; seed <= *csmithPrograms; seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			source := filepath.Join(t.TempDir(), fmt.Sprintf("csmith-%d.c", seed))
			options := []string{"--seed", fmt.Sprint(seed), "--max-funcs", "30"}
			tool(t, "csmith", append(options, "--output", source)...)
			for _, effort := range []string{"-O1", "-O2"} {
				module, native := source+effort+".bc", source+effort
				tool(t, "clang-22", "-w", effort, "-I/usr/include/csmith", "-emit-llvm", "-c", source, "-o", module)
				tool(t, "clang-22", "-w", effort, module, "-o", native)
				want := run(t, native, []string{module}, "")
				if want.timedOut {
					t.Skip("the program does not end")
				}
				for _, c := range configurations {
					got := runOrcast(t, append(append([]string{"run"}, c.flags...), module)...)
					if d := difference(want, got); d != "" {
						t.Errorf("clang %s, %s: %s\nmake it again with csmith %s", effort, c.name, d,
							strings.Join(options, " "))
					}
				}
			}
		})
	}
}
