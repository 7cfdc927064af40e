package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/orcast/orcast"
	"github.com/orcast/orcast/profile"
)

// runCommand is orcast run.
type runCommand struct {
	Inputs    []string `arg:"" name:"input" help:"Bitcode or textual IR, archives of bitcode, and native objects, archives and shared libraries. The first one is the program's argv[0]."`
	Threads   *int     `placeholder:"N" help:"Compile threads. Default: one less than there are cores, at least 1."`
	Speculate string   `placeholder:"POLICY" default:"auto" help:"What idle threads compile ahead: none, auto (default), or one or several of profile, order, callees, sequence, frequency, summary, hints, all, largest and random with commas between them; see docs/heuristics.md."`
	Budget    string   `placeholder:"LIMIT" help:"Bounds what is compiled ahead: a share of the compile threads' time such as 50%, or a size of machine code such as 16MB, or both with a comma between them."`
	Opt       int      `short:"O" placeholder:"LEVEL" help:"Effort of code generation, 0 to 3. Default: 0."`
	Load      []string `placeholder:"LIB" sep:"none" help:"Shared library to load, by path or by name, before the program starts. May be repeated."`
	Entry     string   `placeholder:"NAME" default:"main" help:"Function to start. Default: main."`
	Trace     string   `placeholder:"FILE" help:"Write what happened and when, one JSON object a line; - for standard error. See docs/trace.md."`
	Stats     string   `placeholder:"FILE" help:"Write what the run did as one JSON object; - for standard error."`

	NoCache      bool   `help:"Neither use nor keep compiled code."`
	CacheDir     string `placeholder:"DIR" help:"Folder for compiled code and profiles. Default: orcast in the user's cache folder, which is $$XDG_CACHE_HOME or ~/.cache."`
	CacheSize    string `placeholder:"SIZE" help:"Size from which the least recently used code goes, such as 200MB. Default: 1 GiB."`
	RemoteCache  string `placeholder:"URL" help:"Server that has what the folder has not, by Bazel's remote cache protocol over HTTP."`
	RemoteUpload bool   `help:"Give the server what is compiled and learned."`
	NoProfile    bool   `help:"Neither use nor keep a profile of the program's runs."`
	Profile      string `placeholder:"FILE" help:"Use and keep the profile in this file, which need not exist."`
	Order        string `placeholder:"FILE" help:"Symbol order file: names of functions in the order in which they are called first, one a line."`

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
	if _, err := parseBudget(c.Budget); err != nil {
		return err
	}
	if _, err := c.cacheSize(); err != nil {
		return err
	}
	switch {
	case c.NoProfile && c.Profile != "":
		return errors.New("--profile and --no-profile contradict each other")
	case c.RemoteUpload && c.RemoteCache == "":
		return errors.New("--remote-upload: say where to by --remote-cache URL")
	}
	return nil
}

func (c *runCommand) cacheSize() (int64, error) {
	if c.CacheSize == "" {
		return 0, nil
	}
	n, err := parseSize(c.CacheSize)
	if err != nil {
		return 0, fmt.Errorf("--cache-size: %w", err)
	}
	return n, nil
}

// openCache is what is kept from run to run. Without a word about where, a place that cannot be used is only worth a
// warning.
func (c *runCommand) openCache(warn func(string)) (*orcast.Cache, error) {
	if c.NoCache && (c.NoProfile || c.Profile != "") {
		return nil, nil
	}
	if _, err := os.UserCacheDir(); err != nil && c.CacheDir == "" {
		return nil, nil // there is no place for one, as in many containers
	}
	limit, _ := c.cacheSize() // Validate has found no fault with it
	cache, err := orcast.OpenCache(orcast.CacheOptions{Dir: c.CacheDir, Limit: limit, Remote: c.RemoteCache, Upload: c.RemoteUpload,
		NoCode: c.NoCache, NoProfiles: c.NoProfile, Warn: warn})
	if err != nil && c.CacheDir == "" && c.RemoteCache == "" {
		warn(err.Error())
		return nil, nil
	}
	return cache, err
}

// readOrder reads the symbol order file.
func (c *runCommand) readOrder() ([]string, error) {
	if c.Order == "" {
		return nil, nil
	}
	f, err := os.Open(c.Order)
	if err != nil {
		return nil, fmt.Errorf("--order: %w", err)
	}
	defer f.Close()
	names, err := profile.ReadOrder(f)
	if err != nil {
		return nil, fmt.Errorf("--order: %s: %w", c.Order, err)
	}
	return names, nil
}

// Run does not return when the program has run.
func (c *runCommand) Run(stderr io.Writer) error {
	stats, err := newResultFile("stats", c.Stats, stderr)
	if err != nil {
		return err
	}
	trace, err := newResultFile("trace", c.Trace, stderr)
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
		Profile:   c.Profile,
		Warn:      func(text string) { fmt.Fprintf(stderr, "orcast: warning: %s\n", text) },
	}
	if options.Cache, err = c.openCache(options.Warn); err != nil {
		return err
	}
	if options.Order, err = c.readOrder(); err != nil {
		return err
	}
	options.Budget, _ = parseBudget(c.Budget) // Validate has found no fault with it
	if c.Threads != nil {
		options.Threads = *c.Threads
	}
	var traced bytes.Buffer
	if c.Trace != "" {
		options.Trace = &traced
	}
	outcome, err := orcast.Run(options)
	if err != nil {
		return err
	}
	if err := stats.writeStats(outcome.Stats); err != nil {
		return err
	}
	if err := trace.write(traced.Bytes()); err != nil {
		return err
	}
	outcome.Exit()
	return nil
}
