package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/orcast/orcast/bench"
)

// claim is something that holds or not, or that the suite did not measure.
type claim struct {
	what, limit, measured string
	known, holds          bool
}

// The limits of what is claimed.
const (
	agreement   = 0.15 // between simulated and real stalls
	linearity   = 1.5  // between what a called function costs in a large module and in a small one
	startMS     = 500  // until the entry of a module of startSize functions begins
	startSize   = 50000
	auto8       = 0.3 // of the lazy stall that is left with threads8
	threads8    = 8
	smallModule = 1600 // functions of a module from which on fixed costs matter little
)

// claims are what the project promises of these figures.
func (r *report) claims() []claim {
	list := []claim{
		atMost("simulated stalls differ from measured ones, median", agreement, r.disagreement()),
		atMost("a called function costs in the largest module, of what it costs in one of 1,600", linearity,
			r.linearity()),
		atMost(fmt.Sprintf("time to main of a module of %d functions of which 50 are called, ms", startSize), startMS,
			r.start()),
		atMost(fmt.Sprintf("stall of auto with %d simulated threads, of none, median over programs", threads8), auto8,
			r.simulatedAuto()),
	}
	return append(list, r.correctness())
}

// correctness says that no run of orcast fails. One that takes too long is no failure here: that depends on the
// machine.
func (r *report) correctness() claim {
	wrong, all := 0, 0
	for _, w := range r.ways {
		for _, workload := range r.workloads {
			c := r.cells[cellKey{workload, w.Name}]
			if c == nil || w.Kind != bench.KindOrcast {
				continue
			}
			all++
			if c.failure != "" && !strings.HasPrefix(c.failure, bench.TooSlow) {
				wrong++
			}
		}
	}
	return claim{"programs and ways in which orcast fails or prints something else than the native program", "0",
		fmt.Sprintf("%d of %d", wrong, all), all > 0, wrong == 0}
}

func atMost(what string, limit, measured float64) claim {
	return claim{what, "≤ " + number(limit), number(measured), !math.IsNaN(measured), measured <= limit}
}

// linearity is how much more a called function of the largest module costs than one of a small module: when all
// functions are called, in processor time without speculation.
func (r *report) linearity() float64 {
	lazy, ok := r.way("none", 1, 0, bench.Cold)
	if !ok {
		return math.NaN()
	}
	per := map[int]float64{}
	largest := 0
	for _, w := range r.synthetic("all") {
		if each := r.cell(w, lazy).mid(cpu) / float64(r.shape(w).Called); !math.IsNaN(each) {
			per[r.shape(w).Functions] = each
			largest = max(largest, r.shape(w).Functions)
		}
	}
	base, ok := per[smallModule]
	if !ok || largest <= smallModule {
		return math.NaN()
	}
	return per[largest] / base
}

// start is the time to main of the largest module, few of whose functions are called.
func (r *report) start() float64 {
	auto, ok := r.way("auto", 1, 0, bench.Cold)
	if !ok {
		return math.NaN()
	}
	for _, w := range r.synthetic("size") {
		if r.shape(w).Functions == startSize {
			return r.cell(w, auto).mid(mainMS)
		}
	}
	return math.NaN()
}

func (r *report) simulatedAuto() float64 {
	return bench.Median(r.simulated("auto", threads8, 1, func(s bench.SimulatedRun) float64 { return s.OfNone }))
}

// simulated is a figure of simulated runs, by typical workload at an effort of 0.
func (r *report) simulated(policy string, threads int, speed float64,
	f func(bench.SimulatedRun) float64) (list []float64) {
	for _, s := range r.typicalSimulations(speed) {
		for _, run := range s.Policies {
			if run.Policy == policy && run.Threads == threads {
				list = append(list, f(run))
			}
		}
	}
	return list
}

func (r *report) typicalSimulations(speed float64) (list []bench.Simulation) {
	for _, name := range r.typical() {
		for _, s := range r.Simulations {
			if s.Workload == name && s.Effort == 0 && s.Speed == speed {
				list = append(list, s)
			}
		}
	}
	return list
}

// checked compares the simulated and the measured stall of a workload.
type checked struct {
	workload, policy string
	threads          int
	simulated, real  float64 // ms
}

func (c checked) apart() float64 { return math.Abs(c.simulated/c.real - 1) }

// checks are all comparisons that are possible with as many threads as there are cores for: one is the demand worker's.
func (r *report) checks() (list []checked) {
	for _, s := range r.typicalSimulations(1) {
		for _, run := range s.Policies {
			if run.Threads > max(1, r.Header.Cores-1) {
				continue
			}
			w, ok := r.way(run.Policy, run.Threads, 0, bench.Cold)
			if !ok {
				continue
			}
			if real := r.cell(s.Workload, w).mid(stall); real > 0 {
				list = append(list, checked{s.Workload, run.Policy, run.Threads, run.StallMS, real})
			}
		}
	}
	return list
}

func (r *report) disagreement() float64 {
	var list []float64
	for _, c := range r.checks() {
		list = append(list, c.apart())
	}
	return bench.Median(list)
}
