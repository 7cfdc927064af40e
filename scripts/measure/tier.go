package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/orcast/orcast/bench"
)

// tierFormat is a row of what tier measures of a program.
const tierFormat = "| %-10s | %9s | %8s | %11s | %11s | %7s | %6s | %8s | %9s | %9s | %8s | %8s |\n"

// tier measures what the baseline compiler is beside LLVM at -O0: what compiling takes, how good the code is, and what
// becomes of whole runs.
func tier(runs int) error {
	workloads, err := bench.Named(strings.Fields("speedtest1 sqlite3 lua bzip2 gawk jq minigzip lzip cxx"))
	if err != nil {
		return err
	}
	if err := bench.MakeInputs(); err != nil {
		return err
	}
	compile, err := baselineTimes(runs)
	if err != nil {
		return err
	}
	idle, err := llcTime(runs, "") // of a module with nothing in it
	if err != nil {
		return err
	}
	fmt.Printf("Medians of %d runs, processor time of one core of %s. Compiling: decoding and compiling all functions "+
		"with the baseline compiler; llc-22 -O0 from bitcode to an object, without the %d ms that it takes for an "+
		"empty module. Runs: from bitcode to the end, nothing kept, --generator fast beside llvm, which is what there "+
		"was before the baseline compiler.\n\n", runs, bench.Machine(), idle.Milliseconds())
	fmt.Printf(tierFormat, "program", "functions", "bytes", "baseline ms", "llc -O0 ms", "llc / b", "ns / B",
		"compiled", "baseline", "wall ms", "/ llvm", "memory /")
	fmt.Printf(tierFormat, "---", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:")
	var t tierReport
	for _, w := range workloads {
		llc, err := llcTime(runs, bench.Folder+w.Program+".bc")
		if err != nil {
			return err
		}
		row := tierRow{name: w.Name, baseline: compile[w.Program], llc: llc - idle}
		if err := row.run(w, runs); err != nil {
			return fmt.Errorf("workload %s: %w", w.Name, err)
		}
		t.add(row)
	}
	if err := t.code(runs); err != nil {
		return err
	}
	return t.accept()
}

// tierRow is what is measured of a program.
type tierRow struct {
	name          string
	bytes         int64
	baseline, llc time.Duration // of compiling all functions
	last          bench.Stats
	wall, llvm    float64 // seconds of runs with the baseline compiler and without
	memory        float64 // peak memory of a run, over that without
}

// run has the program run with the baseline compiler and without.
func (r *tierRow) run(w bench.Workload, runs int) error {
	info, err := os.Stat(bench.Folder + w.Program + ".bc")
	if err != nil {
		return err
	}
	r.bytes = info.Size()
	var commands []bench.Command
	for _, generator := range []string{"fast", "llvm"} {
		c, err := w.Keeping("--no-cache", "--no-profile", "--threads", "1", "--generator", generator)
		if err != nil {
			return err
		}
		commands = append(commands, c)
	}
	samples, err := bench.InTurns(runs, w.Steady, commands...)
	if err != nil {
		return err
	}
	wall := func(s bench.Sample) float64 { return s.Wall.Seconds() }
	memory := func(s bench.Sample) float64 { return float64(s.Stats.PeakRSSBytes) }
	r.last = samples[0][0].Stats
	r.wall, r.llvm = byWay(samples).of(0, wall), byWay(samples).of(1, wall)
	r.memory = byWay(samples).of(0, memory) / byWay(samples).of(1, memory)
	return nil
}

// perByte is nanoseconds of compiling for each byte of the module.
func (r *tierRow) perByte() float64 { return float64(r.baseline) / float64(r.bytes) }

// tierReport is what is measured of all programs.
type tierReport struct {
	rows []tierRow
	ours []float64 // processor time of long runs, over that of code by LLVM at -O0
}

func (t *tierReport) add(r tierRow) {
	t.rows = append(t.rows, r)
	ms := func(d time.Duration) string { return bench.Figure(1e3*d.Seconds(), 1) }
	fmt.Printf(tierFormat, r.name, fmt.Sprint(r.last.Defined), fmt.Sprint(r.bytes), ms(r.baseline), ms(r.llc),
		bench.Figure(r.llc.Seconds()/r.baseline.Seconds(), 1), bench.Figure(r.perByte(), 0),
		fmt.Sprint(r.last.Compiled), fmt.Sprint(r.last.Tiers["baseline"]), bench.Figure(1e3*r.wall, 0),
		bench.Figure(r.wall/r.llvm, 2), bench.Figure(r.memory, 2))
}

// code compares long runs with those of the same programs compiled by LLVM at -O0 before.
func (t *tierReport) code(runs int) error {
	list, err := bench.Named([]string{"speedtest1", "lua"})
	if err != nil {
		return err
	}
	list[0].Args = []string{"--size", "50", ":memory:"}
	list[1].Args, list[1].Stdin = []string{"scripts/workloads/inputs/busy.lua"}, ""
	fmt.Println()
	for _, w := range list {
		if _, err := bench.BuildNative(context.Background(), w, 0); err != nil {
			return err
		}
		c, err := w.Keeping("--no-cache", "--no-profile", "--speculate", "none")
		if err != nil {
			return err
		}
		samples, err := bench.InTurns(runs, w.Steady, w.Native(), w.NativeAt(0), c)
		if err != nil {
			return err
		}
		cpu := func(way int) float64 {
			return byWay(samples).of(way, func(s bench.Sample) float64 { return s.CPU.Seconds() })
		}
		fmt.Printf("%s %s: native -O2 %.3f s, native -O0 %.3f s, orcast %.3f s, compiling included\n", w.Name,
			strings.Join(w.Args, " "), cpu(0), cpu(1), cpu(2))
		t.ours = append(t.ours, cpu(2)/cpu(1))
	}
	fmt.Println()
	return nil
}

// accept says which promises hold here. Of the time for a byte nothing is promised: it is the machine's.
func (t *tierReport) accept() error {
	var r report
	var faster, walls, memory []float64
	compiled, quick := 0, 0
	for _, row := range t.rows {
		faster = append(faster, row.llc.Seconds()/row.baseline.Seconds())
		walls, memory = append(walls, row.wall/row.llvm), append(memory, row.memory)
		compiled, quick = compiled+row.last.Compiled, quick+row.last.Tiers["baseline"]
	}
	limit := func(value float64, relation string, limit float64, claim string) {
		r.add(relation == "<=" && value <= limit || relation == ">=" && value >= limit, claim,
			fmt.Sprintf("%s %.2f", relation, limit), fmt.Sprintf("%.2f", value))
	}
	limit(bench.Median(faster), ">=", 14, "compiling: llc -O0 / baseline, median")
	limit(float64(quick)/float64(max(1, compiled)), ">=", 0.99, "compiled by the baseline compiler / compiled")
	limit(t.ours[0], "<=", 1, "speedtest1 --size 50: orcast / native -O0")
	limit(t.ours[1], "<=", 1, "lua: orcast / native -O0")
	limit(t.rows[0].wall/t.rows[0].llvm, "<=", 0.35, "speedtest1, cold: / LLVM for first calls")
	limit(bench.Median(walls), "<=", 0.45, "cold runs: / LLVM for first calls, median")
	limit(highest(memory), "<=", 1, "peak memory of a cold run: / LLVM for first calls, worst")
	return r.result()
}

// baselineTimes are what the baseline compiler takes for all functions of the programs.
func baselineTimes(runs int) (map[string]time.Duration, error) {
	output, err := benchmarks(runs, "^BenchmarkCompile$", "./internal/baseline")
	if err != nil {
		return nil, err
	}
	all := map[string][]float64{}
	for _, m := range regexp.MustCompile(`BenchmarkCompile/(\S+)\s+\d+\s+(\d+) ns/op`).FindAllSubmatch(output, -1) {
		ns, err := strconv.ParseFloat(string(m[2]), 64)
		if err != nil {
			return nil, err
		}
		all[string(m[1])] = append(all[string(m[1])], ns)
	}
	times := map[string]time.Duration{}
	for name, list := range all {
		times[name] = time.Duration(bench.Median(list))
	}
	return times, nil
}

// llcTime is the processor time that LLVM takes from a file of bitcode to an object at -O0; "" is an empty module.
func llcTime(runs int, file string) (time.Duration, error) {
	var list []float64
	for range runs {
		cmd := exec.Command("llc-22", "-O0", "-filetype=obj", "-relocation-model=pic", "-o", os.DevNull)
		cmd.Stdin = strings.NewReader("")
		if file != "" {
			cmd.Stdin = nil
			cmd.Args = append(cmd.Args, file)
		}
		var message bytes.Buffer
		cmd.Stderr = &message
		if err := cmd.Run(); err != nil {
			return 0, fmt.Errorf("%q: %w: %s", cmd.Args, err, message.Bytes())
		}
		list = append(list, float64(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()))
	}
	return time.Duration(bench.Median(list)), nil
}
