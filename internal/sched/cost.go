package sched

import "time"

// What compiling takes at -O 0, from a least-squares fit to some 3,000 units of SQLite, Lua, bzip2 and a C++ program on
// one machine (the processor time of a unit by its functions and their bytes of bitcode, R² 0.8 to 0.9). Only ratios
// count: Costs learns how far this machine and this effort are from it.
const (
	unitCost     = 450 * time.Microsecond
	functionCost = 60 * time.Microsecond
	byteCost     = 650 * time.Nanosecond
)

// Costs estimates what compiling takes, and learns. The zero value knows the machine that the constants are from.
type Costs struct {
	estimated, spent time.Duration // of units that were compiled
}

// belief is the time that has to be spent until what was learned counts as much as the constants.
const belief = 10 * time.Millisecond

func (c *Costs) scale() float64 {
	return float64(c.spent+belief) / float64(c.estimated+belief)
}

// Function is the processor time that a function of size bytes of bitcode adds to a unit.
func (c *Costs) Function(size int) time.Duration {
	return time.Duration(c.scale() * float64(functionCost+time.Duration(size)*byteCost))
}

// Unit is the processor time that a unit takes, in addition to that of its functions.
func (c *Costs) Unit() time.Duration { return time.Duration(c.scale() * float64(unitCost)) }

// Learn takes note of what a unit of some functions, of so many bytes altogether, took.
func (c *Costs) Learn(functions, size int, spent time.Duration) {
	c.estimated += unitCost + time.Duration(functions)*functionCost + time.Duration(size)*byteCost
	c.spent += spent
}
