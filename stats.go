package orcast

import (
	"syscall"

	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
)

// stats counts what the run did; peak is the executor's peak of resident memory in bytes.
func (e *engine) stats(peak int64) Stats {
	const ms = 1e6
	stalls := e.region.Stalls()
	s := Stats{
		StallMS: milliseconds(stalls.Sum), Stalls: stalls.Count, StallMaxMS: milliseconds(stalls.Max),
		AnalysisMS: float64(e.analysisNS.Load()) / ms, CompileMS: float64(e.compileNS.Load()) / ms,
		LinkMS: float64(e.linkNS.Load()) / ms, CodeBytes: e.codeBytes.Load(),
		Threads: e.options.Threads, Policy: e.options.Speculate, Opt: e.options.OptLevel, LLVM: llvm.Version(),
	}
	for _, f := range e.program.Functions {
		if f.Kind == program.Function {
			s.Defined++
		}
	}
	reasons := e.queue.Reasons()
	called := make([]bool, len(reasons))
	stalled := make([]bool, len(reasons))
	for _, c := range e.region.Calls() {
		called[c.Func], stalled[c.Func] = true, c.Stalled
	}
	for f, reason := range reasons {
		if called[f] {
			s.Called++
		}
		if e.warm.has(f) {
			reason = sched.Cached
		}
		s.count(reason, called[f], stalled[f])
		if miss := e.warm.miss(f, reason); miss != "" {
			s.missed(miss)
		}
	}
	s.PeakRSSBytes = peak + ownPeak()
	return s
}

func (s *Stats) count(reason sched.Reason, called, stalled bool) {
	switch {
	case reason == sched.None:
		return
	case reason == sched.Cached:
		s.Cached++
		return
	case reason == sched.Demand:
		s.Demand++
	case !called:
		s.Speculated++
		s.Wasted++
	case stalled:
		s.Speculated++
		s.Late++
	default:
		s.Speculated++
		s.Useful++
	}
	s.Compiled++
}

func (s *Stats) missed(why string) {
	if s.Misses == nil {
		s.Misses = map[string]int{}
	}
	s.Misses[why]++
}

// ownPeak is this process's peak of resident memory in bytes.
func ownPeak() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return usage.Maxrss << 10
}
