package orcast

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/orcast/orcast/forecast"
)

const embeddedIR = `
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [
  { i32, ptr, ptr } { i32 65535, ptr @construct, ptr null }
]
@constructed = global i64 0
@counter = thread_local global i64 100
declare i64 @host(i64)
declare i64 @llabs(i64)
declare void @absent()
define internal void @construct() {
  store i64 7, ptr @constructed
  ret void
}
define i64 @state() {
  %n = load i64, ptr @constructed
  ret i64 %n
}
define i64 @sum(ptr %numbers, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %more ]
  %total = phi i64 [ 0, %entry ], [ %new, %more ]
  %end = icmp eq i64 %i, %n
  br i1 %end, label %done, label %more
more:
  %p = getelementptr i64, ptr %numbers, i64 %i
  %v = load i64, ptr %p
  %w = call i64 @weigh(i64 %v)
  %new = add i64 %total, %w
  %next = add i64 %i, 1
  br label %loop
done:
  ret i64 %total
}
define i64 @weigh(i64 %v) {
  %a = call i64 @llabs(i64 %v)
  ret i64 %a
}
define double @scale(double %x, float %y) {
  %z = fpext float %y to double
  %p = fmul double %x, %z
  ret double %p
}
define i64 @callback(i64 %x) {
  %r = call i64 @host(i64 %x)
  %s = add i64 %r, 1
  ret i64 %s
}
define i64 @count() {
  %n = load i64, ptr @counter
  %m = add i64 %n, 1
  store i64 %m, ptr @counter
  ret i64 %m
}
define void @broken() {
  call void @absent()
  ret void
}
`

// embed starts an engine with the module above.
func embed(t *testing.T, o Options) *Engine {
	t.Helper()
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := e.AddModule("embedded", []byte(embeddedIR)); err != nil {
		t.Fatal(err)
	}
	host := purego.NewCallback(func(x int64) int64 { return 10 * x })
	if err := e.Define("host", host); err != nil {
		t.Fatal(err)
	}
	return e
}

// bind looks a function up and binds it.
func bind(t *testing.T, e *Engine, name string, function any) {
	t.Helper()
	f, err := e.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Bind(function); err != nil {
		t.Fatal(err)
	}
}

func TestEngineCallsFunctions(t *testing.T) {
	for _, o := range []Options{{}, {Speculate: "none", Threads: 1}, {Effort: O2, Threads: 3}} {
		t.Run(o.Speculate, func(t *testing.T) {
			e := embed(t, o)
			var state, count func() int64
			var sum func(*int64, int64) int64
			var scale func(float64, float32) float64
			var callback func(int64) int64
			bind(t, e, "sum", &sum)
			bind(t, e, "state", &state)
			bind(t, e, "scale", &scale)
			bind(t, e, "callback", &callback)
			bind(t, e, "count", &count)
			numbers := []int64{1, -2, 3}
			if n := sum(&numbers[0], 3); n != 6 {
				t.Errorf("the sum is %d", n)
			}
			if n := state(); n != 7 {
				t.Errorf("the constructor left %d", n)
			}
			if x := scale(1.5, 4); x != 6 {
				t.Errorf("the product is %v", x)
			}
			if n := callback(4); n != 41 {
				t.Errorf("called back: %d", n)
			}
			runtime.LockOSThread()
			first := count()
			second := count()
			runtime.UnlockOSThread()
			if first < 101 || second != first+1 {
				t.Errorf("the thread counts %d, %d", first, second)
			}
			if s := e.Stats(); s.Called < 6 || s.Compiled < s.Called || s.Wall <= 0 {
				t.Errorf("stats: %+v", s)
			}
		})
	}
}

func TestEnginesAtOnce(t *testing.T) {
	var engines []*Engine
	var wg sync.WaitGroup
	for range 3 {
		e := embed(t, Options{Threads: 1})
		engines = append(engines, e)
		for range 4 {
			wg.Go(func() {
				f, err := e.Lookup("sum")
				if err != nil {
					t.Error(err)
					return
				}
				var sum func(*int64, int64) int64
				if err := f.Bind(&sum); err != nil {
					t.Error(err)
					return
				}
				numbers := []int64{5, 6}
				if n := sum(&numbers[0], 2); n != 11 {
					t.Errorf("the sum is %d", n)
				}
			})
		}
	}
	wg.Wait()
	engines[0].Close()
	var state func() int64
	bind(t, engines[1], "state", &state)
	if state() != 7 {
		t.Error("closing one engine changed another")
	}
}

func TestEngineWithOneProcessor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	e := embed(t, Options{Threads: 1})
	var sum func(unsafe.Pointer, int64) int64
	bind(t, e, "sum", &sum)
	numbers := [...]int64{-5}
	if n := sum(unsafe.Pointer(&numbers), 1); n != 5 {
		t.Errorf("the sum is %d", n)
	}
}

func TestEngineErrors(t *testing.T) {
	if _, err := New(Options{Effort: 9}); err == nil {
		t.Error("there is an effort of 9")
	}
	e := embed(t, Options{})
	expect := func(part string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("the error %v does not say %q", err, part)
		}
	}
	expect("no address", e.Define("nothing", 0))
	expect("already", e.AddModule("embedded", nil))
	expect("already", e.AddFile("embedded"))
	_, err := e.Lookup("unknown")
	expect("no module defines unknown", err)
	_, err = e.Lookup("llabs")
	expect("no module defines llabs", err)
	_, err = e.Lookup("constructed")
	expect("a variable", err)
	f, err := e.Lookup("sum")
	if err != nil {
		t.Fatal(err)
	}
	expect("binding sum to a *int", f.Bind(new(int)))
	expect("has started", e.AddModule("late", nil))
	expect("has started", e.AddFile("late"))
	expect("has started", e.Define("late", 1))
	e.Close()
	expect("closed", e.Start())
	expect("closed", e.AddFile("later"))
	_, err = e.Lookup("sum")
	expect("closed", err)
	if s := e.Stats(); !reflect.DeepEqual(s, Stats{}) {
		t.Errorf("a closed engine has stats %+v", s)
	}
}

func TestEngineInputsThatCannotBeUsed(t *testing.T) {
	library := filepath.Join(t.TempDir(), "lib.so")
	if err := exec.Command("gcc", "-shared", "-o", library, "-xc", "/dev/null").Run(); err != nil {
		t.Fatal(err)
	}
	shared, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ text, part string }{
		"nonsense":  {"define nonsense", "nonsense:1"},
		"binary":    {"\x00\x01\x02\x03", "binary: neither"},
		"damaged":   {"BC\xc0\xde\x01", "damaged"},
		"library":   {string(shared), "loaded from a file of its own"},
		"script":    {"GROUP ( /lib/libc.so )", "linker script in memory"},
		"undefined": {"@x = global ptr @y\n@y = external global i8", "by Define):\n  y, which"},
	} {
		e, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.AddModule(name, []byte(test.text)); err != nil {
			t.Fatal(err)
		}
		err = e.Start()
		if err == nil || !strings.Contains(err.Error(), test.part) {
			t.Errorf("%s: the error %v does not say %q", name, err, test.part)
		}
		if again := e.Start(); !errors.Is(again, err) {
			t.Errorf("%s: a second start said %v", name, again)
		}
		e.Close()
	}
	threaded, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer threaded.Close()
	if err := threaded.AddModule("threaded",
		[]byte("@mine = external thread_local global i64\ndefine ptr @get() {\n  ret ptr @mine\n}")); err != nil {
		t.Fatal(err)
	}
	if err := threaded.Define("mine", 4096); err != nil {
		t.Fatal(err)
	}
	if err := threaded.Start(); err == nil || !strings.Contains(err.Error(), "mine is thread-local") {
		t.Error(err)
	}
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.AddFile("there is no such file"); err != nil {
		t.Fatal(err)
	}
	if err := e.Start(); err == nil || !strings.Contains(err.Error(), "there is no such file") {
		t.Error(err)
	}
	e.Close()
}

// TestAFunctionThatCannotBeCompiled calls one in a process of its own, which aborts.
func TestAFunctionThatCannotBeCompiled(t *testing.T) {
	const variable = "ORCAST_TEST_BROKEN"
	if os.Getenv(variable) != "" {
		e := embed(t, Options{})
		var broken func()
		bind(t, e, "broken", &broken)
		broken()
		fmt.Println("it returned")
		return
	}
	command := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	command.Env = append(os.Environ(), variable+"=1")
	output, err := command.CombinedOutput()
	if err == nil || !strings.Contains(string(output), "absent, which broken") ||
		strings.Contains(string(output), "it returned") {
		t.Errorf("%v: %s", err, output)
	}
}

func TestLookupSaysWhatIsKnownToFail(t *testing.T) {
	e := embed(t, Options{})
	for {
		// The first one has it compiled, which takes a while.
		if _, err := e.Lookup("broken"); err != nil {
			if !strings.Contains(err.Error(), "absent, which broken") {
				t.Error(err)
			}
			return
		}
		runtime.Gosched()
	}
}

func TestLookupInANativeObject(t *testing.T) {
	object := filepath.Join(t.TempDir(), "native.o")
	command := exec.Command("gcc", "-c", "-o", object, "-xc", "-")
	command.Stdin = strings.NewReader("int variable = 3; int function(void) { return variable; }")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.AddFile(object); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Lookup("variable"); err == nil ||
		!strings.Contains(err.Error(), "native.o: variable is a variable") {
		t.Error(err)
	}
	var function func() int32
	bind(t, e, "function", &function)
	if n := function(); n != 3 {
		t.Errorf("the object returned %d", n)
	}
}

const hostedIR = `
@llvm.global_dtors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @leave, ptr null }]
@shared = external global i64
declare i64 @host(i64)
define internal void @leave() {
  %r = call i64 @host(i64 -1)
  ret void
}
define i64 @through(i64 %x) {
  %r = call i64 @host(i64 %x)
  ret i64 %r
}
define i64 @add(i64 %x) {
  %n = load i64, ptr @shared
  %r = add i64 %n, %x
  store i64 %r, ptr @shared
  ret i64 %r
}
`

// TestEngineAndHostShareAProcess has a module call Go, which uses the engine, recovers from a fault of its own, and
// hears of destructors.
func TestEngineAndHostShareAProcess(t *testing.T) {
	var engine *Engine
	var recovered any
	left := 0
	host := purego.NewCallback(func(x int64) int64 {
		if x < 0 {
			left++
			return 0
		}
		func() {
			defer func() { recovered = recover() }()
			var nowhere *int
			*nowhere = 1
		}()
		var add func(int64) int64
		bind(t, engine, "add", &add)
		return add(x)
	})
	shared := new(int64)
	var pinner runtime.Pinner
	pinner.Pin(shared)
	defer pinner.Unpin()
	for round := range 3 {
		*shared, recovered = 100, nil
		e, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		engine = e
		if err := errors.Join(e.AddModule("hosted", []byte(hostedIR)), e.Define("host", host),
			e.Define("shared", uintptr(unsafe.Pointer(shared)))); err != nil {
			t.Fatal(err)
		}
		var through func(int64) int64
		bind(t, e, "through", &through)
		if n := through(5); n != 105 || *shared != 105 {
			t.Errorf("the module returned %d and left %d", n, *shared)
		}
		if recovered == nil {
			t.Error("Go did not recover from its own fault")
		}
		if left != round {
			t.Errorf("%d destructors ran before the engine closed", left-round)
		}
		if err := errors.Join(e.Close(), e.Close()); err != nil {
			t.Error(err)
		}
		if left != round+1 {
			t.Errorf("destructors ran %d times", left-round)
		}
	}
}

// before is a heuristic of the host's: it expects functions by name, in order.
type before struct {
	program *forecast.Program
	names   []string
	events  *[]forecast.Event
}

func (h before) Observe(e forecast.Event) { *h.events = append(*h.events, e) }

func (h before) Forecast(n int) (list []forecast.Candidate) {
	for i, name := range h.names {
		if f, ok := h.program.Lookup(name); ok && h.program.Open(f) {
			list = append(list, forecast.Candidate{Func: f, Probability: 0.9, After: time.Duration(i),
				Reason: "in the plan", Cause: forecast.NoFunc})
		}
	}
	return list[:min(n, len(list))]
}

func TestEngineUsesTheHostsHeuristic(t *testing.T) {
	var events []forecast.Event
	var view *forecast.Program
	e := embed(t, Options{Threads: 1, Heuristic: func(p *forecast.Program) forecast.Heuristic {
		view = p
		return before{p, []string{"scale", "weigh"}, &events}
	}})
	if err := e.Start(); err != nil {
		t.Fatal(err)
	}
	weigh, _ := view.Lookup("weigh")
	count, _ := view.Lookup("count")
	for view.Open(weigh) {
		runtime.Gosched()
	}
	if !view.Open(count) {
		t.Error("a function that nobody expects was compiled")
	}
	if s := e.Stats(); s.Policy != "" || s.Index <= 0 || s.Index > s.Wall {
		t.Errorf("stats: %+v", s)
	}
	e.Close() // no event comes after that
	if !slices.ContainsFunc(events, func(e forecast.Event) bool { return e.Kind == forecast.Called }) {
		t.Error("the heuristic did not hear of the constructor")
	}
}

const throwing = `
#include <stdexcept>
#include <string>
static int depth(int n) {
  if (n == 0)
    throw std::runtime_error("the bottom");
  return depth(n - 1) + 1;
}
struct Global { std::string text = "made before the first call"; } global;
extern "C" int caught(int n) {
  try {
    return depth(n);
  } catch (const std::exception &e) {
    return std::string(e.what()) == "the bottom" ? (int)global.text.size() : -1;
  }
}
`

func TestEngineRunsCXX(t *testing.T) {
	const compiler = "/usr/lib/llvm-22/bin/clang++"
	if _, err := os.Stat(compiler); err != nil {
		t.Skip("clang++ of LLVM 22 is not installed")
	}
	source := filepath.Join(t.TempDir(), "throwing.cpp")
	if err := os.WriteFile(source, []byte(throwing), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, effort := range []string{"-O0", "-O2"} {
		out := filepath.Join(t.TempDir(), "throwing.bc")
		compile := exec.Command(compiler, effort, "-emit-llvm", "-c", source, "-o", out)
		if output, err := compile.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, output)
		}
		e, err := New(Options{Libraries: []string{"libstdc++.so.6"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.AddFile(out); err != nil {
			t.Fatal(err)
		}
		var caught func(int32) int32
		bind(t, e, "caught", &caught)
		for _, n := range []int32{0, 5, 50} {
			if size := caught(n); size != 26 {
				t.Errorf("%s: caught(%d) is %d", effort, n, size)
			}
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}
