package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/orcast/orcast"
	"github.com/orcast/orcast/cmd/orcast/commandline"
	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/quote"
	"github.com/orcast/orcast/profile"
)

// runCommand is orcast run.
type runCommand struct {
	Inputs                                []string
	Threads                               int // 0 if it is not given
	Speculate                             string
	Budget                                orcast.Budget
	Effort                                orcast.Effort
	Generator, Dump                       string
	Load                                  []string
	Entry, Argv0                          string
	Trace, Stats                          string
	NoCache, NoProfile, RemoteUpload      bool
	CacheDir, RemoteCache, Profile, Order string
	CacheSize                             int64

	programArgs []string
}

// command is how orcast run is called.
func (c *runCommand) command(s streams) *commandline.Command {
	c.Speculate, c.Entry = "auto", "main"
	return &commandline.Command{
		Name:  "run",
		Help:  "Run a program from LLVM IR.",
		More:  runHelp,
		Flags: slices.Concat(c.compileFlags(), c.keepFlags()),
		Operands: []commandline.Operand{{Name: "input", Many: &c.Inputs,
			Help: "Bitcode or textual IR, archives of bitcode, and native objects, archives and shared libraries."}},
		Check: c.check,
		Run:   func() error { return c.run(s.err) },
	}
}

const runHelp = `Everything after the first -- is an argument of the program.

Examples:
  orcast run hello.bc
  orcast run sqlite3.bc -- :memory: 'select 6 * 7'
  orcast run --speculate none -O 2 --stats - a.bc b.ll libc.a --load libm.so.6 -- input.txt

The exit status is the program's, and a program that dies of a signal makes orcast die of it too.
Orcast's own failures give 125 and one message on standard error.`

// compileFlags are about what is compiled and run, and what is told of it.
func (c *runCommand) compileFlags() []commandline.Flag {
	return []commandline.Flag{
		commandline.Parsed(&c.Threads, "threads", "N",
			"Compile threads. Default: one less than there are cores, at least 1.", positive),
		commandline.String(&c.Speculate, "speculate", "POLICY", "What idle threads compile ahead: "+
			policies()+" (default: auto); see docs/heuristics.md."),
		commandline.Parsed(&c.Budget, "budget", "LIMIT",
			`Bounds what is compiled ahead: a share of the compile threads' time such as 50%, or a size of machine code
			such as 16MB, or both with a comma between them.`, parseBudget),
		commandline.Parsed(&c.Effort, "opt", "LEVEL",
			"Effort of code generation, 0 for the baseline compiler, 1 to 3 for LLVM. Default: 0.",
			parseEffort).Short('O'),
		commandline.String(&c.Generator, "generator", "WHICH",
			`For finding faults: which functions the baseline compiler gets, whatever -O says: llvm for none, fast for
			all it takes, mixed:SEED for some by lot, fast:FIRST-LAST by number; see docs/tiers.md. Code is not kept.`),
		commandline.String(&c.Dump, "dump", "FUNCTION",
			`For finding faults: write what the baseline compiler decides of a function, or with refusals what it
			leaves to LLVM.`),
		commandline.Strings(&c.Load, "load", "LIB",
			"Shared library to load, by path or by name, before the program starts. May be repeated."),
		commandline.String(&c.Entry, "entry", "NAME", "Function to start. Default: main."),
		commandline.String(&c.Argv0, "argv0", "NAME",
			"The program's argv[0], for one that starts itself again by that name. Default: the first input."),
		commandline.String(&c.Trace, "trace", "FILE",
			"Write what happened and when, one JSON object a line; - for standard error. See docs/trace.md."),
		commandline.String(&c.Stats, "stats", "FILE",
			"Write what the run did as one JSON object; - for standard error."),
	}
}

// keepFlags are about what is kept from run to run.
func (c *runCommand) keepFlags() []commandline.Flag {
	return []commandline.Flag{
		commandline.Switch(&c.NoCache, "no-cache", "Neither use nor keep compiled code."),
		commandline.String(&c.CacheDir, "cache-dir", "DIR",
			"Folder for compiled code and profiles. Default: "+usualCache),
		commandline.Parsed(&c.CacheSize, "cache-size", "SIZE",
			"Size from which the least recently used code goes, such as 200MB. Default: 1 GiB.", parseSize),
		commandline.String(&c.RemoteCache, "remote-cache", "URL",
			"Server that has what the folder has not, by Bazel's remote cache protocol over HTTP."),
		commandline.Switch(&c.RemoteUpload, "remote-upload", "Give the server what is compiled and learned."),
		commandline.Switch(&c.NoProfile, "no-profile", "Neither use nor keep a profile of the program's runs."),
		commandline.String(&c.Profile, "profile", "FILE",
			"Use and keep the profile in this file, which need not exist."),
		commandline.String(&c.Order, "order", "FILE",
			"Symbol order file: names of functions in the order in which they are called first, one a line."),
	}
}

// usualCache is where the cache is unless a flag says so.
const usualCache = "orcast in the user's cache folder, which is $XDG_CACHE_HOME or ~/.cache."

// positive reads a number of which there is at least 1.
func positive(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s is no number from 1 on", quote.Name(text))
	}
	return n, nil
}

// check refuses flags that contradict each other.
func (c *runCommand) check() error {
	switch {
	case c.NoProfile && c.Profile != "":
		return errors.New("--profile and --no-profile contradict each other")
	case c.RemoteUpload && c.RemoteCache == "":
		return errors.New("--remote-upload: say where to by --remote-cache URL")
	}
	return nil
}

// parseEffort reads what -O says.
func parseEffort(text string) (orcast.Effort, error) {
	level, err := commandline.Int(text)
	if err != nil {
		return orcast.Automatic, err
	}
	return orcast.EffortOf(level)
}

// policies tells which there are: one that stands alone, or some of the others joined.
func policies() string {
	names := forecast.Policies()
	return names[0] + ", or one or several of " + strings.Join(names[1:], ", ") + " with commas between them"
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
	cache, err := orcast.OpenCache(orcast.CacheOptions{Dir: c.CacheDir, Limit: c.CacheSize, Remote: c.RemoteCache,
		Upload: c.RemoteUpload, NoCode: c.NoCache, NoProfiles: c.NoProfile, Warn: warn})
	if err != nil && c.CacheDir == "" && c.RemoteCache == "" {
		warn(quote.Message(err))
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
		return nil, fmt.Errorf("--order: %s: %w", quote.Name(c.Order), err)
	}
	return names, nil
}

// run does not return when the program has run.
func (c *runCommand) run(stderr io.Writer) error {
	stats, err := newResultFile("stats", c.Stats, stderr)
	if err != nil {
		return err
	}
	trace, err := newResultFile("trace", c.Trace, stderr)
	if err != nil {
		return err
	}
	options := orcast.Options{
		Libraries: c.Load,
		Speculate: c.Speculate,
		Threads:   c.Threads,
		Budget:    c.Budget,
		Effort:    c.Effort,
		Generator: c.Generator,
		Dump:      c.Dump,
		Profile:   c.Profile,
		Warn:      func(text string) { fmt.Fprintf(stderr, "orcast: warning: %s\n", quote.Text(text)) },
	}
	if options.Cache, err = c.openCache(options.Warn); err != nil {
		return err
	}
	if options.Order, err = c.readOrder(); err != nil {
		return err
	}
	var traced bytes.Buffer
	if c.Trace != "" {
		options.Trace = &traced
	}
	program := orcast.Program{Inputs: c.Inputs, Argv0: c.Argv0, Args: c.programArgs, Entry: c.Entry}
	outcome, err := orcast.Run(program, options)
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
