package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/orcast/orcast/bench"
)

// ratios are those of a metric under two policies, by workload; workloads that lack one of them are left out.
func ratios(all []outcome, of metric, policy, base string) []float64 {
	var list []float64
	for i := range all {
		if b := find(all, all[i].Workload, base); all[i].Policy == policy && !all[i].again && b != nil {
			list = append(list, of(&all[i])/of(b))
		}
	}
	return list
}

func highest(list []float64) float64 {
	if len(list) == 0 {
		return math.NaN()
	}
	return slices.Max(list)
}

const rowFormat = "| %-12s | %-9s | %8s | %6s | %8s | %6s | %9s | %8s | %6s | %8s | %10s | %10s |\n"

// table shows a row for each outcome.
func table(all []outcome) {
	fmt.Printf(rowFormat, "workload", "policy", "stall ms", "/none", "wall ms", "/none", "precision", "coverage",
		"called", "compiled", "compile ms", "analysis %")
	fmt.Printf(rowFormat, "---", "---", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:")
	for i := range all {
		o := &all[i]
		stalls, walls := math.NaN(), math.NaN()
		if none := find(all, o.Workload, "none"); none != nil {
			stalls, walls = stall(o)/stall(none), wall(o)/wall(none)
		}
		fmt.Printf(rowFormat, o.Workload, o.Policy, bench.Figure(stall(o), 1), bench.Figure(stalls, 2),
			bench.Figure(wall(o), 0), bench.Figure(walls, 2), bench.Figure(precision(o), 2),
			bench.Figure(coverage(o), 2), bench.Figure(called(o), 0), bench.Figure(compiled(o), 0),
			bench.Figure(compileMS(o), 0), bench.Figure(100*analysis(o), 2))
	}
}

// summary shows a row for each policy.
func summary(all []outcome, policies []string) {
	const format = "| %-9s | %11s | %11s | %12s | %11s | %9s | %8s | %10s |\n"
	fmt.Printf(format, "policy", "stall /none", "worst of it", "stall / auto", "wall /none", "precision", "coverage",
		"analysis %")
	fmt.Printf(format, "---", "--:", "--:", "--:", "--:", "--:", "--:", "--:")
	middle := func(list []float64) string { return bench.Figure(bench.Median(list), 2) }
	for _, p := range policies {
		stalls := ratios(all, stall, p, "none")
		fmt.Printf(format, p, middle(stalls), bench.Figure(highest(stalls), 2), middle(ratios(all, stall, p, "auto")),
			middle(ratios(all, wall, p, "none")), middle(every(all, precision, p)), middle(every(all, coverage, p)),
			bench.Figure(100*bench.Median(every(all, analysis, p)), 2))
	}
}

// every gives a metric of all workloads under a policy.
func every(all []outcome, of metric, policy string) []float64 {
	var list []float64
	for i := range all {
		if all[i].Policy == policy && !all[i].again {
			list = append(list, of(&all[i]))
		}
	}
	return list
}

// accept holds the policy auto to what is promised of it; a promise whose policies were not measured is left out. A
// promise that is not kept is an error at the end.
func accept(two, one []outcome) error {
	fmt.Printf("\n%-58s %-12s %-22s\n", "auto, over all workloads", "limit", "measured")
	var r report
	check := func(claim string, limit, measured float64) {
		if !math.IsNaN(measured) {
			r.add(measured <= limit, claim, fmt.Sprintf("<= %.2f", limit), fmt.Sprintf("%.3f", measured))
		}
	}
	stalls := ratios(two, stall, "auto", "none")
	check("stall / none, median", 0.65, bench.Median(stalls))
	check("stall / none, worst", 1, highest(stalls))
	for _, other := range []string{"random", "largest", "all"} {
		check("stall / "+other+", median", 0.85, bench.Median(ratios(two, stall, "auto", other)))
	}
	check("wall / none, median", 1, bench.Median(ratios(two, wall, "auto", "none")))
	if p := bench.Median(every(two, precision, "auto")); !math.IsNaN(p) {
		r.add(p >= 0.6, "precision, median", ">= 0.60", bench.Figure(p, 3))
	}
	check("analysis / compile, processor time, median", 0.03, bench.Median(every(two, analysis, "auto")))
	check("analysis / compile, processor time, worst", 0.03, highest(every(two, analysis, "auto")))
	walls := ratios(one, wall, "auto", "none")
	check("one core: wall / none, median", 1.05, bench.Median(walls))
	check("one core: wall / none, worst", 1.05, highest(walls))
	return r.result()
}
