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

	"github.com/alecthomas/kong"

	"github.com/orcast/orcast/bench"
)

// benchCommand is orcast bench.
type benchCommand struct {
	Workloads  []string `arg:"" optional:"" name:"workload" help:"Workloads to measure, as --list names them; synthetic stands for all programs that are made. Default: all of the suite."`
	Suite      string   `placeholder:"NAME" default:"quick" enum:"quick,full" help:"quick (default): the main ways to run small and middling programs; full: everything, for hours."`
	Rounds     *int     `placeholder:"N" help:"How often every workload runs in every way. Default: 3 in the quick suite, 5 in the full one."`
	Results    string   `placeholder:"FILE" help:"File of results, one JSON object a line. Default: .build/bench/SUITE.jsonl."`
	Fresh      bool     `help:"Start over instead of going on with the results that are there."`
	List       bool     `help:"Print the suite's workloads and ways, and measure nothing."`
	Out        string   `placeholder:"DIR" default:".build/bench" help:"Folder for the report: SUITE.json, SUITE.md and SUITE.html. Default: .build/bench."`
	ReportOnly bool     `help:"Measure nothing, and write the report of the results that are there."`
}

// Help is what orcast bench -h says below its first line.
func (*benchCommand) Help() string {
	return `Compares orcast with other ways to run the same real programs, and programs made for the purpose: native code, LLVM's
JITs, LLVM's own speculation, and orcast under each policy. It fetches and builds what it needs, at the top of a checkout of
orcast's source. What it measures is kept at once: after an interruption the same command goes on.

Examples:
  orcast bench
  orcast bench --rounds 1 lua jq
  orcast bench --suite full
  orcast bench --report-only --suite full --out figures

The exit status is 0; 1 if something that orcast promises does not hold; 125 if measuring failed; 130 if it was interrupted.`
}

// Validate refuses a suite without rounds.
func (c *benchCommand) Validate() error {
	if c.Rounds != nil && *c.Rounds < 1 {
		return fmt.Errorf("--rounds %d: at least 1 is needed", *c.Rounds)
	}
	return nil
}

// Exit statuses of orcast bench beside 0 and failure.
const (
	claimsFailed = 1
	interrupted  = 130
)

// Run measures and reports.
func (c *benchCommand) Run(k *kong.Kong) error {
	suite, err := bench.FindSuite(c.Suite)
	if err != nil {
		return err
	}
	if c.Rounds != nil {
		suite.Rounds = *c.Rounds
	}
	if c.List {
		return suite.List(k.Stdout, c.Workloads)
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
		err = c.measure(suite, k.Stderr)
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(k.Stderr, "orcast: interrupted; %s goes on\n", c.again())
		return exitStatus(interrupted)
	}
	if err != nil {
		return err
	}
	if err := bench.Report(context.Background(), c.Results, c.Out); err != bench.ErrClaims {
		return err
	}
	fmt.Fprintln(k.Stderr, "orcast:", bench.ErrClaims)
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
	if c.Rounds != nil {
		words = append(words, "--rounds", fmt.Sprint(*c.Rounds))
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
