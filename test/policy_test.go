package test

import (
	"runtime"
	"strings"
	"testing"
)

// TestPolicies: every policy runs a program to the same end, and what it says it did adds up.
func TestPolicies(t *testing.T) {
	modules := cModules(t, "functions.c", functionsModule(200, 40))
	want, _ := runWithStatistics(t, lazily, modules)
	for _, policy := range []string{"auto", "sequence", "frequency", "summary", "hints", "all", "largest", "random",
		"sequence,hints", "all,random"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			for _, threads := range []string{"1", "4"} {
				got, s := runWithStatistics(t, []string{"--speculate", policy, "--threads", threads}, modules)
				if d := difference(want, got); d != "" {
					t.Error(d)
				}
				s.requireConsistent(t)
				s.require(t, "called", 41)
				if s.texts["policy"] != policy {
					t.Errorf("the policy is said to be %q", s.texts["policy"])
				}
				if strings.HasPrefix(policy, "hints") || policy == "summary" {
					s.require(t, "speculated", 0) // there are neither hints nor summaries
				}
			}
		})
	}
}

// TestCalleesAreOnlyWhatIsReferredTo: nothing calls 350 of these functions.
func TestCalleesAreOnlyWhatIsReferredTo(t *testing.T) {
	modules := cModules(t, "functions.c", functionsModule(400, 50))
	for _, flags := range [][]string{{"--speculate", "callees"}, {"-O", "1"}} {
		_, s := runWithStatistics(t, append(flags, "--threads", "4"), modules)
		s.requireConsistent(t)
		s.require(t, "called", 51, "compiled", 51, "wasted", 0)
	}
}

// TestBudgets: a program that takes its time leaves enough of it to compile everything ahead, if that is allowed.
func TestBudgets(t *testing.T) {
	source := strings.Replace(functionsModule(400, 1), "unsigned sum = 0;",
		"unsigned sum = 0;\n  for (int i = 0; i < 300000000; i++) state += i;", 1)
	modules := cModules(t, "functions.c", source)
	for _, c := range []struct {
		budget string
		most   int
	}{{"", 400}, {"1kB", 200}, {"0.01%", 200}, {"100%,1kB", 200}} {
		t.Run(c.budget, func(t *testing.T) {
			t.Parallel()
			flags := []string{"--threads", "2", "--speculate", "all"}
			if c.budget != "" {
				flags = append(flags, "--budget", c.budget)
			}
			_, s := runWithStatistics(t, flags, modules)
			s.requireConsistent(t)
			if n := s.numbers["speculated"]; int(n) > c.most {
				t.Errorf("%v functions were compiled ahead, of which a budget of %s allows few", n, c.budget)
			}
		})
	}
}

func TestBadBudgets(t *testing.T) {
	hello := inputs(t, "hello.ll", helloIR)[0]
	for _, budget := range []string{"lots", "0%", "150%", "1TB", "1MB,2MB"} {
		r := runOrcast(t, "run", "--budget", budget, hello)
		if r.status != 125 || r.stdout != "" || !strings.Contains(r.stderr, "--budget") ||
			strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("--budget %s: %s, %q", budget, r.ending(), r.stderr)
		}
	}
}

// TestHintsAreFollowed: a function that nothing calls is compiled because it is said to be likely; so it is wasted.
func TestHintsAreFollowed(t *testing.T) {
	if runtime.NumCPU() == 1 {
		t.Skip("with one core nothing is compiled ahead while the program runs")
	}
	module := inputs(t, "hinted.ll", `
@state = global i32 0
define i32 @hinted() "orcast-likely"="0.95" { ret i32 1 }
define i32 @silent() { ret i32 2 }
define i32 @main() {
  br label %loop
loop:
  %i = phi i32 [ 0, %0 ], [ %j, %loop ]
  store volatile i32 %i, ptr @state
  %j = add i32 %i, 1
  %more = icmp ne i32 %j, 300000000
  br i1 %more, label %loop, label %end
end:
  ret i32 0
}
`)
	_, s := runWithStatistics(t, []string{"--threads", "1", "--speculate", "hints"}, module)
	s.requireConsistent(t)
	s.require(t, "called", 1, "compiled", 2, "wasted", 1)
	// auto goes on with everything else.
	_, s = runWithStatistics(t, []string{"--threads", "1"}, module)
	s.require(t, "called", 1, "compiled", 3, "wasted", 2)
}
