package baseline

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestRefusalsAreDocumented compares the reasons in the sources with those that docs/refusals.md lists.
func TestRefusalsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/refusals.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range regexp.MustCompile("(?m)^\\* `([^`]*)`").FindAllStringSubmatch(string(page), -1) {
		listed = append(listed, m[1])
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var raised []string
	reason := regexp.MustCompile(`(?:refuse\(|Refusal\{|Reason: )"([^"]*)"`)
	for _, file := range append(sources, "../jit/baseline.go") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reason.FindAllStringSubmatch(string(text), -1) {
			if !strings.HasSuffix(file, "_test.go") {
				raised = append(raised, strings.TrimSpace(m[1]))
			}
		}
	}
	slices.Sort(raised)
	slices.Sort(listed)
	raised = slices.Compact(raised)
	if len(raised) < 50 {
		t.Fatalf("only %d reasons were found in the sources", len(raised))
	}
	for _, r := range raised {
		if !slices.Contains(listed, r) {
			t.Errorf("docs/refusals.md does not list %q", r)
		}
	}
	for i, l := range listed {
		if !slices.Contains(raised, l) || i > 0 && listed[i-1] == l {
			t.Errorf("docs/refusals.md lists %q, which is no reason, or twice", l)
		}
	}
}
