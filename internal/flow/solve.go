package flow

import "math"

// mostTrips bounds how often a loop is taken to go round, as in LLVM.
const mostTrips = 4096

// loopFlow is the flow through a loop. An iteration begins at the header.
type loopFlow struct {
	weight float64 // of what it is left for; see predict.go
	repeat float64 // the probability that an iteration is followed by another
	cycles float64 // that an iteration takes
	exits  []exit  // where it is left, by probabilities that add up to 1

	entered arrival // in an iteration of the loop around it
	count   float64 // iterations per call of the function
}

// arrival is how control gets somewhere in an iteration of a loop.
type arrival struct {
	mass float64 // the expected number of times
	time float64 // cycles from the start of the iteration until then, times mass
}

func (a *arrival) add(mass, time float64) {
	a.mass += mass
	a.time += mass * time
}

// at is the expected time of arrival.
func (a *arrival) at() float64 {
	if a.mass == 0 {
		return 0
	}
	return a.time / a.mass
}

type exit struct {
	to          uint32
	probability float64
}

// duration is how many cycles a loop is expected to take in all.
func (l *loopFlow) duration() float64 { return l.cycles / (1 - l.repeat) }

// solve computes frequency, reach and delay of all blocks and returns the cycles that a call takes.
//
// Loops are solved from the innermost outwards. Within one, the graph of its own blocks and of the loops in it has no
// cycle. So every block is executed at most once in an iteration, and its mass is the probability of that. A loop
// within is one node, which takes its duration and is left by its exits: those of an iteration, scaled to 1.
//
// From that, for a block with probability q in an iteration which is followed by another with probability r: if an
// iteration's end did not depend on whether it has executed the block, the block would be missed in an iteration, and
// another one begun, with m = r(1-q), so that
//
//	reach = q + m·q + m²·q + ... = q/(1-m)
//	delay = time of arrival in an iteration + m/(1-m) · cycles of an iteration
//
// per entry of the loop, and so on for each loop outwards. That is exact outside loops and for what every iteration
// executes; elsewhere it is an approximation. So is that all exits of a loop are taken after its whole duration. A
// delay is a mean over all paths, and says nothing of how far it varies.
func (a *analysis) solve() float64 {
	s := &solver{analysis: a, arrivals: take(&a.room.arrivals, len(a.blocks)), exits: a.room.exits}
	for l := len(a.loops) - 1; l >= 0; l-- {
		s.solveLoop(uint32(l))
	}
	a.loops[whole].count = 1
	for i := range a.loops[1:] {
		l := &a.loops[1+i]
		l.count = a.loops[l.parent].count * l.entered.mass / (1 - l.repeat)
	}
	for _, block := range a.order {
		s.finish(block)
	}
	a.room.exits = s.exits
	return a.loops[whole].cycles
}

type solver struct {
	*analysis
	arrivals []arrival // at blocks, in an iteration of the innermost loop
	exits    []exit    // of all loops
}

// solveLoop computes the flow through one iteration of a loop, when all loops in it are solved.
func (s *solver) solveLoop(id uint32) {
	l := &s.loops[id]
	first := len(s.exits)
	if id == whole {
		if len(s.order) > 0 {
			s.send(id, s.order[0], 1, 0)
		}
	} else {
		s.arrivals[l.header].add(1, 0)
	}
	for _, i := range l.items {
		if i.isLoop {
			inner := &s.loops[i.id]
			mass, end := inner.entered.mass, inner.entered.at()+inner.duration()
			l.cycles += mass * inner.duration()
			for _, e := range inner.exits {
				s.send(id, e.to, mass*e.probability, end)
			}
			continue
		}
		arrival, cycles := s.arrivals[i.id], s.facts[i.id].cycles
		l.cycles += arrival.mass * cycles
		for j, to := range s.body.Successors(int(i.id)) {
			s.send(id, to, arrival.mass*s.blocks[i.id].Successors[j], arrival.at()+cycles)
		}
	}
	l.repeat = min(l.repeat, 1-1.0/mostTrips)
	l.exits = s.exits[first:len(s.exits):len(s.exits)]
	scale(l.exits)
}

// send lets control arrive at a block, in an iteration of a loop.
func (s *solver) send(loop, to uint32, mass, time float64) {
	l := &s.loops[loop]
	switch {
	case mass == 0:
	case to == l.header:
		l.repeat += mass
	case !s.contains(loop, to):
		s.exits = append(s.exits, exit{to, mass})
	case s.loopOf[to] == loop:
		s.arrivals[to].add(mass, time)
	default:
		s.loops[s.inside(loop, to)].entered.add(mass, time)
	}
}

func scale(exits []exit) {
	sum := 0.0
	for _, e := range exits {
		sum += e.probability
	}
	if sum == 0 {
		return
	}
	for i := range exits {
		exits[i].probability /= sum
	}
}

// finish computes what is asked for of a block, when all loops are solved.
func (s *solver) finish(block uint32) {
	id := s.loopOf[block]
	b, at := &s.blocks[block], s.arrivals[block]
	b.Depth = s.loops[id].depth
	b.Frequency = at.mass * s.loops[id].count
	b.Reach, b.Delay = min(at.mass, 1), at.at()
	for id != whole {
		l := &s.loops[id]
		missed := l.repeat * (1 - b.Reach)
		b.Reach = min(b.Reach/(1-missed)*l.entered.mass, 1)
		b.Delay += missed/(1-missed)*l.cycles + l.entered.at()
		id = l.parent
	}
	b.Delay = min(b.Delay, math.MaxFloat64)
}

// improbable is an edge that is hardly ever taken, by branch weights.
const improbable = 0.01

// markUnlikely marks blocks that lead only to cold or unreachable code, if the function as a whole does not, and those
// to which all ways are unlikely.
func (a *analysis) markUnlikely() {
	if len(a.order) == 0 {
		return
	}
	entry := a.order[0]
	likely := take(&a.room.flags, len(a.blocks))
	likely[entry] = true
	for _, block := range a.order {
		if a.facts[block].weight < min(usual, a.facts[entry].weight) {
			likely[block] = false
		}
		a.blocks[block].Unlikely = !likely[block]
		for i, s := range a.body.Successors(int(block)) {
			if likely[block] && a.blocks[block].Successors[i] >= improbable {
				likely[s] = true
			}
		}
	}
}
