package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The ways in which warm runs each workload. The first is the native program.
const (
	nativeRun  = iota
	coldRun    // nothing was kept before
	warmRun    // code and profile of an equal run were kept
	profileRun // only its profile
	autoRun    // nothing is used or kept
	replayRun  // the order of an equal run is replayed, by --order
	warmRuns
)

// warm measures what earlier runs save the later ones. Its flags are in args.
func warm(args []string) error {
	flags := flag.NewFlagSet("warm", flag.ExitOnError)
	runs := flags.Int("runs", 5, "how often each workload runs in each way")
	names := flags.String("workloads", "", "workloads to run; all without")
	flags.Parse(args) // exits on an error
	list, err := named(*names)
	if err != nil {
		return err
	}
	if err := makeInputs(); err != nil {
		return err
	}
	fmt.Printf("Medians of %d runs on two cores of %s; one compile thread beside the demand worker.\n\n", *runs, machine())
	const row = "| %-12s | %9s | %7s | %7s | %8s | %8s | %7s | %8s | %13s | %10s | %9s |\n"
	fmt.Printf(row, "workload", "native ms", "cold ms", "warm ms", "/ native", "/ cold", "cached", "compiled", "stall auto ms", "profile", "replay")
	fmt.Printf(row, "---", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:")
	var r warmReport
	for _, w := range list {
		all, err := w.runWarm(*runs)
		if err != nil {
			return fmt.Errorf("workload %s: %w", w.name, err)
		}
		wall := func(way int) float64 { return all.of(way, func(s sample) float64 { return 1e3 * s.wall.Seconds() }) }
		stall := func(way int) float64 { return all.of(way, func(s sample) float64 { return s.stats.StallMS }) }
		last := all[warmRun][len(all[warmRun])-1].stats
		fmt.Printf(row, w.name, figure(wall(nativeRun), 0), figure(wall(coldRun), 0), figure(wall(warmRun), 0),
			figure(wall(warmRun)/wall(nativeRun), 2), figure(wall(warmRun)/wall(coldRun), 2), fmt.Sprint(last.Cached), fmt.Sprint(last.Compiled),
			figure(stall(autoRun), 1), figure(stall(profileRun)/stall(autoRun), 2), figure(stall(replayRun)/stall(autoRun), 2))
		if !w.again() {
			r.profile = append(r.profile, stall(profileRun)/stall(autoRun))
			r.replay = append(r.replay, stall(profileRun)/stall(replayRun))
		}
		if w.name == "speedtest1" {
			r.native, r.cold = wall(warmRun)/wall(nativeRun), wall(warmRun)/wall(coldRun)
		}
	}
	return r.accept(*runs)
}

// warmSamples are samples by way.
type warmSamples [][]sample

func (s warmSamples) of(way int, figure func(sample) float64) float64 {
	var list []float64
	for _, one := range s[way] {
		list = append(list, figure(one))
	}
	return median(list)
}

// runWarm runs the workload in all ways, in turns.
func (w workload) runWarm(runs int) (warmSamples, error) {
	dir, err := os.MkdirTemp("", "orcast-warm-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	inputs, err := w.inputs()
	if err != nil {
		return nil, err
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	way := func(flags ...string) command {
		c := keeping(inputs, append([]string{"--threads", "1"}, flags...), w.args).onTwoCores()
		c.stdin = w.stdin
		return c
	}
	// The run that later ones know of.
	if _, err := way("--cache-dir", in("kept"), "--no-profile").run(); err != nil {
		return nil, err
	}
	if _, err := way("--no-cache", "--profile", in("recorded")).run(); err != nil {
		return nil, err
	}
	if err := writeOrder(in("recorded"), in("order")); err != nil {
		return nil, err
	}
	commands := make([]command, warmRuns)
	commands[nativeRun] = w.native().onTwoCores()
	commands[coldRun] = way("--cache-dir", in("fresh"))
	commands[coldRun].prepare = func() error { return os.RemoveAll(in("fresh")) }
	commands[warmRun] = way("--cache-dir", in("kept"), "--profile", in("recorded"))
	commands[profileRun] = way("--no-cache", "--profile", in("copy"))
	commands[profileRun].prepare = func() error { return copyFile(in("recorded"), in("copy")) }
	commands[autoRun] = way("--no-cache", "--no-profile")
	commands[replayRun] = way("--no-cache", "--no-profile", "--speculate", "order", "--order", in("order"))
	return inTurns(runs, w.steady, commands...)
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}

// writeOrder makes a symbol order file of a profile.
func writeOrder(profile, order string) error {
	text, err := exec.Command(os.Getenv("ORCAST_BIN"), "profile", "show", "--json", profile).Output()
	if err != nil {
		return fmt.Errorf("orcast profile show: %w", err)
	}
	var p struct {
		Functions []struct {
			Name string  `json:"name"`
			At   float64 `json:"at_us"`
		} `json:"functions"`
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return err
	}
	slices.SortStableFunc(p.Functions, func(a, b struct {
		Name string  `json:"name"`
		At   float64 `json:"at_us"`
	}) int {
		return cmp.Compare(a.At, b.At)
	})
	var names strings.Builder
	for _, f := range p.Functions {
		fmt.Fprintln(&names, f.Name)
	}
	return os.WriteFile(order, []byte(names.String()), 0o600)
}

// warmReport is what the promises of the cache and the profile are about.
type warmReport struct {
	report
	native, cold    float64 // warm speedtest1 over these
	profile, replay []float64
}

func (r *warmReport) accept(runs int) error {
	fmt.Printf("\n%-58s %-12s %-22s\n", "claim", "limit", "measured")
	limit := func(claim string, limit, measured float64) {
		r.add(measured <= limit, claim, fmt.Sprintf("<= %.2f", limit), figure(measured, 2))
	}
	if r.native > 0 {
		limit("speedtest1: warm / native", 3, r.native)
		limit("speedtest1: warm / cold", 0.15, r.cold)
	}
	limit("stall: with a profile / auto without, median", 0.8, median(r.profile))
	limit("stall: with a profile / replay of the run, median", 1.15, median(r.replay))
	if err := r.hello(runs); err != nil {
		return err
	}
	if err := r.edit(); err != nil {
		return err
	}
	if r.failed > 0 {
		return fmt.Errorf("%d claims do not hold here", r.failed)
	}
	return nil
}

// hello compares a warm start that does next to nothing with a native one.
func (r *warmReport) hello(runs int) error {
	dir, err := os.MkdirTemp("", "orcast-warm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c := keeping([]string{workloads + "hello.bc"}, []string{"--cache-dir", dir}, nil).onTwoCores()
	if _, err := c.run(); err != nil {
		return err
	}
	medians, err := compare(runs, asIs, native("hello").onTwoCores(), c)
	if err != nil {
		return err
	}
	more := medians[1].wall - medians[0].wall
	r.add(more <= 20*time.Millisecond, "hello world: warm - native", "<= 20 ms", fmt.Sprintf("%.1f ms", 1e3*more.Seconds()))
	return nil
}

// edit changes a constant of one of SQLite's functions, and counts what is compiled.
func (r *warmReport) edit() error {
	dir, err := os.MkdirTemp("", "orcast-warm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	module := filepath.Join(dir, "sqlite3.bc")
	run := func() (sample, error) {
		return keeping([]string{module}, []string{"--cache-dir", filepath.Join(dir, "cache")}, []string{":memory:", "select sqlite_source_id(), upper('abc')"}).run()
	}
	if err := copyFile(workloads+"sqlite3.bc", module); err != nil {
		return err
	}
	if s, err := run(); err != nil || !bytes.HasSuffix(s.stdout, []byte("|ABC\n")) {
		return fmt.Errorf("sqlite3 prints %q: %w", s.stdout, err)
	}
	text, err := exec.Command("llvm-dis-22", "-o", "-", module).Output()
	if err != nil {
		return fmt.Errorf("llvm-dis-22: %w", err)
	}
	// upperFunc clears bit 5 of what is a lower-case letter.
	_, rest, found := bytes.Cut(text, []byte("@upperFunc("))
	body, _, _ := bytes.Cut(rest, []byte("\n}"))
	edited := bytes.ReplaceAll(body, []byte(", 32\n"), []byte(", 0\n"))
	if !found || bytes.Equal(body, edited) {
		return errors.New("sqlite3.bc has no upperFunc that this knows how to edit")
	}
	as := exec.Command("llvm-as-22", "-o", module)
	as.Stdin = bytes.NewReader(bytes.Replace(text, body, edited, 1))
	if output, err := as.CombinedOutput(); err != nil {
		return fmt.Errorf("llvm-as-22: %w: %s", err, output)
	}
	s, err := run()
	if err != nil {
		return err
	}
	r.add(s.stats.Compiled <= 5 && bytes.HasSuffix(s.stdout, []byte("|abc\n")), "functions compiled after an edit of one of SQLite's", "<= 5",
		fmt.Sprintf("%d of %d, prints %q", s.stats.Compiled, s.stats.Called, s.stdout[len(s.stdout)-4:]))
	return nil
}
