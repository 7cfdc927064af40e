package stub

/*
#include "region.h"
*/
import "C"

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Call is one first call.
type Call struct {
	Func    int
	Stalled bool          // the body was not ready
	Enter   time.Duration // CLOCK_MONOTONIC
	Wait    time.Duration // how long the first caller stood; 0 if it still does or never came back
}

// Stalls counts waits of all threads of the program, also of those that were not the first caller.
type Stalls struct {
	Count    int
	Sum, Max time.Duration
}

// Futexes have no flag FUTEX_PRIVATE: the program's process has the word mapped too.
const (
	futexWaitBitset = 9
	futexWakeBitset = 10
	anyone          = 1<<32 - 1
)

func futexWake(word *uint32) {
	unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWakeBitset, 1<<30, 0, 0, anyone)
}

// futexWait waits as one of a bitset. A limit of 0 is none.
func futexWait(word *uint32, value uint32, limit time.Duration, bitset uint32) {
	var until *unix.Timespec
	if limit > 0 {
		t := unix.NsecToTimespec(int64(Now() + limit))
		until = &t
	}
	unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWaitBitset, uintptr(value),
		uintptr(unsafe.Pointer(until)), 0, uintptr(bitset))
}

// epoch is some moment, by Go's clock and by CLOCK_MONOTONIC. Both go alike, and Go's is read without a system call,
// which would take a microsecond or two.
var epoch = sync.OnceValue(func() (e struct {
	clock time.Time
	at    time.Duration
}) {
	// The two are read one after the other; of several tries the one counts in which least time passed meanwhile.
	for best, tries := time.Duration(math.MaxInt64), 0; tries < 3; tries++ {
		var t unix.Timespec
		before := time.Now()
		unix.ClockGettime(unix.CLOCK_MONOTONIC, &t)
		if took := time.Since(before); took < best {
			best, e.clock, e.at = took, before.Add(took/2), time.Duration(t.Nano())
		}
	}
	return e
})

// Now is the time of CLOCK_MONOTONIC, as in the log.
func Now() time.Duration {
	e := epoch()
	return e.at + time.Since(e.clock)
}

// spins is how often NextCalls looks before it sleeps, which takes about 20 us: first calls come in bursts, and waking
// a sleeper takes longer. With one processor the program could not make a call meanwhile.
var spins = func() int {
	if runtime.NumCPU() == 1 {
		return 0
	}
	return 2000
}()

// The log has one reader, who calls NextCalls when it has nothing else to do and Working before it does something else,
// and a stand-in for that time, who calls CallsMeanwhile. Each first call is returned once, by one of these.

// NextCalls waits until there are first calls that were not returned before, and appends their function
// numbers to buf. It returns without any after a Wake.
func (r *Region) NextCalls(buf []int) []int {
	wake, reader := r.logWords()
	atomic.StoreUint32(reader, C.ORCAST_READER_LOOKS)
	for spin := 0; ; spin++ {
		seen := atomic.LoadUint32(wake)
		if buf = r.newCalls(buf); len(buf) > 0 || r.woken.Swap(false) {
			return buf
		}
		if spin < spins {
			continue
		}
		atomic.StoreUint32(reader, C.ORCAST_READER_SLEEPS)
		// The limit bounds the harm of a program that dies between writing an entry and waking us.
		if atomic.LoadUint32(wake) == seen && !r.woken.Load() {
			futexWait(wake, seen, 100*time.Millisecond, C.ORCAST_READER_SLEEPS)
		}
		atomic.StoreUint32(reader, C.ORCAST_READER_LOOKS)
	}
}

// Working says that the reader does something else until it calls NextCalls. It appends to buf the first calls that
// came before.
func (r *Region) Working(buf []int) []int {
	_, reader := r.logWords()
	atomic.StoreUint32(reader, C.ORCAST_READER_WORKS)
	return r.newCalls(buf)
}

// CallsMeanwhile waits until a thread stalls, in a first call that it makes while the reader does something else, and
// appends the function numbers of what was not returned before to buf. It returns without any when ended says so after
// a Wake.
func (r *Region) CallsMeanwhile(buf []int, ended func() bool) []int {
	wake, reader := r.logWords()
	for {
		seen := atomic.LoadUint32(wake)
		if ended() {
			return buf
		}
		if atomic.LoadUint32(reader) == C.ORCAST_READER_WORKS {
			if buf = r.newCalls(buf); len(buf) > 0 {
				return buf
			}
		}
		futexWait(wake, seen, 0, C.ORCAST_READER_WORKS)
	}
}

// logWords are the words by which the log's writers and readers meet.
func (r *Region) logWords() (wake, reader *uint32) {
	return (*uint32)(unsafe.Pointer(&r.header.log_wake)), (*uint32)(unsafe.Pointer(&r.header.reader))
}

// newCalls steps over entries that are reserved but not written: their writer may have died, or may be
// interrupted by a signal handler that makes a first call of its own.
func (r *Region) newCalls(buf []int) []int {
	r.reading.Lock()
	defer r.reading.Unlock()
	tail := r.logTail()
	for i := r.next; i < tail; i++ {
		if r.handled[i] {
			continue
		}
		if f := atomic.LoadUint32((*uint32)(unsafe.Pointer(&r.log[i]._func))); f != 0 && int(f) <= len(r.funcs) {
			r.handled[i] = true
			buf = append(buf, int(f-1))
		}
	}
	for r.next < tail && r.handled[r.next] {
		r.next++
	}
	return buf
}

// logTail is the number of reserved entries. The program can write to the log: its word is not trusted.
func (r *Region) logTail() int {
	return min(int(atomic.LoadUint32((*uint32)(unsafe.Pointer(&r.header.log_tail)))), len(r.log))
}

// Wake makes one call of NextCalls return, one under way or the next, and has CallsMeanwhile ask whether it is to end.
func (r *Region) Wake() {
	r.woken.Store(true)
	wake, _ := r.logWords()
	atomic.AddUint32(wake, 1)
	futexWake(wake)
}

// Calls returns all first calls so far in the order in which they were made.
func (r *Region) Calls() []Call {
	calls := make([]Call, 0, r.logTail())
	for i := range r.logTail() {
		e := &r.log[i]
		f := atomic.LoadUint32((*uint32)(unsafe.Pointer(&e._func)))
		if f == 0 || int(f) > len(r.funcs) {
			continue
		}
		c := Call{Func: int(f - 1), Stalled: e.stalled != 0, Enter: time.Duration(e.enter)}
		if leave := atomic.LoadUint64((*uint64)(unsafe.Pointer(&e.leave))); leave != 0 {
			c.Wait = time.Duration(leave) - c.Enter
		}
		calls = append(calls, c)
	}
	return calls
}

// Stalls returns the program's waits so far.
func (r *Region) Stalls() Stalls {
	h := r.header
	return Stalls{
		Count: int(atomic.LoadUint32((*uint32)(unsafe.Pointer(&h.stalls)))),
		Sum:   time.Duration(atomic.LoadUint64((*uint64)(unsafe.Pointer(&h.stall_ns)))),
		Max:   time.Duration(atomic.LoadUint64((*uint64)(unsafe.Pointer(&h.stall_max_ns)))),
	}
}
