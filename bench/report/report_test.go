package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/orcast/orcast/bench"
)

// made is what a suite might have found. In each round times differ a little.
func made(rounds int) *bench.Results {
	r := &bench.Results{Header: bench.Header{Suite: "made", Cores: 2, Machine: "a machine", Command: "orcast bench"}}
	add := func(workload string, w bench.Way, wall, stall float64, shape *bench.Synthetic) {
		for round := range rounds {
			more := 1 + 0.01*float64(round)
			run := bench.Run{Workload: workload, Program: workload, Way: w, Round: round, WallMS: more * wall,
				CPUMS: 2 * more * wall, PeakBytes: 1e7, Shape: shape}
			if w.Kind == bench.KindOrcast {
				run.Stats = &bench.Stats{WallMS: wall, MainMS: 20, StallMS: more * stall, CompileMS: 100, AnalysisMS: 2,
					Defined: 500, Called: 100, Compiled: 150, Speculated: 80, Useful: 40, Late: 10, Wasted: 30}
			}
			r.Runs = append(r.Runs, run)
		}
	}
	orcast := func(policy string, state bench.State) bench.Way {
		return bench.Way{Name: fmt.Sprintf("orcast %s, %s", policy, state), Kind: bench.KindOrcast, Policy: policy,
			Threads: 1, State: state}
	}
	for i, workload := range []string{"speedtest1", "lua", "lua.thin", "lua-version"} {
		add(workload, bench.Way{Name: "native -O2", Kind: bench.KindNative, Effort: 2}, 10, 0, nil)
		add(workload, bench.Way{Name: "lli, 2 threads", Kind: bench.KindPeer, Threads: 2}, 400, 0, nil)
		add(workload, orcast("none", bench.Cold), 200, 100, nil)
		add(workload, orcast("auto", bench.Cold), 150, 50+10*float64(i), nil)
		r.Simulations = append(r.Simulations, simulation(workload, 1, 50), simulation(workload, 10, 5))
	}
	for _, n := range []int{100, smallModule, startSize} {
		add(fmt.Sprint("all-", n), orcast("none", bench.Cold), float64(n), 1,
			&bench.Synthetic{Functions: n, Called: n, Group: "all"})
		add(fmt.Sprint("size-", n), orcast("auto", bench.Cold), 30, 1,
			&bench.Synthetic{Functions: n, Called: 50, Group: "size"})
	}
	r.Builds = append(r.Builds, bench.Build{Program: "lua", Effort: 2, WallMS: 700})
	return r
}

func simulation(workload string, speed, stall float64) bench.Simulation {
	s := bench.Simulation{Workload: workload, Speed: speed}
	for _, threads := range []int{1, 8} {
		s.Policies = append(s.Policies, bench.SimulatedRun{Policy: "none", Threads: threads, StallMS: 2 * stall,
			WallMS: 200, OfNone: 1, OfBound: 4},
			bench.SimulatedRun{Policy: "auto", Threads: threads, StallMS: stall, WallMS: 150,
				OfNone: 0.5 / float64(threads), OfBound: 2})
		s.Limits = append(s.Limits, bench.Limit{Threads: threads, BestMS: stall / 2, BoundMS: stall / 4,
			BestOfNone: 0.25, BoundOfNone: 0.125})
	}
	return s
}

// written is what a report says: its Markdown, its page, and its error.
func written(t *testing.T, results *bench.Results) (markdown, page string, err error) {
	t.Helper()
	dir := t.TempDir()
	err = write(io.Discard, results, dir)
	drawings, globErr := filepath.Glob(filepath.Join(dir, "*.svg"))
	if globErr != nil {
		t.Fatal(globErr)
	}
	for _, drawing := range drawings {
		text, err := os.ReadFile(drawing)
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, filepath.Base(drawing), string(text))
	}
	read := func(ending string) string {
		text, err := os.ReadFile(filepath.Join(dir, results.Header.Suite+ending))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var again bench.Results
	if err := json.Unmarshal([]byte(read(".json")), &again); err != nil || len(again.Runs) != len(results.Runs) {
		t.Errorf("the JSON has %d of %d runs (%v)", len(again.Runs), len(results.Runs), err)
	}
	return read(".md"), read(".html"), err
}

func TestWhatIsClaimedHolds(t *testing.T) {
	markdown, page, err := written(t, made(3))
	if err != nil {
		t.Error(err)
	}
	for _, want := range []string{"| lua | 10.1 | 404 (40.0) |", "| auto | 1 | 0 | 0.55 | 0.75 |",
		"| 50 called, of 50000 |", "| 700 |", "0.50 (2.00)", "## Simulated beside measured"} {
		if !strings.Contains(markdown, want) {
			t.Errorf("no %q in\n%s", want, markdown)
		}
	}
	for _, title := range []string{"Waiting for code", "Wall time, by", "Distance from", "Precision against",
		"Against every", "Scaling with the module, 50", "Scaling with the module, all"} {
		if !strings.Contains(page, "<h2>"+title) {
			t.Errorf("the page has no plot %q", title)
		}
	}
}

// TestHeadline: the picture has a bar for each way that a user has, the fastest one first, and none for native code.
func TestHeadline(t *testing.T) {
	r := newReport(made(3))
	native, _ := r.native(2)
	var names []string
	for _, b := range r.bars(native) {
		names = append(names, fmt.Sprint(b.name, " ", number(b.value), " ", b.ours))
	}
	want := "[orcast auto, cold 15.0 true orcast none, cold 20.0 true lli, 2 threads 40.0 false]"
	if got := fmt.Sprint(names); got != want {
		t.Errorf("bars %s, want %s", got, want)
	}
	picture, err := r.headline()
	if err != nil || !strings.Contains(string(picture.alone()), "orcast auto, cold") {
		t.Errorf("the picture does not name the ways (%v):\n%s", err, picture.SVG)
	}
}

func TestClaimsThatDoNotHold(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bench.Results)
		want   string
	}{
		"simulation": {func(r *bench.Results) {
			for i := range r.Simulations[0].Policies {
				r.Simulations[0].Policies[i].StallMS *= 3
				r.Simulations[2].Policies[i].StallMS *= 3
			}
		}, "simulated stalls"},
		"size": {func(r *bench.Results) { each(r, "all-50000", func(run *bench.Run) { run.CPUMS *= 2 }) },
			"a called function costs"},
		"start": {func(r *bench.Results) {
			each(r, "size-50000", func(run *bench.Run) { run.Stats = &bench.Stats{MainMS: 501} })
		}, "time to main"},
		"failure": {func(r *bench.Results) {
			r.Runs = append(r.Runs, bench.Run{Workload: "lua", Way: r.Runs[len(r.Runs)-1].Way, Round: 7,
				Failure: "printed something else"})
		}, "fails"},
		"cores": {func(r *bench.Results) {
			for _, s := range r.Simulations {
				for i := range s.Policies {
					s.Policies[i].OfNone = 0.9
				}
			}
		}, "8 simulated threads"},
	} {
		results := made(3)
		c.change(results)
		_, _, err := written(t, results)
		var claims *claimsError
		if !errors.As(err, &claims) || len(claims.Claims) != 1 || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func each(r *bench.Results, workload string, change func(*bench.Run)) {
	for i := range r.Runs {
		if r.Runs[i].Workload == workload {
			change(&r.Runs[i])
		}
	}
}

func TestFailuresAreInNoFigure(t *testing.T) {
	results := made(2)
	peer := bench.Way{Name: "lli, 2 threads", Kind: bench.KindPeer, Threads: 2}
	results.Runs = append(results.Runs, bench.Run{Workload: "lua", Way: peer, Round: 2, WallMS: 1e6,
		Failure: "signal: killed | by\nsomeone"})
	markdown, page, _ := written(t, results)
	if strings.Contains(markdown, "1000000") ||
		!strings.Contains(markdown, `| lua | lli | signal: killed \| by |`) ||
		!strings.Contains(page, "signal: killed | by") {
		t.Errorf("a failure is not shown as one:\n%s", markdown)
	}
}

// TestNothingIsMissed: whatever was not measured, there is a report without figures that are none.
func TestNothingIsMissed(t *testing.T) {
	failed := made(1)
	for i := range failed.Runs {
		failed.Runs[i].Failure = "crashed"
	}
	bare := made(1)
	bare.Simulations, bare.Builds = nil, nil
	for i := range bare.Runs {
		bare.Runs[i].Stats = nil
	}
	for name, results := range map[string]*bench.Results{"nothing": {Header: bench.Header{Suite: "empty"}},
		"failures": failed, "no stats": bare, "one round": made(1), "many rounds": made(9)} {
		markdown, page, err := written(t, results)
		var claims *claimsError
		if err != nil && !errors.As(err, &claims) {
			t.Errorf("%s: %v", name, err)
		}
		if m := regexp.MustCompile(`NaN|\+?Inf\b|%!`).FindString(markdown + page); m != "" {
			t.Errorf("%s: %s in the report", name, m)
		}
		wellFormed(t, name, page)
	}
}

// wellFormed checks that the page's drawings are XML, and that it fetches nothing.
func wellFormed(t *testing.T, name, page string) {
	t.Helper()
	for _, svg := range regexp.MustCompile(`(?s)<svg .*?</svg>`).FindAllString(page, -1) {
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Errorf("%s: a drawing: %v", name, err)
				break
			}
		}
		if !strings.Contains(svg, "<text") {
			t.Errorf("%s: a drawing without text", name)
		}
	}
	if m := regexp.MustCompile(`(?i)(src|href)="[^"]*"|url\([^)]*\)|@import`).FindString(page); m != "" {
		t.Errorf("%s: the page refers to %s", name, m)
	}
}

func TestEstimates(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{nil, "-"}, {[]float64{math.NaN()}, "-"}, {[]float64{5}, "5.00"}, {[]float64{1, 3, 2}, "2.00 (1.00–3.00)"},
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 1000}, "5.50 (2.00–9.00)"}, // the greatest is outside
	} {
		if got := estimated(c.values).String(); got != c.want {
			t.Errorf("%v: %s, want %s", c.values, got, c.want)
		}
	}
}
