// Command orcast runs programs from LLVM IR.
//
// Rule: one file per verb, which turns flags into a call of package orcast and has no logic of its own; what others
// there are print or write what came of it.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"

	"github.com/orcast/orcast"
	"github.com/orcast/orcast/cmd/orcast/commandline"
	"github.com/orcast/orcast/internal/quote"
	"github.com/orcast/orcast/internal/stub/command"
)

// failure is the exit status of orcast's own failures, which programs seldom use.
const failure = 125

// exitStatus is the answer of a verb that has said all there is to say.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// streams are where a verb writes.
type streams struct{ out, err io.Writer }

// errVersion asks for the version in place of what the command line says otherwise.
var errVersion = errors.New("the version is wanted")

// commands is the command line of orcast. What follows the first "--" goes to the program that it runs.
func commands(s streams, programArgs []string) *commandline.Command {
	return &commandline.Command{
		Name: "orcast",
		Help: "A concurrent, speculative JIT for LLVM IR.",
		Flags: []commandline.Flag{{Name: "version", Help: "Print the versions of orcast and of the LLVM in it.",
			Set: func(string) error { return errVersion }}},
		Commands: []*commandline.Command{
			(&runCommand{programArgs: programArgs}).command(s),
			(&analyzeCommand{}).command(s),
			profileCommands(s),
			(&simulateCommand{}).command(s),
			(&benchCommand{}).command(s),
			(&cacheCommand{}).command(s),
		},
	}
}

func main() {
	// The index of a program is most of the heap and lives as long as the process, so collecting often finds little.
	// GOGC still has its say.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	keepTracesBack()
	command.Exit(doMain(os.Args[1:], os.Stdout, os.Stderr))
}

const garbagePercent = 400

// doMain runs one command line and gives the exit status. It does not return when a program has run: this process
// then ends as the program did.
func doMain(args []string, stdout, stderr io.Writer) (status int) {
	defer func() {
		if os.Getenv("GOTRACEBACK") != "" {
			return
		}
		if panicked := recover(); panicked != nil {
			sayPanic(stderr, panicked)
			status = failure
		}
	}()
	var programArgs []string
	if i := slices.Index(args, "--"); i >= 0 && args[0] == "run" {
		args, programArgs = args[:i], args[i+1:]
	}
	chosen, err := commands(streams{stdout, stderr}, programArgs).Parse(args)
	switch {
	case err == commandline.ErrHelp:
		chosen.PrintHelp(stdout, helpWidth(stdout))
		return 0
	case errors.Is(err, errVersion):
		fmt.Fprintln(stdout, version())
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "orcast: %s; see %s -h\n", misuse(args, err), chosen)
		return failure
	}
	err = chosen.Run()
	if status := exitStatus(0); errors.As(err, &status) {
		return int(status)
	}
	if err != nil {
		fmt.Fprintf(stderr, "orcast: %s\n", quote.Message(err))
		return failure
	}
	return 0
}

// misuse says what is wrong with a command line. Who names a program and no verb means to run it.
func misuse(args []string, err error) string {
	var unknown *commandline.UnknownCommandError
	if errors.As(err, &unknown) && unknown.Name == args[0] {
		if info, err := os.Stat(args[0]); err == nil && info.Mode().IsRegular() {
			return fmt.Sprintf("%s is no command, but a file: orcast run %[1]s runs it", quote.Name(args[0]))
		}
	}
	return err.Error()
}

// helpWidth is how many columns help takes: those of the terminal, but no more than can be read well.
func helpWidth(w io.Writer) int {
	const usual, most = 80, 100
	if width := terminalWidth(w); width > 0 {
		return min(width, most)
	}
	return usual
}

func version() string {
	own := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		own = info.Main.Version
	}
	return fmt.Sprintf("orcast %s, LLVM %s", own, orcast.LLVMVersion())
}
