package orcast

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/jit"
	"github.com/orcast/orcast/internal/past"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/tier"
)

// Options say how a program, or an engine's modules, are compiled, and what is kept of that. The zero value is
// sensible.
type Options struct {
	// Libraries are shared libraries to load besides those among the inputs.
	Libraries []string
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
	// Effort is that of code generation.
	Effort Effort
	// Generator says, for finding faults, which functions the baseline compiler gets before LLVM does: "" for all at O0
	// and none at others, "llvm" for none, "fast" for all, "mixed:SEED" for some by lot, "fast:FIRST-LAST" by number.
	// Code is not kept unless it is "". See docs/tiers.md.
	Generator string
	// Dump is the name of a function of which the baseline compiler writes to standard error what it decides, or
	// "refusals" for what it leaves to LLVM and why.
	Dump string
	// Cache is where compiled code and a profile of the program are kept for later runs; nil is nowhere.
	Cache *Cache
	// Profile is a file for the profile, in place of the Cache; it need not exist. "" is none.
	Profile string
	// Warn is called with one line when what is kept for later runs is no good or cannot be kept, by any goroutine; nil
	// is silence. A Cache has a Warn of its own.
	Warn func(string)
	// Trace is where a trace of the run is written when it has ended, for package trace; nil is nowhere.
	Trace io.Writer
	// Order are names of functions in the order in which their first calls are expected. Names of others do no harm.
	Order []string
}

// Effort says how much time goes into code, and how fast that is.
type Effort uint8

const (
	// Automatic leaves the effort to orcast, which is to say that code for first calls is made in little time: at
	// present as at O0.
	Automatic Effort = iota
	// O0 is the least: the baseline compiler's code, and LLVM's at its least effort for the functions that it refuses.
	O0
	// O1 to O3 are LLVM's efforts: the code is faster and later there.
	O1
	O2
	O3
)

// EffortOf is the effort of a level, 0 to 3. The error says that there is none of that level.
func EffortOf(level int) (Effort, error) {
	if level < 0 || level > 3 {
		return Automatic, noEffort(level)
	}
	return O0 + Effort(level), nil
}

func noEffort(level int) error {
	return fmt.Errorf("there is no effort %d of code generation: use 0, 1, 2 or 3", level)
}

// tier is that of code for first calls.
func (e Effort) tier() tier.Tier {
	if e <= O0 {
		return tier.Baseline
	}
	return tier.LLVM(int(e - O0))
}

// Budget bounds speculation. The zero value does not.
type Budget struct {
	// CPU is the part of the compile threads' time that speculation may take, above 0 and at most 1; 0 means all of it.
	CPU float64
	// Code is the number of bytes of machine code after which speculation ends; 0 means never.
	Code int64
}

// maxThreads is more than any program has had use for; every thread loads what it compiles into an LLVM of its own.
const maxThreads = 256

// complete fills in what is left at its zero value and refuses what makes no sense.
func (o *Options) complete() error {
	if o.Threads < 0 || o.Threads > maxThreads {
		return fmt.Errorf("%d compile threads make no sense: use 1 to %d, or 0 for one less than there are cores",
			o.Threads, maxThreads)
	}
	if o.Threads == 0 {
		o.Threads = min(max(1, runtime.NumCPU()-1), maxThreads)
	}
	if o.Effort > O3 {
		return noEffort(int(o.Effort - O0))
	}
	if _, err := jit.ParseGenerator(o.Generator); err != nil {
		return err
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	if o.Heuristic != nil {
		o.Speculate = "" // stats tell no policy that is not used
	} else {
		o.Speculate = cmp.Or(o.Speculate, "auto")
		if _, err := forecast.Policy(o.Speculate); err != nil {
			return err
		}
	}
	if o.Budget.CPU < 0 || o.Budget.CPU > 1 || o.Budget.CPU != o.Budget.CPU || o.Budget.Code < 0 {
		return fmt.Errorf("a budget of %v of the compile threads' time and %d bytes of code makes no sense: use 0 to "+
			"1, and 0 or more", o.Budget.CPU, o.Budget.Code)
	}
	return nil
}

// session is what a session takes of the options, for a program with these inputs and this entry, which is "" for an
// engine.
func (o *Options) session(inputs []string, entry string, began, indexed time.Duration) jit.Options {
	s := jit.Options{Inputs: inputs, Entry: entry, Threads: o.Threads, Speculate: o.Speculate, Heuristic: o.Heuristic,
		Budget: sched.Budget(o.Budget), Hints: o.Hints, Order: o.Order, Tier: o.Effort.tier(), Dump: o.Dump,
		Code: o.Cache.code(), Warn: o.Warn, Trace: o.Trace, Began: began, Indexed: indexed}
	s.Generator, _ = jit.ParseGenerator(o.Generator) // complete has found no fault with it
	if o.Generator != "" {
		s.Code = nil // it would be used by runs without
	}
	switch {
	case o.Profile != "":
		s.Memory = past.InFile(o.Profile)
	case o.Cache != nil && !o.Cache.options.NoProfiles:
		s.Memory = past.In(o.Cache.store, inputs, entry)
	}
	return s
}
