// Package jit compiles a program while it runs: the threads that do so, the units they make, and who waits for whom.
//
// Rule: it decides what is compiled, when and at which tier, and makes no byte of code itself.
package jit

import (
	"context"
	"runtime"
	"sync"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/journal"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/readable"
	"github.com/orcast/orcast/internal/reuse"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
	"github.com/orcast/orcast/internal/tier"
)

// Session compiles one program while it runs in its executor.
//
// Workers, the log's listener and the goroutine of Run share it. What has no lock or atomic below is set
// before they start.
type Session struct {
	options  Options
	loader   *loader.Loader
	view     *forecast.Program
	queue    *sched.Scheduler
	digests  *reuse.Digests
	reuse    *reuse.Code
	journal  journal.Journal
	sums     journal.Sums
	tracer   *journal.Tracer // nil if no trace is asked for
	refusals refusals
	// executor is this process, if the program runs in it; else it is nil.
	executor *stub.Executor
	child    bool // the program runs in a child of this process

	workers  sync.WaitGroup
	data     []chan dataResult  // one a module: its static data, compiled
	owners   [][]program.FuncID // units to be linked with static data, claimed before workers start
	linkable chan struct{}      // closed when all static data has an address
	ending   context.Context    // done once stop is called
	end      context.CancelFunc

	failOnce sync.Once
	failed   chan struct{} // closed after err is set
	err      error

	mu       sync.Mutex
	failures map[program.FuncID]error // functions that could not be compiled
	joining  sync.Mutex               // held while functions that share block addresses change hands

	promoting sync.Mutex // guards promoter
	promoter  *worker    // compiles what is promoted on request; nil until then
}

type dataResult struct {
	code   loader.Code
	edited *llvm.Renumbering // if it was made of another version of the module
	err    error
}

// newSession lays out a program's memory and starts nothing.
func newSession(p *program.Program, o Options) (*Session, error) {
	s := &Session{options: o, linkable: make(chan struct{}), failed: make(chan struct{}),
		failures: map[program.FuncID]error{}}
	s.ending, s.end = context.WithCancel(context.Background())
	var err error
	if s.loader, err = loader.New(p, o.Entry, o.Host); err != nil {
		return nil, err
	}
	for range p.Modules {
		s.data = append(s.data, make(chan dataResult, 1))
	}
	s.digests = reuse.NewDigests(s.loader)
	s.view = forecast.NewProgram(p, o.Hints)
	if o.Tier == tier.Baseline {
		s.view.ExpectLessons()
	}
	maker, err := o.maker(s.past())
	if err != nil {
		s.loader.Close()
		return nil, err
	}
	var plan *sched.Planner
	if maker != nil {
		plan = s.plannerOf(maker, o.Budget)
	}
	s.queue = sched.New(len(p.Functions)+1, plan, s.loader.Region.Wake)
	s.reuse = reuse.Open(s.ending, s.loader, s.digests, o.Code, s.options.Tier, &s.journal, s)
	s.listen()
	return s, nil
}

// listen has everybody who wants to hear what happens listen.
func (s *Session) listen() {
	s.journal.Listen(&s.sums)
	s.journal.Listen(&costs{queue: s.queue})
	if s.reuse != nil {
		s.journal.Listen(s.reuse)
	}
	if s.options.Trace != nil {
		s.tracer = journal.NewTracer(s.options.Began)
		s.journal.Listen(s.tracer)
	}
}

func (s *Session) plannerOf(maker forecast.Maker, budget sched.Budget) *sched.Planner {
	return sched.NewPlanner(s.view, maker(s.view), budget, s.options.Threads, s.options.Tier)
}

// start sets workers and the log's listener going. They end when stop is called.
func (s *Session) start() {
	s.reuse.Claim()
	s.claimOwners()
	for _, f := range s.view.Roots() {
		s.queue.Demand(f)
	}
	s.workers.Go(s.standIn)
	s.workers.Go(func() { s.reuse.AwaitFetched(s.ending.Done()) })
	modules := s.loader.Modules
	mine, others := make(chan *loader.Module, len(modules)), make(chan *loader.Module, len(modules))
	// On one core others come last; and without speculation no other worker will need the only module: loading it twice
	// would cost more than it gains.
	data := others
	if runtime.NumCPU() == 1 || len(modules) == 1 && s.options.Speculate == "none" {
		data = mine
	}
	for _, m := range modules {
		if code, edited := s.reuse.Data(m.Number); code != nil {
			s.data[m.Number] <- dataResult{code: code, edited: edited}
		} else {
			data <- m
		}
	}
	close(mine)
	close(others)
	s.workers.Go(func() { s.demandWorker(mine) })
	for i := range s.options.Threads {
		s.workers.Go(func() { s.worker(1+i, others) })
	}
}

// stop makes workers end. It is called once.
func (s *Session) stop() {
	s.end()
	s.queue.Close()
}

// hear makes demands of first calls, by note.
func (s *Session) hear(calls []int, note func(f program.FuncID) (alreadyDone bool)) {
	for _, c := range calls {
		f := program.FuncID(c)
		if !note(f) {
			continue
		}
		if err := s.failureOf(f); err != nil {
			s.failWanted(f, err)
		}
	}
}

// standIn listens while the demand worker compiles.
func (s *Session) standIn() {
	var calls []int
	for !s.queue.Closed() {
		calls = s.loader.Region.CallsMeanwhile(calls[:0], s.queue.Closed)
		s.hear(calls, s.queue.Demand)
	}
}

// failureOf says why f could not be compiled, if that is so.
func (s *Session) failureOf(f program.FuncID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failures[f]
}

// failWanted ends the run because f, which is wanted, could not be compiled: at once if a child runs the program, or
// else when f is called.
func (s *Session) failWanted(f program.FuncID, err error) {
	if s.child {
		s.fail(err)
		return
	}
	s.loader.Region.PublishFailure(int(f), "orcast: "+readable.Error(err).Error())
}

func (s *Session) fail(err error) {
	s.failOnce.Do(func() {
		s.err = err
		close(s.failed)
	})
}

// settle ends a unit, compiled at a tier, for good or bad.
func (s *Session) settle(unit []program.FuncID, t tier.Tier, err error) {
	if err != nil {
		t = tier.None
		s.mu.Lock()
		for _, f := range unit {
			s.failures[f] = err
		}
		s.mu.Unlock()
	}
	// First done, then published: when the program ends, what it called counts as compiled.
	wanted := s.queue.Done(unit, t)
	switch {
	case err == nil:
		s.loader.Publish(unit)
		for _, f := range unit {
			if int(f) < s.view.Len() {
				s.view.Study(f)
			}
		}
	case wanted:
		for _, f := range unit {
			s.failWanted(f, err)
		}
	}
}

// A Session is what package reuse asks of one.
var _ reuse.Session = (*Session)(nil)

// AwaitLinkable implements reuse.Session.
func (s *Session) AwaitLinkable() bool {
	select {
	case <-s.linkable:
		return true
	case <-s.ending.Done():
		return false
	}
}

// isLinkable says that all static data has its addresses.
func (s *Session) isLinkable() bool {
	select {
	case <-s.linkable:
		return true
	default:
		return false
	}
}

// Claim implements reuse.Session.
func (s *Session) Claim(f program.FuncID) bool { return s.queue.Claim(f, sched.Cached) }

// Abandon implements reuse.Session.
func (s *Session) Abandon(functions []program.FuncID) { s.queue.Abandon(functions) }

// Publish implements reuse.Session.
func (s *Session) Publish(functions []program.FuncID, t tier.Tier) { s.settle(functions, t, nil) }

// Link implements reuse.Linker, for units that need nothing of units not compiled so far.
func (s *Session) Link(span *journal.Span, item loader.Item) error {
	clock := span.Time(journal.Link)
	linked, err := s.loader.Link(item)
	clock.Stop()
	if err != nil {
		return err
	}
	span.Code = linked[0].CodeSize
	s.journal.Linked(span.Code)
	return nil
}
