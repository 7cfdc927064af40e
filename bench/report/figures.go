package main

import (
	"fmt"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"

	"github.com/orcast/orcast/bench"
)

// figure is one of a run's, NaN if it has none.
type figure func(bench.Run) float64

func wall(r bench.Run) float64 { return r.WallMS }
func cpu(r bench.Run) float64  { return r.CPUMS }
func peak(r bench.Run) float64 { return float64(r.PeakBytes) / 1e6 }

func first(r bench.Run) float64 {
	if r.FirstMS == 0 {
		return math.NaN()
	}
	return r.FirstMS
}

// stat makes a figure of one of orcast's stats.
func stat(of func(*bench.Stats) float64) figure {
	return func(r bench.Run) float64 {
		if r.Stats == nil {
			return math.NaN()
		}
		return of(r.Stats)
	}
}

var (
	stall     = stat(func(s *bench.Stats) float64 { return s.StallMS })
	stallMax  = stat(func(s *bench.Stats) float64 { return s.StallMaxMS })
	mainMS    = stat(func(s *bench.Stats) float64 { return s.MainMS })
	analysis  = stat(func(s *bench.Stats) float64 { return over(s.AnalysisMS, s.CompileMS) })
	precision = stat(func(s *bench.Stats) float64 { return over(float64(s.Useful+s.Late), float64(s.Speculated)) })
	coverage  = stat(func(s *bench.Stats) float64 { return over(float64(s.Useful), float64(s.Called)) })
	wasted    = stat(func(s *bench.Stats) float64 { return float64(s.Wasted) })
	compiled  = stat(func(s *bench.Stats) float64 { return float64(s.Compiled) })
	called    = stat(func(s *bench.Stats) float64 { return float64(s.Called) })
	defined   = stat(func(s *bench.Stats) float64 { return float64(s.Defined) })
	code      = stat(func(s *bench.Stats) float64 { return float64(s.CodeBytes) / 1e3 })
)

// over is NaN if there is no whole.
func over(part, whole float64) float64 {
	if whole == 0 {
		return math.NaN()
	}
	return part / whole
}

// estimate is a median with its confidence interval.
type estimate struct{ mid, low, high float64 }

var unknown = estimate{math.NaN(), math.NaN(), math.NaN()}

func (e estimate) known() bool { return !math.IsNaN(e.mid) }

// needed is how many values an interval of 95 % takes.
const needed = 6

// estimated is the median, and the interval from order statistics as benchstat computes it, which takes no distribution
// for granted (golang.org/x/perf/benchmath, AssumeNothing). With fewer values than that takes it is the span from the
// least to the greatest, in which the median of n values lies with a confidence of 1-2^(1-n).
func estimated(values []float64) estimate {
	values = slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(values) == 0 {
		return unknown
	}
	mid := bench.Median(values)
	if len(values) < needed {
		return estimate{mid, slices.Min(values), slices.Max(values)}
	}
	s := benchmath.AssumeNothing.Summary(benchmath.NewSample(values, &benchmath.DefaultThresholds), 0.95)
	return estimate{mid, s.Lo, s.Hi}
}

// of estimates a figure of the runs of a cell.
func (c *cell) of(f figure) estimate {
	var values []float64
	for _, run := range c.runs {
		values = append(values, f(run))
	}
	return estimated(values)
}

// mid is the median of a figure, NaN if there is none.
func (c *cell) mid(f figure) float64 { return c.of(f).mid }

// ratio estimates a figure of one cell as a part of that of another, by the ratios within each round: what ran in one
// round ran next to each other, so that a change of the machine's speed meets both.
func ratio(part, whole *cell, f figure) estimate {
	var ratios []float64
	for round, run := range part.runs {
		if base, ok := whole.runs[round]; ok {
			ratios = append(ratios, over(f(run), f(base)))
		}
	}
	return estimated(ratios)
}

// medianRatio is the median over workloads of a way's figure as a part of another's.
func (r *report) medianRatio(workloads []string, part, whole bench.Way, f figure) float64 {
	var list []float64
	for _, w := range workloads {
		list = append(list, ratio(r.cell(w, part), r.cell(w, whole), f).mid)
	}
	return bench.Median(list)
}

// median is the median over workloads of a figure.
func (r *report) median(workloads []string, w bench.Way, f figure) float64 {
	var list []float64
	for _, workload := range workloads {
		list = append(list, r.cell(workload, w).mid(f))
	}
	return bench.Median(list)
}

// number shows three digits or so, "-" for none.
func number(n float64) string {
	switch a := math.Abs(n); {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return "-"
	case a >= 100 || a == 0:
		return fmt.Sprintf("%.0f", n)
	case a >= 10:
		return fmt.Sprintf("%.1f", n)
	default:
		return fmt.Sprintf("%.2f", n)
	}
}

// spread shows an estimate with its interval, if there is one.
func (e estimate) String() string {
	if !e.known() || number(e.low) == number(e.high) {
		return number(e.mid)
	}
	return fmt.Sprintf("%s (%s–%s)", number(e.mid), number(e.low), number(e.high))
}
