package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/orcast/orcast/simulation"
	"github.com/orcast/orcast/trace"
)

// simulateCommand is orcast simulate.
type simulateCommand struct {
	Trace        string   `arg:"" help:"Trace that orcast run --trace wrote, best with --speculate none --no-cache --no-profile."`
	Inputs       []string `arg:"" name:"input" help:"The inputs of the traced run."`
	Policies     []string `placeholder:"LIST" default:"none,all,auto,profile" help:"Policies of speculation with commas between them; + joins several to one. Default: none,all,auto,profile. The policies profile and order know the traced run, auto does not."`
	Threads      []int    `placeholder:"LIST" default:"1,2,4,8" help:"Numbers of compile threads, 1 to 64, with commas between them. Default: 1,2,4,8."`
	Speed        float64  `placeholder:"F" default:"1" help:"Compile F times faster than in the traced run. Default: 1."`
	FreeAnalysis bool     `help:"Let forecasting and planning take no time."`
	JSON         bool     `name:"json" help:"Print one JSON object."`
	Load         []string `placeholder:"LIB" sep:"none" help:"Shared library that belongs to the program. May be repeated."`
}

// Help is what orcast simulate -h says below its first line.
func (*simulateCommand) Help() string {
	return `Replays a run in virtual time: the planner and the heuristics of a real run decide, with a core for every thread, and
what compiling takes is known from the trace. Shows how long the program waits for code, under each policy and with each
number of compile threads; with perfect knowledge of its calls, for the best schedule that was found (best); and how long it
waits whatever is done (bound). docs/simulate.md says how good that is.

Examples:
  orcast run --speculate none --no-cache --no-profile --trace lua.trace lua.bc -- script.lua
  orcast simulate lua.trace lua.bc
  orcast simulate --policies auto,callees+hints --threads 1,16,64 lua.trace lua.bc
  orcast simulate --speed 10 lua.trace lua.bc

Failures give 125 and one message on standard error.`
}

// Run prints the simulation.
func (c *simulateCommand) Run(k *kong.Kong) error {
	file, err := os.Open(c.Trace)
	if err != nil {
		return err
	}
	defer file.Close()
	t, err := trace.Read(file)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Trace, err)
	}
	policies := make([]string, len(c.Policies))
	for i, p := range c.Policies {
		policies[i] = strings.ReplaceAll(p, "+", ",")
	}
	s, err := simulation.Simulate(simulation.Options{Inputs: c.Inputs, Libraries: c.Load, Trace: t, Policies: policies, Threads: c.Threads, Speed: c.Speed, FreeAnalysis: c.FreeAnalysis})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(k.Stdout, s)
	}
	reportSimulation(k.Stdout, s)
	return nil
}

// reportSimulation prints a table with a row for each number of threads and policy.
func reportSimulation(w io.Writer, s *simulation.Simulation) {
	fmt.Fprintf(w, "The traced run: %s called, %s of stalls in %s.\n", count(s.Called, "function"), inMS(s.StallMS), inMS(s.WallMS))
	t := table{texts: 1}
	t.row("threads", "stall", "/none", "/bound", "wall", "compiled", "late", "wasted", "precision", "policy")
	for _, l := range s.Limits {
		for _, r := range s.Policies {
			if r.Threads != l.Threads {
				continue
			}
			t.row(fmt.Sprint(r.Threads), inMS(r.StallMS), fmt.Sprintf("%.2f", r.OfNone), multiple(r.OfBound), inMS(r.WallMS), fmt.Sprint(r.Compiled),
				fmt.Sprint(r.Late), fmt.Sprint(r.Wasted), precision(r), r.Policy)
		}
		t.row(fmt.Sprint(l.Threads), inMS(l.BestMS), fmt.Sprintf("%.2f", l.BestOfNone), multiple(orNothing(l.BestMS, l.BoundMS)), "", "", "", "", "", "(best)")
		t.row(fmt.Sprint(l.Threads), inMS(l.BoundMS), fmt.Sprintf("%.2f", l.BoundOfNone), "", "", "", "", "", "", "(bound)")
	}
	t.print(w)
}

func inMS(ms float64) string { return fmt.Sprintf("%.1f ms", ms) }

func multiple(of float64) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", of)
}

// orNothing is part/whole, 0 if there is no whole.
func orNothing(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}

func precision(r simulation.Run) string {
	if r.Speculated == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", r.Precision)
}
