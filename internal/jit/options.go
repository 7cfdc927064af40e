package jit

import (
	"io"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/cache"
	"github.com/orcast/orcast/internal/past"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/tier"
)

// Options say how a program is compiled and what is kept of it. Whoever fills them in has checked them.
type Options struct {
	Inputs []string // for the trace
	Entry  string   // "" for a program that Go calls
	// Host is what a program in this process is given by name.
	Host map[string]uint64

	Threads   int            // compile threads beside the one kept for demands
	Speculate string         // policy; ignored if there is a Heuristic
	Heuristic forecast.Maker // nil: by the policy
	Budget    sched.Budget
	Hints     map[string]forecast.Hint
	Order     []string  // names of functions in the order of their first calls
	Generator Generator // which functions the baseline compiler gets before LLVM does
	Dump      string    // the function of which the baseline compiler writes what it decides, or "refusals"
	Tier      tier.Tier // of code for first calls

	Code   *cache.Store // where compiled code is kept; nil: nowhere
	Memory *past.Memory // where the profile is kept; nil: nowhere
	Warn   func(string) // is called with one line by any goroutine
	Trace  io.Writer    // where the trace goes when the program has ended; nil: nowhere

	Began   time.Duration // when the run began, of CLOCK_MONOTONIC
	Indexed time.Duration // from then until the inputs were read and linked by symbol
}

// maker returns the heuristic that the options ask for, nil for none.
func (o *Options) maker(past forecast.Past) (forecast.Maker, error) {
	if o.Heuristic != nil {
		return o.Heuristic, nil
	}
	return past.Policy(o.Speculate)
}
