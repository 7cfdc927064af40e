package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/orcast/orcast/bench"
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
	effort := flags.Int("O", 0, "effort of code generation, 0 to 3")
	names := flags.String("workloads", "", "workloads to run; all without")
	flags.Parse(args) // exits on an error
	list, err := chosenWorkloads(*names)
	if err != nil {
		return err
	}
	if err := bench.MakeInputs(); err != nil {
		return err
	}
	fmt.Printf("Medians of %d runs at -O %d on two cores of %s; one compile thread beside the demand worker.\n\n",
		*runs, *effort, bench.Machine())
	const row = "| %-12s | %9s | %7s | %7s | %8s | %8s | %7s | %8s | %13s | %10s | %9s |\n"
	fmt.Printf(row, "workload", "native ms", "cold ms", "warm ms", "/ native", "/ cold", "cached", "compiled",
		"stall auto ms", "profile", "replay")
	fmt.Printf(row, "---", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:")
	var r warmReport
	for _, w := range list {
		all, err := runWarm(w, *runs, *effort)
		if err != nil {
			return fmt.Errorf("workload %s: %w", w.Name, err)
		}
		wall := func(way int) float64 {
			return all.of(way, func(s bench.Sample) float64 { return 1e3 * s.Wall.Seconds() })
		}
		stall := func(way int) float64 { return all.of(way, func(s bench.Sample) float64 { return s.Stats.StallMS }) }
		last := all[warmRun][len(all[warmRun])-1].Stats
		fmt.Printf(row, w.Name, bench.Figure(wall(nativeRun), 0), bench.Figure(wall(coldRun), 0),
			bench.Figure(wall(warmRun), 0), bench.Figure(wall(warmRun)/wall(nativeRun), 2),
			bench.Figure(wall(warmRun)/wall(coldRun), 2), fmt.Sprint(last.Cached), fmt.Sprint(last.Compiled),
			bench.Figure(stall(autoRun), 1), bench.Figure(stall(profileRun)/stall(autoRun), 2),
			bench.Figure(stall(replayRun)/stall(autoRun), 2))
		if !w.Again() {
			r.profile = append(r.profile, stall(profileRun)/stall(autoRun))
			r.replay = append(r.replay, stall(profileRun)/stall(replayRun))
		}
		if w.Name == "speedtest1" {
			r.native, r.cold = wall(warmRun)/wall(nativeRun), wall(warmRun)/wall(coldRun)
		}
	}
	return r.accept(*runs)
}

// byWay are samples by way.
type byWay [][]bench.Sample

func (s byWay) of(way int, figure func(bench.Sample) float64) float64 {
	var list []float64
	for _, one := range s[way] {
		list = append(list, figure(one))
	}
	return bench.Median(list)
}

// runWarm runs a workload in all ways, in turns.
func runWarm(w bench.Workload, runs, effort int) (byWay, error) {
	common := []string{"--threads", "1", "-O", strconv.Itoa(effort)}
	dir, err := os.MkdirTemp("", "orcast-warm-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	// The run that later ones know of.
	known, err := bench.Record(context.Background(), w, dir, "0,1", common...)
	if err != nil {
		return nil, err
	}
	fresh := filepath.Join(dir, "fresh")
	commands := make([]bench.Command, warmRuns)
	for way, flags := range [warmRuns][]string{
		coldRun:    {"--cache-dir", fresh},
		warmRun:    {"--cache-dir", known.Cache(), "--profile", known.Profile()},
		profileRun: {"--no-cache", "--profile", known.Profile()},
		autoRun:    {"--no-cache", "--no-profile"},
		replayRun:  {"--no-cache", "--no-profile", "--speculate", "order", "--order", known.Order()},
	} {
		c, err := w.Keeping(append(flags, common...)...)
		if err != nil {
			return nil, err
		}
		commands[way] = c.OnTwoCores()
	}
	commands[nativeRun] = w.Native().OnTwoCores()
	commands[coldRun].Prepare = func() error { return os.RemoveAll(fresh) }
	commands[warmRun].Prepare = known.Renew
	commands[profileRun].Prepare = known.Renew
	return bench.InTurns(runs, w.Steady, commands...)
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
		r.add(measured <= limit, claim, fmt.Sprintf("<= %.2f", limit), bench.Figure(measured, 2))
	}
	if r.native > 0 {
		limit("speedtest1: warm / native", 3, r.native)
		limit("speedtest1: warm / cold", 0.15, r.cold)
	}
	limit("stall: with a profile / auto without, median", 0.8, bench.Median(r.profile))
	limit("stall: with a profile / replay of the run, median", 1.15, bench.Median(r.replay))
	if err := r.hello(runs); err != nil {
		return err
	}
	if err := r.edit(); err != nil {
		return err
	}
	return r.result()
}

// hello compares a warm start that does next to nothing with a native one.
func (r *warmReport) hello(runs int) error {
	dir, err := os.MkdirTemp("", "orcast-warm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c := bench.Keeping([]string{bench.Folder + "hello.bc"}, []string{"--cache-dir", dir}, nil).OnTwoCores()
	if _, err := c.Run(context.Background()); err != nil {
		return err
	}
	medians, err := bench.Compare(runs, bench.AsIs, bench.Native("hello").OnTwoCores(), c)
	if err != nil {
		return err
	}
	more := medians[1].Wall - medians[0].Wall
	r.add(more <= 20*time.Millisecond, "hello world: warm - native", "<= 20 ms",
		fmt.Sprintf("%.1f ms", 1e3*more.Seconds()))
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
	run := func() (bench.Sample, error) {
		return bench.Keeping([]string{module}, []string{"--cache-dir", filepath.Join(dir, "cache")},
			[]string{":memory:", "select sqlite_source_id(), upper('abc')"}).Run(context.Background())
	}
	if err := bench.CopyFile(bench.Folder+"sqlite3.bc", module); err != nil {
		return err
	}
	if s, err := run(); err != nil || !bytes.HasSuffix(s.Stdout, []byte("|ABC\n")) {
		return fmt.Errorf("sqlite3 prints %q: %w", s.Stdout, err)
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
	r.add(s.Stats.Compiled <= 5 && bytes.HasSuffix(s.Stdout, []byte("|abc\n")),
		"functions compiled after an edit of one of SQLite's", "<= 5",
		fmt.Sprintf("%d of %d, prints %q", s.Stats.Compiled, s.Stats.Called, s.Stdout[len(s.Stdout)-4:]))
	return nil
}
