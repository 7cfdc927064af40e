package sched

import "time"

// Clock is where planning has the time from: that of the machine, or that of a simulation.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f in so much time, on another goroutine or on that which keeps the clock.
	AfterFunc(d time.Duration, f func())
}

type machineClock struct{}

func (machineClock) Now() time.Time                      { return time.Now() }
func (machineClock) AfterFunc(d time.Duration, f func()) { time.AfterFunc(d, f) }
