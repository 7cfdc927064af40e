package stub

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Places where the resolver can be delayed, as in resolver.c.
const (
	bodyNotRead = iota
	bodyRead
)

// delayed are the controls of testdata/delay.c.
type delayed struct {
	shut    func(where int, now bool)
	arrived func(where int) uint32
	yields  func(where int, most uint32)
}

// delay has the first calls of an engine go through a resolver that can be delayed.
func delay(t *testing.T, e *engine) *delayed {
	t.Helper()
	file := filepath.Join(t.TempDir(), "delay.so")
	build := exec.Command("gcc", "-O2", "-D_GNU_SOURCE", "-shared", "-fPIC", "-Wl,-Bsymbolic", "-o", file,
		"testdata/delay.c",
		"resolver_amd64.S")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build, err, text)
	}
	library, err := purego.Dlopen(file, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		t.Fatal(err)
	}
	resolver, err := purego.Dlsym(library, "orcast_resolver")
	if err != nil {
		t.Fatal(err)
	}
	*(*uint64)(unsafe.Pointer(&e.header.resolver)) = uint64(resolver)
	d := &delayed{}
	purego.RegisterLibFunc(&d.shut, library, "orcast_shut")
	purego.RegisterLibFunc(&d.arrived, library, "orcast_arrived")
	purego.RegisterLibFunc(&d.yields, library, "orcast_yields")
	return d
}

// answer makes a body that returns n.
func (e *engine) answer(n uint32) uint64 { return e.code("b8", n, "c3") }

// A second body is published while threads that make the first call stand at each place of the resolver.
func TestNoThreadPutsAnOldBodyBack(t *testing.T) {
	const threads = 4
	for where, name := range []string{bodyNotRead: "body not read", bodyRead: "body read"} {
		t.Run(name, func(t *testing.T) {
			e := newEngine(t, 1)
			d := delay(t, e)
			old, better := e.answer(1), e.answer(2)
			f := function[func() int](e, 0)
			e.Publish(0, old)
			d.shut(where, true)
			var wait sync.WaitGroup
			for range threads {
				wait.Go(func() {
					if got := f(); got != 1 && got != 2 {
						t.Errorf("a call during the change returns %d, want 1 or 2", got)
					}
				})
			}
			for d.arrived(where) < threads {
				runtime.Gosched()
			}
			e.Publish(0, better)
			d.shut(where, false)
			wait.Wait()
			if e.slots[0] != better {
				t.Errorf("the slot leads to %#x; the first body is at %#x, the second at %#x", e.slots[0], old, better)
			}
			if got := f(); got != 2 {
				t.Errorf("a call returns %d, want 2, as the second body does", got)
			}
		})
	}
}

// A function that has not been called still is noticed when it is, whatever was published before.
func TestBodiesPublishedBeforeTheFirstCallAreNotInTheSlot(t *testing.T) {
	e := newEngine(t, 1)
	e.Publish(0, e.answer(1))
	e.Publish(0, e.answer(2))
	if got := function[func() int](e, 0)(); got != 2 {
		t.Errorf("the first call returns %d, want 2", got)
	}
	if calls := e.Calls(); len(calls) != 1 || calls[0].Stalled {
		t.Errorf("the log holds %+v, want one call that did not wait", calls)
	}
}

// Several bodies of many functions are published while threads make first calls: no thread sees a body older than the
// one that it saw before.
func TestBodiesOnlyGetNewer(t *testing.T) {
	const functions, bodies, threads = 100, 5, 4
	e := newEngine(t, functions)
	d := delay(t, e)
	d.yields(bodyNotRead, 40)
	d.yields(bodyRead, 40)
	var published [bodies + 1]uint64
	for n := 1; n <= bodies; n++ {
		published[n] = e.answer(uint32(n))
	}
	var wait sync.WaitGroup
	var calls [functions]func() int
	for f := range functions {
		calls[f] = function[func() int](e, f)
		e.Publish(f, published[1])
	}
	var at, done atomic.Int64 // the function that some thread has come to; those whose bodies are all published
	for range threads {
		wait.Go(func() {
			for f, call := range calls {
				at.Store(int64(f))
				for seen, last := 0, false; !last; {
					last = done.Load() > int64(f)
					got := call()
					if got < seen || last && got != bodies {
						t.Errorf("function %d returns %d after %d, and its last body is published: %v", f, got,
							seen, last)
					}
					seen = got
				}
			}
		})
	}
	for f := range functions {
		for at.Load() < int64(f) {
			runtime.Gosched()
		}
		for n := 2; n <= bodies; n++ {
			e.Publish(f, published[n])
			runtime.Gosched()
		}
		done.Store(int64(f) + 1)
	}
	wait.Wait()
}
