package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/orcast/orcast/bench"
)

// table is shown as Markdown and as HTML.
type table struct {
	title string
	about string // how to read it
	head  []string
	rows  [][]string
	texts int // leading columns that hold texts, which stand at the left
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// tables are all there are, in the order in which they are shown. Those without rows are left out.
func (r *report) tables() []table {
	list := []table{claimsTable(r.claims()), r.peersTable(), r.policiesTable(), r.programsTable(), r.costsTable(),
		r.syntheticTable(), r.simulationTable(), r.fasterTable(), r.checksTable(), r.lossesTable(), r.buildsTable(),
		r.failuresTable()}
	return slices.DeleteFunc(list, func(t table) bool { return len(t.rows) == 0 })
}

func claimsTable(claims []claim) table {
	t := table{title: "What is claimed", about: "Whether this run bears out what the project says of itself.",
		head: []string{"claim", "limit", "measured", ""}, texts: 1}
	for _, c := range claims {
		verdict := "does not hold"
		switch {
		case !c.known:
			verdict = "not measured"
		case c.holds:
			verdict = "holds"
		}
		t.row(c.what, c.limit, c.measured, verdict)
	}
	return t
}

// peersTable compares ways that users have.
func (r *report) peersTable() table {
	t := table{title: "Against every alternative", texts: 1,
		about: "Wall time of the whole process, in ms, from the same bitcode, and in parentheses how many times that " +
			"of the native program that clang -O2 made ahead of time. A peer that crashes, errs, prints something " +
			"else or takes too long is shown as that. llvm-jitlink links objects that were compiled before; native " +
			"programs were compiled and linked before."}
	ways := r.shown()
	native, ok := r.native(2)
	t.head = []string{"program"}
	for _, w := range ways {
		t.head = append(t.head, w.Name)
	}
	for _, workload := range r.real() {
		row := []string{workload}
		for _, w := range ways {
			c := r.cell(workload, w)
			text := number(c.mid(wall))
			switch {
			case c.failure != "":
				text = brief(c.failure)
			case ok && w != native && len(c.runs) > 0:
				text += fmt.Sprintf(" (%s)", number(ratio(c, r.cell(workload, native), wall).mid))
			}
			row = append(row, text)
		}
		t.row(row...)
	}
	return t
}

// shown are the ways that peers are compared with: native programs, all peers with one thread count each, and orcast's
// main ones, with one compile thread.
func (r *report) shown() (list []bench.Way) {
	most := map[string]int{} // threads, by what a peer is otherwise
	for _, w := range r.ways {
		if w.Kind == bench.KindPeer {
			most[stem(w)] = max(most[stem(w)], w.Threads)
		}
	}
	for _, w := range r.ways {
		switch w.Kind {
		case bench.KindNative:
			list = append(list, w)
		case bench.KindPeer:
			if w.Threads == most[stem(w)] {
				list = append(list, w)
			}
		case bench.KindOrcast:
			if w.Threads == 1 && (w.Policy == "auto" || w.Policy == "none" && w.State == bench.Cold) {
				list = append(list, w)
			}
		}
	}
	return list
}

// stem is a way's name without its threads.
func stem(w bench.Way) string {
	if i := strings.LastIndex(w.Name, ","); i >= 0 && w.Threads > 0 {
		return w.Name[:i]
	}
	return w.Name
}

// brief is a failure in few words.
func brief(failure string) string {
	failure, _, _ = strings.Cut(failure, "\n")
	const most = 48
	if runes := []rune(failure); len(runes) > most {
		failure = string(runes[:most-1]) + "…"
	}
	return failure
}

// orcastWays are those at an effort, by policy and state, and then by threads.
func (r *report) orcastWays() []bench.Way {
	var list []bench.Way
	for _, w := range r.ways {
		if w.Kind == bench.KindOrcast {
			list = append(list, w)
		}
	}
	return list
}

// policiesTable compares policies with the same number of threads and at the same effort.
func (r *report) policiesTable() table {
	t := table{title: "Policies of speculation", texts: 1,
		about: "Medians over the typical runs of programs. Stall is the time that the program waits for code, CPU " +
			"the processor time of all threads and processes; both, and wall time, are parts of those of the policy " +
			"none with as many threads at the same effort. Precision is the part of what was compiled ahead that was " +
			"called; coverage is the part of what was called that was ready in time.",
		head: []string{"orcast", "threads", "-O", "stall / none", "wall / none", "CPU / none", "precision", "coverage",
			"wasted", "analysis, % of compiling", "programs"}}
	ways := r.orcastWays()
	slices.SortStableFunc(ways, func(a, b bench.Way) int {
		return cmp.Or(cmp.Compare(a.Effort, b.Effort), cmp.Compare(a.Threads, b.Threads))
	})
	typical := r.typical()
	for _, w := range ways {
		none, ok := r.way("none", w.Threads, w.Effort, bench.Cold)
		if !ok {
			continue
		}
		programs := 0
		for _, workload := range typical {
			if len(r.cell(workload, w).runs) > 0 {
				programs++
			}
		}
		if programs == 0 {
			continue
		}
		t.row(label(w), fmt.Sprint(w.Threads), fmt.Sprint(w.Effort), number(r.medianRatio(typical, w, none, stall)),
			number(r.medianRatio(typical, w, none, wall)), number(r.medianRatio(typical, w, none, cpu)),
			number(r.median(typical, w, precision)), number(r.median(typical, w, coverage)),
			number(r.median(typical, w, wasted)), number(100*r.median(typical, w, analysis)), fmt.Sprint(programs))
	}
	return t
}

// label is a way of orcast by its policy and state.
func label(w bench.Way) string {
	if w.State == bench.Cold || w.State == "" {
		return w.Policy
	}
	return w.Policy + ", " + string(w.State)
}

// programsTable shows what auto does for each program.
func (r *report) programsTable() table {
	t := table{title: "The default policy, program by program", texts: 1,
		about: "orcast run with auto, nothing kept from earlier runs, -O 0 and one compile thread beside the demand " +
			"worker; in parentheses the interval of the median. Ratios are to the policy none, round by round.",
		head: []string{"program", "functions defined", "called", "compiled", "wasted", "stall of none, ms",
			"stall, ms", "stall / none", "wall / none", "precision"}}
	auto, ok := r.way("auto", 1, 0, bench.Cold)
	none, both := r.way("none", 1, 0, bench.Cold)
	if !ok || !both {
		return t
	}
	for _, workload := range r.real() {
		c, base := r.cell(workload, auto), r.cell(workload, none)
		if len(c.runs) == 0 {
			continue
		}
		t.row(workload, number(c.mid(defined)), number(c.mid(called)), number(c.mid(compiled)), number(c.mid(wasted)),
			base.of(stall).String(), c.of(stall).String(), ratio(c, base, stall).String(),
			ratio(c, base, wall).String(), number(c.mid(precision)))
	}
	return t
}

// costsTable shows the other costs of the same runs.
func (r *report) costsTable() table {
	t := table{title: "Start, processor time and memory", texts: 1,
		about: "The same runs: until main begins and until the first byte of output (from the start of the process; " +
			"programs hold output back until a buffer is full), the longest single stall, processor time of all " +
			"threads and processes beside that of the native program, machine code, and the peak of resident memory, " +
			"in which memory that both processes have mapped counts twice.",
		head: []string{"program", "main, ms", "first output, ms", "native: first output, ms", "longest stall, ms",
			"CPU, ms", "native: CPU, ms", "code, kB", "peak memory, MB", "native: peak, MB"}}
	auto, ok := r.way("auto", 1, 0, bench.Cold)
	native, _ := r.native(2)
	if !ok {
		return t
	}
	for _, workload := range r.real() {
		c, n := r.cell(workload, auto), r.cell(workload, native)
		if len(c.runs) == 0 {
			continue
		}
		t.row(workload, number(c.mid(mainMS)), number(c.mid(first)), number(n.mid(first)), number(c.mid(stallMax)),
			number(c.mid(cpu)), number(n.mid(cpu)), number(c.mid(code)), number(c.mid(peak)), number(n.mid(peak)))
	}
	return t
}

// groups are the kinds of programs that are made to be measured, and what varies in them.
var groups = []struct{ name, title string }{
	{"size", "50 called, of"}, {"all", "all called, of"}, {"share", "of 3,200, called:"},
	{"depth", "800 of 3,200 called, depth"}, {"function size", "400 of 1,600 called, blocks"},
	{"order", "800 of 3,200 called, in order"},
}

// varied is what varies in a group.
func varied(s *bench.Synthetic) float64 {
	switch s.Group {
	case "share":
		return float64(s.Called)
	case "depth":
		return float64(s.Depth)
	case "function size":
		return float64(s.Blocks)
	}
	return float64(s.Functions)
}

func (r *report) syntheticTable() table {
	t := table{title: "Scaling", texts: 1, head: []string{"functions"},
		about: "Wall time in ms of programs that are made to be measured: functions of some five instructions, -O 0, " +
			"one compile thread."}
	ways := r.syntheticWays()
	for _, w := range ways {
		t.head = append(t.head, w.Name)
	}
	for _, g := range groups {
		for _, workload := range r.synthetic(g.name) {
			s := r.shape(workload)
			what := number(varied(s))
			if g.name == "order" {
				what = string(s.Order)
			}
			row := []string{g.title + " " + what}
			for _, w := range ways {
				c := r.cell(workload, w)
				text := number(c.mid(wall))
				if c.failure != "" {
					text = brief(c.failure)
				}
				row = append(row, text)
			}
			t.row(row...)
		}
	}
	return t
}

// syntheticWays are those in which such programs ran.
func (r *report) syntheticWays() (list []bench.Way) {
	for _, w := range r.ways {
		if slices.ContainsFunc(r.workloads, func(workload string) bool {
			c := r.cells[cellKey{workload, w.Name}]
			return c != nil && c.shape != nil
		}) {
			list = append(list, w)
		}
	}
	return list
}

// simulatedThreads and simulatedPolicies are those of simulations at a speed, in order.
func (r *report) simulatedThreads(speed float64) (threads []int) {
	for _, s := range r.typicalSimulations(speed) {
		for _, l := range s.Limits {
			if !slices.Contains(threads, l.Threads) {
				threads = append(threads, l.Threads)
			}
		}
	}
	slices.Sort(threads)
	return threads
}

func (r *report) simulatedPolicies(speed float64) (policies []string) {
	for _, s := range r.typicalSimulations(speed) {
		for _, run := range s.Policies {
			if !slices.Contains(policies, run.Policy) {
				policies = append(policies, run.Policy)
			}
		}
	}
	return policies
}

// limits are figures of the least stall there is.
func (r *report) limits(threads int, f func(bench.Limit) float64) (list []float64) {
	for _, s := range r.typicalSimulations(1) {
		for _, l := range s.Limits {
			if l.Threads == threads {
				list = append(list, f(l))
			}
		}
	}
	return list
}

func (r *report) simulationTable() table {
	t := table{title: "With more cores: simulated", texts: 1, head: []string{"policy"},
		about: "Stall as a part of that without speculation, by number of compile threads with a core for each; in " +
			"parentheses how many times the bound, which no schedule can get below. Medians over the typical runs, " +
			"-O 0. best is the best schedule found by one who knows which functions will be called. docs/simulate.md " +
			"says what is modelled."}
	threads := r.simulatedThreads(1)
	for _, n := range threads {
		t.head = append(t.head, bench.Count(n, "thread"))
	}
	for _, policy := range r.simulatedPolicies(1) {
		row := []string{policy}
		for _, n := range threads {
			row = append(row, fmt.Sprintf("%s (%s)",
				number(bench.Median(r.simulated(policy, n, 1, func(s bench.SimulatedRun) float64 { return s.OfNone }))),
				number(bench.Median(r.simulated(policy, n, 1, ofBound)))))
		}
		t.row(row...)
	}
	if len(threads) == 0 {
		return t
	}
	best, bound := []string{"(best)"}, []string{"(bound)"}
	for _, n := range threads {
		best = append(best, fmt.Sprintf("%s (%s)",
			number(bench.Median(r.limits(n, func(l bench.Limit) float64 { return l.BestOfNone }))),
			number(bench.Median(r.limits(n, func(l bench.Limit) float64 { return over(l.BestMS, l.BoundMS) })))))
		bound = append(bound, number(bench.Median(r.limits(n, func(l bench.Limit) float64 { return l.BoundOfNone }))))
	}
	t.row(best...)
	t.row(bound...)
	return t
}

// ofBound is a stall as a multiple of the bound, NaN if that is 0.
func ofBound(s bench.SimulatedRun) float64 {
	if s.OfBound == 0 {
		return math.NaN()
	}
	return s.OfBound
}

// fasterTable answers what if compiling took less.
func (r *report) fasterTable() table {
	t := table{title: "If compiling were ten times faster: simulated", texts: 1,
		about: "Stall as a part of what the program waits without speculation and with the compiler as it is, one " +
			"compile thread; medians over the typical runs.",
		head: []string{"policy", "threads", "as it is", "ten times faster"}}
	const speed = 10
	for _, policy := range r.simulatedPolicies(speed) {
		for _, n := range r.simulatedThreads(speed) {
			t.row(policy, fmt.Sprint(n), number(bench.Median(r.ofLazy(policy, n, 1))),
				number(bench.Median(r.ofLazy(policy, n, speed))))
		}
	}
	return t
}

// ofLazy are stalls as parts of those without speculation, with one thread and as fast as compiling is.
func (r *report) ofLazy(policy string, threads int, speed float64) (list []float64) {
	lazy := map[string]float64{}
	for _, s := range r.typicalSimulations(1) {
		for _, run := range s.Policies {
			if run.Policy == "none" && run.Threads == 1 {
				lazy[s.Workload] = run.StallMS
			}
		}
	}
	for _, s := range r.typicalSimulations(speed) {
		for _, run := range s.Policies {
			if run.Policy == policy && run.Threads == threads {
				list = append(list, over(run.StallMS, lazy[s.Workload]))
			}
		}
	}
	return list
}

// checksTable says how good simulations are.
func (r *report) checksTable() table {
	t := table{title: "Simulated beside measured", texts: 1,
		about: "How far simulated stalls are from measured ones, |simulated / measured − 1|, over the typical " +
			"runs, for the numbers of threads that this machine has cores for.",
		head: []string{"policy", "threads", "apart, median", "apart, most",
			"simulated / measured, median", "programs"}}
	type group struct {
		policy  string
		threads int
	}
	var groups []group
	apart, rate := map[group][]float64{}, map[group][]float64{}
	var all []float64
	for _, c := range r.checks() {
		g := group{c.policy, c.threads}
		if apart[g] == nil {
			groups = append(groups, g)
		}
		apart[g], rate[g] = append(apart[g], c.apart()), append(rate[g], c.simulated/c.real)
		all = append(all, c.apart())
	}
	for _, g := range groups {
		t.row(g.policy, fmt.Sprint(g.threads), number(bench.Median(apart[g])), number(slices.Max(apart[g])),
			number(bench.Median(rate[g])), fmt.Sprint(len(apart[g])))
	}
	if len(all) > 0 {
		t.row("all", "", number(bench.Median(all)), number(slices.Max(all)), "", "")
	}
	return t
}

// loss is a case in which orcast's default is slower than another way.
type loss struct {
	workload, way string
	times         float64
}

// lossesTable is all cases in which orcast's default lost.
func (r *report) lossesTable() table {
	t := table{title: "Where orcast loses", texts: 2,
		about: "Cases in which the default, orcast auto -O 0 with one compile thread and nothing kept, takes longer " +
			"than another JIT or than orcast without speculation: by how many times. Native programs are not " +
			"counted, nor runs of objects that were compiled before.",
		head: []string{"program", "is faster", "times"}}
	auto, ok := r.way("auto", 1, 0, bench.Cold)
	if !ok {
		return t
	}
	var losses []loss
	for _, workload := range r.workloads {
		for _, w := range r.ways {
			if w.Kind == bench.KindNative || strings.Contains(w.Name, "jitlink") || w.Kind == bench.KindOrcast &&
				(w.Policy != "none" || w.Threads != 1 || w.Effort != 0) {
				continue
			}
			if times := ratio(r.cell(workload, auto), r.cell(workload, w), wall); times.mid > 1.02 {
				losses = append(losses, loss{workload, w.Name, times.mid})
			}
		}
	}
	slices.SortStableFunc(losses, func(a, b loss) int { return cmp.Compare(b.times, a.times) })
	for _, l := range losses {
		t.row(l.workload, l.way, number(l.times))
	}
	return t
}

// buildsTable is what making the native programs took.
func (r *report) buildsTable() table {
	t := table{title: "Compiling and linking natively", texts: 1,
		about: "Wall time in ms of clang on the whole program's bitcode, on one core: what a native run takes " +
			"besides, if the program was not there yet.",
		head: []string{"program", "-O0", "-O2", "objects for llvm-jitlink"}}
	var programs []string
	times := map[string]map[int]float64{}
	objects := map[string]float64{}
	note := func(program string) {
		if times[program] == nil {
			times[program] = map[int]float64{0: math.NaN(), 2: math.NaN()}
			objects[program] = math.NaN()
			programs = append(programs, program)
		}
	}
	for _, b := range r.Builds {
		note(b.Program)
		times[b.Program][b.Effort] = b.WallMS
	}
	for _, b := range r.Objects {
		note(b.Program)
		objects[b.Program] = b.WallMS
	}
	for _, p := range programs {
		t.row(p, number(times[p][0]), number(times[p][2]), number(objects[p]))
	}
	return t
}

// failuresTable is all ways that failed, with what was said.
func (r *report) failuresTable() table {
	t := table{title: "What failed", texts: 3,
		about: "Runs that are in no figure; what failed alike with several numbers of threads has one line.",
		head:  []string{"program", "way", "why"}}
	shown := map[[3]string]bool{}
	for _, workload := range r.workloads {
		for _, w := range r.ways {
			row := [3]string{workload, stem(w), brief(r.cell(workload, w).failure)}
			if row[2] != "" && !shown[row] {
				shown[row] = true
				t.row(row[:]...)
			}
		}
	}
	return t
}
