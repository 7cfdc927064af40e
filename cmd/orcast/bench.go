package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/orcast/orcast/bench"
	"github.com/orcast/orcast/cmd/orcast/commandline"
)

// benchCommand is orcast bench.
type benchCommand struct {
	Workloads               []string
	Suite, Results, Out     string
	Rounds                  int // 0 if it is not given
	Fresh, List, ReportOnly bool
}

// command is how orcast bench is called.
func (c *benchCommand) command(s streams) *commandline.Command {
	c.Suite, c.Out = "quick", filepath.Join(".build", "bench")
	return &commandline.Command{
		Name: "bench",
		Help: "Compare orcast with other ways to run real programs.",
		More: benchHelp,
		Operands: []commandline.Operand{{Name: "workload", Many: &c.Workloads, Optional: true,
			Help: `Workloads to measure, as --list names them; synthetic stands for all programs that are made. Default:
			all of the suite.`}},
		Flags: []commandline.Flag{
			commandline.String(&c.Suite, "suite", "NAME",
				"quick (default): the main ways to run small and middling programs; full: everything, for hours."),
			commandline.Parsed(&c.Rounds, "rounds", "N",
				"How often every workload runs in every way. Default: 3 in the quick suite, 5 in the full one.",
				positive),
			commandline.String(&c.Results, "results", "FILE",
				"File of results, one JSON object a line. Default: .build/bench/SUITE.jsonl."),
			commandline.Switch(&c.Fresh, "fresh", "Start over instead of going on with the results that are there."),
			commandline.Switch(&c.List, "list", "Print the suite's workloads and ways, and measure nothing."),
			commandline.String(&c.Out, "out", "DIR",
				"Folder for the report: SUITE.json, SUITE.md and SUITE.html. Default: .build/bench."),
			commandline.Switch(&c.ReportOnly, "report-only",
				"Measure nothing, and write the report of the results that are there."),
		},
		Run: func() error { return c.run(s) },
	}
}

const benchHelp = `Compares orcast with other ways to run the same real programs, and programs made for the purpose:
native code, LLVM's JITs, LLVM's own speculation, and orcast under each policy. It fetches and builds what it needs, at
the top of a checkout of orcast's source. What it measures is kept at once: after an interruption the same command goes
on.

Examples:
  orcast bench
  orcast bench --rounds 1 lua jq
  orcast bench --suite full
  orcast bench --report-only --suite full --out figures

The exit status is 0; 1 if something that orcast promises does not hold; 125 if measuring failed; 130 if it was
interrupted.`

// Exit statuses of orcast bench beside 0 and failure.
const (
	claimsFailed = 1
	interrupted  = 130
)

// run measures and reports.
func (c *benchCommand) run(s streams) error {
	suite, err := bench.FindSuite(c.Suite)
	if err != nil {
		return err
	}
	if c.Rounds != 0 {
		suite.Rounds = c.Rounds
	}
	if c.List {
		return suite.List(s.out, c.Workloads)
	}
	if c.Results == "" {
		c.Results = filepath.Join(".build", "bench", c.Suite+".jsonl")
	}
	if c.ReportOnly {
		_, err = bench.ReadResults(c.Results)
	}
	if err == nil {
		err = bench.AtTop()
	}
	if err == nil && !c.ReportOnly {
		err = c.measure(suite, s.err)
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(s.err, "orcast: interrupted; %s goes on\n", c.again())
		return exitStatus(interrupted)
	}
	if err != nil {
		return err
	}
	if err := bench.Report(context.Background(), c.Results, c.Out); err != bench.ErrClaims {
		return err
	}
	fmt.Fprintln(s.err, "orcast:", bench.ErrClaims)
	return exitStatus(claimsFailed)
}

// measure adds to the file of results.
func (c *benchCommand) measure(suite bench.Suite, stderr io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return bench.Measure(ctx, bench.Options{
		Suite:     suite,
		Workloads: c.Workloads,
		Command:   c.again(),
		Results:   c.Results,
		Fresh:     c.Fresh,
		Traces:    filepath.Join(filepath.Dir(c.Results), "traces", c.Suite),
		Progress:  &bench.Progress{To: stderr, Terminal: isTerminal(stderr)},
	})
}

// again is the command that goes on with the suite, or does it again.
func (c *benchCommand) again() string {
	words := []string{"orcast", "bench", "--suite", c.Suite}
	if c.Rounds != 0 {
		words = append(words, "--rounds", fmt.Sprint(c.Rounds))
	}
	if c.Results != filepath.Join(".build", "bench", c.Suite+".jsonl") {
		words = append(words, "--results", c.Results)
	}
	return strings.Join(append(words, c.Workloads...), " ")
}

// isTerminal tells whether a line can be written again on w.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && file.Name() != os.DevNull
}
