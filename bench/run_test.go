package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A fake is a way that a shell script goes.
func fake(name, script string) way {
	return way{Way: Way{Name: name, Kind: KindPeer}, command: func(context.Context, *subject) (Command, error) {
		return Command{Argv: []string{"sh", "-c", script}}, nil
	}}
}

// fakeSubject is a workload whose native program prints a word and exits with 3.
func fakeSubject(name string, ways ...way) *subject {
	w := Workload{Name: name, Program: name, Steady: AsIs}
	return &subject{Workload: w, ways: ways, native: Command{Argv: []string{"sh", "-c", right}},
		history: make(map[int]History)}
}

const right = "echo word; exit 3"

// bed runs suites of fakes and keeps their results in a folder.
type bed struct {
	*testing.T
	dir   string
	suite Suite
}

func newBed(t *testing.T) bed {
	return bed{t, t.TempDir(), Suite{Rounds: 3, Spend: time.Hour, Limit: time.Hour, small: time.Hour}}
}

func (b bed) run(ctx context.Context, subjects ...*subject) (*resultsFile, error) {
	file := open(b.T, filepath.Join(b.dir, "results"), testHeader, false)
	defer file.file.Close()
	r := newRunner(b.suite, subjects, file, b.dir, filepath.Join(b.dir, "traces"), &Progress{To: io.Discard})
	return file, r.rounds(ctx)
}

// names lists runs as workload, way and round.
func names(runs []Run) []string {
	var list []string
	for _, r := range runs {
		list = append(list, fmt.Sprint(r.Workload, " ", r.Way.Name, " ", r.Round))
	}
	return list
}

func TestRoundsGoOverAllWorkloadsInTurns(t *testing.T) {
	file, err := newBed(t).run(context.Background(), fakeSubject("x", fake("a", right), fake("b", right)),
		fakeSubject("y", fake("a", right), fake("b", right)))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"x a 0", "x b 0", "y b 0", "y a 0", "x b 1", "x a 1", "y a 1", "y b 1", "x a 2", "x b 2", "y b 2",
		"y a 2"}
	if got := names(file.Runs); !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	for _, r := range file.Runs {
		if r.Failure != "" || r.WallMS <= 0 || r.FirstMS <= 0 || r.FirstMS > r.WallMS || r.PeakBytes <= 0 {
			t.Errorf("%+v", r)
		}
	}
}

func TestFailuresAreResultsAndNotRepeated(t *testing.T) {
	b := newBed(t)
	unprepared := fake("unprepared", right)
	unprepared.command = func(context.Context, *subject) (Command, error) {
		return Command{}, errors.New("no compiler\nat all")
	}
	file, err := b.run(context.Background(), fakeSubject("x",
		fake("right", right),
		fake("crash",
			"echo >&2; echo 'PLEASE submit a bug report to us' >&2; echo ' #0 0x1 main' >&2; "+
				"echo broken >&2; kill -SEGV $$"),
		fake("status", "echo word; echo it is wrong >&2; exit 1"),
		fake("output", "echo words; exit 3"),
		unprepared,
		way{Way: Way{Name: "missing"}, command: func(context.Context, *subject) (Command, error) {
			return Command{Argv: []string{"/nonexistent"}}, nil
		}},
	))
	if err != nil {
		t.Fatal(err)
	}
	failures := make(map[string][]string)
	for _, r := range file.Runs {
		failures[r.Way.Name] = append(failures[r.Way.Name], r.Failure)
	}
	for name, want := range map[string][]string{
		"right":      {"", "", ""},
		"crash":      {"signal: segmentation fault: broken"},
		"status":     {"exit status 1 instead of 3: it is wrong"},
		"output":     {"printed something else than the native program"},
		"unprepared": {"no compiler"},
		"missing":    {"fork/exec /nonexistent: no such file or directory"},
	} {
		if got := failures[name]; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestARunThatTakesTooLongIsKilledWithItsChildren(t *testing.T) {
	b := newBed(t)
	b.suite.Limit, b.suite.Rounds = 300*time.Millisecond, 1
	pipe := filepath.Join(b.dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	child, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer child.Close()
	file, err := b.run(context.Background(), fakeSubject("x",
		fake("slow", "sh -c 'echo lives; exec sleep 1000' >"+pipe+" & wait")))
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Runs) != 1 || file.Runs[0].Failure != "took more than 0.3 s" {
		t.Fatalf("%+v", file.Runs)
	}
	// The end comes when nobody has the pipe open any more.
	if said, err := io.ReadAll(child); err != nil || string(said) != "lives\n" {
		t.Errorf("its child said %q, %v", said, err)
	}
}

func TestAWayThatHasSpentItsTimeRunsNoMore(t *testing.T) {
	b := newBed(t)
	b.suite.Spend = 0
	file, err := b.run(context.Background(), fakeSubject("x", fake("a", right), fake("b", right)))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := names(file.Runs), []string{"x a 0", "x b 0"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLargerProgramsOfAGroupAreNotTriedAfterAFailure(t *testing.T) {
	var subjects []*subject
	for _, group := range []string{"one", "two"} {
		for n := range 3 {
			shape := Synthetic{Functions: n + 1, Called: 1, Blocks: 1, Depth: 1, Order: Forward, Group: group}
			s := fakeSubject(shape.Name(), fake("good", fmt.Sprint("exit ", shape.status())), fake("bad", "exit 77"))
			if group == "two" || n == 0 {
				s.ways[1] = s.ways[0]
				s.ways[1].Name = "bad"
			}
			s.shape = &shape
			subjects = append(subjects, s)
		}
	}
	b := newBed(t)
	b.suite.Rounds = 1
	file, err := b.run(context.Background(), subjects...)
	if err != nil {
		t.Fatal(err)
	}
	var bad []string
	for _, r := range file.Runs {
		if r.Way.Name == "bad" {
			bad = append(bad, fmt.Sprint(r.Shape.Group, r.Shape.Functions, " ", r.Failure != ""))
		} else if r.Failure != "" {
			t.Errorf("%+v", r)
		}
	}
	if want := []string{"one1 false", "one2 true", "two1 false", "two2 false", "two3 false"}; !slices.Equal(bad, want) {
		t.Errorf("%q, want %q", bad, want)
	}
}

func TestAnInterruptedSuiteGoesOn(t *testing.T) {
	b := newBed(t)
	whole := 2 * 3 * b.suite.Rounds
	for stopAt := range whole {
		b := bed{t, t.TempDir(), b.suite}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		runs := 0
		var ways []way
		for _, name := range []string{"a", "b", "c"} {
			w := fake(name, right)
			inner := w.command
			w.command = func(ctx context.Context, s *subject) (Command, error) {
				if runs == stopAt {
					cancel()
				}
				runs++
				return inner(ctx, s)
			}
			ways = append(ways, w)
		}
		file, err := b.run(ctx, fakeSubject("x", ways...), fakeSubject("y", ways...))
		if !errors.Is(err, context.Canceled) || len(file.Runs) != stopAt {
			t.Fatalf("%d runs, %v; it was stopped in run %d", len(file.Runs), err, stopAt)
		}
		file, err = b.run(context.Background(), fakeSubject("x", ways...), fakeSubject("y", ways...))
		if err != nil {
			t.Fatal(err)
		}
		got := names(file.Runs)
		slices.Sort(got)
		if len(got) != whole || len(slices.Compact(got)) != whole {
			t.Errorf("stopped in run %d: %q", stopAt, got)
		}
	}
}

func TestTheSuiteStopsWithoutANativeProgramToCompareWith(t *testing.T) {
	s := fakeSubject("x", fake("a", right))
	s.native = Command{Argv: []string{"/nonexistent"}}
	if file, err := newBed(t).run(context.Background(), s); err == nil ||
		!strings.Contains(err.Error(), "workload x") || len(file.Runs) != 0 {
		t.Errorf("%v, %d runs", err, len(file.Runs))
	}
}

func TestTheTraceWithTheMedianStallIsSimulated(t *testing.T) {
	b := newBed(t)
	file := open(t, filepath.Join(b.dir, "results"), testHeader, false)
	w := Way{Name: "none", Kind: KindOrcast, Policy: "none", Threads: 1, State: Cold}
	for round, stall := range []float64{5, 9, 1, 7, 100} {
		run := Run{Workload: "x", Way: w, Round: round, Stats: &Stats{StallMS: stall}}
		if err := file.append(Line{Run: &run}); err != nil {
			t.Fatal(err)
		}
	}
	s := fakeSubject("x")
	r := newRunner(b.suite, []*subject{s}, file, b.dir, filepath.Join(b.dir, "traces"), &Progress{To: io.Discard})
	for round := range 4 { // the last one's is not there
		if err := os.WriteFile(s.traceOf(w), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := r.keepTrace(s, w, round); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := r.medianTrace(s, w); err != nil || got != r.keptTrace("x", 0, 3) {
		t.Errorf("%s, %v", got, err)
	}
}

func TestProgressIsToldNowAndThenWithoutATerminal(t *testing.T) {
	var text strings.Builder
	p := Progress{To: &text}
	p.at("first", 3, time.Minute)
	p.at("second", 2, time.Minute)
	p.Say("a word")
	if want := "0s: first (1/3, about 1m0s left)\na word\n"; text.String() != want {
		t.Errorf("%q, want %q", &text, want)
	}
	text.Reset()
	p = Progress{To: &text, Terminal: true}
	p.at("first", 3, time.Minute)
	p.at("second", 2, time.Minute)
	p.Say("a word")
	const clear = "\r\x1b[K"
	want := "0s: first (1/3, about 1m0s left)" + clear + "0s: second (2/3, about 1m0s left)" + clear + "a word\n"
	if text.String() != want {
		t.Errorf("%q, want %q", &text, want)
	}
}
