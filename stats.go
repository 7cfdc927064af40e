package orcast

import (
	"encoding/json"
	"syscall"
	"time"

	"github.com/orcast/orcast/internal/jit"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/millis"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/tier"
)

// Stats counts what one run did; docs/stats.md says what each of these is. In JSON times are in milliseconds, with keys
// such as "wall_ms".
type Stats struct {
	Wall     time.Duration `json:"-"`
	Index    time.Duration `json:"-"`
	Main     time.Duration `json:"-"` // 0 if the entry was not called, or is no function of the IR
	Stall    time.Duration `json:"-"`
	StallMax time.Duration `json:"-"`
	Analysis time.Duration `json:"-"`
	Compile  time.Duration `json:"-"`
	Link     time.Duration `json:"-"`
	// CompilerCPU is the user and system time of the compiler's process, 0 where that does other things as well.
	CompilerCPU time.Duration `json:"-"`
	Stalls      int           `json:"stalls"`
	Defined     int           `json:"defined"`
	Called      int           `json:"called"`
	Compiled    int           `json:"compiled"`
	Cached      int           `json:"cached"`
	Demand      int           `json:"demand"`
	Speculated  int           `json:"speculated"`
	Useful      int           `json:"useful"`
	Late        int           `json:"late"`
	Wasted      int           `json:"wasted"`
	// Misses says why functions were compiled that might have been in the cache, and of how many each was true; nil
	// without a cache of code. See docs/cache.md.
	Misses map[string]int `json:"misses,omitempty"`
	// Tiers says of how many functions the newest code is of each tier: "baseline", or "O0" to "O3" for LLVM's, by
	// effort.
	Tiers map[string]int `json:"tiers"`
	// Refusals says why the baseline compiler left functions to LLVM, and how many; nil if it refused none.
	Refusals     map[string]int `json:"refusals,omitempty"`
	CodeBytes    int64          `json:"code_bytes"`
	PeakRSSBytes int64          `json:"peak_rss_bytes"`
	Threads      int            `json:"threads"`
	Policy       string         `json:"policy"`
	Opt          int            `json:"opt"` // effort of code for first calls, 0 to 3
	LLVM         string         `json:"llvm"`
	Exit         int            `json:"exit"`
}

// statsFile is the form of Stats in JSON.
type statsFile struct {
	Wall     millis.Duration `json:"wall_ms"`
	Index    millis.Duration `json:"index_ms"`
	Main     millis.Duration `json:"main_ms"`
	Stall    millis.Duration `json:"stall_ms"`
	StallMax millis.Duration `json:"stall_max_ms"`
	Analysis millis.Duration `json:"analysis_ms"`
	Compile  millis.Duration `json:"compile_ms"`
	Link     millis.Duration `json:"link_ms"`
	Compiler millis.Duration `json:"compiler_cpu_ms"`
	*counts
}

type counts Stats // without methods

// MarshalJSON implements json.Marshaler.
func (s Stats) MarshalJSON() ([]byte, error) {
	type ms = millis.Duration
	return json.Marshal(statsFile{ms(s.Wall), ms(s.Index), ms(s.Main), ms(s.Stall), ms(s.StallMax), ms(s.Analysis),
		ms(s.Compile), ms(s.Link), ms(s.CompilerCPU), (*counts)(&s)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Stats) UnmarshalJSON(text []byte) error {
	f := statsFile{counts: (*counts)(s)}
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	s.Wall, s.Index, s.Main, s.Stall = time.Duration(f.Wall), time.Duration(f.Index), time.Duration(f.Main),
		time.Duration(f.Stall)
	s.StallMax, s.Analysis = time.Duration(f.StallMax), time.Duration(f.Analysis)
	s.Compile, s.Link, s.CompilerCPU = time.Duration(f.Compile), time.Duration(f.Link), time.Duration(f.Compiler)
	return nil
}

// newStats counts what a run under some options did, whose program's process had a peak of resident memory in bytes.
func newStats(r *jit.Report, o *Options, peak int64) Stats {
	s := Stats{Main: r.Entered, Stall: r.Stalls.Sum, StallMax: r.Stalls.Max, Analysis: r.Analysis, Compile: r.Compile,
		Link: r.Link, Stalls: r.Stalls.Count, Defined: r.Defined, Tiers: map[string]int{}, CodeBytes: r.Code,
		Refusals: r.Refusals, PeakRSSBytes: peak + ownPeak(), Threads: o.Threads, Policy: o.Speculate,
		Opt: o.Effort.tier().Effort(), LLVM: llvm.Version()}
	for i := range r.Fates {
		s.count(&r.Fates[i])
	}
	return s
}

func (s *Stats) count(f *jit.Fate) {
	if f.Called {
		s.Called++
	}
	if f.Tier != tier.None {
		s.Tiers[f.Tier.String()]++
	}
	if f.Miss != "" {
		s.missed(f.Miss)
	}
	switch {
	case f.Reason == sched.None:
		return
	case f.Reason == sched.Cached:
		s.Cached++
		return
	case f.Reason == sched.Demand:
		s.Demand++
	case !f.Called:
		s.Speculated++
		s.Wasted++
	case f.Stalled:
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
func ownPeak() int64 { return ownUsage().Maxrss << 10 }

// ownCPU is this process's user and system time.
func ownCPU() time.Duration {
	usage := ownUsage()
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func ownUsage() (usage syscall.Rusage) {
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // which cannot fail
	return usage
}
