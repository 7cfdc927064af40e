package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/orcast/orcast/internal/pattern"
)

// Workload is a run of a program.
type Workload struct {
	Name    string
	Program string              // the name of its bitcode in the folder of workloads, without .bc
	Args    []string            // of the program
	Stdin   string              // a file, "" for none
	Steady  func([]byte) []byte // takes out of the output what differs from run to run
	shape   *Synthetic          // of a program that is made, nil for a real one
	little  bool                // the run calls little: it shows a version, or has next to nothing to do
}

// workloads is the one table of real programs' runs: first typical ones, which take 0.05 to 2 s, then ones that call
// little.
var workloads = []Workload{
	{Name: "speedtest1", Program: "speedtest1", Args: Speedtest, Steady: WithoutTimes},
	{Name: "sqlite3", Program: "sqlite3", Args: []string{":memory:"}, Stdin: written + "shop.sql", Steady: AsIs},
	{Name: "lua", Program: "lua", Args: []string{written + "report.lua"}, Stdin: generated + "access.log",
		Steady: AsIs},
	{Name: "bzip2", Program: "bzip2", Args: []string{"-c"}, Stdin: generated + "prose.txt", Steady: AsIs},
	{Name: "gawk", Program: "gawk", Args: []string{"-f", written + "access.awk", generated + "access.log"},
		Steady: AsIs},
	{Name: "gawk-life", Program: "gawk", Args: []string{"-f", written + "life.awk"}, Steady: AsIs},
	{Name: "jq", Program: "jq", Args: []string{"-f", written + "orders.jq", generated + "orders.json"}, Steady: AsIs},
	{Name: "jq-print", Program: "jq", Args: []string{"-S", ".", generated + "orders.json"}, Steady: AsIs},
	{Name: "mujs", Program: "mujs", Args: []string{written + "engine.js"}, Steady: AsIs},
	{Name: "minigzip", Program: "minigzip", Args: []string{"-c"}, Stdin: generated + "prose.txt", Steady: AsIs},
	{Name: "minigzip-d", Program: "minigzip", Args: []string{"-c", "-d"}, Stdin: generated + "prose.txt.gz",
		Steady: AsIs},
	{Name: "zstd", Program: "zstd", Args: []string{"-q", "-c", "-9"}, Stdin: generated + "prose.txt", Steady: AsIs},
	{Name: "xmlwf", Program: "xmlwf", Args: []string{"-n", generated + "feed.xml"}, Steady: AsIs},
	{Name: "tinyscheme", Program: "tinyscheme", Args: []string{written + "queens.scm"}, Steady: AsIs},
	{Name: "lzip", Program: "lzip", Args: []string{"-c"}, Stdin: generated + "prose.txt", Steady: AsIs},
	{Name: "jsonnet", Program: "jsonnet", Args: []string{written + "cluster.jsonnet"}, Steady: AsIs},
	{Name: "cxx", Program: "cxx", Args: []string{"one", "two words"}, Stdin: generated + "numbers.txt", Steady: AsIs},
	{Name: "lua.thin", Program: "lua.thin", Args: []string{written + "report.lua"}, Stdin: generated + "access.log",
		Steady: AsIs},
	{Name: "gawk.thin", Program: "gawk.thin", Args: []string{"-f", written + "access.awk", generated + "access.log"},
		Steady: AsIs},
	{Name: "speedtest1-fp", Program: "speedtest1", Args: []string{"--size", "1", "--testset", "fp", ":memory:"},
		Steady: WithoutTimes, little: true},
	{Name: "sqlite3-version", Program: "sqlite3", Args: []string{"-version"}, Steady: AsIs, little: true},
	{Name: "lua-version", Program: "lua", Args: []string{"-v"}, Steady: AsIs, little: true},
	{Name: "bzip2-empty", Program: "bzip2", Args: []string{"-c"}, Stdin: os.DevNull, Steady: AsIs, little: true},
	{Name: "gawk-version", Program: "gawk", Args: []string{"--version"}, Steady: AsIs, little: true},
	{Name: "jq-version", Program: "jq", Args: []string{"--version"}, Steady: AsIs, little: true},
	{Name: "mujs-hello", Program: "mujs", Args: []string{written + "hello.js"}, Steady: AsIs, little: true},
	{Name: "minigzip-empty", Program: "minigzip", Args: []string{"-c"}, Stdin: os.DevNull, Steady: AsIs, little: true},
	{Name: "zstd-version", Program: "zstd", Args: []string{"--version"}, Steady: AsIs, little: true},
	{Name: "xmlwf-note", Program: "xmlwf", Args: []string{"-n", written + "note.xml"}, Steady: AsIs, little: true},
	{Name: "tinyscheme-hello", Program: "tinyscheme", Args: []string{"-c", `(display "hello")`},
		Steady: AsIs, little: true},
	{Name: "lzip-version", Program: "lzip", Args: []string{"--version"}, Steady: AsIs, little: true},
	{Name: "jsonnet-version", Program: "jsonnet", Args: []string{"--version"}, Steady: AsIs, little: true},
}

// Speedtest are the usual arguments of SQLite's speedtest1.
var Speedtest = []string{"--size", "5", ":memory:"}

var seconds = pattern.New(`\.* *\d+\.\d+s`)

// WithoutTimes takes out the times which speedtest1 prints.
func WithoutTimes(output []byte) []byte { return seconds().ReplaceAll(output, nil) }

// AsIs takes out nothing.
func AsIs(output []byte) []byte { return output }

// Again says that the workload's program and input are those of another: it has no say in medians over workloads.
func (w Workload) Again() bool { return strings.HasSuffix(w.Program, ".thin") }

// Native is the workload's run of the program that clang made of the same bitcode.
func (w Workload) Native() Command {
	c := Native(strings.TrimSuffix(w.Program, ".thin"), w.Args...)
	c.Stdin = w.Stdin
	return c
}

// Inputs are the program's files of bitcode.
func (w Workload) Inputs() ([]string, error) {
	if !w.Again() {
		return []string{Folder + w.Program + ".bc"}, nil
	}
	inputs, err := filepath.Glob(Folder + w.Program + "/*.bc")
	if err != nil || len(inputs) == 0 {
		return nil, fmt.Errorf("%s%s holds no bitcode: scripts/workloads.sh all builds it", Folder, w.Program)
	}
	return inputs, nil
}

// Orcast is a run of the workload under a policy that keeps nothing and finds nothing kept, with one compile thread
// beside the demand worker.
func (w Workload) Orcast(policy string) (Command, error) {
	return w.Keeping("--no-cache", "--no-profile", "--threads", "1", "--speculate", policy)
}

// Keeping is a run of the workload by orcast with these flags, which say what is kept.
func (w Workload) Keeping(flags ...string) (Command, error) {
	inputs, err := w.Inputs()
	if err != nil {
		return Command{}, err
	}
	c := Keeping(inputs, flags, w.Args)
	c.Stdin = w.Stdin
	return c, nil
}

// Typical are the real programs' typical runs.
func Typical() []Workload {
	var list []Workload
	for _, w := range workloads {
		if !w.little {
			list = append(list, w)
		}
	}
	return list
}

// Named gives the real programs' runs of these names.
func Named(names []string) ([]Workload, error) {
	var list []Workload
next:
	for _, name := range names {
		for _, w := range workloads {
			if w.Name == name {
				list = append(list, w)
				continue next
			}
		}
		return nil, fmt.Errorf("there is no workload %q", name)
	}
	return list, nil
}
