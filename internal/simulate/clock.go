package simulate

import (
	"container/heap"
	"time"
)

// clock is virtual time: it passes from event to event. It is the clock of a planner too.
type clock struct {
	now    time.Duration
	events events
	made   int
}

type event struct {
	at     time.Duration
	number int // events of one time happen in the order in which they were made
	happen func()
}

// Now implements sched.Clock.
func (c *clock) Now() time.Time { return time.Time{}.Add(c.now) }

// AfterFunc implements sched.Clock.
func (c *clock) AfterFunc(d time.Duration, f func()) { c.at(c.now+d, f) }

// at has something happen at a time, now if that has passed.
func (c *clock) at(t time.Duration, happen func()) {
	c.made++
	heap.Push(&c.events, event{max(t, c.now), c.made, happen})
}

// step lets the next event happen, if there is one.
func (c *clock) step() bool {
	if len(c.events) == 0 {
		return false
	}
	e := heap.Pop(&c.events).(event)
	c.now = e.at
	e.happen()
	return true
}

// events is a heap.
type events []event

func (e events) Len() int      { return len(e) }
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e events) Less(i, j int) bool {
	if e[i].at != e[j].at {
		return e[i].at < e[j].at
	}
	return e[i].number < e[j].number
}
func (e *events) Push(x any) { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	(*e)[len(*e)-1] = event{} // for the garbage collector
	*e = (*e)[:len(*e)-1]
	return last
}
