package orcast

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/orcast/orcast/trace"
)

// TestAFunctionIsPromotedWhileItIsCalled compiles a function again, at several efforts and more than once at the same,
// while threads call it.
func TestAFunctionIsPromotedWhileItIsCalled(t *testing.T) {
	var traced bytes.Buffer
	e := embed(t, Options{Threads: 1, Speculate: "none", Trace: &traced})
	if err := e.Promote("weigh", O2); !errors.Is(err, ErrNotPromoted) {
		t.Errorf("before the start: %v", err)
	}
	var weigh func(int64) int64
	bind(t, e, "weigh", &weigh)
	weigh(1)
	var ended atomic.Bool
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() {
			for n := int64(0); !ended.Load(); n++ {
				if got := weigh(-n); got != n {
					t.Errorf("weigh(%d) is %d", -n, got)
				}
			}
		})
	}
	for _, effort := range []Effort{O2, O0, O0, O3} {
		if err := e.Promote("weigh", effort); err != nil {
			t.Errorf("at O%d: %v", effort-O0, err)
		}
	}
	ended.Store(true)
	wait.Wait()
	if got := weigh(-5); got != 5 {
		t.Errorf("weigh(-5) is %d", got)
	}
	for name, want := range map[string]string{"scale": "no code yet", "absent": "no module defines",
		"counter": "is a variable"} {
		if err := e.Promote(name, O2); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", name, err, want)
		}
	}
	if s := e.Stats(); s.Compiled != s.Tiers["baseline"]+s.Tiers["O3"] || s.Tiers["O3"] != 1 {
		t.Errorf("%d functions were compiled, with code of the tiers %v", s.Compiled, s.Tiers)
	}
	e.Close()
	checkPromotions(t, &traced)
}

// checkPromotions checks what the trace of the test above says of weigh.
func checkPromotions(t *testing.T, traced *bytes.Buffer) {
	t.Helper()
	tr, err := trace.Read(traced)
	if err != nil {
		t.Fatal(err)
	}
	id := tr.Functions[slices.IndexFunc(tr.Functions, func(f trace.Function) bool { return f.Name == "weigh" })].ID
	var got []string
	for _, u := range tr.Units {
		if slices.Contains(u.Functions, id) {
			got = append(got, string(u.Reason)+" "+u.Tier)
		}
	}
	want := []string{"demand baseline", "promotion O2", "promotion O0", "promotion O0", "promotion O3"}
	if !slices.Equal(got, want) {
		t.Errorf("the trace has the units %q, want %q", got, want)
	}
}

// What is promoted is not kept, whatever its tier, and does no harm to what is.
func TestACacheHasTheCodeOfFirstCalls(t *testing.T) {
	cache, err := OpenCache(CacheOptions{Dir: t.TempDir(), Warn: func(text string) { t.Error(text) }})
	if err != nil {
		t.Fatal(err)
	}
	for run := range 2 {
		e := embed(t, Options{Cache: cache, Speculate: "none"})
		var weigh func(int64) int64
		bind(t, e, "weigh", &weigh)
		if got := weigh(-5); got != 5 {
			t.Errorf("run %d: weigh(-5) is %d", run, got)
		}
		for _, effort := range []Effort{O0, O2} {
			if err := e.Promote("weigh", effort); err != nil {
				t.Errorf("run %d: %v", run, err)
			}
		}
		if got := weigh(-6); got != 6 {
			t.Errorf("run %d: the promoted weigh(-6) is %d", run, got)
		}
		if s := e.Stats(); run == 1 && (s.Compiled != 0 || s.Cached == 0) {
			t.Errorf("with a cache %d functions were compiled and %d found", s.Compiled, s.Cached)
		}
		e.Close()
	}
}

// A function whose blocks' addresses are in a variable cannot have a second body: the variable leads into the first.
func TestAFunctionWithAddressesOfItsBlocksKeepsItsCode(t *testing.T) {
	const ir = `
@labels = internal constant [2 x ptr] [ptr blockaddress(@jump, %one), ptr blockaddress(@jump, %two)]
define i64 @jump(i64 %i) {
  %at = getelementptr ptr, ptr @labels, i64 %i
  %label = load ptr, ptr %at
  indirectbr ptr %label, [label %one, label %two]
one:
  ret i64 1
two:
  ret i64 2
}`
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.AddModule("labels", []byte(ir)); err != nil {
		t.Fatal(err)
	}
	var jump func(int64) int64
	bind(t, e, "jump", &jump)
	if got := jump(1); got != 2 {
		t.Errorf("jump(1) is %d", got)
	}
	if err := e.Promote("jump", O2); !errors.Is(err, ErrNotPromoted) || !strings.Contains(err.Error(), "blocks") {
		t.Errorf("promotion: %v", err)
	}
	if got := jump(0); got != 1 {
		t.Errorf("jump(0) is %d", got)
	}
}
