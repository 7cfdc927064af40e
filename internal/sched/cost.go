package sched

import (
	"time"

	"github.com/orcast/orcast/internal/tier"
)

// prices are what compiling takes with a code generator: processor time of a unit by its functions and their bytes of
// bitcode. Only ratios count: Costs learns how far a machine and an effort are from the one that they are from.
type prices struct {
	unit, function, perByte time.Duration
	// handOver is what a thread waits for besides, whose call has a function compiled: to be noticed and to be woken.
	handOver time.Duration
}

var (
	// ofLLVM is from a least-squares fit at -O 0 to some 3,000 units of SQLite, Lua, bzip2 and a C++ program on one
	// machine (R² 0.8 to 0.9).
	ofLLVM = prices{unit: 450 * time.Microsecond, function: 60 * time.Microsecond, perByte: 650}
	// ofBaseline is from a fit to the 2,250 functions that runs of SQLite, Lua, gawk, jq and a C++ program call. Each
	// is a unit of its own.
	ofBaseline = prices{function: 13 * time.Microsecond, perByte: 67, handOver: 40 * time.Microsecond}
)

// Costs estimates what compiling takes, and learns.
type Costs struct {
	prices
	estimated, spent time.Duration // of units that were compiled
}

// CostsOf knows the machine that the constants are from.
func CostsOf(t tier.Tier) Costs {
	if t == tier.Baseline {
		return Costs{prices: ofBaseline}
	}
	return Costs{prices: ofLLVM}
}

// belief is the time that has to be spent until what was learned counts as much as the constants, in fixed costs.
const belief = 20

func (c *Costs) scale() float64 {
	trust := belief * (c.unit + c.function)
	return float64(c.spent+trust) / float64(c.estimated+trust)
}

// Function is the processor time that a function of size bytes of bitcode adds to a unit.
func (c *Costs) Function(size int) time.Duration {
	return time.Duration(c.scale() * float64(c.function+time.Duration(size)*c.perByte))
}

// Unit is the processor time that a unit takes, in addition to that of its functions.
func (c *Costs) Unit() time.Duration { return time.Duration(c.scale() * float64(c.unit)) }

// share says that functions which share a unit take less than one by one.
func (c *Costs) share() bool { return c.unit > 0 }

// HandOver is how long a caller waits for a unit in addition to its processor time.
func (c *Costs) HandOver() time.Duration { return time.Duration(c.scale() * float64(c.handOver)) }

// Learn takes note of what a unit of some functions, of so many bytes altogether, took.
func (c *Costs) Learn(functions, size int, spent time.Duration) {
	c.estimated += c.unit + time.Duration(functions)*c.function + time.Duration(size)*c.perByte
	c.spent += spent
}
