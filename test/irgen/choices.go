package irgen

import "math/rand/v2"

// Choices are the decisions by which something is made up: recorded as they are made, or made again from a record.
// Where a record ends, all that follow are 0, for which the maker does what is simplest: so a shorter record or one
// with more zeros makes a simpler thing.
type Choices struct {
	Record []uint32
	at     int
	random *rand.Rand // nil if there is only the record
}

// NewChoices returns choices by lot.
func NewChoices(seed uint64) *Choices { return &Choices{random: rand.New(rand.NewPCG(seed, 0))} }

// Replay returns the choices of a record.
func Replay(record []uint32) *Choices { return &Choices{Record: record} }

// below returns a choice from 0 to n-1.
func (c *Choices) below(n int) int {
	if c.at == len(c.Record) {
		if c.random == nil {
			return 0
		}
		c.Record = append(c.Record, c.random.Uint32())
	}
	c.at++
	return int(c.Record[c.at-1] % uint32(n))
}

// oneIn is true once in n times, and not where choices are 0.
func (c *Choices) oneIn(n int) bool { return c.below(n) == n-1 }

// Shrink returns a record that is still bad and as short and full of zeros as it finds by so many tries.
func Shrink(record []uint32, tries int, bad func([]uint32) bool) []uint32 {
	try := func(shorter []uint32) bool {
		if tries == 0 {
			return false
		}
		if tries--; bad(shorter) {
			record = shorter
			return true
		}
		return false
	}
	for size := len(record); size > 0; size /= 2 {
		for from := 0; from < len(record); {
			to := min(from+size, len(record))
			without := append(append([]uint32(nil), record[:from]...), record[to:]...)
			if try(without) {
				continue
			}
			zeros := append([]uint32(nil), record...)
			clear(zeros[from:to])
			if !allZero(record[from:to]) {
				try(zeros)
			}
			from = to
		}
	}
	return record
}

func allZero(list []uint32) bool {
	for _, x := range list {
		if x != 0 {
			return false
		}
	}
	return true
}
