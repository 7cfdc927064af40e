package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/orcast/orcast/internal/pattern"
)

// runner runs the subjects of a suite.
type runner struct {
	suite    Suite
	subjects []*subject
	file     *resultsFile
	traces   string
	progress *Progress

	done   map[runKey]bool
	past   map[pair]record
	all    record
	group  map[groupKey]bool // groups of programs in which a way has failed
	expect map[string]Sample // the native program's run, by workload
}

// pair is a way on a workload.
type pair struct{ way, workload, group string }

type runKey struct {
	pair
	round int
}

type groupKey struct{ way, group string }

// record is what is known of a way on a workload.
type record struct {
	runs   int
	spent  time.Duration
	failed bool
}

func newRunner(suite Suite, subjects []*subject, file *resultsFile, dir, traces string, p *Progress) *runner {
	r := &runner{suite: suite, subjects: subjects, file: file, traces: traces, progress: p,
		done: make(map[runKey]bool), past: make(map[pair]record), group: make(map[groupKey]bool),
		expect: make(map[string]Sample)}
	shop := &workshop{dir: dir, note: file.append, objects: make(map[string][]string)}
	for _, s := range subjects {
		s.workshop = shop
	}
	for _, run := range file.Runs {
		r.remember(run)
	}
	return r
}

// pairOf names a way on a workload, which may be in several groups.
func pairOf(way Way, workload string, shape *Synthetic) pair {
	p := pair{way: way.Name, workload: workload}
	if shape != nil {
		p.group = shape.Group
	}
	return p
}

// remember takes note of a run, of this call or an earlier one.
func (r *runner) remember(run Run) {
	p := pairOf(run.Way, run.Workload, run.Shape)
	r.done[runKey{p, run.Round}] = true
	known := r.past[p]
	took := time.Duration(run.WallMS * float64(time.Millisecond))
	known.runs, r.all.runs = known.runs+1, r.all.runs+1
	known.spent, r.all.spent = known.spent+took, r.all.spent+took
	if run.Failure != "" {
		known.failed = true
		if p.group != "" {
			r.group[groupKey{p.way, p.group}] = true
		}
	}
	r.past[p] = known
}

// pending tells whether a way is to run on a subject in a round.
func (r *runner) pending(s *subject, w way, round int) bool {
	p := pairOf(w.Way, s.Name, s.shape)
	known := r.past[p]
	return !r.done[runKey{p, round}] && !known.failed && known.spent <= r.suite.Spend &&
		!r.group[groupKey{p.way, p.group}]
}

// rounds runs what has not run yet, round by round, so that a change of the machine's speed meets all alike.
func (r *runner) rounds(ctx context.Context) error {
	for round := range r.suite.Rounds {
		for i, s := range r.subjects {
			for _, w := range rotated(s.ways, i+round) {
				if !r.pending(s, w, round) {
					continue
				}
				left, rest := r.left(round, i)
				r.progress.at(fmt.Sprintf("round %d of %d, %s, %s", round+1, r.suite.Rounds, s.Name, w.Name),
					left, rest)
				if err := r.run(ctx, s, w, round); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// rotated begins a list with another of its ways each time.
func rotated(ways []way, by int) []way {
	if len(ways) == 0 {
		return nil
	}
	by %= len(ways)
	return slices.Concat(ways[by:], ways[:by])
}

// left is how many runs are left from a subject of a round on, and how long they take if all take as long as those
// before.
func (r *runner) left(round, first int) (runs int, takes time.Duration) {
	var mean time.Duration
	if r.all.runs > 0 {
		mean = r.all.spent / time.Duration(r.all.runs)
	}
	for i, s := range r.subjects {
		from := round
		if i < first {
			from++
		}
		for _, w := range s.ways {
			known := r.past[pairOf(w.Way, s.Name, s.shape)]
			each := mean
			if known.runs > 0 {
				each = known.spent / time.Duration(known.runs)
			}
			spends := time.Duration(0)
			for at := from; at < r.suite.Rounds && known.spent+spends <= r.suite.Spend; at++ {
				if r.pending(s, w, at) {
					runs++
					spends += each
				}
			}
			takes += spends
		}
	}
	return runs, takes
}

// run runs a way on a subject once and keeps the result. Only what keeps the suite from going on is an error.
func (r *runner) run(ctx context.Context, s *subject, w way, round int) error {
	expected, err := r.expected(ctx, s)
	if err != nil {
		return err
	}
	lessen()
	result := Run{Workload: s.Name, Program: s.Program, Way: w.Way, Round: round, Shape: s.shape}
	limit := r.suite.Limit
	if s.shape != nil {
		limit = r.suite.small
	}
	sample, err := r.attempt(ctx, s, w, limit)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	result.WallMS, result.CPUMS, result.FirstMS = inMS(sample.Wall), inMS(sample.CPU), inMS(sample.FirstOutput)
	result.PeakBytes = sample.PeakRSS
	sample.Stdout = s.Steady(sample.Stdout)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		result.Failure = fmt.Sprintf("%s%g s", TooSlow, limit.Seconds())
	case err != nil:
		result.Failure = reason(err)
	case sample.Exit != expected.Exit:
		result.Failure = fmt.Sprintf("exit status %d instead of %d", sample.Exit, expected.Exit)
		if said := firstLine(sample.Stderr); said != "" {
			result.Failure += ": " + said
		}
	case !sample.equals(expected):
		result.Failure = "printed something else than the native program"
	case w.Kind == KindOrcast:
		result.Stats = &sample.Stats
		if err := r.keepTrace(s, w.Way, round); err != nil {
			return err
		}
	}
	r.remember(result)
	return r.file.append(Line{Run: &result})
}

// lessen gives memory back and forgets how much there was, for a child is said to have had at least what this process
// had.
func lessen() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // where that is forbidden, small programs look larger
}

// attempt prepares the command and runs it, each within the limit.
func (r *runner) attempt(ctx context.Context, s *subject, w way, limit time.Duration) (Sample, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	command, err := w.command(limited, s)
	if err != nil {
		return Sample{}, err
	}
	limited, cancel = context.WithTimeout(ctx, limit)
	defer cancel()
	return command.Run(limited)
}

// expected is the output and exit status of the subject's native program.
func (r *runner) expected(ctx context.Context, s *subject) (Sample, error) {
	if s.shape != nil {
		return Sample{Exit: s.shape.status()}, nil
	}
	known, ok := r.expect[s.Name]
	if ok {
		return known, nil
	}
	known, err := s.native.Run(ctx)
	if err != nil {
		return known, fmt.Errorf("workload %s: %w", s.Name, err)
	}
	known.Stdout = s.Steady(known.Stdout)
	r.expect[s.Name] = known
	return known, nil
}

// reason says in a line why a command failed.
func reason(err error) string {
	var failed *RunError
	if !errors.As(err, &failed) {
		return shortened(err.Error())
	}
	text := failed.Err.Error()
	if said := firstLine(failed.Stderr); said != "" {
		text += ": " + said
	}
	return shortened(text)
}

// noise is what LLVM's tools print when they crash, and what does not say why.
var noise = pattern.New(`PLEASE submit a bug report.*|Stack dump.*|^ *#\d+ .*|^\d+\.\t.*`)

// firstLine is the first line of an error output that tells what is wrong.
func firstLine(stderr []byte) string {
	for line := range bytes.Lines(stderr) {
		if text := bytes.TrimSpace(noise().ReplaceAll(line, nil)); len(text) > 0 {
			return shortened(string(text))
		}
	}
	return ""
}

// shortened is the start of a text's first line.
func shortened(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	const most = 160
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}
