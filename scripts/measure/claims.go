package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orcast/orcast/bench"
)

// report collects what was measured against its limit.
type report struct{ failed int }

func (r *report) add(ok bool, claim, limit, measured string) {
	verdict := "PASS"
	if !ok {
		verdict = "FAIL"
		r.failed++
	}
	fmt.Printf("%-58s %-12s %-22s %s\n", claim, limit, measured, verdict)
}

// result is an error if a claim does not hold.
func (r *report) result() error {
	if r.failed > 0 {
		return fmt.Errorf("%d claims do not hold here", r.failed)
	}
	return nil
}

// claims measures what the project promises. A limit that is missed is an error at the end.
func claims(runs int) error {
	fmt.Printf("medians of %d runs on %s\n\n%-58s %-12s %-22s\n", runs, bench.Machine(), "claim", "limit", "measured")
	var r report
	for _, measure := range []func(*report, int) error{outputs, speed, laziness, hello, reader} {
		if err := measure(&r, runs); err != nil {
			return err
		}
	}
	return r.result()
}

// outputs has the differential tests compare real programs with their native builds.
func outputs(r *report, _ int) error {
	output, _ := exec.Command("go", "test", "-count=1", "-json", "-run", "TestRealPrograms|TestCompressAndExpand",
		"./test").Output()
	passed, bad := 0, 0
	for line := range bytes.Lines(output) {
		var event struct{ Action, Test string }
		if err := json.Unmarshal(line, &event); err != nil {
			return fmt.Errorf("go test -json: %w: %s", err, output)
		}
		switch {
		case event.Action == "pass" && event.Test != "":
			passed++
		case event.Action == "fail", event.Action == "skip":
			bad++
		}
	}
	r.add(passed > 0 && bad == 0, "real programs' outputs equal the native ones", "all",
		fmt.Sprintf("%d tests, %d not passed", passed+bad, bad))
	return nil
}

// speed compares with lli on SQLite's speedtest1, all on the same two cores.
func speed(r *report, runs int) error {
	medians, err := bench.Compare(runs, bench.WithoutTimes,
		bench.Orcast([]string{"--speculate", "none"}, "speedtest1", bench.Speedtest...).OnTwoCores(),
		bench.Orcast([]string{"--speculate", "all"}, "speedtest1", bench.Speedtest...).OnTwoCores(),
		bench.LLI([]string{"--jit-kind=mcjit", "-O0"}, "speedtest1", bench.Speedtest...).OnTwoCores(),
		bench.LLI([]string{"--jit-kind=orc-lazy"}, "speedtest1", bench.Speedtest...).OnTwoCores())
	if err != nil {
		return err
	}
	none, all, mcjit, lazy := medians[0].Wall, medians[1].Wall, medians[2].Wall, medians[3].Wall
	r.ratio("speedtest1 on two cores: lli orc-lazy / orcast none", ">=", 4, lazy, none)
	r.ratio("speedtest1 on two cores: orcast all / orcast none", "<=", 1.05, all, none)
	r.ratio("speedtest1 on two cores: better orcast / lli mcjit -O0", "<=", 1, min(none, all), mcjit)
	return nil
}

func (r *report) ratio(claim, relation string, limit float64, above, below time.Duration) {
	ratio := above.Seconds() / below.Seconds()
	ok := ratio <= limit
	if relation == ">=" {
		ok = ratio >= limit
	}
	r.add(ok, claim, fmt.Sprintf("%s %.2f", relation, limit), fmt.Sprintf("%.2f (%.3f/%.3f s)", ratio, above.Seconds(),
		below.Seconds()))
}

// laziness tells whether what is not called costs nothing, and what is called no more in a larger module.
func laziness(r *report, runs int) error {
	var all [4]bench.Sample
	for i, shape := range [][2]int{{800, 800}, {3200, 3200}, {400, 50}, {6400, 50}} {
		program := bench.Synthetic{Functions: shape[0], Called: shape[1], Blocks: 1, Depth: 1, Order: bench.Forward}
		if err := program.Make(); err != nil {
			return err
		}
		medians, err := bench.Compare(runs, bench.AsIs, bench.Orcast([]string{"--speculate", "none"}, program.Name()))
		if err != nil {
			return err
		}
		all[i] = medians[0]
	}
	r.ratio("3,200 small functions, all called / 800", "<=", 4.5, all[1].Wall, all[0].Wall)
	indexing := time.Duration(all[3].Stats.IndexMS * float64(time.Millisecond))
	limit := all[2].Wall*3/2 + indexing
	r.add(all[3].Wall <= limit, "50 called of 6,400: at most 1.5 * (50 of 400) + indexing",
		fmt.Sprintf("<= %.3f s", limit.Seconds()), fmt.Sprintf("%.3f s", all[3].Wall.Seconds()))
	return nil
}

func hello(r *report, runs int) error {
	medians, err := bench.Compare(runs, bench.AsIs, bench.Orcast(nil, "hello"),
		bench.LLI([]string{"--jit-kind=orc-lazy"}, "hello"))
	if err != nil {
		return err
	}
	r.ratio("hello world: orcast / lli orc-lazy", "<=", 1, medians[0].Wall, medians[1].Wall)
	return nil
}

// benchmarks runs those of a package on one core, and returns what they print.
func benchmarks(runs int, pattern, pkg string, environment ...string) ([]byte, error) {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", pattern, "-cpu", "1", "-count", strconv.Itoa(runs), pkg)
	cmd.Env = append(os.Environ(), append(environment, "GOGC=400")...) // as the command sets it
	output, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("the benchmarks of %s: %w\n%s", pkg, err, output)
	}
	return output, nil
}

// reader runs the benchmarks of the bitcode reader on SQLite's module.
func reader(r *report, runs int) error {
	module, err := filepath.Abs(bench.Folder + "speedtest1.bc")
	if err != nil {
		return err
	}
	output, err := benchmarks(runs, "^Benchmark(Index|Decode)$", "./internal/bitcode", "ORCAST_BENCH_BC="+module)
	if err != nil {
		return err
	}
	for _, b := range []struct {
		name, claim string
		limit       float64
	}{
		{"BenchmarkIndex", "indexing SQLite's module on one core, MB/s", 500},
		{"BenchmarkDecode", "decoding all its bodies on one core, MB/s", 60},
	} {
		var rates []float64
		for _, m := range regexp.MustCompile(b.name+`\s.*?([\d.]+) MB/s`).FindAllStringSubmatch(string(output), -1) {
			rate, err := strconv.ParseFloat(strings.TrimSpace(m[1]), 64)
			if err != nil {
				return err
			}
			rates = append(rates, rate)
		}
		if len(rates) == 0 {
			return fmt.Errorf("%s shows no MB/s:\n%s", b.name, output)
		}
		slices.Sort(rates)
		rate := rates[len(rates)/2]
		r.add(rate >= b.limit, b.claim, fmt.Sprintf(">= %.0f", b.limit), fmt.Sprintf("%.0f", rate))
	}
	return nil
}
