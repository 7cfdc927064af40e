package sched

import "time"

// crowd is how much threads that speculate wait for a processor. However low their priority is, they take from the
// program what they get on a machine without an idle core: then they pause, and try again now and then.
type crowd struct {
	cpu, wait time.Duration // of units since the last decision
	pause     time.Duration // the last one; 0 if none was needed
	until     time.Duration // of the clock of the planner: nobody speculates before
}

const (
	// crowded is how long such a thread waits, in parts of the time that it works, on a machine with too few cores. On
	// one with a core for it, it is disturbed now and then.
	crowded = 2
	// decision is how much work it takes to tell.
	decision              = 400 * time.Microsecond
	leastPause, mostPause = 10 * time.Millisecond, 160 * time.Millisecond
)

// note takes note of what a unit took that ended now.
func (c *crowd) note(spent Spent, now time.Duration) {
	c.cpu += spent.CPU
	c.wait += spent.Wait
	switch {
	case c.cpu < decision && c.wait < crowded*decision:
		return
	case c.wait > crowded*c.cpu:
		c.pause = min(max(2*c.pause, leastPause), mostPause)
		c.until = now + c.pause
	default:
		c.pause = 0
	}
	c.cpu, c.wait = 0, 0
}
