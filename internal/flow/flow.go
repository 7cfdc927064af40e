// Package flow says, for one function, where execution goes and which calls it reaches, in which order.
//
// Rule: an estimate, never a fault. Any body that decodes is analysed, in time close to linear in its size; what
// cannot be known is estimated, and nothing here fails or panics.
//
// The parts, and where they come from:
//
//   - loops: Havlak, "Nesting of reducible and irreducible loops" (1997), over one depth-first search;
//   - branch probabilities: `!prof` weights, or else the rules of Ball and Larus, "Branch prediction for free"
//     (1993), combined as Wu and Larus do in "Static branch frequency and program profile analysis" (1994), with
//     the weights for cold and unreachable code that LLVM documents in BranchProbabilityInfo.h;
//   - frequencies: Wu and Larus, loop by loop from the innermost outwards;
//   - reach probability and delay: ours, see solve.go.
package flow

import (
	"slices"
	"sync"

	"github.com/orcast/orcast/internal/bitcode"
)

// Function is what is known of one function's flow. It is not changed after Analyze.
type Function struct {
	Symbol *bitcode.Symbol
	Blocks []Block // as in Body.Blocks
	// Calls are the calls that can be reached, by rising Delay.
	Calls []Call
	// Cycles is how long a call of the function is expected to take, with callees at a fixed price. It is a
	// rough number, of about optimised code.
	Cycles float64
	Traits Traits
}

// Block is a basic block. One that no path leads to has Frequency and Reach 0.
type Block struct {
	Successors []float64 // the probability of each of Body.Successors, which add up to 1
	Frequency  float64   // how often it is executed per call of the function
	Reach      float64   // the probability that it is executed at least once per call
	Delay      float64   // cycles from the function's entry until it is first executed, if it is
	Depth      int       // how many loops it is in
	Unlikely   bool      // it is on the way to cold or unreachable code, or behind an edge hardly ever taken
}

// Call is a function that is called, or one that may be because its address is taken. All direct calls of one
// function are one Call; so are all places that take its address.
type Call struct {
	Callee *bitcode.Symbol // behind aliases; nil if the call is indirect
	// Type is the function type of an indirect call, in the types of the module.
	Type bitcode.TypeID
	// Address says that the function is not called here: its address is passed on or stored.
	Address   bool
	Inst      uint32  // the earliest place
	Reach     float64 // the probability that it is called at all per call of the function
	Delay     float64 // cycles from the function's entry until the first call, if it is called
	Frequency float64 // calls per call of the function
	Unlikely  bool    // every place is in an unlikely block
}

// Analyze estimates the flow of a function. Any number of goroutines may call it.
func Analyze(b *bitcode.Body) *Function {
	a := scanned(b, new(room))
	a.solveAll()
	return &Function{Symbol: b.Function, Blocks: a.blocks, Calls: a.calls(), Cycles: a.loops[whole].cycles,
		Traits: TraitsOf(b.Function)}
}

// rooms are used again by CallsOf.
var rooms = sync.Pool{New: func() any { return new(room) }}

// CallsOf is Analyze for whoever needs nothing but the calls, which takes less time and memory.
func CallsOf(b *bitcode.Body) []Call {
	r := rooms.Get().(*room)
	defer rooms.Put(r)
	defer r.empty()
	a := scanned(b, r)
	if len(a.sites) == 0 {
		return nil // where it goes does not matter
	}
	a.solveAll()
	return slices.Clone(a.calls())
}

// scanned knows what the instructions say.
func scanned(b *bitcode.Body, r *room) *analysis {
	a := &analysis{room: r, body: b, blocks: take(&r.blocks, len(b.Blocks))}
	a.scan()
	return a
}

// solveAll does the rest, but for the calls.
func (a *analysis) solveAll() {
	a.nest = newNest(a.body, a.room)
	a.predict()
	a.solve()
	a.markUnlikely()
}

// analysis is the state that the parts of Analyze share.
type analysis struct {
	room *room
	*nest
	body   *bitcode.Body
	blocks []Block
	facts  []facts // of blocks
	sites  []site  // by rising instruction
}

// facts are what the instructions of a block say of it.
type facts struct {
	cycles float64 // that one execution takes
	weight float64 // how likely it is to be executed beside another block; see predict.go
	calls  bool    // something other than an intrinsic
	// predecessors is the number of edges to it.
	predecessors uint32
}
