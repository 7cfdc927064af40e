package jit

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/journal"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/parallel"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
	"github.com/orcast/orcast/internal/tier"
	"github.com/orcast/orcast/profile"
	"github.com/orcast/orcast/trace"
)

// Fate is what became of a function in a run. Stats, traces and profiles are made of these.
type Fate struct {
	Called  bool
	Stalled bool         // its first call found no code
	Reason  sched.Reason // why it was compiled for its first call; None if it was not, Cached if it came from the cache
	Miss    string       // why it did not come from the cache; "" if it did, was not compiled, or there is none
	Tier    tier.Tier    // of its newest code
}

// fates are those of the program's functions by number, and of the stub of undefined ones.
func (s *Session) fates() []Fate {
	fates := make([]Fate, len(s.loader.Program.Functions)+1)
	for _, c := range s.loader.Region.Calls() {
		fates[c.Func].Called, fates[c.Func].Stalled = true, c.Stalled
	}
	for _, c := range s.queue.Compilations() {
		f := &fates[c.Func]
		f.Tier = c.Tier
		if f.Reason != sched.None {
			continue // it was promoted
		}
		if f.Reason = c.Reason; s.reuse.Has(c.Func) {
			f.Reason = sched.Cached
		} else {
			f.Miss = s.reuse.Miss(c.Func)
		}
	}
	return fates
}

// Report is what a run did so far.
type Report struct {
	Fates                   []Fate // of functions, by number; the last one is that of undefined ones
	Defined                 int    // functions of the program with a body
	Analysis, Compile, Link time.Duration
	Stalls                  stub.Stalls
	Code                    int64          // bytes of machine code
	Refusals                map[string]int // why the baseline compiler left functions to LLVM, and how many
	Entered                 time.Duration  // when the entry function began, since the run did; 0 if it has not
}

// Report tells what the run did so far.
func (s *Session) Report() Report {
	r := Report{Fates: s.fates(), Analysis: s.sums.Of(journal.Analysis), Compile: s.sums.Of(journal.Compile),
		Link: s.sums.Of(journal.Link), Stalls: s.loader.Region.Stalls(), Code: s.sums.Code(),
		Refusals: s.refusals.counts()}
	for _, f := range s.loader.Program.Functions {
		if f.Kind == program.Function {
			r.Defined++
		}
	}
	if entry := s.loader.Program.Entry.Symbol; entry != nil {
		for _, c := range s.loader.Region.Calls() {
			if program.FuncID(c.Func) == entry.Func {
				r.Entered = c.Enter + c.Wait - s.options.Began
			}
		}
	}
	return r
}

// past is what is known of the program from earlier runs.
func (s *Session) past() forecast.Past {
	p, err := s.options.Memory.Read()
	if err != nil {
		s.options.Warn("the profile of earlier runs is not used: " + err.Error())
	}
	return forecast.Past{Profile: p, Order: s.options.Order, Content: s.digests.ID}
}

// remember keeps what this run compiled and learned for later ones. The program has ended, or its functions are not
// called any more.
func (s *Session) remember() {
	var group sync.WaitGroup
	group.Go(s.learn)
	s.reuse.Save(s.firstCalls())
	group.Wait()
}

// firstCalls has, for each function, its place among first calls from 1; 0 if it was not called.
func (s *Session) firstCalls() []int {
	order := make([]int, len(s.loader.Program.Functions)+1)
	for i, c := range s.loader.Region.Calls() {
		order[c.Func] = i + 1
	}
	return order
}

// learn adds this run to the profile.
func (s *Session) learn() {
	if s.options.Memory == nil {
		return
	}
	run := s.recording()
	s.reuse.NoteDigests()
	// so that Learn finds digests made
	parallel.For(len(run.Calls), func(i int) { s.identityOf(run.Calls[i].Function) })
	if err := s.options.Memory.Learn(run, s.identityOf); err != nil {
		s.options.Warn("this run is not remembered: " + err.Error())
	}
}

// recording is what this run did, for a profile. Functions have their numbers in the program.
func (s *Session) recording() profile.Run {
	fates := s.fates()
	calls := s.loader.Region.Calls()
	run := profile.Run{Calls: make([]profile.Call, 0, len(calls))}
	var waited, until time.Duration // how long some thread waited so far, and the end of the last wait
	for _, c := range calls {
		if program.FuncID(c.Func) == s.loader.Undefined {
			continue
		}
		at := c.Enter - calls[0].Enter - waited + max(0, until-c.Enter)
		if end := c.Enter + c.Wait; end > until {
			waited += end - max(c.Enter, until)
			until = end
		}
		run.Calls = append(run.Calls, profile.Call{Function: c.Func, At: at, Stall: c.Wait,
			Outcome: fates[c.Func].outcome()})
	}
	for f, fate := range fates {
		if fate.Reason == sched.Speculation && !fate.Called {
			run.Wasted = append(run.Wasted, f)
		}
	}
	return run
}

// outcome is that of a function that was called.
func (f *Fate) outcome() profile.Outcome {
	switch {
	case f.Reason == sched.Cached:
		return profile.Cached
	case f.Reason == sched.Demand:
		return profile.Demanded
	case f.Stalled:
		return profile.Late
	}
	return profile.Useful
}

// identityOf is what a profile knows a function by.
func (s *Session) identityOf(f int) profile.Function {
	of := s.loader.Program.Functions[f]
	return profile.Function{Module: of.Module.Name, Name: of.Name, ID: s.digests.ID(of.Func)}
}

// writeTrace writes what the run did, if that is asked for. The program has ended with that status, or its functions
// are not called any more.
func (s *Session) writeTrace(exit int) {
	if s.tracer == nil {
		return
	}
	t := s.traced()
	t.End.Exit = exit
	if err := t.Write(s.options.Trace); err != nil {
		s.options.Warn(fmt.Sprintf("the trace of this run cannot be written: %v", err))
	}
}

// traced is the trace of what the run did.
func (s *Session) traced() *trace.Trace {
	o, p := &s.options, s.loader.Program
	t := &trace.Trace{Header: trace.Header{Version: trace.Version, Orcast: buildVersion(), LLVM: llvm.Version(),
		Opt: o.Tier.Effort(), Threads: o.Threads, Cores: runtime.NumCPU(), Policy: o.Speculate, Inputs: o.Inputs,
		Entry: o.Entry, Functions: len(p.Functions)}}
	for _, m := range p.Modules {
		t.Header.Modules = append(t.Header.Modules, m.Name)
	}
	t.Units, t.End = s.tracer.Trace()
	t.End.Indexed = trace.Time(o.Indexed)
	stalls := s.loader.Region.Stalls()
	t.End.Stall, t.End.Stalls = trace.Time(stalls.Sum), stalls.Count
	named := make([]bool, len(p.Functions))
	for _, c := range s.loader.Region.Calls() {
		if program.FuncID(c.Func) == s.loader.Undefined {
			continue
		}
		named[c.Func] = true
		t.Calls = append(t.Calls, trace.Call{Function: c.Func, At: s.tracer.Time(c.Enter), Wait: trace.Time(c.Wait),
			Stalled: c.Stalled})
	}
	for _, u := range t.Units {
		for _, f := range u.Functions {
			named[f] = true
		}
	}
	fates := s.fates()
	for f, of := range p.Functions {
		if !named[f] {
			continue
		}
		size, module := s.view.Extent(of.Func)
		t.Functions = append(t.Functions, trace.Function{ID: f, Name: of.Name, Module: module, Bytes: size,
			Miss: fates[f].Miss})
	}
	return t
}

// buildVersion is the version of the module that this was built from.
func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
