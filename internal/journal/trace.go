package journal

import (
	"sync"
	"time"

	"github.com/orcast/orcast/trace"
)

// Tracer is a Listener that collects what a run's trace has to say that nobody else remembers.
type Tracer struct {
	Deaf
	began time.Duration // CLOCK_MONOTONIC

	mu    sync.Mutex // guards what follows
	units []trace.Unit
	at    [2]time.Duration // milestones
}

// NewTracer makes a tracer of a run that began at a time of CLOCK_MONOTONIC, from which the trace counts.
func NewTracer(began time.Duration) *Tracer { return &Tracer{began: began} }

// Time is a time of CLOCK_MONOTONIC as the trace has it.
func (t *Tracer) Time(at time.Duration) trace.Time { return trace.Time(at - t.began) }

// Unit implements Listener.
func (t *Tracer) Unit(u *Unit) {
	unit := trace.Unit{Functions: make([]int, len(u.Functions)), Module: int(u.Module), Reason: u.Reason,
		Tier: u.Tier.String(), Worker: u.Worker, Begin: t.Time(u.Began), End: t.Time(u.Ended),
		Compile: trace.Time(u.Compile), Link: trace.Time(u.Link), Code: int(u.Code)}
	for i, f := range u.Functions {
		unit.Functions[i] = int(f)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.units = append(t.units, unit)
}

// Reached implements Listener.
func (t *Tracer) Reached(m Milestone, at time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at[m] = at
}

// Trace returns the units so far, and the end as far as it is known here.
func (t *Tracer) Trace() (units []trace.Unit, end trace.End) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]trace.Unit(nil), t.units...), trace.End{Started: t.Time(t.at[Started]), Ended: t.Time(t.at[Ended])}
}
