package jit

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
	"github.com/orcast/orcast/trace"
)

// tracer collects what a run's trace has to say that nobody else remembers. A nil tracer collects nothing.
type tracer struct {
	to    io.Writer
	began time.Duration // CLOCK_MONOTONIC
	end   trace.End

	mu    sync.Mutex // guards units
	units []trace.Unit
}

// starter is the number of what makes the program ready to start, where workers have theirs.
const starter = -1

// newTracer is nil if no trace is asked for.
func newTracer(o *Options) *tracer {
	if o.Trace == nil {
		return nil
	}
	return &tracer{to: o.Trace, began: o.Began, end: trace.End{Indexed: trace.Time(o.Indexed)}}
}

func (t *tracer) now() trace.Time { return trace.Time(stub.Now() - t.began) }

// started notes that the program begins.
func (t *tracer) started() {
	if t != nil {
		t.end.Started = t.now()
	}
}

// ended notes that the program has ended.
func (t *tracer) ended() {
	if t != nil {
		t.end.Ended = t.now()
	}
}

// span is a unit that the calling thread, to which its goroutine is locked, is at. A nil span is of a nil tracer.
type span struct {
	tracer *tracer
	unit   trace.Unit
	cpu    int64 // of the thread when it was last looked at
}

func (t *tracer) begin(module int, worker int) *span {
	if t == nil {
		return nil
	}
	return &span{tracer: t, unit: trace.Unit{Module: module, Worker: worker, Begin: t.now()}, cpu: threadTime()}
}

// compiled notes that code was generated.
func (s *span) compiled() {
	if s != nil {
		now := threadTime()
		s.unit.Compile, s.cpu = trace.Time(now-s.cpu), now
	}
}

// linked notes that the code was linked.
func (s *span) linked(code uint64) {
	if s != nil {
		s.unit.Link, s.unit.Code = trace.Time(threadTime()-s.cpu), int(code)
	}
}

// end adds the unit to the trace.
func (s *span) end(functions []int, reason trace.Reason) {
	if s == nil {
		return
	}
	t := s.tracer
	s.unit.Functions, s.unit.Reason, s.unit.End = slices.Clone(functions), reason, t.now()
	if functions == nil {
		s.unit.Functions = []int{} // not null in the file
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.units = append(t.units, s.unit)
}

var traceReasons = [...]trace.Reason{sched.Demand: trace.Demand, sched.Speculation: trace.Speculation, sched.Cached: trace.Cached}

// writeTrace writes what the run did, if that is asked for. The program has ended with that status, or its functions are
// not called any more.
func (e *Session) writeTrace(exit int) {
	if e.trace == nil {
		return
	}
	e.trace.end.Exit = exit
	if err := e.traced().Write(e.trace.to); err != nil {
		e.options.Warn(fmt.Sprintf("the trace of this run cannot be written: %v", err))
	}
}

// traced is the trace of what the run did.
func (e *Session) traced() *trace.Trace {
	o := &e.options
	t := &trace.Trace{End: e.trace.end, Header: trace.Header{Version: trace.Version, Orcast: buildVersion(), LLVM: llvm.Version(),
		Opt: o.OptLevel, Threads: o.Threads, Cores: runtime.NumCPU(), Policy: o.Speculate, Inputs: o.Inputs, Entry: o.Entry,
		Functions: len(e.program.Functions)}}
	for _, m := range e.program.Modules {
		t.Header.Modules = append(t.Header.Modules, m.Name)
	}
	e.trace.mu.Lock()
	t.Units = slices.Clone(e.trace.units)
	e.trace.mu.Unlock()
	stalls := e.region.Stalls()
	t.End.Stall, t.End.Stalls = trace.Time(stalls.Sum), stalls.Count
	named := make([]bool, len(e.program.Functions))
	for _, c := range e.region.Calls() {
		if c.Func == e.undefined {
			continue
		}
		named[c.Func] = true
		t.Calls = append(t.Calls, trace.Call{Function: c.Func, At: trace.Time(c.Enter - e.trace.began), Wait: trace.Time(c.Wait), Stalled: c.Stalled})
	}
	for _, u := range t.Units {
		for _, f := range u.Functions {
			named[f] = true
		}
	}
	reasons := e.queue.Reasons()
	for f, s := range e.program.Functions {
		if !named[f] {
			continue
		}
		size, module := e.view.Extent(forecast.Func(f))
		t.Functions = append(t.Functions, trace.Function{ID: f, Name: s.Name, Module: module, Bytes: size, Miss: e.warm.miss(f, reasons[f])})
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
