package test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// statistics are the numbers of one run, by their names in the JSON object.
type statistics struct {
	numbers map[string]float64
	texts   map[string]string
	misses  map[string]any // numbers of functions that were not found in the cache, by the reason
	tiers   map[string]any // numbers of functions that have code, by its tier
}

var statisticNumbers = []string{
	"wall_ms", "index_ms", "main_ms", "stall_ms", "stalls", "stall_max_ms", "analysis_ms", "compile_ms", "link_ms",
	"defined", "called", "compiled", "cached", "demand", "speculated", "useful", "late", "wasted", "code_bytes",
	"peak_rss_bytes", "compiler_cpu_ms", "threads", "opt", "exit",
}

// parseStatistics reads one JSON object that must have all the keys.
func parseStatistics(t *testing.T, text string) statistics {
	t.Helper()
	var values map[string]any
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		t.Fatalf("statistics are not one JSON object: %v\n%s", err, clip(text))
	}
	s := statistics{numbers: map[string]float64{}, texts: map[string]string{}}
	for key, value := range values {
		switch value := value.(type) {
		case float64:
			s.numbers[key] = value
		case string:
			s.texts[key] = value
		case map[string]any:
			if key == "tiers" {
				s.tiers = value
			} else {
				s.misses = value
			}
		}
	}
	for _, key := range statisticNumbers {
		if n, ok := s.numbers[key]; !ok || n < 0 {
			t.Errorf("%s is %v, want a number of at least 0", key, values[key])
		}
	}
	for _, key := range []string{"policy", "llvm"} {
		if s.texts[key] == "" {
			t.Errorf("%s is %v, want a text", key, values[key])
		}
	}
	return s
}

// require checks that numbers are what the test expects: name, value, name, value.
func (s statistics) require(t *testing.T, namesAndValues ...any) {
	t.Helper()
	for i := 0; i < len(namesAndValues); i += 2 {
		name, want := namesAndValues[i].(string), namesAndValues[i+1].(int)
		if s.numbers[name] != float64(want) {
			t.Errorf("%s is %v, want %d; all: %v", name, s.numbers[name], want, s.numbers)
		}
	}
}

// requireConsistent checks what holds between the numbers of every run.
func (s statistics) requireConsistent(t *testing.T) {
	t.Helper()
	n := s.numbers
	code := 0.0 // functions that have some
	for _, functions := range s.tiers {
		code += functions.(float64)
	}
	for _, c := range []struct {
		rule  string
		holds bool
	}{
		{"compiled = demand + speculated", n["compiled"] == n["demand"]+n["speculated"]},
		{"speculated = useful + late + wasted", n["speculated"] == n["useful"]+n["late"]+n["wasted"]},
		{"called <= defined", n["called"] <= n["defined"]},
		{"tiers = compiled + cached", code == n["compiled"]+n["cached"]},
		{"called = demand + useful + late", n["called"] == n["demand"]+n["useful"]+n["late"]},
		{"stall_max_ms <= stall_ms", n["stall_max_ms"] <= n["stall_ms"]},
		{"stalls and stall_ms are both 0 or neither", (n["stalls"] > 0) == (n["stall_ms"] > 0)},
		{"late <= stalls", n["late"] <= n["stalls"]},
		{"index_ms <= main_ms <= wall_ms", n["index_ms"] <= n["main_ms"] && n["main_ms"] <= n["wall_ms"]},
		{"code_bytes > 0 if anything was compiled", n["compiled"] == 0 || n["code_bytes"] > 0},
		{"peak_rss_bytes > 1 MB", n["peak_rss_bytes"] > 1<<20},
		{"compiler_cpu_ms >= compile_ms", n["compiler_cpu_ms"] >= n["compile_ms"]},
		{"LLVM is 22", strings.HasPrefix(s.texts["llvm"], "22.")},
	} {
		if !c.holds {
			t.Errorf("%s does not hold: %v", c.rule, n)
		}
	}
}

// runWithStatistics runs inputs with --stats FILE and reads the file.
func runWithStatistics(t *testing.T, flags, inputs []string, arguments ...string) (result, statistics) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "stats.json")
	command := slices.Concat([]string{"run", "--stats", file}, flags, inputs, []string{"--"}, arguments)
	r := runOrcast(t, command...)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%s: %v\nstderr: %s", r.ending(), err, clip(r.stderr))
	}
	return r, parseStatistics(t, string(text))
}

var (
	lazily      = []string{"--threads", "1", "--speculate", "none"}
	speculating = []string{"--threads", "4", "--speculate", "all"}
)

// TestStatisticsOfEnds: the object is written and consistent however the program ends.
func TestStatisticsOfEnds(t *testing.T) {
	module := cModules(t, "ends.c", `#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
__attribute__((noinline)) void leave(const char *how) {
  if (!strcmp(how, "exit"))
    exit(3);
  if (!strcmp(how, "_exit"))
    _exit(4);
  if (!strcmp(how, "abort"))
    abort();
  if (!strcmp(how, "kill"))
    kill(getpid(), SIGKILL);
}
int never(int x) { return x + 1; }
int main(int argc, char **argv) {
  leave(argv[1]);
  return 5;
}
`)
	for _, c := range []struct {
		how  string
		exit int
	}{{"return", 5}, {"exit", 3}, {"_exit", 4}, {"abort", 128 + 6}, {"kill", 128 + 9}} {
		t.Run(c.how, func(t *testing.T) {
			t.Parallel()
			_, s := runWithStatistics(t, lazily, module, c.how)
			s.requireConsistent(t)
			s.require(t, "exit", c.exit, "defined", 3, "called", 2, "compiled", 2, "demand", 2, "speculated", 0,
				"threads", 1, "opt", 0)
			if s.texts["policy"] != "none" {
				t.Errorf("policy is %q, want none", s.texts["policy"])
			}
			_, s = runWithStatistics(t, append([]string{"-O", "2"}, speculating...), module, c.how)
			s.requireConsistent(t)
			s.require(t, "exit", c.exit, "defined", 3, "called", 2, "threads", 4, "opt", 2)
		})
	}
}

func TestStatisticsToStandardError(t *testing.T) {
	hello := inputs(t, "hello.ll", helloIR)[0]
	r := runOrcast(t, "run", "--stats", "-", hello)
	if r.status != 0 || r.stdout != "hello\n" {
		t.Errorf("%s, standard output %q", r.ending(), r.stdout)
	}
	parseStatistics(t, r.stderr).requireConsistent(t)
}

// functionsModule is a C source of some functions of which some are called from main.
func functionsModule(defined, called int) string {
	var source strings.Builder
	source.WriteString("#include <stdio.h>\nvolatile unsigned state;\n")
	for i := range defined {
		fmt.Fprintf(&source,
			"__attribute__((noinline)) unsigned f%d(unsigned x) { state += x; return state ^ %d; }\n", i, i)
	}
	source.WriteString("int main(void) {\n  unsigned sum = 0;\n")
	for i := range called {
		fmt.Fprintf(&source, "  sum += f%d(sum) + f%d(1);\n", i*(defined/called), i*(defined/called))
	}
	source.WriteString("  printf(\"%u\\n\", sum);\n  return 0;\n}\n")
	return source.String()
}

// TestLaziness: without speculation exactly the called functions are compiled.
func TestLaziness(t *testing.T) {
	modules := cModules(t, "functions.c", functionsModule(400, 50))
	_, s := runWithStatistics(t, lazily, modules)
	s.requireConsistent(t)
	s.require(t, "defined", 401, "called", 51, "compiled", 51, "demand", 51, "speculated", 0, "wasted", 0)
}

// TestConstructorsCount: a constructor is a function that is called, what only it mentions is not.
func TestConstructorsCount(t *testing.T) {
	modules := cModules(t,
		"a.c", `int b(int); int unused(int x) { return b(x) + 1; }
int (*volatile table[])(int) = {unused, b};
__attribute__((constructor)) static void construct(void) { table[0] = table[1]; }
int main(void) { return table[0](2); }
`,
		"b.c", "int never(int x) { return x; }\nint b(int x) { return x; }\n")
	r, s := runWithStatistics(t, lazily, modules)
	if r.status != 2 {
		t.Errorf("%s, want exit 2", r.ending())
	}
	s.requireConsistent(t)
	s.require(t, "defined", 5, "called", 3, "compiled", 3)
}

// TestOneCompilation: however many threads make the same first calls, each function is compiled once.
func TestOneCompilation(t *testing.T) {
	programs, err := loadPrograms("programs")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(programs, func(p program) bool { return p.name == "threads-same-first-call" })
	b := programs[i].build(t)
	// 40 functions called by 16 threads, the thread's own and main.
	_, s := runWithStatistics(t, lazily, b.inputs)
	s.requireConsistent(t)
	s.require(t, "called", 42, "compiled", 42, "demand", 42)
	_, s = runWithStatistics(t, speculating, b.inputs)
	s.requireConsistent(t)
	s.require(t, "called", 42, "compiled", 42, "wasted", 0)
}
