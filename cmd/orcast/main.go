// Command orcast runs programs from LLVM IR.
//
// Rule: one file per verb, which turns flags into a call of package orcast and has no logic of its own; what others there
// are print or write what came of it.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"

	"github.com/alecthomas/kong"

	"github.com/orcast/orcast"
	"github.com/orcast/orcast/internal/stub/command"
)

// failure is the exit status of orcast's own failures, which programs seldom use.
const failure = 125

// exitStatus is the answer of a verb that has said all there is to say.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

type commands struct {
	Run      runCommand       `cmd:"" help:"Run a program from LLVM IR."`
	Analyze  analyzeCommand   `cmd:"" help:"Print which functions a program is expected to call, in which order and why."`
	Profile  profileCommand   `cmd:"" help:"Show, merge or clear what earlier runs of a program taught."`
	Simulate simulateCommand  `cmd:"" help:"Replay a run under other policies and with more threads."`
	Bench    benchCommand     `cmd:"" help:"Compare orcast with other ways to run real programs."`
	Cache    cacheCommand     `cmd:"" help:"Show, clear or verify what runs keep for later ones."`
	Version  kong.VersionFlag `help:"Print the versions of orcast and of the LLVM in it."`
}

func main() {
	// The index of a program is most of the heap and lives as long as the process, so collecting often finds little.
	// GOGC still has its say.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	command.Exit(doMain(os.Args[1:], os.Stdout, os.Stderr))
}

const garbagePercent = 400

// doMain runs one command line and gives the exit status. It does not return when a program has run: this process
// then ends as the program did.
func doMain(args []string, stdout, stderr io.Writer) int {
	var c commands
	if i := slices.Index(args, "--"); i >= 0 {
		args, c.Run.programArgs = args[:i], args[i+1:]
	}
	answered := false // by -h or --version
	parser := kong.Must(&c,
		kong.Name("orcast"),
		kong.Description("A concurrent, speculative JIT for LLVM IR."),
		kong.Vars{"version": version()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Writers(stdout, stderr),
		kong.BindTo(stderr, (*io.Writer)(nil)),
		kong.Exit(func(int) { answered = true }))
	context, err := parser.Parse(args)
	if answered {
		return 0
	}
	if err != nil {
		verb := "run"
		if len(args) > 0 && (args[0] == "analyze" || args[0] == "profile" || args[0] == "cache" || args[0] == "simulate" || args[0] == "bench") {
			verb = args[0]
		}
		fmt.Fprintf(stderr, "orcast: %v; see orcast %s -h\n", err, verb)
		return failure
	}
	err = context.Run(stderr)
	if status := exitStatus(0); errors.As(err, &status) {
		return int(status)
	}
	if err != nil {
		fmt.Fprintf(stderr, "orcast: %v\n", err)
		return failure
	}
	return 0
}

func version() string {
	own := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		own = info.Main.Version
	}
	return fmt.Sprintf("orcast %s, LLVM %s", own, orcast.LLVMVersion())
}
