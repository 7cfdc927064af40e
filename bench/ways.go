package bench

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
)

// way is a Way and how to go it.
type way struct {
	Way
	about string // what it is, for who does not know it
	// command makes the command for a workload. It may first prepare what the command needs, which is not measured; its
	// error is a failure of the way.
	command func(ctx context.Context, s *subject) (Command, error)
}

// subject is a workload, the ways to run it, and what these have prepared.
type subject struct {
	Workload
	*workshop
	ways    []way
	native  Command         // whose output is right
	history map[int]History // by effort of code generation
}

// workshop is where ways prepare what they need.
type workshop struct {
	dir     string              // for this run of the suite only
	note    func(Line) error    // keeps a result
	objects map[string][]string // for llvm-jitlink, by program
}

// recorded is what a run of the workload at an effort left, with one compile thread.
func (s *subject) recorded(ctx context.Context, effort int) (History, error) {
	if h, ok := s.history[effort]; ok {
		return h, nil
	}
	dir := filepath.Join(s.dir, fmt.Sprintf("%s-O%d", s.Name, effort))
	h, err := Record(ctx, s.Workload, dir, "", "--threads", "1", "-O", strconv.Itoa(effort))
	if err == nil {
		s.history[effort] = h
	}
	return h, err
}

// policies are those of orcast run --speculate that stand for themselves, with what they do. Profiles are a State.
var policies = []struct{ name, about string }{
	{"none", "compiles nothing ahead: every function is compiled when it is first called"},
	{"auto", "compiles ahead what its heuristics together expect to be called soon"},
	{"all", "compiles ahead everything that is reachable, in the order of the file"},
	{"random", "compiles ahead everything that is reachable, in random order"},
	{"largest", "compiles ahead everything that is reachable, the largest functions first"},
	{"order", "compiles ahead in the order in which an equal run called: no better forecast is possible"},
	{"callees", "compiles ahead the functions that running ones call"},
	{"sequence", "compiles ahead by the likely sequence of calls in running functions"},
	{"frequency", "compiles ahead what running functions call often"},
	{"summary", "compiles ahead by the summaries that clang writes for link-time optimisation"},
	{"hints", "compiles ahead by hot and cold marks in the program"},
}

// orcastWay is a run of orcast under a policy.
func orcastWay(policy string, threads, effort int, state State) way {
	w := Way{Kind: KindOrcast, Policy: policy, Threads: threads, Effort: effort, State: state}
	w.Name = fmt.Sprintf("orcast %s -O %d, %s", policy, effort, Count(threads, "thread"))
	about := "Orcast"
	for _, p := range policies {
		if p.name == policy {
			about += " " + p.about
		}
	}
	switch state {
	case WithProfile:
		w.Name += ", profile"
		about += "; it knows when an equal run called which function"
	case Warm:
		w.Name += ", warm"
		about += "; it has the code and the profile of an equal run"
	}
	return way{Way: w, about: about + ".", command: func(ctx context.Context, s *subject) (Command, error) {
		return orcastCommand(ctx, s, w)
	}}
}

func orcastCommand(ctx context.Context, s *subject, w Way) (Command, error) {
	flags := []string{"--speculate", w.Policy, "--threads", strconv.Itoa(w.Threads), "-O", strconv.Itoa(w.Effort)}
	if trace := s.traceOf(w); trace != "" {
		flags = append(flags, "--trace", trace)
	}
	if w.State == Cold && w.Policy != "order" {
		return s.Keeping(append(flags, "--no-cache", "--no-profile")...)
	}
	// Only code depends on the effort.
	effort := 0
	if w.State == Warm {
		effort = w.Effort
	}
	known, err := s.recorded(ctx, effort)
	if err != nil {
		return Command{}, fmt.Errorf("recording a run: %w", err)
	}
	var c Command
	switch w.State {
	case Warm:
		c, err = s.Keeping(append(flags, "--cache-dir", known.Cache(), "--profile", known.Profile())...)
		c.Prepare = known.Renew
	case WithProfile:
		c, err = s.Keeping(append(flags, "--no-cache", "--profile", known.Profile())...)
		c.Prepare = known.Renew
	default:
		c, err = s.Keeping(append(flags, "--no-cache", "--no-profile", "--order", known.Order())...)
	}
	return c, err
}

// Count is "1 thread" or "2 threads".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
