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

// simulation is what orcast simulate --json prints, as far as is looked at here.
type simulation struct {
	Called   int     `json:"called"`
	StallMS  float64 `json:"stall_ms"`
	WallMS   float64 `json:"wall_ms"`
	Policies []struct {
		Policy                                             string
		Threads                                            int
		StallMS                                            float64 `json:"stall_ms"`
		WallMS                                             float64 `json:"wall_ms"`
		Compiled, Demand, Speculated, Useful, Late, Wasted int
	} `json:"policies"`
	Limits []struct {
		Threads int
		BestMS  float64 `json:"best_ms"`
		BoundMS float64 `json:"bound_ms"`
	} `json:"limits"`
}

// TestSimulate: the replay of a run as it was takes as long as it took, in the median of several runs since a machine
// may have interrupted one; nothing is better than the bound, and what a simulated run says it did adds up.
func TestSimulate(t *testing.T) {
	const called, runs = 121, 9
	modules := cModules(t, "functions.c", functionsModule(600, called-1))
	replayed := map[int][]float64{} // by the number of threads: stall without speculation, as a part of the traced one
	for range runs {
		checkSimulation(t, modules, called, replayed)
	}
	for threads, ratios := range replayed {
		slices.Sort(ratios)
		if median := ratios[runs/2]; median < 0.8 || median > 1.2 {
			t.Errorf("none with %d threads stalls for these parts of what was traced: %v", threads, ratios)
		}
	}
}

// checkSimulation traces a run and simulates it.
func checkSimulation(t *testing.T, modules []string, called int, replayed map[int][]float64) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "trace")
	runWithStatistics(t, append([]string{"--threads", "1", "--trace", file}, lazily...), modules)
	printed := runOrcast(t, append([]string{"simulate", "--json", "--policies",
		"none,all,random,auto,profile,order,callees+hints", "--threads", "1,3,64", file}, modules...)...)
	if printed.status != 0 {
		t.Fatalf("%s%s", printed.ending(), printed.stderr)
	}
	var s simulation
	if err := json.Unmarshal([]byte(printed.stdout), &s); err != nil {
		t.Fatal(err)
	}
	if s.Called != called || len(s.Policies) != 3*7 || len(s.Limits) != 3 {
		t.Fatalf("%d functions called, %d policies, %d limits", s.Called, len(s.Policies), len(s.Limits))
	}
	for i, p := range s.Policies {
		what := fmt.Sprintf("%s with %d threads", p.Policy, p.Threads)
		l := s.Limits[i/7]
		if l.Threads != p.Threads || p.StallMS < l.BoundMS || l.BestMS < l.BoundMS {
			t.Errorf("%s: stall %v ms, the best with %d is %v and the bound %v", what, p.StallMS, l.Threads, l.BestMS,
				l.BoundMS)
		}
		if p.Compiled != p.Demand+p.Speculated || p.Speculated != p.Useful+p.Late+p.Wasted ||
			p.Compiled-p.Wasted != called {
			t.Errorf("%s: the numbers do not add up: %+v", what, p)
		}
		switch p.Policy {
		case "none":
			if p.Speculated != 0 {
				t.Errorf("%s: %d functions were speculated", what, p.Speculated)
			}
			replayed[p.Threads] = append(replayed[p.Threads], p.StallMS/s.StallMS)
		case "profile", "order":
			if p.Wasted != 0 {
				t.Errorf("%s: %d functions of a known run are said to be wasted", what, p.Wasted)
			}
		}
	}
}

// TestSimulateRefuses: what cannot be simulated is refused with a message that says why.
func TestSimulateRefuses(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	module, other := cModules(t, "functions.c", functionsModule(20, 3))[0],
		cModules(t, "functions.c", functionsModule(30, 3))[0]
	traced := filepath.Join(folder, "trace")
	runWithStatistics(t, append([]string{"--trace", traced}, lazily...), []string{module})
	for _, c := range []struct {
		want string
		args []string
	}{
		{"no such file", []string{filepath.Join(folder, "missing"), module}},
		{"no trace", []string{file("text", "hello\n"), module}},
		{"no trace", []string{module, module}},
		{"another program", []string{traced, other}},
		{"no policy", []string{"--policies", "luck", traced, module}},
		{"1 to 64", []string{"--threads", "65", traced, module}},
		{"1 to 64", []string{"--threads", "0", traced, module}},
		{"faster", []string{"--speed=-1", traced, module}},
		{"no such file", []string{traced, filepath.Join(folder, "missing.bc")}},
	} {
		got := runOrcast(t, append([]string{"simulate"}, c.args...)...)
		if got.status != 125 || got.stdout != "" || !strings.Contains(got.stderr, c.want) ||
			strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%q: %s, standard output %q, standard error %q; want one line with %q", c.args, got.ending(),
				got.stdout, got.stderr, c.want)
		}
	}
}
