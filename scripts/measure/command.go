package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// command is one way to run a program.
type command struct {
	name      string
	argv      []string
	stdin     string       // a file, "" for none
	statsFile string       // of orcast, "" for others
	prepare   func() error // what is done before each run; may be nil
}

// sample is one run of a command.
type sample struct {
	wall   time.Duration
	stdout []byte
	exit   int
	stats  stats
}

// stats are those of orcast's stats that are shown here.
type stats struct {
	WallMS     float64 `json:"wall_ms"`
	IndexMS    float64 `json:"index_ms"`
	StallMS    float64 `json:"stall_ms"`
	StallMaxMS float64 `json:"stall_max_ms"`
	AnalysisMS float64 `json:"analysis_ms"`
	CompileMS  float64 `json:"compile_ms"`
	Stalls     int     `json:"stalls"`
	Defined    int     `json:"defined"`
	Called     int     `json:"called"`
	Compiled   int     `json:"compiled"`
	Cached     int     `json:"cached"`
	Speculated int     `json:"speculated"`
	Useful     int     `json:"useful"`
	Late       int     `json:"late"`
}

const workloads = ".build/workloads/"

// native is the program as built by clang from the same bitcode.
func native(program string, args ...string) command {
	return command{name: "native", argv: append([]string{workloads + program + ".native"}, args...)}
}

// lli is LLVM's own tool; its name is what tells it apart.
func lli(flags []string, program string, args ...string) command {
	argv := slices.Concat([]string{"lli-22"}, flags, []string{workloads + program + ".bc"}, args)
	return command{name: "lli-22", argv: argv}.withFlags(flags)
}

func orcast(flags []string, program string, args ...string) command {
	return orcastOf([]string{workloads + program + ".bc"}, flags, args)
}

// orcastOf is a run that keeps nothing and finds nothing kept.
func orcastOf(inputs, flags, args []string) command {
	return keeping(inputs, append([]string{"--no-cache", "--no-profile"}, flags...), args)
}

// keeping is a run that keeps what the flags say.
func keeping(inputs, flags, args []string) command {
	file := filepath.Join(os.TempDir(), fmt.Sprintf("orcast-measure-%d.json", os.Getpid()))
	argv := slices.Concat([]string{os.Getenv("ORCAST_BIN"), "run", "--stats", file}, flags, inputs, []string{"--"}, args)
	return command{name: "orcast run", argv: argv, statsFile: file}.withFlags(flags)
}

func (c command) withFlags(flags []string) command {
	for _, flag := range flags {
		c.name += " " + flag
	}
	return c
}

// onTwoCores keeps a command to the first two cores.
func (c command) onTwoCores() command { return c.onCores("0,1") }

func (c command) onCores(list string) command {
	c.argv = append([]string{"taskset", "-c", list}, c.argv...)
	return c
}

// run runs the command once. A program may exit as it likes, but it must not die of a signal.
func (c command) run() (sample, error) {
	if c.prepare != nil {
		if err := c.prepare(); err != nil {
			return sample{}, err
		}
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(c.argv[0], c.argv[1:]...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if c.stdin != "" {
		file, err := os.Open(c.stdin)
		if err != nil {
			return sample{}, err
		}
		defer file.Close()
		cmd.Stdin = file
	}
	began := time.Now()
	err := cmd.Run()
	s := sample{wall: time.Since(began), stdout: stdout.Bytes(), exit: cmd.ProcessState.ExitCode()}
	var ended *exec.ExitError
	if err != nil && (!errors.As(err, &ended) || s.exit < 0 || s.exit == 125) {
		return s, fmt.Errorf("%q: %w\n%s", c.argv, err, stderr.Bytes())
	}
	if c.statsFile == "" {
		return s, nil
	}
	defer os.Remove(c.statsFile)
	text, err := os.ReadFile(c.statsFile)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &s.stats); err != nil {
		return s, fmt.Errorf("%q: its stats: %w", c.argv, err)
	}
	return s, nil
}

// compare runs all commands in turns, so many times each, and gives the sample with the median wall time of each.
func compare(runs int, steady func([]byte) []byte, commands ...command) ([]sample, error) {
	samples, err := inTurns(runs, steady, commands...)
	if err != nil {
		return nil, err
	}
	medians := make([]sample, len(commands))
	for i, list := range samples {
		slices.SortFunc(list, func(a, b sample) int { return int(a.wall - b.wall) })
		medians[i] = list[len(list)/2]
	}
	return medians, nil
}

// inTurns runs all commands in turns, so many times each, and gives the samples of each. All must have the same exit
// status and, once steady has taken out what differs from run to run, the same output.
func inTurns(runs int, steady func([]byte) []byte, commands ...command) ([][]sample, error) {
	samples := make([][]sample, len(commands))
	var first sample
	for round := range runs {
		for i, c := range commands {
			s, err := c.run()
			if err != nil {
				return nil, err
			}
			s.stdout = steady(s.stdout)
			if round == 0 && i == 0 {
				first = s
			} else if s.exit != first.exit || !bytes.Equal(s.stdout, first.stdout) {
				return nil, fmt.Errorf("%q: output or exit status %d differ from those of %q", c.argv, s.exit, commands[0].argv)
			}
			samples[i] = append(samples[i], s)
		}
	}
	return samples, nil
}

func asIs(output []byte) []byte { return output }
