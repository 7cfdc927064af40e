package bench

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// replay is a simulation that is done of every traced run.
type replay struct {
	speed    float64
	policies string
	threads  string
}

var replays = []replay{
	{1, "none,auto,all,random,largest,callees,sequence,frequency,profile,order", "1,2,4,8,16,32,64"},
	{10, "none,auto,profile", "1,8"},
}

// traceOf is the file in the workshop that a way traces its run to, "" if it does not. A run without speculation and
// with one compile thread is what simulations start from.
func (s *subject) traceOf(w Way) string {
	if w.Policy != "none" || w.Threads != 1 || w.State != Cold || s.shape != nil {
		return ""
	}
	return filepath.Join(s.dir, "trace")
}

// keptTrace is where the trace of a round is kept.
func (r *runner) keptTrace(workload string, effort, round int) string {
	return filepath.Join(r.traces, fmt.Sprintf("%s-O%d-%d.trace", workload, effort, round))
}

// keepTrace keeps the trace of the run of a way, if it made one.
func (r *runner) keepTrace(s *subject, w Way, round int) error {
	made := s.traceOf(w)
	if made == "" {
		return nil
	}
	if err := os.MkdirAll(r.traces, 0o777); err != nil {
		return err
	}
	return CopyFile(made, r.keptTrace(s.Name, w.Effort, round))
}

// simulate replays, of each workload and effort, the traced run with the median stall.
func (r *runner) simulate(ctx context.Context) error {
	known := make(map[string]bool)
	id := func(workload string, effort int, speed float64) string { return fmt.Sprint(workload, effort, speed) }
	for _, s := range r.file.Simulations {
		known[id(s.Workload, s.Effort, s.Speed)] = true
	}
	for _, s := range r.subjects {
		for _, w := range s.ways {
			if s.traceOf(w.Way) == "" || s.little {
				continue
			}
			for _, how := range replays {
				if known[id(s.Name, w.Effort, how.speed)] {
					continue
				}
				r.progress.at(fmt.Sprintf("simulating %s -O %d", s.Name, w.Effort), 0, 0)
				if err := r.replay(ctx, s, w.Way, how); err != nil {
					return fmt.Errorf("workload %s: %w", s.Name, err)
				}
			}
		}
	}
	return nil
}

// replay simulates a workload and keeps the result. Without a traced run it does nothing.
func (r *runner) replay(ctx context.Context, s *subject, w Way, how replay) error {
	trace, err := r.medianTrace(s, w)
	if trace == "" || err != nil {
		return err
	}
	inputs, err := s.Inputs()
	if err != nil {
		return err
	}
	argv := slices.Concat([]string{os.Getenv("ORCAST_BIN"), "simulate", "--json", "--policies", how.policies,
		"--threads", how.threads, "--speed", strconv.FormatFloat(how.speed, 'g', -1, 64), trace}, inputs)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return &RunError{Argv: argv, Err: err, Stderr: stderr.Bytes()}
	}
	var result Simulation
	if err := json.Unmarshal(text, &result); err != nil {
		return fmt.Errorf("orcast simulate: %w", err)
	}
	result.Workload, result.Effort, result.Speed = s.Name, w.Effort, how.speed
	return r.file.append(Line{Simulation: &result})
}

// medianTrace is the trace with the median stall, "" if there is none.
func (r *runner) medianTrace(s *subject, w Way) (string, error) {
	var runs []Run
	for _, run := range r.file.Runs {
		if run.Workload != s.Name || run.Way != w || run.Stats == nil {
			continue
		}
		_, err := os.Stat(r.keptTrace(s.Name, w.Effort, run.Round))
		switch {
		case err == nil:
			runs = append(runs, run)
		case !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
	}
	if len(runs) == 0 {
		return "", nil
	}
	slices.SortFunc(runs, func(a, b Run) int { return cmp.Compare(a.Stats.StallMS, b.Stats.StallMS) })
	return r.keptTrace(s.Name, w.Effort, runs[len(runs)/2].Round), nil
}
