package main

import (
	"fmt"
	"io"

	"github.com/orcast/orcast"
)

// runCommand is orcast run.
type runCommand struct {
	Inputs    []string `arg:"" name:"input" help:"Bitcode or textual IR, archives of bitcode, and native objects, archives and shared libraries. The first one is the program's argv[0]."`
	Threads   *int     `placeholder:"N" help:"Compile threads. Default: one less than there are cores, at least 1."`
	Speculate string   `placeholder:"POLICY" default:"auto" help:"What idle threads compile ahead: none, auto (default), or one or several of callees, sequence, frequency, summary, hints, all, largest and random with commas between them; see docs/heuristics.md."`
	Budget    string   `placeholder:"LIMIT" help:"Bounds what is compiled ahead: a share of the compile threads' time such as 50%, or a size of machine code such as 16MB, or both with a comma between them."`
	Opt       int      `short:"O" placeholder:"LEVEL" help:"Effort of code generation, 0 to 3. Default: 0."`
	Load      []string `placeholder:"LIB" sep:"none" help:"Shared library to load, by path or by name, before the program starts. May be repeated."`
	Entry     string   `placeholder:"NAME" default:"main" help:"Function to start. Default: main."`
	Stats     string   `placeholder:"FILE" help:"Write what the run did as one JSON object; - for standard error."`

	programArgs []string
}

// Help is what orcast run -h says below its first line.
func (*runCommand) Help() string {
	return `Everything after the first -- is an argument of the program.

Examples:
  orcast run hello.bc
  orcast run sqlite3.bc -- :memory: 'select 6 * 7'
  orcast run --speculate none -O 2 --stats - a.bc b.ll libc.a --load libm.so.6 -- input.txt

The exit status is the program's, and a program that dies of a signal makes orcast die of it too.
Orcast's own failures give 125 and one message on standard error.`
}

// Validate refuses what Options takes for a default that was not given.
func (c *runCommand) Validate() error {
	if c.Threads != nil && *c.Threads < 1 {
		return fmt.Errorf("--threads %d: at least 1 thread has to compile", *c.Threads)
	}
	_, err := parseBudget(c.Budget)
	return err
}

// Run does not return when the program has run.
func (c *runCommand) Run(stderr io.Writer) error {
	stats, err := newStatsFile(c.Stats, stderr)
	if err != nil {
		return err
	}
	options := orcast.Options{
		Inputs:    c.Inputs,
		Args:      c.programArgs,
		Libraries: c.Load,
		Entry:     c.Entry,
		Speculate: c.Speculate,
		OptLevel:  c.Opt,
	}
	options.Budget, _ = parseBudget(c.Budget) // Validate has found no fault with it
	if c.Threads != nil {
		options.Threads = *c.Threads
	}
	outcome, err := orcast.Run(options)
	if err != nil {
		return err
	}
	if err := stats.write(outcome.Stats); err != nil {
		return err
	}
	outcome.Exit()
	return nil
}
