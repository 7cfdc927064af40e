// Command report says what a suite of package bench found: as JSON with every figure, as Markdown, and as one
// self-contained HTML page with plots. orcast bench builds and runs it, so that what draws plots is no part of orcast.
//
//	report RESULTS DIR
//
// It exits with 1 if a claim does not hold, and with 125 if it failed.
//
// Rule: every figure is computed from the suite's runs when it is shown. A run that failed is shown as failed and is in
// no figure; what was not measured is shown as that.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/orcast/orcast/bench"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: report RESULTS DIR")
		os.Exit(125)
	}
	results, err := bench.ReadResults(os.Args[1])
	if err == nil {
		err = write(os.Stdout, results, os.Args[2])
	}
	if claims := (*claimsError)(nil); errors.As(err, &claims) {
		os.Exit(1) // the table says which
	} else if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(125)
	}
}

// claimsError says which claims do not hold on this machine.
type claimsError struct{ Claims []string }

func (e *claimsError) Error() string {
	return fmt.Sprintf("what is claimed does not hold here: %s", strings.Join(e.Claims, "; "))
}

// write writes SUITE.json, SUITE.md, SUITE.html and each plot as SUITE-PLOT.svg into a folder, and the claims to w. The
// error is a *claimsError if a claim does not hold, after all is written.
func write(w io.Writer, results *bench.Results, dir string) error {
	r := newReport(results)
	figures, err := r.figures()
	if err != nil {
		return fmt.Errorf("drawing the plots: %w", err)
	}
	page, err := r.html(figures)
	if err != nil {
		return err
	}
	headline, err := r.headline()
	if err != nil {
		return fmt.Errorf("drawing the picture of the main figures: %w", err)
	}
	all, err := json.MarshalIndent(results, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	base := filepath.Join(dir, results.Header.Suite)
	type output struct {
		ending string
		text   []byte
	}
	files := []output{{".json", append(all, '\n')}, {".md", r.markdown()}, {".html", page}}
	for _, f := range append(figures, headline) {
		if f.SVG != "" {
			files = append(files, output{"-" + f.Name + ".svg", f.alone()})
		}
	}
	for _, file := range files {
		if err := os.WriteFile(base+file.ending, file.text, 0o666); err != nil {
			return err
		}
	}
	claims := r.claims()
	fmt.Fprint(w, plain(claimsTable(claims)))
	fmt.Fprintf(w, "\n%[1]s.html shows all of it, %[1]s.md the tables, %[1]s.json every figure.\n", base)
	var failed []string
	for _, c := range claims {
		if c.known && !c.holds {
			failed = append(failed, c.what+": "+c.measured)
		}
	}
	if failed != nil {
		return &claimsError{failed}
	}
	return nil
}

// report is a suite's results by workload and way.
type report struct {
	*bench.Results
	workloads []string // in the order in which they were run
	ways      []bench.Way
	cells     map[cellKey]*cell
	rounds    int
}

type cellKey struct{ workload, way string }

// cell is what is known of a workload run in a way.
type cell struct {
	runs    map[int]bench.Run // that count, by round
	failure string            // "" if none failed
	shape   *bench.Synthetic
}

func newReport(results *bench.Results) *report {
	r := &report{Results: results, cells: map[cellKey]*cell{}}
	for _, run := range results.Runs {
		if run.Shape != nil { // one program can be in several groups
			run.Workload = run.Shape.Group + ": " + run.Workload
		}
		if !slices.Contains(r.workloads, run.Workload) {
			r.workloads = append(r.workloads, run.Workload)
		}
		if !slices.Contains(r.ways, run.Way) {
			r.ways = append(r.ways, run.Way)
		}
		key := cellKey{run.Workload, run.Way.Name}
		c := r.cells[key]
		if c == nil {
			c = &cell{runs: map[int]bench.Run{}, shape: run.Shape}
			r.cells[key] = c
		}
		if run.Failure != "" {
			c.failure = run.Failure
		} else {
			c.runs[run.Round] = run
		}
		r.rounds = max(r.rounds, run.Round+1)
	}
	return r
}

// cell is never nil.
func (r *report) cell(workload string, w bench.Way) *cell {
	if c := r.cells[cellKey{workload, w.Name}]; c != nil {
		return c
	}
	return &cell{}
}

// typical are the real programs' runs that medians are over: each program and input once, and none that only shows its
// version.
func (r *report) typical() []string {
	var list []string
	for _, w := range bench.Typical() {
		if !w.Again() && slices.Contains(r.workloads, w.Name) {
			list = append(list, w.Name)
		}
	}
	return list
}

// real are all runs of real programs, synthetic those of programs of a group that are made.
func (r *report) real() (list []string) {
	for _, w := range r.workloads {
		if r.shape(w) == nil {
			list = append(list, w)
		}
	}
	return list
}

func (r *report) synthetic(group string) (list []string) {
	for _, w := range r.workloads {
		if s := r.shape(w); s != nil && s.Group == group {
			list = append(list, w)
		}
	}
	return list
}

func (r *report) shape(workload string) *bench.Synthetic {
	for _, w := range r.ways {
		if c := r.cells[cellKey{workload, w.Name}]; c != nil {
			return c.shape
		}
	}
	return nil
}

// way finds the way of orcast with these properties.
func (r *report) way(policy string, threads, effort int, state bench.State) (bench.Way, bool) {
	for _, w := range r.ways {
		if w.Kind == bench.KindOrcast && w.Policy == policy && w.Threads == threads && w.Effort == effort &&
			w.State == state {
			return w, true
		}
	}
	return bench.Way{}, false
}

// native is clang's code at an effort.
func (r *report) native(effort int) (bench.Way, bool) {
	for _, w := range r.ways {
		if w.Kind == bench.KindNative && w.Effort == effort {
			return w, true
		}
	}
	return bench.Way{}, false
}
