package bench

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Suite is what is measured, and how long that may take.
type Suite struct {
	Name   string
	Rounds int           // in each of which every workload runs in every way
	Spend  time.Duration // a way that has taken longer on a workload does not run again there
	Limit  time.Duration // of a run, after which it is killed

	small      time.Duration // Limit for programs that are made
	workloads  []string      // real programs' runs; all of them if nil
	synthetics []Synthetic
	ways       func(w Workload, cores int) []way
}

// suites are the suites there are.
var suites = []Suite{
	{
		Name: "quick", Rounds: 3, Spend: time.Second, Limit: 20 * time.Second, small: 2 * time.Second,
		workloads: []string{"sqlite3", "lua", "bzip2", "gawk", "jq", "minigzip", "lzip", "cxx", "sqlite3-version",
			"lua-version"},
		synthetics: slices.Concat(sizes(100, 1600, 6400, 50000), alls(100, 400, 1600, 3200),
			shares(50, 200, 800, 3200)),
		ways: quickWays,
	},
	{
		Name: "full", Rounds: 5, Spend: 40 * time.Second, Limit: 60 * time.Second, small: 60 * time.Second,
		synthetics: slices.Concat(sizes(100, 400, 1600, 6400, 25600, 50000), alls(100, 400, 1600, 6400, 25600, 50000),
			shares(50, 100, 200, 400, 800, 1600, 3200), depths(1, 4, 16, 64, 256), functionSizes(1, 4, 16, 64),
			callOrders()),
		ways: fullWays,
	},
}

// Programs that are made to be measured. Those of a group are drawn as one line, from the least work to the most.

// sizes are programs of so many functions, of which they call 50.
func sizes(numbers ...int) []Synthetic {
	return group("size", numbers, func(n int) Synthetic { return Synthetic{Functions: n, Called: 50} })
}

// alls are programs of so many functions, all of which they call.
func alls(numbers ...int) []Synthetic {
	return group("all", numbers, func(n int) Synthetic { return Synthetic{Functions: n, Called: n} })
}

// shares are programs that call so many of their functions.
func shares(numbers ...int) []Synthetic {
	return group("share", numbers, func(n int) Synthetic { return Synthetic{Functions: 3200, Called: n} })
}

// depths are programs whose functions call each other so many levels deep.
func depths(numbers ...int) []Synthetic {
	return group("depth", numbers, func(n int) Synthetic { return Synthetic{Functions: 3200, Called: 800, Depth: n} })
}

// functionSizes are programs whose functions have so many blocks.
func functionSizes(numbers ...int) []Synthetic {
	return group("function size", numbers, func(n int) Synthetic {
		return Synthetic{Functions: 1600, Called: 400, Blocks: n}
	})
}

// callOrders are programs that call their functions in another order each.
func callOrders() []Synthetic {
	orders := []Order{Forward, Backward, Shuffled}
	return group("order", []int{0, 1, 2}, func(n int) Synthetic {
		return Synthetic{Functions: 3200, Called: 800, Order: orders[n]}
	})
}

// group makes a program of each number.
func group(name string, numbers []int, program func(int) Synthetic) []Synthetic {
	var list []Synthetic
	for _, n := range numbers {
		s := program(n)
		s.Blocks, s.Depth, s.Order, s.Group = max(s.Blocks, 1), max(s.Depth, 1), cmp.Or(s.Order, Forward), name
		list = append(list, s)
	}
	return list
}

// large are programs that take other JITs four to ten seconds, so that the quick suite runs them in few ways.
var large = []string{"speedtest1", "sqlite3", "gawk"}

// quickWays are the main ones.
func quickWays(w Workload, cores int) []way {
	few := w.little || slices.Contains(large, w.Program)
	list := []way{nativeWay(2), nativeWay(0)}
	policies := []string{"none", "auto", "all", "order", "largest", "random"}
	if few {
		policies = policies[:4]
	}
	for _, policy := range policies {
		list = append(list, orcastWay(policy, 1, 0, Cold))
	}
	if cores > 1 {
		for _, policy := range []string{"auto", "all", "order"} {
			list = append(list, orcastWay(policy, cores, 0, Cold))
		}
	}
	list = append(list, orcastWay("auto", 1, 0, WithProfile), orcastWay("auto", 1, 0, Warm), lliWays()[0],
		speculationWay("block", cores), jitlinkWay(true, cores))
	if few {
		return list
	}
	list = append(list, orcastWay("none", 1, 2, Cold), orcastWay("auto", 1, 2, Cold), orcastWay("auto", 1, 2, Warm))
	list = append(list, lliWays()[1:]...)
	return append(list, lazyWay(cores), speculationWay("none", cores), speculationWay("sequence", cores),
		jitlinkWay(false, cores))
}

// fullWays are all there are.
func fullWays(_ Workload, cores int) []way {
	list := []way{nativeWay(2), nativeWay(0)}
	for n := range cores {
		threads := n + 1
		for _, effort := range []int{0, 2} {
			for _, p := range policies {
				list = append(list, orcastWay(p.name, threads, effort, Cold))
			}
			list = append(list, orcastWay("auto", threads, effort, WithProfile),
				orcastWay("auto", threads, effort, Warm))
		}
	}
	list = append(list, lliWays()...)
	for n := range cores {
		threads := n + 1
		list = append(list, lazyWay(threads), speculationWay("none", threads), speculationWay("block", threads),
			speculationWay("sequence", threads), jitlinkWay(false, threads), jitlinkWay(true, threads))
	}
	return list
}

// syntheticWays are those that run programs that are made: fast code, and one compile thread.
func syntheticWays() []way {
	return []way{orcastWay("none", 1, 0, Cold), orcastWay("auto", 1, 0, Cold), orcastWay("auto", 1, 0, Warm),
		lliWays()[0], lazyWay(1), speculationWay("none", 1), speculationWay("block", 1)}
}

// FindSuite gives the suite of a name, quick or full.
func FindSuite(name string) (Suite, error) {
	for _, s := range suites {
		if s.Name == name {
			return s, nil
		}
	}
	return Suite{}, fmt.Errorf("there is no suite %q; there are quick and full", name)
}

// synthetic stands for all programs that are made, among names of workloads.
const synthetic = "synthetic"

// subjects are the workloads of these names, or all of the suite, with their ways.
func (s Suite) subjects(names []string, cores int) ([]*subject, error) {
	made := len(names) == 0 || slices.Contains(names, synthetic)
	real, err := s.real(slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == synthetic }),
		len(names) == 0)
	if err != nil {
		return nil, err
	}
	var list []*subject
	for _, w := range real {
		subject := &subject{Workload: w, native: w.Native(), history: make(map[int]History)}
		for _, way := range s.ways(w, cores) {
			if way.Kind != KindPeer || !w.Again() { // peers want a single file
				subject.ways = append(subject.ways, way)
			}
		}
		list = append(list, subject)
	}
	if !made {
		return list, nil
	}
	for _, program := range s.synthetics {
		w := program.Workload()
		list = append(list, &subject{Workload: w, ways: syntheticWays(), history: make(map[int]History)})
	}
	return list, nil
}

// real are the real programs' runs of these names, or all of the suite.
func (s Suite) real(names []string, all bool) ([]Workload, error) {
	switch {
	case !all:
		return Named(names)
	case s.workloads != nil:
		return Named(s.workloads)
	}
	return workloads, nil
}

// status is the exit status of the program.
func (s Synthetic) status() int {
	x := uint32(27)
	for _, chain := range s.chains() {
		for _, function := range chain {
			for range s.Blocks {
				if x&1 == 0 {
					x >>= 1
				} else {
					x = 3*x + uint32(function)
				}
			}
		}
	}
	return int(x & 63)
}

// List prints the workloads of these names, or all of the suite, and the ways to run them.
func (s Suite) List(to io.Writer, names []string) error {
	subjects, err := s.subjects(names, runtime.NumCPU())
	if err != nil {
		return err
	}
	fmt.Fprintf(to, "The suite %s: %d rounds.\n\nWorkloads:\n", s.Name, s.Rounds)
	var ways []way
	known := make(map[string]bool)
	for _, subject := range subjects {
		what := strings.Join(append([]string{subject.Program}, subject.Args...), " ")
		if subject.Stdin != "" {
			what += " < " + subject.Stdin
		}
		fmt.Fprintf(to, "  %-28s %s (%s)\n", subject.Name, what, Count(len(subject.ways), "way"))
		for _, w := range subject.ways {
			if !known[w.Name] {
				known[w.Name] = true
				ways = append(ways, w)
			}
		}
	}
	fmt.Fprint(to, "\nWays:\n")
	for _, w := range ways {
		fmt.Fprintf(to, "  %-52s %s\n", w.Name, w.about)
	}
	return nil
}
