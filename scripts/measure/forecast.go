package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/orcast/orcast/bench"
)

// outcome is all that was measured of one workload under one policy.
type outcome struct {
	Workload string        `json:"workload"`
	Policy   string        `json:"policy"`
	Cores    int           `json:"cores"`
	WallsMS  []float64     `json:"process_wall_ms"` // of the whole process, by run
	Runs     []bench.Stats `json:"runs"`

	again bool // has no say in medians over workloads
}

// forecast measures policies of speculation on real programs. Its flags are in args.
func forecast(args []string) error {
	flags := flag.NewFlagSet("forecast", flag.ExitOnError)
	runs := flags.Int("runs", 5, "how often each workload runs under each policy")
	policies := flags.String("policies", "none,all,random,largest,callees,sequence,frequency,summary,hints,auto",
		"policies to measure")
	names := flags.String("workloads", "", "workloads to run; all without")
	file := flags.String("json", "", "file for every figure of every run")
	flags.Parse(args) // exits on an error
	list, err := chosenWorkloads(*names)
	if err != nil {
		return err
	}
	if err := bench.MakeInputs(); err != nil {
		return err
	}
	chosen := strings.Split(*policies, ",")
	two, err := measureAll(list, chosen, "0,1", *runs)
	if err != nil {
		return err
	}
	var one []outcome
	if slices.Contains(chosen, "none") && slices.Contains(chosen, "auto") {
		if one, err = measureAll(list, []string{"none", "auto"}, "0", *runs); err != nil {
			return err
		}
	}
	if *file != "" {
		text, err := json.MarshalIndent(slices.Concat(two, one), "", " ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(*file, append(text, '\n'), 0o666); err != nil {
			return err
		}
	}
	fmt.Printf("Medians of %d runs on %s; one compile thread beside the demand worker.\n", *runs, bench.Machine())
	fmt.Println("\nOn two cores:")
	table(two)
	if one != nil {
		fmt.Println("\nOn one core:")
		table(one)
	}
	fmt.Println("\nMedians over the workloads on two cores, ThinLTO variants aside:")
	summary(two, chosen)
	if !slices.Contains(chosen, "auto") {
		return nil
	}
	return accept(two, one)
}

// chosenWorkloads gives the typical runs of these names with commas between them, all for "".
func chosenWorkloads(names string) ([]bench.Workload, error) {
	if names == "" {
		return bench.Typical(), nil
	}
	return bench.Named(strings.Split(names, ","))
}

// measureAll runs every workload under every policy on the cores of that list.
func measureAll(list []bench.Workload, policies []string, cores string, runs int) ([]outcome, error) {
	var all []outcome
	for i, w := range list {
		fmt.Fprintf(os.Stderr, "cores %s: %s (%d of %d)\n", cores, w.Name, i+1, len(list))
		commands := []bench.Command{w.Native()}
		for _, policy := range policies {
			c, err := w.Orcast(policy)
			if err != nil {
				return nil, err
			}
			commands = append(commands, c.OnCores(cores))
		}
		samples, err := bench.InTurns(runs, w.Steady, commands...)
		if err != nil {
			return nil, fmt.Errorf("workload %s: %w", w.Name, err)
		}
		for p, policy := range policies {
			o := outcome{Workload: w.Name, Policy: policy, Cores: 1 + strings.Count(cores, ","), again: w.Again()}
			for _, s := range samples[1+p] {
				o.WallsMS = append(o.WallsMS, 1e3*s.Wall.Seconds())
				o.Runs = append(o.Runs, s.Stats)
			}
			all = append(all, o)
		}
	}
	return all, nil
}

// find gives the workload's outcome under the policy; it is nil if that was not run.
func find(all []outcome, workload, policy string) *outcome {
	i := slices.IndexFunc(all, func(o outcome) bool { return o.Workload == workload && o.Policy == policy })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// metric is a figure of one outcome, NaN if it has none.
type metric func(*outcome) float64

// over makes a metric of a figure of each run: its median.
func over(of func(bench.Stats) float64) metric {
	return func(o *outcome) float64 {
		var figures []float64
		for _, s := range o.Runs {
			figures = append(figures, of(s))
		}
		return bench.Median(figures)
	}
}

var (
	wall      metric = func(o *outcome) float64 { return bench.Median(o.WallsMS) }
	stall            = over(func(s bench.Stats) float64 { return s.StallMS })
	precision        = over(func(s bench.Stats) float64 { return float64(s.Useful+s.Late) / float64(s.Speculated) })
	coverage         = over(func(s bench.Stats) float64 { return float64(s.Useful) / float64(s.Called) })
	called           = over(func(s bench.Stats) float64 { return float64(s.Called) })
	compiled         = over(func(s bench.Stats) float64 { return float64(s.Compiled) })
	compileMS        = over(func(s bench.Stats) float64 { return s.CompileMS })
	analysis         = over(func(s bench.Stats) float64 { return s.AnalysisMS / s.CompileMS })
)
