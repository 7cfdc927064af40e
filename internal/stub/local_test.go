package stub

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"github.com/ebitengine/purego"
	"golang.org/x/sys/unix"
)

// Tests that end a thread must not be on the first one, which does not end.
func init() { runtime.LockOSThread() }

// engine is a region that is executed in this process, with code made by hand.
type engine struct {
	*Region
	*Executor
	t    *testing.T
	used uint64 // bytes of the code zone
}

func newEngine(t *testing.T, functions int) *engine {
	t.Helper()
	r := newRegion(t, functions, 1<<20)
	x, err := StartLocal(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	return &engine{Region: r, Executor: x, t: t}
}

// Close takes the executor's side: newRegion closes the region.
func (e *engine) Close() { e.Executor.Close() }

// assemble joins bytes in hexadecimal digits, numbers of 64 and of 32 bits.
func assemble(parts ...any) []byte {
	var code []byte
	for _, p := range parts {
		if text, ok := p.(string); ok {
			digits, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
			if err != nil {
				panic(err)
			}
			code = append(code, digits...)
		} else {
			code, _ = binary.Append(code, binary.LittleEndian, p)
		}
	}
	return code
}

// code places code as a linker does, with unwinding tables for functions that take 8 bytes of stack, and returns its
// address.
func (e *engine) code(parts ...any) uint64 {
	e.t.Helper()
	zone, _, _ := e.Zone(Code)
	ro, _, _ := e.Zone(RO)
	code := assemble(parts...)
	at, frame := zone+e.used, ro+e.used
	copy(e.Bytes(at, len(code)), code)
	tables := assemble(
		// CIE: version 1, zR, code 1, data -8, return address 16, sdata4|pcrel; CFA is rsp+8, return address at CFA-8
		uint32(20), uint32(0), "01 7a5200 01 78 10 01 1b 0c0708 9001 0000",
		// FDE: its CIE, start, size; CFA is rsp+16
		uint32(16), uint32(28), uint32(at-(frame+32)), uint32(len(code)), "00 0e10 00",
		uint32(0))
	copy(e.Bytes(frame, len(tables)), tables)
	if err := e.AddUnwind(at, uint64(len(code)), frame, uint64(len(tables))); err != nil {
		e.t.Fatal(err)
	}
	e.used += 128
	return at
}

// function makes a Go function of function i.
func function[F any](e *engine, i int) F {
	var f F
	purego.RegisterFunc(&f, uintptr(e.StubAddress(i)))
	return f
}

// serve plays the compiler: it publishes each body when its function is called first.
func (e *engine) serve(bodies ...uint64) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			calls := e.NextCalls(nil)
			if len(calls) == 0 {
				return
			}
			for _, f := range calls {
				e.Publish(f, bodies[f])
			}
		}
	}()
	e.t.Cleanup(func() { // before newEngine's, which unmaps the log
		e.Close()
		e.Wake()
		<-done
	})
}

func (e *engine) symbol(name string) uint64 {
	e.t.Helper()
	found, err := e.Resolve([]Name{{Name: name}})
	if err != nil || found[0].Address == 0 {
		e.t.Fatalf("%s: %v, %v", name, found, err)
	}
	return found[0].Address
}

const sum = "488d0437 c3" // lea rax, [rdi+rsi]; ret

func TestAllCallersOfAMissingBodyWait(t *testing.T) {
	const callers = 8
	for _, procs := range []int{runtime.GOMAXPROCS(0), 1} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		e := newEngine(t, 1)
		body := e.code(sum)
		add := function[func(a, b int) int](e, 0)
		var wait sync.WaitGroup
		for i := range callers {
			wait.Go(func() {
				if got := add(i, 100); got != i+100 {
					t.Errorf("%d + 100 is %d", i, got)
				}
			})
		}
		if got := e.NextCalls(nil); !slices.Equal(got, []int{0}) {
			t.Errorf("calls %v, want function 0 once", got)
		}
		// Waking them for nothing tells how many sleep.
		for asleep := uintptr(0); asleep < callers; runtime.Gosched() {
			asleep, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&e.funcs[0].ready)), futexWakeBitset,
				1<<30, 0, 0, anyone)
		}
		e.Publish(0, body)
		wait.Wait()
		if s := e.Stalls(); s.Count != callers {
			t.Errorf("%d waits, want %d", s.Count, callers)
		}
		if got := add(1, 2); got != 3 {
			t.Errorf("1 + 2 is %d", got)
		}
		if calls := e.Calls(); len(calls) != 1 || !calls[0].Stalled {
			t.Errorf("the log holds %+v", calls)
		}
	}
}

func TestEnginesDoNotMixUpTheirFunctions(t *testing.T) {
	a, b := newEngine(t, 1), newEngine(t, 2)
	a.serve(a.code("4883ec08 48b8", b.StubAddress(1), "ffd0 4883c408 ffc0 c3")) // 1 + b's function 1
	b.serve(b.code("b8", uint32(100), "c3"), b.code("b8", uint32(200), "c3"))
	first, second := function[func() int32](a, 0), function[func() int32](b, 0)
	if x, y := first(), second(); x != 201 || y != 100 {
		t.Errorf("got %d and %d, want 201 and 100", x, y)
	}
	a.Close()
	if y := second(); y != 100 {
		t.Errorf("got %d after the other was closed, want 100", y)
	}
	if x, y := a.Calls(), b.Calls(); len(x) != 1 || len(y) != 2 {
		t.Errorf("logs hold %v and %v", x, y)
	}
}

type pair struct {
	n int64
	x float64
}

func TestGoAndTheProgramCallEachOther(t *testing.T) {
	e := newEngine(t, 3)
	e.serve(
		// n, &pair, double, callback: pair.n += n; pair.x *= double; return callback(pair.n)
		e.code("53 4889f3 48013b f20f594308 f20f114308 488b3b ffd2 5b c3"),
		e.code("f20f58c1 c3"), // addsd xmm0, xmm1; ret
		e.code(sum))
	change := function[func(n int64, p *pair, x float64, callback uintptr) int64](e, 0)
	addDoubles := function[func(a, b float64) float64](e, 1)
	add := function[func(a, b int64) int64](e, 2)
	callback := purego.NewCallback(func(n int64) int64 {
		runtime.GC()
		return add(n, 1000) // a first call within a call
	})
	p := pair{40, 1.5}
	if got := change(2, &p, 3, callback); got != 1042 || p != (pair{42, 4.5}) {
		t.Errorf("got %d and %v, want 1042 and {42 4.5}", got, p)
	}
	if got := addDoubles(math.Pi, 1); got != math.Pi+1 {
		t.Errorf("pi + 1 is %v", got)
	}
}

// C's stack of a thread of Go's is as large as any thread's.
func TestCallsMayBeDeep(t *testing.T) {
	e := newEngine(t, 2)
	const depth = 256 // frames of 4 KiB
	e.serve(
		// if n == 0 goto callback; return 1 + function 0(n-1, callback)
		e.code("85ff 7502 ffe6 4881ecf80f0000 ffcf 48b8", e.StubAddress(0), "ffd0 4881c4f80f0000 48ffc0 c3"),
		e.code(sum))
	add := function[func(a, b int) int](e, 1)
	bottom := purego.NewCallback(func() int { return add(1000, 1) })
	if got := function[func(n int, callback uintptr) int](e, 0)(depth, bottom); got != 1001+depth {
		t.Errorf("got %d, want %d", got, 1001+depth)
	}
}

func TestInitAndCloseRunTheProgramsOwn(t *testing.T) {
	e := newEngine(t, 7)
	var events []int
	note := purego.NewCallback(func(n int) { events = append(events, n) })
	say := func(n uint32) uint64 { return e.code("bf", n, "48b8", uint64(note), "ffe0") } // note(n)
	chosen := e.code("b8", uint32(77), "c3")
	e.serve(say(0), say(1), say(2), say(3),
		e.code("48bf", e.StubAddress(3), "48b8", e.symbol("atexit"), "ffe0"), // atexit(function 3)
		e.code("48b8", chosen, "c3"))                                         // the ifunc's resolver
	err := e.Init(Start{
		Constructors: []uint64{e.StubAddress(1), e.StubAddress(4), e.StubAddress(0)},
		Destructors:  []uint64{e.StubAddress(2), e.StubAddress(1)},
		IFuncs:       []IFunc{{6, e.StubAddress(5)}},
	})
	if err != nil || !slices.Equal(events, []int{1, 0}) {
		t.Errorf("%v, constructors %v, want 1 and 0", err, events)
	}
	if got := function[func() int](e, 6)(); got != 77 {
		t.Errorf("the ifunc gave %d, want 77", got)
	}
	e.Close()
	e.Close()
	if want := []int{1, 0, 3, 2, 1}; !slices.Equal(events, want) {
		t.Errorf("events %v, want %v", events, want)
	}
	if err := e.Init(Start{}); err == nil {
		t.Error("a closed program can begin again")
	}
}

func TestConstructorsGetTheHostsArguments(t *testing.T) {
	e := newEngine(t, 1)
	var argc int
	var argv0 string
	note := purego.NewCallback(func(c int, argv **byte) { argc, argv0 = c, unix.BytePtrToString(*argv) })
	e.serve(e.code("48b8", uint64(note), "ffe0"))
	if err := e.Init(Start{Constructors: []uint64{e.StubAddress(0)}}); err != nil {
		t.Fatal(err)
	}
	if argc != len(os.Args) || argv0 != os.Args[0] {
		t.Errorf("%d arguments, the first %q, want %d and %q", argc, argv0, len(os.Args), os.Args[0])
	}
}

// threadLocal gives the program a thread-local number and returns a function that adds one to it.
func (e *engine) threadLocal(initial uint32) func() int32 {
	e.t.Helper()
	joined, err := e.Join(Joining{Image: binary.LittleEndian.AppendUint32(nil, initial), Size: 8, Align: 8})
	if err != nil {
		e.t.Fatal(err)
	}
	// What JITLink has __tls_get_addr called with: two words, the second the address of a tls_index.
	data, _, _ := e.Zone(Data)
	copy(e.Bytes(data, 32), assemble(uint64(0), data+16, joined.Module, uint64(0)))
	e.serve(e.code("4883ec08 48bf", data, "48b8", e.symbol("__tls_get_addr"), "ffd0 ff00 8b00 4883c408 c3"))
	return function[func() int32](e, 0)
}

func TestThreadLocalsBelongToThreadAndEngine(t *testing.T) {
	a, b := newEngine(t, 1).threadLocal(10), newEngine(t, 1).threadLocal(20)
	count := func() (got []int32) {
		runtime.LockOSThread() // and never back: the thread ends
		return append(got, a(), b(), a(), b())
	}
	for range 2 {
		result := make(chan []int32)
		go func() { result <- count() }()
		if got := <-result; !slices.Equal(got, []int32{11, 21, 12, 22}) {
			t.Errorf("a new thread counts %v", got)
		}
	}
}

var destroyed int32 // written by the program

// awaitEnd waits until a thread is gone.
func awaitEnd(t *testing.T, thread int) {
	t.Helper()
	for {
		if err := unix.Tgkill(os.Getpid(), thread, 0); err == unix.ESRCH {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
}

func TestThreadsMayOutliveTheirObjects(t *testing.T) {
	destroyed = 0
	e := newEngine(t, 2)
	e.serve(
		// __cxa_thread_atexit(function 1, argument, __dso_handle)
		e.code("4889fe 48bf", e.StubAddress(1), "48ba", e.symbol("__dso_handle"), "48b8",
			e.symbol("__cxa_thread_atexit"), "ffe0"),
		e.code("ff07 c3")) // ++*argument
	register := function[func(object *int32) int32](e, 0)
	thread := func(leave chan struct{}) (number int) {
		started := make(chan int)
		go func() {
			runtime.LockOSThread() // and never back: the thread ends
			if register(&destroyed) != 0 {
				t.Error("not registered")
			}
			started <- unix.Gettid()
			<-leave
		}()
		return <-started
	}
	now, later := make(chan struct{}), make(chan struct{})
	first, second := thread(now), thread(later)
	close(now)
	awaitEnd(t, first)
	if destroyed != 1 {
		t.Errorf("%d objects destroyed, want 1", destroyed)
	}
	e.Close()
	close(later)
	awaitEnd(t, second)
	if destroyed != 1 {
		t.Errorf("%d objects destroyed after the program's end, want 1", destroyed)
	}
}

func TestUnwindingCrossesEngines(t *testing.T) {
	inner, outer := newEngine(t, 1), newEngine(t, 1)
	through := func(e *engine, target uint64) uint64 {
		return e.code("4883ec08 48b8", target, "ffd0 4883c408 c3")
	}
	top := through(inner, inner.symbol("_Unwind_Backtrace"))
	below := through(outer, inner.StubAddress(0))
	inner.serve(top)
	outer.serve(below)
	var address func(context uintptr) uint64
	purego.RegisterFunc(&address, uintptr(inner.symbol("_Unwind_GetIP")))
	var frames []uint64
	visit := purego.NewCallback(func(context uintptr) int {
		frames = append(frames, address(context))
		return 0
	})
	function[func(uintptr)](outer, 0)(visit)
	const call = 16 // offset of the return address in both
	if len(frames) < 3 || frames[0] != top+call || frames[1] != below+call {
		t.Errorf("frames %#x, want %#x, %#x and their caller", frames, top+call, below+call)
	}
}

func maps(t *testing.T) (ours []string) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "memfd:orcast") {
			ours = append(ours, line)
		}
	}
	return ours
}

func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestEnginesComeAndGo(t *testing.T) {
	if left := maps(t); len(left) > 0 { // also, the first file that is read makes Go open some of its own
		t.Errorf("mapped before: %s", left)
	}
	before := descriptors(t)
	for i := range 3 {
		t.Run("", func(t *testing.T) {
			a, b := newEngine(t, 1), newEngine(t, 1)
			countA, countB := a.threadLocal(uint32(i)), b.threadLocal(100)
			if x, y := countA(), countB(); x != int32(i)+1 || y != 101 {
				t.Errorf("got %d and %d", x, y)
			}
			for _, line := range maps(t) {
				if rights := strings.Fields(line)[1]; strings.Contains(rights, "w") && strings.Contains(rights, "x") {
					t.Errorf("writable and executable: %s", line)
				}
			}
		})
	}
	if after := maps(t); len(after) > 0 {
		t.Errorf("still mapped: %s", after)
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d open files, %d before", after, before)
	}
}

func TestAClosedExecutorSaysSo(t *testing.T) {
	e := newEngine(t, 1)
	e.Close()
	if _, err := e.Libraries(); err != errClosed {
		t.Errorf("got %v", err)
	}
	if left := maps(t); len(left) != 1 || !strings.Contains(left[0], "rw-s") {
		t.Errorf("mapped besides the working view: %s", left)
	}
}

func TestClosedEnginesLeaveRoomForOthers(t *testing.T) {
	for range maxRegions + 1 {
		r, err := NewRegion(1, Sizes{Code: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		x, err := StartLocal(r)
		if err != nil {
			t.Fatal(err)
		}
		x.Close()
		r.Close()
	}
}

func TestALocalExecutorCannotBeKilled(t *testing.T) {
	e := newEngine(t, 1)
	e.Kill()
	if _, err := e.Wait(); err != syscall.ECHILD {
		t.Errorf("waiting for this process gave %v", err)
	}
	if e.Orphaned() {
		t.Error("this process is its own orphan")
	}
}

func TestCallingWhatCannotBeCompiledAborts(t *testing.T) {
	const variable = "ORCAST_TEST_FAILURE"
	if when := os.Getenv(variable); when != "" {
		e := newEngine(t, 1)
		if when == "later" {
			e.PublishFailure(0, "no such luck")
		} else {
			go func() { e.PublishFailure(e.NextCalls(nil)[0], "no such luck") }()
		}
		function[func()](e, 0)()
		return
	}
	for _, when := range []string{"waiting", "later"} {
		command := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		command.Env = append(os.Environ(), variable+"="+when)
		out, err := command.CombinedOutput()
		if text := string(out); err == nil || !strings.HasPrefix(text, "no such luck\n") ||
			!strings.Contains(text, "SIGABRT") {
			t.Errorf("%s: %v: %.200s", when, err, text)
		}
	}
}
