// Package journal is told what happens in a run, once, by whoever does it, and tells those who listen.
//
// Rule: it decides nothing. What nobody listens to costs nothing but the clocks that the stats need.
package journal

import (
	"time"

	"golang.org/x/sys/unix"

	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
	"github.com/orcast/orcast/internal/tier"
	"github.com/orcast/orcast/trace"
)

// Starter is the number of what makes the program ready to start, and of what links cached code, where workers have
// theirs.
const Starter = -1

// Promoter is the number of who promotes on request.
const Promoter = -2

// Unit is what was compiled, or taken from the cache, in one go.
type Unit struct {
	Module    program.ModuleID
	Functions []program.FuncID // none of a module's static data
	Reason    trace.Reason
	Tier      tier.Tier
	Worker    int  // 0 is the one kept for demands
	Tied      bool // the functions share addresses of blocks: the code is good only as a whole
	// Began and Ended are times of CLOCK_MONOTONIC, Compile and Link processor times.
	Began, Ended, Compile, Link time.Duration
	Code                        uint64 // bytes of machine code, 0 if it is not linked by itself
	// Object has the code before it was linked; nil if it comes from the cache. It is gone when Listener.Unit returns.
	Object Object
}

// Object is relocatable code.
type Object interface {
	// Keep returns what makes the bytes in which the code is kept, also when the object is gone. The program may wait
	// for who calls Keep, and does not for who calls that.
	Keep() func() []byte
}

// Phase is what processor time is spent on.
type Phase uint8

const (
	Analysis Phase = iota // planning, and looking into functions
	Compile
	Link
	phases
)

// Milestone is a moment in a run.
type Milestone uint8

const (
	Started Milestone = iota // static data is in place, and the program begins
	Ended                    // the program has ended
)

// Listener is told what happens, by the goroutine that does it, so by several at once.
type Listener interface {
	// Unit tells of a unit that is linked, but not published yet, and of static data that is compiled. The listener
	// must not keep u or change what it leads to.
	Unit(u *Unit)
	// Linked tells of machine code that has come into memory, of so many bytes.
	Linked(code uint64)
	// Spent tells of processor time, also of units that fail.
	Spent(p Phase, cpu time.Duration)
	// Reached tells of a milestone, at a time of CLOCK_MONOTONIC.
	Reached(m Milestone, at time.Duration)
}

// Deaf is a Listener that ignores everything, for others to embed.
type Deaf struct{}

func (Deaf) Unit(*Unit)                       {}
func (Deaf) Linked(uint64)                    {}
func (Deaf) Spent(Phase, time.Duration)       {}
func (Deaf) Reached(Milestone, time.Duration) {}

// Journal passes on what happens.
type Journal struct{ listeners []Listener }

// Listen adds a listener. It is called before anything happens.
func (j *Journal) Listen(l Listener) { j.listeners = append(j.listeners, l) }

// Reached tells of a milestone that is reached now.
func (j *Journal) Reached(m Milestone) {
	at := stub.Now()
	for _, l := range j.listeners {
		l.Reached(m, at)
	}
}

// Linked tells of machine code that has come into memory, of so many bytes.
func (j *Journal) Linked(code uint64) {
	for _, l := range j.listeners {
		l.Linked(code)
	}
}

// Span is a unit that somebody is at. Its times are the calling thread's, to which the goroutine must be locked.
type Span struct {
	journal *Journal
	Unit
	last time.Duration // processor time of the thread when the last clock of the unit was stopped
}

// Begin begins a unit of a module.
func (j *Journal) Begin(m program.ModuleID, worker int) *Span {
	return &Span{journal: j, Unit: Unit{Module: m, Worker: worker, Began: stub.Now()}}
}

// End tells of the unit, of which everything is known but when it ended.
func (s *Span) End() {
	s.Ended = stub.Now()
	for _, l := range s.journal.listeners {
		l.Unit(&s.Unit)
	}
}

// Time measures what the unit takes for compiling or linking, until the clock is stopped. It goes on from where the
// unit's last one stopped, unless there was a Pause: what lies between is too short for another look at the time.
func (s *Span) Time(p Phase) Clock {
	c := Clock{journal: s.journal, phase: p, span: s, start: s.last}
	if c.start == 0 {
		c.start = threadTime()
	}
	return c
}

// Pause says that the thread does something else until the unit's next clock is started.
func (s *Span) Pause() { s.last = 0 }

// Clock measures processor time of a thread.
type Clock struct {
	journal *Journal
	phase   Phase
	span    *Span // or nil
	start   time.Duration
}

// Time measures what something takes, until the clock is stopped. The goroutine must be locked to its thread.
func (j *Journal) Time(p Phase) Clock { return Clock{journal: j, phase: p, start: threadTime()} }

// Stop tells what the time was.
func (c Clock) Stop() {
	now := threadTime()
	cpu := now - c.start
	if s := c.span; s != nil {
		s.last = now
		if c.phase == Compile {
			s.Compile += cpu
		} else {
			s.Link += cpu
		}
	}
	for _, l := range c.journal.listeners {
		l.Spent(c.phase, cpu)
	}
}

func threadTime() time.Duration {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
	return time.Duration(ts.Nano())
}
