// Package orcast runs LLVM IR: it compiles each function of a program when it is first called and uses
// idle cores to compile what will be called next.
//
// Rule: this package knows nothing of the command line, and no package below it knows this one.
package orcast

import (
	"io"
	"syscall"

	"github.com/orcast/orcast/forecast"
)

// Options says what to run and how. The zero value of every field but Inputs is a sensible default.
type Options struct {
	// Inputs are files of bitcode, textual IR, archives, native objects and shared libraries.
	Inputs []string
	// Args are the program's arguments after argv[0], which is the first input.
	Args []string
	// Libraries are shared libraries to load besides those among Inputs.
	Libraries []string
	// Entry is the function to start; "" means main.
	Entry string
	// Threads is the number of compile threads beside the one kept for demands; 0 means one less than
	// the machine has cores, and at least 1. The most is 256.
	Threads int
	// Speculate is the policy: "none", or names of heuristics with commas between them; see forecast.Policies. ""
	// means auto.
	Speculate string
	// Heuristic, if it is not nil, is used in place of a policy: Speculate is ignored then, and Stats.Policy is "".
	Heuristic forecast.Maker
	// Budget bounds speculation.
	Budget Budget
	// Hints says of functions, by name, when and how likely they are called. It comes before what their attributes say.
	Hints map[string]forecast.Hint
	// OptLevel is the effort of code generation, 0 to 3.
	OptLevel int
	// Cache is where compiled code and a profile of the program are kept for later runs; nil is nowhere.
	Cache *Cache
	// Profile is a file for the profile, in place of the Cache; it need not exist. "" is none.
	Profile string
	// Warn is called with one line when what is kept for later runs is no good or cannot be kept, by any goroutine; nil is
	// silence. A Cache has a Warn of its own.
	Warn func(string)
	// Trace is where a trace of the run is written when it has ended, for package trace; nil is nowhere.
	Trace io.Writer
	// Order are names of functions in the order in which their first calls are expected. Names of others do no harm.
	Order []string
}

// Budget bounds speculation. The zero value does not.
type Budget struct {
	// CPU is the part of the compile threads' time that speculation may take, above 0 and at most 1; 0 means all of it.
	CPU float64
	// Code is the number of bytes of machine code after which speculation ends; 0 means never.
	Code int64
}

// Outcome is how a program ended.
type Outcome struct {
	// ExitCode is the program's exit status, 0 to 255; it is -1 if Signal is not 0.
	ExitCode int
	// Signal is the signal that killed the program, or 0.
	Signal syscall.Signal
	Stats  Stats
}

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
