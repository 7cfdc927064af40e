package main

import (
	"bufio"
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"github.com/orcast/orcast/analysis"
	"github.com/orcast/orcast/cmd/orcast/commandline"
)

// analyzeCommand is orcast analyze.
type analyzeCommand struct {
	Inputs, Load               []string
	JSON, Dot                  bool
	Function, Speculate, Entry string
}

// command is how orcast analyze is called.
func (c *analyzeCommand) command(s streams) *commandline.Command {
	return &commandline.Command{
		Name: "analyze",
		Help: "Print which functions a program is expected to call, in which order and why.",
		More: analyzeHelp,
		Operands: []commandline.Operand{{Name: "input", Many: &c.Inputs,
			Help: "Bitcode or textual IR, archives of bitcode, and native objects, archives and shared libraries."}},
		Flags: []commandline.Flag{
			commandline.Switch(&c.JSON, "json", "Print one JSON object with all that is known."),
			commandline.Switch(&c.Dot, "dot",
				"Print the call graph for Graphviz; with --function the function's blocks."),
			commandline.String(&c.Function, "function", "NAME",
				"Print the blocks of one function and where execution goes, by its name, mangled or not."),
			commandline.String(&c.Speculate, "speculate", "POLICY",
				`The policy whose forecast is shown, as for orcast run. Default: sequence,hints, which looks at
				control flow, for which auto has no time.`),
			commandline.Strings(&c.Load, "load", "LIB", "Shared library that belongs to the program. May be repeated."),
			commandline.String(&c.Entry, "entry", "NAME",
				"Function that the program starts with. Default: main; without one, whatever others can call."),
		},
		Check: c.check,
		Run:   func() error { return c.run(s.out) },
	}
}

const analyzeHelp = `For each module, functions in the order in which their first calls are expected, with the time
until then, how likely the call is, their size in bytes of bitcode, the time that compiling each alone is estimated to
take, and why it is expected. Nothing is compiled or run.

Examples:
  orcast analyze hello.bc
  orcast analyze --speculate frequency a.bc b.ll libc.a
  orcast analyze --json sqlite3.bc | jq '.modules[].functions[] | select(.probability < 0.1) | .name'
  orcast analyze --dot lua.bc | dot -Tsvg -o calls.svg
  orcast analyze --function 'ns::parse(char const*)' a.bc

Inputs without main are analysed as a library is, from the functions that others can call.
Failures give 125 and one message on standard error.`

// check refuses two forms at a time.
func (c *analyzeCommand) check() error {
	if c.JSON && c.Dot {
		return errors.New("--json and --dot contradict each other")
	}
	return nil
}

// run prints the analysis.
func (c *analyzeCommand) run(stdout io.Writer) error {
	analysis, err := analysis.Analyze(analysis.Options{Inputs: c.Inputs, Libraries: c.Load, Entry: c.Entry,
		Policy: c.Speculate})
	if err != nil {
		return err
	}
	var whole any = analysis
	text := func(w io.Writer) { reportAnalysis(w, analysis, terminalWidth(stdout)) }
	dot := func(w io.Writer) { dotAnalysis(w, analysis) }
	if c.Function != "" {
		flow, err := analysis.Flow(c.Function)
		if err != nil {
			return err
		}
		whole = flow
		text = func(w io.Writer) { reportFlow(w, flow, terminalWidth(stdout)) }
		dot = func(w io.Writer) { dotFlow(w, flow) }
	}
	w := bufio.NewWriter(stdout)
	switch {
	case c.JSON:
		if err := printJSON(w, whole); err != nil {
			return err
		}
	case c.Dot:
		dot(w)
	default:
		text(w)
	}
	return w.Flush()
}

// terminalWidth is the number of columns of a terminal, 0 for what is none.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}
