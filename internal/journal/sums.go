package journal

import (
	"sync/atomic"
	"time"
)

// Sums is a Listener that adds up what stats tell of a run.
type Sums struct {
	Deaf
	spent [phases]atomic.Int64
	code  atomic.Int64
}

// Linked implements Listener.
func (s *Sums) Linked(code uint64) { s.code.Add(int64(code)) }

// Spent implements Listener.
func (s *Sums) Spent(p Phase, cpu time.Duration) { s.spent[p].Add(int64(cpu)) }

// Of is the processor time that a phase took so far, of all threads.
func (s *Sums) Of(p Phase) time.Duration { return time.Duration(s.spent[p].Load()) }

// Code is the number of bytes of machine code that have come into memory.
func (s *Sums) Code() int64 { return s.code.Load() }
