package bench

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

func TestEqualWaysHaveEqualNames(t *testing.T) {
	for _, suite := range suites {
		for _, cores := range []int{1, 2, 8} {
			ways := make(map[string]Way)
			for _, w := range append(suite.ways(Workload{}, cores), syntheticWays()...) {
				if known, ok := ways[w.Name]; ok && known != w.Way {
					t.Errorf("%s, %d cores: %+v and %+v", suite.Name, cores, known, w.Way)
				}
				ways[w.Name] = w.Way
				if w.about == "" || w.Threads > cores {
					t.Errorf("%s, %d cores: %+v, %q", suite.Name, cores, w.Way, w.about)
				}
			}
			names := make(map[string]bool)
			for _, w := range suite.ways(Workload{}, cores) {
				if names[w.Name] {
					t.Errorf("%s, %d cores: %q is there twice", suite.Name, cores, w.Name)
				}
				names[w.Name] = true
			}
		}
	}
}

func TestSuitesHaveWhatTheyMeasureOnce(t *testing.T) {
	for _, suite := range suites {
		subjects, err := suite.subjects(nil, 2)
		if err != nil {
			t.Fatal(err)
		}
		known := make(map[string]bool)
		for _, s := range subjects {
			name := fmt.Sprint(pairOf(Way{}, s.Name, s.shape))
			if known[name] || len(s.ways) == 0 {
				t.Errorf("%s: %s has %d ways, and was there: %v", suite.Name, name, len(s.ways), known[name])
			}
			known[name] = true
		}
	}
}

func TestSubjectsAreChosenByName(t *testing.T) {
	suite, err := FindSuite("quick")
	if err != nil {
		t.Fatal(err)
	}
	names := func(list ...string) string {
		subjects, err := suite.subjects(list, 2)
		if err != nil {
			return err.Error()
		}
		var text []string
		for _, s := range subjects {
			text = append(text, s.Name)
		}
		return strings.Join(text, " ")
	}
	all := names()
	made := names(synthetic)
	if !strings.HasPrefix(all, "sqlite3 ") || !strings.HasSuffix(all, made) || !strings.HasPrefix(made, "synthetic-") {
		t.Errorf("all are %q, made are %q", all, made)
	}
	if got := names("zstd", "lua"); got != "zstd lua" {
		t.Error(got)
	}
	if got := names("lua", synthetic); got != "lua "+made {
		t.Error(got)
	}
	if got := names("nosuch"); !strings.Contains(got, `"nosuch"`) {
		t.Error(got)
	}
	if _, err := FindSuite("slow"); err == nil {
		t.Error("there is a suite slow")
	}
}

func TestPeersGetNoProgramsOfSeveralFiles(t *testing.T) {
	subjects, err := suites[0].subjects([]string{"lua", "lua.thin"}, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range subjects {
		peers := 0
		for _, w := range s.ways {
			if w.Kind == KindPeer {
				peers++
			}
		}
		if (peers == 0) != s.Again() {
			t.Errorf("%s: %d peers", s.Name, peers)
		}
	}
}

func TestStatusOfSyntheticPrograms(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, s := range []Synthetic{
		{Functions: 1, Called: 1, Blocks: 1, Depth: 1, Order: Forward},
		{Functions: 50, Called: 10, Blocks: 1, Depth: 1, Order: Forward},
		{Functions: 50, Called: 50, Blocks: 3, Depth: 1, Order: Backward},
		{Functions: 50, Called: 20, Blocks: 2, Depth: 8, Order: Shuffled},
		{Functions: 47, Called: 20, Blocks: 1, Depth: 3, Order: Backward},
	} {
		if err := s.Make(); err != nil {
			t.Fatal(err)
		}
		ran, err := LLI([]string{"--jit-kind=mcjit", "-O0"}, s.Name()).Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if ran.Exit != s.status() {
			t.Errorf("%s exits with %d, not %d", s.Name(), ran.Exit, s.status())
		}
	}
}
