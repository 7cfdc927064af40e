package jit

import (
	"syscall"

	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
)

// Stats counts what one run did. Times are in milliseconds.
type Stats struct {
	WallMS     float64 `json:"wall_ms"`
	IndexMS    float64 `json:"index_ms"`
	MainMS     float64 `json:"main_ms"` // 0 if the entry was not called, or is no function of the IR
	StallMS    float64 `json:"stall_ms"`
	Stalls     int     `json:"stalls"`
	StallMaxMS float64 `json:"stall_max_ms"`
	AnalysisMS float64 `json:"analysis_ms"`
	CompileMS  float64 `json:"compile_ms"`
	LinkMS     float64 `json:"link_ms"`
	Defined    int     `json:"defined"`
	Called     int     `json:"called"`
	Compiled   int     `json:"compiled"`
	Cached     int     `json:"cached"`
	Demand     int     `json:"demand"`
	Speculated int     `json:"speculated"`
	Useful     int     `json:"useful"`
	Late       int     `json:"late"`
	Wasted     int     `json:"wasted"`
	// Misses says why functions were compiled that might have been in the cache, and of how many each was true; nil
	// without a cache of code. See docs/cache.md.
	Misses       map[string]int `json:"misses,omitempty"`
	CodeBytes    int64          `json:"code_bytes"`
	PeakRSSBytes int64          `json:"peak_rss_bytes"`
	Threads      int            `json:"threads"`
	Policy       string         `json:"policy"`
	Opt          int            `json:"opt"`
	LLVM         string         `json:"llvm"`
	Exit         int            `json:"exit"`
}

// stats counts what the run did; peak is the executor's peak of resident memory in bytes.
func (e *Session) stats(peak int64) Stats {
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
