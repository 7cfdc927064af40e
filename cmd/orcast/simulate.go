package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/orcast/orcast/cmd/orcast/commandline"
	"github.com/orcast/orcast/internal/quote"
	"github.com/orcast/orcast/simulation"
	"github.com/orcast/orcast/trace"
)

// simulateCommand is orcast simulate.
type simulateCommand struct {
	Trace              string
	Inputs, Load       []string
	Policies           []string
	Threads            []int
	Speed              float64
	FreeAnalysis, JSON bool
}

// command is how orcast simulate is called.
func (c *simulateCommand) command(s streams) *commandline.Command {
	c.Policies, c.Threads, c.Speed = []string{"none", "all", "auto", "profile"}, []int{1, 2, 4, 8}, 1
	return &commandline.Command{
		Name: "simulate",
		Help: "Replay a run under other policies and with more threads.",
		More: simulateHelp,
		Operands: []commandline.Operand{
			{Name: "trace", One: &c.Trace,
				Help: "Trace that orcast run --trace wrote, best with --speculate none --no-cache --no-profile."},
			{Name: "input", Many: &c.Inputs, Help: "The inputs of the traced run."},
		},
		Flags: []commandline.Flag{
			commandline.Parsed(&c.Policies, "policies", "LIST",
				`Policies of speculation with commas between them; + joins several to one. Default:
				none,all,auto,profile. The policies profile and order know the traced run, auto does not.`,
				list(func(text string) (string, error) { return text, nil })),
			commandline.Parsed(&c.Threads, "threads", "LIST",
				"Numbers of compile threads, 1 to 64, with commas between them. Default: 1,2,4,8.",
				list(whole)),
			commandline.Parsed(&c.Speed, "speed", "F",
				"Compile F times faster than in the traced run. Default: 1.", factor),
			commandline.Switch(&c.FreeAnalysis, "free-analysis", "Let forecasting and planning take no time."),
			commandline.Switch(&c.JSON, "json", "Print one JSON object."),
			commandline.Strings(&c.Load, "load", "LIB", "Shared library that belongs to the program. May be repeated."),
		},
		Run: func() error { return c.run(s.out) },
	}
}

const simulateHelp = `Replays a run in virtual time: the planner and the heuristics of a real run decide, with a core
for every thread, and what compiling takes is known from the trace. Shows how long the program waits for code, under
each policy and with each number of compile threads; with perfect knowledge of its calls, for the best schedule that was
found (best); and how long it waits whatever is done (bound). docs/simulate.md says how good that is.

Examples:
  orcast run --speculate none --no-cache --no-profile --trace lua.trace lua.bc -- script.lua
  orcast simulate lua.trace lua.bc
  orcast simulate --policies auto,callees+hints --threads 1,16,64 lua.trace lua.bc
  orcast simulate --speed 10 lua.trace lua.bc

Failures give 125 and one message on standard error.`

// list reads values with commas between them.
func list[T any](one func(string) (T, error)) func(string) ([]T, error) {
	return func(text string) (values []T, err error) {
		for part := range strings.SplitSeq(text, ",") {
			value, err := one(part)
			if err != nil {
				return nil, err
			}
			values = append(values, value)
		}
		return values, nil
	}
}

// whole reads a whole number; Simulate says which ones it takes.
func whole(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%s is no whole number", quote.Name(text))
	}
	return n, nil
}

// factor reads a number.
func factor(text string) (float64, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is no number", quote.Name(text))
	}
	return f, nil
}

// run prints the simulation.
func (c *simulateCommand) run(stdout io.Writer) error {
	file, err := os.Open(c.Trace)
	if err != nil {
		return err
	}
	defer file.Close()
	t, err := trace.Read(file)
	if err != nil {
		return fmt.Errorf("%s: %w", quote.Name(c.Trace), err)
	}
	policies := make([]string, len(c.Policies))
	for i, p := range c.Policies {
		policies[i] = strings.ReplaceAll(p, "+", ",")
	}
	s, err := simulation.Simulate(simulation.Options{Inputs: c.Inputs, Libraries: c.Load, Trace: t, Policies: policies,
		Threads: c.Threads, Speed: c.Speed, FreeAnalysis: c.FreeAnalysis})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(stdout, s)
	}
	reportSimulation(stdout, s)
	return nil
}

// reportSimulation prints a table with a row for each number of threads and policy.
func reportSimulation(w io.Writer, s *simulation.Simulation) {
	fmt.Fprintf(w, "The traced run: %s called, %s of stalls in %s.\n", count(s.Called, "function"), inMS(s.Stall),
		inMS(s.Wall))
	t := table{texts: 1}
	t.row("threads", "stall", "/none", "/bound", "wall", "compiled", "late", "wasted", "precision", "policy")
	for _, l := range s.Limits {
		for _, r := range s.Policies {
			if r.Threads != l.Threads {
				continue
			}
			t.row(fmt.Sprint(r.Threads), inMS(r.Stall), fmt.Sprintf("%.2f", r.OfNone), multiple(r.OfBound),
				inMS(r.Wall), fmt.Sprint(r.Compiled), fmt.Sprint(r.Late), fmt.Sprint(r.Wasted), precision(r),
				r.Policy)
		}
		t.row(fmt.Sprint(l.Threads), inMS(l.Best), fmt.Sprintf("%.2f", l.BestOfNone),
			multiple(orNothing(l.Best, l.Bound)), "", "", "", "", "", "(best)")
		t.row(fmt.Sprint(l.Threads), inMS(l.Bound), fmt.Sprintf("%.2f", l.BoundOfNone), "", "", "", "", "", "",
			"(bound)")
	}
	t.print(w)
}

func inMS(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

func multiple(of float64) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", of)
}

// orNothing returns part/whole, 0 if there is no whole.
func orNothing(part, whole time.Duration) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func precision(r simulation.Run) string {
	if r.Speculated == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", r.Precision)
}
