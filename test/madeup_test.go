package test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/orcast/orcast/test/irgen"
)

// codeWays are the ways to compile what is made up, besides the native one: all of it by the baseline compiler, where
// that does not refuse it, and a part by lot, which calls the rest and is called. A campaign has LLVM alone, and more
// lots.
func codeWays(t *testing.T) map[string][]string {
	ways := map[string][]string{
		"fast":  {"--generator", "fast"},
		"mixed": {"--generator", "mixed:1"},
	}
	if n := codeCampaign(t); n > 0 {
		ways["llvm"] = []string{"--generator", "llvm"}
		ways["optimised"] = []string{"-O", "2"}
		for lot := range n {
			ways[fmt.Sprint("lot ", lot+2)] = []string{"--generator", fmt.Sprint("mixed:", lot+2)}
		}
	}
	return ways
}

// codeCampaign is how much the tests of generated code do: $ORCAST_CODE_CAMPAIGN, or 0 for what they do usually.
func codeCampaign(t *testing.T) int {
	t.Helper()
	text := os.Getenv("ORCAST_CODE_CAMPAIGN")
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("ORCAST_CODE_CAMPAIGN is %q, want a number of at least 1", text)
	}
	return n
}

// madeUp is a module of tests, built.
type madeUp struct {
	irgen.Module
	program, bitcode string
}

// driver is the native object that calls tests.
var driver = sync.OnceValues(func() (string, error) {
	source, object := filepath.Join(scratch, "driver.c"), filepath.Join(scratch, "driver.o")
	if err := os.WriteFile(source, []byte(irgen.Driver), 0o644); err != nil {
		return "", err
	}
	output, err := exec.Command("clang-22", "-O2", "-c", source, "-o", object).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, output)
	}
	return object, nil
})

// buildMadeUp builds a module, in $ORCAST_TEST_CACHE if it will be wanted again.
func buildMadeUp(t *testing.T, m irgen.Module, again bool) madeUp {
	t.Helper()
	requireClang(t)
	text := m.String()
	folder := t.TempDir()
	if cache := os.Getenv("ORCAST_TEST_CACHE"); cache != "" && again {
		hash := sha256.Sum256([]byte(text + irgen.Driver))
		folder = filepath.Join(cache, "made-up-"+hex.EncodeToString(hash[:10]))
	}
	p := madeUp{m, filepath.Join(folder, "program"), filepath.Join(folder, "module.bc")}
	if _, err := os.Stat(p.program); err == nil {
		return p
	}
	object, err := driver()
	if err == nil {
		err = os.MkdirAll(folder, 0o755)
	}
	source, program := filepath.Join(t.TempDir(), "module.ll"), filepath.Join(t.TempDir(), "program")
	if err == nil {
		err = os.WriteFile(source, []byte(text), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	tool(t, llvmTool("llvm-as"), source, "-o", p.bitcode)
	tool(t, "clang++-22", "-w", "-O0", p.bitcode, object, "-lm", "-o", program)
	tool(t, "mv", program, p.program) // at once, for other processes
	return p
}

// native runs the native program.
func (p madeUp) native(t *testing.T, names ...string) result {
	t.Helper()
	r := run(t, p.program, append([]string{p.program}, names...), "")
	if r.status != 0 {
		t.Fatalf("the native program: %s\n%s", r.ending(), r.stderr)
	}
	return r
}

// compare runs the module through orcast, reports functions whose results differ, with their text, inputs and outputs,
// and returns the first of them.
func (p madeUp) compare(t *testing.T, native result, flags []string) []*irgen.Test {
	t.Helper()
	got := p.orcast(t, flags)
	if got.status != 0 || got.timedOut {
		t.Errorf("%s\n%s", got.ending(), clip(got.stderr))
	}
	failures := p.failures(native, got)
	const most = 5
	for i, test := range failures {
		if i == most {
			t.Errorf("and %d more: %s", len(failures)-i, names(failures[i:]))
			return failures[:most]
		}
		want, is := p.native(t, test.Name), p.orcast(t, flags, test.Name)
		t.Errorf("%s: inputs and outputs%s\n%s", test.Name, firstLine(want.stdout, is.stdout), test.Text)
	}
	return failures
}

func (p madeUp) orcast(t *testing.T, flags []string, names ...string) result {
	t.Helper()
	arguments := append([]string{"run"}, flags...)
	object, err := driver()
	if err != nil {
		t.Fatal(err)
	}
	return runOrcast(t, append(append(arguments, p.bitcode, object, "--"), names...)...)
}

// failures are the tests whose lines differ.
func (p madeUp) failures(native, got result) []*irgen.Test {
	lines := map[string]string{}
	for line := range strings.Lines(got.stdout) {
		name, hash, _ := strings.Cut(line, " ")
		lines[name] = hash
	}
	var failures []*irgen.Test
	i := 0
	for line := range strings.Lines(native.stdout) {
		name, hash, _ := strings.Cut(line, " ")
		for p.Tests[i].Name != name {
			i++
		}
		if lines[name] != hash {
			failures = append(failures, p.Tests[i])
		}
	}
	return failures
}

func names(tests []*irgen.Test) string {
	var list []string
	for _, test := range tests {
		list = append(list, test.Name)
	}
	return clip(strings.Join(list, " "))
}
