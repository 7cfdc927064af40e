package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Command is one way to run a program.
type Command struct {
	Name    string
	Argv    []string
	Stdin   string       // a file, "" for none
	Prepare func() error // what is done before each run; may be nil

	stats string // the file that orcast writes its stats to, "" for other commands
}

// Sample is one run of a command.
type Sample struct {
	Wall        time.Duration
	CPU         time.Duration // user and system time, of the processes that it left behind or waited for as well
	FirstOutput time.Duration // from the start to the first byte on standard output; 0 if there was none
	PeakRSS     int64         // bytes; no less than what this process had in memory when it started the command
	Stdout      []byte
	Stderr      []byte
	Exit        int
	Stats       Stats // zero but of orcast
}

// Stats are those of orcast's stats that comparisons use; see docs/stats.md.
type Stats struct {
	WallMS       float64        `json:"wall_ms"`
	IndexMS      float64        `json:"index_ms"`
	MainMS       float64        `json:"main_ms"`
	StallMS      float64        `json:"stall_ms"`
	StallMaxMS   float64        `json:"stall_max_ms"`
	AnalysisMS   float64        `json:"analysis_ms"`
	CompileMS    float64        `json:"compile_ms"`
	LinkMS       float64        `json:"link_ms"`
	Stalls       int            `json:"stalls"`
	Defined      int            `json:"defined"`
	Called       int            `json:"called"`
	Compiled     int            `json:"compiled"`
	Tiers        map[string]int `json:"tiers"`
	Cached       int            `json:"cached"`
	Speculated   int            `json:"speculated"`
	Useful       int            `json:"useful"`
	Late         int            `json:"late"`
	Wasted       int            `json:"wasted"`
	CodeBytes    int64          `json:"code_bytes"`
	PeakRSSBytes int64          `json:"peak_rss_bytes"`
}

// Folder is where scripts/workloads.sh builds programs.
const Folder = ".build/workloads/"

// Native is a program that scripts/workloads.sh built from its bitcode.
func Native(program string, args ...string) Command {
	return Command{Name: "native", Argv: append([]string{Folder + program + ".native"}, args...)}
}

// LLI is LLVM's own tool.
func LLI(flags []string, program string, args ...string) Command {
	argv := slices.Concat([]string{"lli-22"}, flags, []string{Folder + program + ".bc"}, args)
	return Command{Name: "lli-22", Argv: argv}.withFlags(flags)
}

// Orcast is a run of the command in $ORCAST_BIN that keeps nothing and finds nothing kept.
func Orcast(flags []string, program string, args ...string) Command {
	return Keeping([]string{Folder + program + ".bc"}, append([]string{"--no-cache", "--no-profile"}, flags...), args)
}

// Keeping is a run of the command in $ORCAST_BIN that keeps what the flags say.
func Keeping(inputs, flags, args []string) Command {
	file := filepath.Join(os.TempDir(), fmt.Sprintf("orcast-bench-%d.json", os.Getpid()))
	argv := slices.Concat([]string{os.Getenv("ORCAST_BIN"), "run", "--stats", file}, flags, inputs,
		[]string{"--"}, args)
	return Command{Name: "orcast run", Argv: argv, stats: file}.withFlags(flags)
}

func (c Command) withFlags(flags []string) Command {
	for _, flag := range flags {
		c.Name += " " + flag
	}
	return c
}

// HasStats tells whether the command is orcast.
func (c Command) HasStats() bool { return c.stats != "" }

// OnTwoCores keeps a command to the first two cores.
func (c Command) OnTwoCores() Command { return c.OnCores("0,1") }

// OnCores keeps a command to the cores of a list as taskset takes it.
func (c Command) OnCores(list string) Command {
	c.Argv = append([]string{"taskset", "-c", list}, c.Argv...)
	return c
}

// Run runs the command once, and waits for what it leaves behind, such as orcast's compiler. A program may exit as it
// likes, but it must not die of a signal; orcast's own failures are errors. When ctx ends, the command and the
// processes of its group are killed. This process may have no other children meanwhile.
func (c Command) Run(ctx context.Context) (Sample, error) {
	if c.Prepare != nil {
		if err := c.Prepare(); err != nil {
			return Sample{}, err
		}
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, c.Argv[0], c.Argv[1:]...)
	killAsGroup(cmd)
	if c.Stdin != "" {
		file, err := os.Open(c.Stdin)
		if err != nil {
			return Sample{}, err
		}
		defer file.Close()
		cmd.Stdin = file
	}
	stdout := output{began: time.Now()}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := adoptOrphans(); err != nil {
		return Sample{}, err
	}
	err := cmd.Run()
	wall := time.Since(stdout.began)
	left := awaitOrphans()
	s := Sample{Wall: wall, FirstOutput: stdout.first, Stdout: stdout.text.Bytes()}
	if ctx.Err() != nil {
		return s, ctx.Err()
	}
	if cmd.ProcessState == nil {
		return s, err
	}
	s.Stderr = stderr.Bytes()
	s.Exit = cmd.ProcessState.ExitCode()
	s.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() + left
	s.PeakRSS = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	var ended *exec.ExitError
	if err != nil && (!errors.As(err, &ended) || s.Exit < 0 || c.HasStats() && s.Exit == 125) {
		return s, &RunError{Argv: c.Argv, Err: err, Stderr: stderr.Bytes()}
	}
	if c.HasStats() {
		return s, s.readStats(c.stats)
	}
	return s, nil
}

// adoptOrphans makes processes that lose their parents children of this one, so that their processor time can be told.
func adoptOrphans() error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("asking for orphans: %w", err)
	}
	return nil
}

// awaitOrphans waits for all children and gives their processor time.
func awaitOrphans() (spent time.Duration) {
	for {
		var usage syscall.Rusage
		switch _, err := syscall.Wait4(-1, nil, 0, &usage); err {
		case nil:
			spent += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		case syscall.EINTR:
		default:
			return spent // there is none
		}
	}
}

// killAsGroup has the command's context kill the processes that it started as well.
func killAsGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second // for processes outside the group that hold on to the output
}

// RunError says that a command did not run to its end.
type RunError struct {
	Argv   []string
	Err    error
	Stderr []byte
}

func (e *RunError) Error() string { return fmt.Sprintf("%q: %v\n%s", e.Argv, e.Err, e.Stderr) }

func (e *RunError) Unwrap() error { return e.Err }

func (s *Sample) readStats(file string) error {
	defer os.Remove(file)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &s.Stats); err != nil {
		return fmt.Errorf("orcast's stats: %w", err)
	}
	s.PeakRSS = s.Stats.PeakRSSBytes
	return nil
}

// output collects what a command prints, and notes when the first of it came.
type output struct {
	began time.Time
	first time.Duration
	text  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	if o.first == 0 {
		o.first = time.Since(o.began)
	}
	return o.text.Write(p)
}

// Compare runs all commands in turns, so many times each, and gives the sample with the median wall time of each.
func Compare(runs int, steady func([]byte) []byte, commands ...Command) ([]Sample, error) {
	samples, err := InTurns(runs, steady, commands...)
	if err != nil {
		return nil, err
	}
	medians := make([]Sample, len(commands))
	for i, list := range samples {
		slices.SortFunc(list, func(a, b Sample) int { return int(a.Wall - b.Wall) })
		medians[i] = list[len(list)/2]
	}
	return medians, nil
}

// InTurns runs all commands in turns, so many times each, and gives the samples of each. All must have the same exit
// status and, once steady has taken out what differs from run to run, the same output.
func InTurns(runs int, steady func([]byte) []byte, commands ...Command) ([][]Sample, error) {
	samples := make([][]Sample, len(commands))
	var first Sample
	for round := range runs {
		for i, c := range commands {
			s, err := c.Run(context.Background())
			if err != nil {
				return nil, err
			}
			s.Stdout = steady(s.Stdout)
			if round == 0 && i == 0 {
				first = s
			} else if !s.equals(first) {
				return nil, fmt.Errorf("%q: output or exit status %d differ from those of %q", c.Argv, s.Exit,
					commands[0].Argv)
			}
			samples[i] = append(samples[i], s)
		}
	}
	return samples, nil
}

// equals tells whether two runs ended with the same status and output.
func (s Sample) equals(other Sample) bool {
	return s.Exit == other.Exit && bytes.Equal(s.Stdout, other.Stdout)
}
