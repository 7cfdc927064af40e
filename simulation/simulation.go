// Package simulation replays a traced run of a program in virtual time, under other policies and with other numbers of
// threads.
//
// Rule: what is decided is decided by what decides in real runs; docs/simulate.md says how near to them it comes.
package simulation

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/parallel"
	"github.com/orcast/orcast/internal/readable"
	"github.com/orcast/orcast/internal/simulate"
	"github.com/orcast/orcast/profile"
	"github.com/orcast/orcast/trace"
)

// Options say which run is replayed and what of it is to be otherwise.
type Options struct {
	// Inputs and Libraries are those of the traced run.
	Inputs, Libraries []string
	// Hints says of functions, by name, when and how likely they are called. It comes before what their attributes say.
	Hints map[string]forecast.Hint
	// Trace is of a run of the program, best of one without speculation and without a cache: that has what each
	// function takes, and what the program does by itself.
	Trace *trace.Trace
	// Policies are names as in orcast.Options.Speculate. The policies profile and order know the traced run; auto knows
	// nothing of it.
	Policies []string
	// Threads are numbers of compile threads beside the one kept for demands, 1 to MaxThreads. There is a core for
	// each, one for the demand worker and one for the program.
	Threads []int
	// Speed is how much faster than in the traced run compiling is, with linking and loading; 0 means 1.
	Speed float64
	// FreeAnalysis says that looking into functions and planning take no time.
	FreeAnalysis bool
}

// MaxThreads is how many compile threads Simulate takes at most.
const MaxThreads = 64

// Simulation is what Simulate found. In JSON times are in milliseconds, with keys such as "stall_ms".
type Simulation struct {
	Stall    time.Duration `json:"-"`      // of the traced run
	Wall     time.Duration `json:"-"`      // of the traced run
	Called   int           `json:"called"` // functions, in the traced run
	Speed    float64       `json:"speed"`
	Policies []Run         `json:"policies"` // by number of threads and policy, as these were given
	Limits   []Limit       `json:"limits"`   // by number of threads
}

// Run is a run of the program under a policy and with so many threads.
type Run struct {
	Stall    time.Duration `json:"-"`
	StallMax time.Duration `json:"-"`
	Wall     time.Duration `json:"-"`
	Policy   string        `json:"policy"`
	Threads  int           `json:"threads"`
	Stalls   int           `json:"stalls"`
	// OfNone is Stall as a part of that without speculation and with as many threads; OfBound as a multiple of the
	// bound for them, 0 if that is 0.
	OfNone  float64 `json:"of_none"`
	OfBound float64 `json:"of_bound"`
	// Numbers of functions, as in orcast.Stats.
	Compiled   int `json:"compiled"`
	Demand     int `json:"demand"`
	Speculated int `json:"speculated"`
	Useful     int `json:"useful"`
	Late       int `json:"late"`
	Wasted     int `json:"wasted"`
	// Precision is the part of the speculated functions that was called, 0 if there are none.
	Precision float64 `json:"precision"`
}

// Limit is what is possible with so many threads and perfect knowledge of what the program will call.
type Limit struct {
	// Best is the stall of the best schedule that was found; Bound is one that no schedule can get below.
	Best    time.Duration `json:"-"`
	Bound   time.Duration `json:"-"`
	Threads int           `json:"threads"`
	// BestOfNone and BoundOfNone are these as parts of the stall without speculation.
	BestOfNone  float64 `json:"best_of_none"`
	BoundOfNone float64 `json:"bound_of_none"`
}

// Simulate replays a traced run. The program starts with the entry of the traced run.
//
// An error says that an input or an option cannot be used, or that the trace is of another program.
func Simulate(o Options) (*Simulation, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	p, err := loader.ReadAny(o.Inputs, o.Libraries, o.Trace.Header.Entry)
	if err != nil {
		return nil, readable.Error(err)
	}
	model, err := simulate.NewModel(o.Trace, func() *forecast.Program { return forecast.NewProgram(p, o.Hints) })
	if err != nil {
		return nil, err
	}
	makers, err := o.makers()
	if err != nil {
		return nil, err
	}
	var runs []simulate.Options // by number of threads: none, and then the policies
	for _, threads := range o.Threads {
		for _, maker := range append([]forecast.Maker{nil}, makers...) {
			runs = append(runs, simulate.Options{Policy: maker, Threads: threads, Speed: o.Speed,
				FreeAnalysis: o.FreeAnalysis})
		}
	}
	results := make([]simulate.Result, len(runs))
	parallel.For(len(runs), func(i int) { results[i] = model.Run(runs[i]) })
	limits := make([]Limit, len(o.Threads))
	each := 1 + len(makers)
	parallel.For(len(limits), func(i int) { limits[i] = limitOf(model, runs[i*each], results[i*each]) })
	simulation := &Simulation{Called: len(o.Trace.Calls), Stall: time.Duration(o.Trace.End.Stall),
		Wall: time.Duration(o.Trace.End.Ended), Speed: cmp.Or(o.Speed, 1), Limits: limits}
	for i, l := range limits {
		for k, policy := range o.Policies {
			simulation.Policies = append(simulation.Policies,
				simulatedRun(policy, l, results[i*each], results[i*each+1+k]))
		}
	}
	return simulation, nil
}

func (o *Options) check() error {
	if o.Trace == nil {
		return errors.New("there is no trace to simulate")
	}
	if i := slices.IndexFunc(o.Threads, func(n int) bool { return n < 1 || n > MaxThreads }); i >= 0 {
		return fmt.Errorf("%d compile threads cannot be simulated: use 1 to %d", o.Threads[i], MaxThreads)
	}
	if o.Speed < 0 || o.Speed > 1e6 || o.Speed != o.Speed {
		return fmt.Errorf("compiling cannot be %v times faster", o.Speed)
	}
	return nil
}

// makers are the policies' heuristics.
func (o *Options) makers() ([]forecast.Maker, error) {
	past := pastOf(o.Trace)
	makers := make([]forecast.Maker, len(o.Policies))
	for i, policy := range o.Policies {
		of := forecast.Past{}
		if !slices.Contains(strings.Split(policy, ","), "auto") {
			of = past
		}
		var err error
		if makers[i], err = of.Policy(policy); err != nil {
			return nil, err
		}
	}
	return makers, nil
}

// pastOf is what is known by someone who remembers the traced run.
func pastOf(t *trace.Trace) forecast.Past {
	functions := map[int]profile.Function{}
	for _, f := range t.Functions {
		functions[f.ID] = profile.Function{Module: t.Header.Modules[f.Module], Name: f.Name}
	}
	past := forecast.Past{Profile: &profile.Profile{}}
	var run profile.Run
	work, _ := simulate.Work(t)
	for i, at := range work {
		run.Calls = append(run.Calls, profile.Call{Function: t.Calls[i].Function, At: at,
			Stall: time.Duration(t.Calls[i].Wait)})
		past.Order = append(past.Order, functions[t.Calls[i].Function].Name)
	}
	past.Profile.Record(run, func(f int) profile.Function { return functions[f] })
	return past
}

func limitOf(m *simulate.Model, o simulate.Options, none simulate.Result) Limit {
	best, bound := m.Best(o).Stall, m.Bound(o)
	return Limit{Threads: o.Threads, Best: best, Bound: bound,
		BestOfNone: ratio(best, none.Stall), BoundOfNone: ratio(bound, none.Stall)}
}

// ratio is 0 if there is none.
func ratio[T int | time.Duration](part, whole T) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func simulatedRun(policy string, l Limit, none, r simulate.Result) Run {
	return Run{Policy: policy, Threads: l.Threads, Stall: r.Stall, Stalls: r.Stalls, StallMax: r.Max, Wall: r.Wall,
		OfNone: ratio(r.Stall, none.Stall), OfBound: ratio(r.Stall, l.Bound), Compiled: r.Compiled, Demand: r.Demand,
		Speculated: r.Speculated, Useful: r.Useful, Late: r.Late, Wasted: r.Wasted,
		Precision: ratio(r.Useful+r.Late, r.Speculated)}
}
