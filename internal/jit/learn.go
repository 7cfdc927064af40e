package jit

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/parallel"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
	"github.com/orcast/orcast/profile"
)

// past is what is known of the program from earlier runs.
func (e *Session) past() forecast.Past {
	p, err := e.options.Memory.Read()
	if err != nil {
		e.options.Warn("the profile of earlier runs is not used: " + err.Error())
	}
	return forecast.Past{Profile: p, Order: e.options.Order, Content: func(f forecast.Func) uint64 { return e.contentID(int(f)) }}
}

// remember keeps what this run compiled and learned for later ones. The program has ended, or its functions are not called
// any more.
func (e *Session) remember() {
	var group sync.WaitGroup
	group.Go(e.learn)
	e.warm.save()
	group.Wait()
}

// learn adds this run to the profile.
func (e *Session) learn() {
	if e.options.Memory == nil {
		return
	}
	run := e.recording()
	e.warm.noteDigests()
	parallel.For(len(run.Calls), func(i int) { e.contentID(run.Calls[i].Function) }) // so that identityOf finds them
	if err := e.options.Memory.Learn(run, e.identityOf); err != nil {
		e.options.Warn("this run is not remembered: " + err.Error())
	}
}

// recording is what this run did, for a profile. Functions have their numbers in the program.
func (e *Session) recording() profile.Run {
	reasons := e.queue.Reasons()
	calls := e.region.Calls()
	run := profile.Run{Calls: make([]profile.Call, 0, len(calls))}
	called := make([]bool, len(reasons))
	var waited, until time.Duration // how long some thread waited so far, and the end of the last wait
	for _, c := range calls {
		called[c.Func] = true
		if c.Func == e.undefined {
			continue
		}
		at := c.Enter - calls[0].Enter - waited + max(0, until-c.Enter)
		if end := c.Enter + c.Wait; end > until {
			waited += end - max(c.Enter, until)
			until = end
		}
		run.Calls = append(run.Calls, profile.Call{Function: c.Func, At: at, Stall: c.Wait, Outcome: e.outcomeOf(c, reasons[c.Func])})
	}
	for f, reason := range reasons {
		if reason == sched.Speculation && !called[f] && !e.warm.has(f) {
			run.Wasted = append(run.Wasted, f)
		}
	}
	return run
}

func (e *Session) outcomeOf(c stub.Call, reason sched.Reason) profile.Outcome {
	switch {
	case e.warm.has(c.Func):
		return profile.Cached
	case reason == sched.Demand:
		return profile.Demanded
	case c.Stalled:
		return profile.Late
	}
	return profile.Useful
}

// identityOf is what a profile knows a function by.
func (e *Session) identityOf(f int) profile.Function {
	s := e.program.Functions[f]
	return profile.Function{Module: s.Module.Name, Name: s.Name, ID: e.contentID(f)}
}

// contentID is a hash of a function's content, which an edit changes; 0 if it cannot be told.
func (e *Session) contentID(f int) uint64 {
	s := e.program.Functions[f]
	d, err := e.digestOf(s.Module, s.Def)
	if err != nil {
		return 0
	}
	return binary.LittleEndian.Uint64(d.hash[:])
}
