// Package profile keeps what earlier runs of a program teach: which functions they called first, in which order and
// when.
//
// Rule: a profile is a few whole runs, not one average of them. Different inputs take different paths, and an average
// forgets which functions go together. What it says may be wrong, and costs time then, never a wrong result.
//
// docs/profile.md describes the format of the file.
package profile

import (
	"math"
	"slices"
	"time"
)

// Profile is a bounded set of recorded runs of one program. The zero value has none. It may be read by any number of
// goroutines while nobody calls Record or Merge.
type Profile struct {
	functions []Function
	runs      []Run
}

// Function identifies a function of the program.
type Function struct {
	Module string // name of its module: the file, or archive(member)
	Name   string // as in an object file
	ID     uint64 // hash of its content, which an edit changes; 0 if it is not known
}

// Run is what one run did, or the last one of several that did almost the same.
type Run struct {
	Weight float64 // how many runs it stands for; older ones count less
	Calls  []Call  // first calls, in the order in which they were made, of each function one
	Wasted []int   // functions that were compiled ahead and not called
}

// Call is a first call.
type Call struct {
	Function int           // position in Profile.Functions
	At       time.Duration // since the program's start, without what it waited for code; in whole microseconds
	Stall    time.Duration // how long the caller waited for the function; in whole microseconds
	Outcome  Outcome
}

// Outcome says how the code came to be there.
type Outcome uint8

const (
	// Demanded: it was compiled because the caller waited for it.
	Demanded Outcome = iota
	// Useful: it was compiled ahead and ready.
	Useful
	// Late: it was being compiled ahead, and the caller waited for the rest.
	Late
	// Cached: it was compiled by an earlier run.
	Cached
)

var outcomes = [...]string{Demanded: "demanded", Useful: "useful", Late: "late", Cached: "cached"}

// String is the outcome as a word.
func (o Outcome) String() string {
	if int(o) < len(outcomes) {
		return outcomes[o]
	}
	return "unknown"
}

const (
	// maxRuns is how many runs are kept.
	maxRuns = 8
	// maxCalls bounds the calls of a run, and its wasted functions; maxNames the bytes of their names. What is beyond
	// is forgotten: the start of a program is what a forecast is for.
	maxCalls = 1 << 15
	maxNames = 1 << 20
	// ageing is what is left of the weights of all runs when another one is recorded. The sum of weights so gets no
	// larger than settled.
	ageing  = 0.9
	settled = 1 / (1 - ageing)
	// A run that is lighter than leastWeight is forgotten: 43 runs were not like it. mostWeight is a bound for endless
	// merging.
	leastWeight = 0.01
	mostWeight  = 1e6
	// Two runs are one if of the functions that either calls so many are called by both, and so many of those are
	// called in the same order.
	sameCalls = 0.95
	sameOrder = 0.8
)

// Functions are the functions that runs refer to. The list is valid until the next Record or Merge and must not be
// changed.
func (p *Profile) Functions() []Function { return p.functions }

// Runs are the runs, the newest first: valid until the next Record or Merge, and not to be changed.
func (p *Profile) Runs() []Run { return p.runs }

// Record adds a run, as one of weight 1, whose functions are numbers of the caller's: function says which they are, and
// is asked for those of the run only. Functions without a name are left out, because nothing recognises them in the
// next run. A run almost equal to one that is there replaces it and adds to its weight; otherwise it is one more, for
// which the lightest one may have to go. A run without calls is none.
func (p *Profile) Record(run Run, function func(int) Function) {
	run.Weight = 1
	run = p.adopt(run, function)
	if len(run.Calls) == 0 {
		return
	}
	sum := 0.0
	for i := range p.runs {
		sum += p.runs[i].Weight
	}
	factor := ageing * min(1, settled/max(sum, 1)) // the sum may be larger after Merge
	for i := range p.runs {
		p.runs[i].Weight *= factor
	}
	p.runs = slices.DeleteFunc(p.runs, func(r Run) bool { return r.Weight < leastWeight })
	p.insert(run)
	p.tidy()
}

// Merge adds the runs of another profile of the program, which are taken to be newer. Weights add up.
func (p *Profile) Merge(other *Profile) {
	for _, run := range slices.Backward(other.runs) {
		p.insert(p.adopt(run, func(f int) Function { return other.functions[f] }))
	}
	p.tidy()
}

// adopt returns a copy of a run with functions of p, within the bounds.
func (p *Profile) adopt(run Run, function func(int) Function) Run {
	a := adopter{profile: p, index: make(map[Function]int, len(p.functions)), modules: map[string]bool{},
		used: map[int]bool{}}
	for i, f := range p.functions {
		a.index[f] = i
	}
	copied := Run{Weight: run.Weight}
	for _, c := range run.Calls[:min(len(run.Calls), maxCalls)] {
		if f, ok := a.adopt(function(c.Function)); ok {
			copied.Calls = append(copied.Calls, Call{f, wholeMicroseconds(c.At), wholeMicroseconds(c.Stall),
				min(c.Outcome, Cached)})
		}
	}
	for _, w := range run.Wasted[:min(len(run.Wasted), maxCalls)] {
		if f, ok := a.adopt(function(w)); ok {
			copied.Wasted = append(copied.Wasted, f)
		}
	}
	return copied
}

// longest is the longest time of a run that is told from longer ones, in microseconds: 407 days.
const longest = 1 << 45

func wholeMicroseconds(d time.Duration) time.Duration {
	return min(max(0, d).Truncate(time.Microsecond), longest*time.Microsecond)
}

// adopter numbers the functions of a run.
type adopter struct {
	profile *Profile
	index   map[Function]int
	modules map[string]bool
	used    map[int]bool
	names   int // bytes
}

// adopt is false for a function that the run is to do without.
func (a *adopter) adopt(f Function) (number int, ok bool) {
	a.names += len(f.Name)
	if !a.modules[f.Module] {
		a.modules[f.Module] = true
		a.names += len(f.Module)
	}
	if f.Name == "" || a.names > maxNames {
		return 0, false
	}
	number, ok = a.index[f]
	if !ok {
		number = len(a.profile.functions)
		a.index[f] = number
		a.profile.functions = append(a.profile.functions, f)
	}
	if a.used[number] {
		return 0, false
	}
	a.used[number] = true
	return number, true
}

// insert puts a run first, in the place of the one that it is almost equal to, or else of the lightest if there are
// enough.
func (p *Profile) insert(run Run) {
	if i := p.equal(&run); i >= 0 {
		run.Weight = min(run.Weight+p.runs[i].Weight, mostWeight)
		p.runs = slices.Delete(p.runs, i, i+1)
	}
	if len(p.runs) == maxRuns {
		lightest := 0
		for i := range p.runs {
			if p.runs[i].Weight <= p.runs[lightest].Weight {
				lightest = i
			}
		}
		p.runs = slices.Delete(p.runs, lightest, lightest+1)
	}
	p.runs = slices.Insert(p.runs, 0, run)
}

// equal finds the run that another one is almost equal to, -1 if there is none. An edited function is still the same.
func (p *Profile) equal(run *Run) int {
	place := make(map[Function]int, len(run.Calls))
	for i := range run.Calls {
		place[p.named(&run.Calls[i])] = i
	}
	found, most := -1, sameCalls
	for i := range p.runs {
		var common []int // places in run of what both call, in the order of the other
		for j := range p.runs[i].Calls {
			if at, ok := place[p.named(&p.runs[i].Calls[j])]; ok {
				common = append(common, at)
			}
		}
		either := len(run.Calls) + len(p.runs[i].Calls) - len(common)
		if alike := float64(len(common)) / float64(either); alike >= most &&
			float64(increasing(common)) >= sameOrder*float64(len(common)) {
			found, most = i, alike
		}
	}
	return found
}

// named is the function that a call calls, whatever its content.
func (p *Profile) named(c *Call) Function {
	f := p.functions[c.Function]
	f.ID = 0
	return f
}

// increasing is the length of the longest increasing part of a list, by Fredman, "On computing the length of longest
// increasing subsequences" (1975).
func increasing(list []int) int {
	var last []int // at i: the least number that an increasing part of length i+1 ends with
	for _, n := range list {
		if i, _ := slices.BinarySearch(last, n); i < len(last) {
			last[i] = n
		} else {
			last = append(last, n)
		}
	}
	return len(last)
}

// tidy drops functions that no run refers to, and numbers the others by where they are first mentioned, so that a run
// is mostly a sequence of increasing numbers, which are short in a file. It makes new lists.
func (p *Profile) tidy() {
	var functions []Function
	number := make([]int, len(p.functions)) // new ones, from 1
	renumber := func(f int) int {
		if number[f] == 0 {
			functions = append(functions, p.functions[f])
			number[f] = len(functions)
		}
		return number[f] - 1
	}
	runs := slices.Clone(p.runs)
	for i := range runs {
		r := &runs[i]
		r.Calls, r.Wasted = slices.Clone(r.Calls), slices.Clone(r.Wasted)
		for j := range r.Calls {
			r.Calls[j].Function = renumber(r.Calls[j].Function)
		}
		for j := range r.Wasted {
			r.Wasted[j] = renumber(r.Wasted[j])
		}
	}
	p.functions, p.runs = functions, runs
}

// Expectation is what a profile says of a function.
type Expectation struct {
	// Probability is the part of the runs, by weight, that called it: 0 to 1.
	Probability float64
	// At is when these runs called it first, on average.
	At time.Duration
}

// Expectations are those of all Functions, in their order. They take a pass over all runs.
func (p *Profile) Expectations() []Expectation {
	sum := 0.0
	list := make([]Expectation, len(p.functions))
	at := make([]float64, len(p.functions))
	for i := range p.runs {
		w := p.runs[i].Weight
		sum += w
		for _, c := range p.runs[i].Calls {
			list[c.Function].Probability += w
			at[c.Function] += w * float64(c.At)
		}
	}
	for f := range list {
		if e := &list[f]; e.Probability > 0 {
			e.At = time.Duration(math.Round(at[f] / e.Probability))
			e.Probability = min(1, e.Probability/sum)
		}
	}
	return list
}
