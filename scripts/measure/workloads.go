package main

import (
	"fmt"
	"path/filepath"
	"strings"
)

// workload is a typical run of a real program.
type workload struct {
	name, program string
	args          []string
	stdin         string              // a file, "" for none
	steady        func([]byte) []byte // takes out what differs from run to run
}

// allWorkloads is the one table of them. Each takes 0.05 to 2 s.
var allWorkloads = []workload{
	{name: "speedtest1", program: "speedtest1", args: speedtest, steady: withoutTimes},
	{name: "sqlite3", program: "sqlite3", args: []string{":memory:"}, stdin: written + "shop.sql", steady: asIs},
	{name: "lua", program: "lua", args: []string{written + "report.lua"}, stdin: generated + "access.log", steady: asIs},
	{name: "bzip2", program: "bzip2", args: []string{"-c"}, stdin: generated + "prose.txt", steady: asIs},
	{name: "gawk", program: "gawk", args: []string{"-f", written + "access.awk", generated + "access.log"}, steady: asIs},
	{name: "gawk-life", program: "gawk", args: []string{"-f", written + "life.awk"}, steady: asIs},
	{name: "jq", program: "jq", args: []string{"-f", written + "orders.jq", generated + "orders.json"}, steady: asIs},
	{name: "jq-print", program: "jq", args: []string{"-S", ".", generated + "orders.json"}, steady: asIs},
	{name: "mujs", program: "mujs", args: []string{written + "engine.js"}, steady: asIs},
	{name: "minigzip", program: "minigzip", args: []string{"-c"}, stdin: generated + "prose.txt", steady: asIs},
	{name: "minigzip-d", program: "minigzip", args: []string{"-c", "-d"}, stdin: generated + "prose.txt.gz", steady: asIs},
	{name: "zstd", program: "zstd", args: []string{"-q", "-c", "-9"}, stdin: generated + "prose.txt", steady: asIs},
	{name: "xmlwf", program: "xmlwf", args: []string{"-n", generated + "feed.xml"}, steady: asIs},
	{name: "tinyscheme", program: "tinyscheme", args: []string{written + "queens.scm"}, steady: asIs},
	{name: "lzip", program: "lzip", args: []string{"-c"}, stdin: generated + "prose.txt", steady: asIs},
	{name: "jsonnet", program: "jsonnet", args: []string{written + "cluster.jsonnet"}, steady: asIs},
	{name: "cxx", program: "cxx", args: []string{"one", "two words"}, stdin: generated + "numbers.txt", steady: asIs},
	{name: "lua.thin", program: "lua.thin", args: []string{written + "report.lua"}, stdin: generated + "access.log", steady: asIs},
	{name: "gawk.thin", program: "gawk.thin", args: []string{"-f", written + "access.awk", generated + "access.log"}, steady: asIs},
}

// again says that the workload's program and input are those of another: it has no say in medians over workloads.
func (w workload) again() bool { return strings.HasSuffix(w.program, ".thin") }

// native is the workload's run of the native build.
func (w workload) native() command {
	c := native(strings.TrimSuffix(w.program, ".thin"), w.args...)
	c.stdin = w.stdin
	return c
}

// inputs are the program's files of bitcode.
func (w workload) inputs() ([]string, error) {
	if !w.again() {
		return []string{workloads + w.program + ".bc"}, nil
	}
	inputs, err := filepath.Glob(workloads + w.program + "/*.bc")
	if err != nil || len(inputs) == 0 {
		return nil, fmt.Errorf("%s%s holds no bitcode: scripts/workloads.sh all builds it", workloads, w.program)
	}
	return inputs, nil
}

// orcast is the workload's run under a policy, with one compile thread beside the demand worker.
func (w workload) orcast(policy string) (command, error) {
	inputs, err := w.inputs()
	if err != nil {
		return command{}, err
	}
	c := orcastOf(inputs, []string{"--threads", "1", "--speculate", policy}, w.args)
	c.stdin = w.stdin
	return c, nil
}

// named gives the workloads of these names with commas between them, all for "".
func named(names string) ([]workload, error) {
	if names == "" {
		return allWorkloads, nil
	}
	var list []workload
next:
	for name := range strings.SplitSeq(names, ",") {
		for _, w := range allWorkloads {
			if w.name == name {
				list = append(list, w)
				continue next
			}
		}
		return nil, fmt.Errorf("there is no workload %q", name)
	}
	return list, nil
}
