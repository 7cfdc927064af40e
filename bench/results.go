package bench

import "time"

// Results are what a suite measured, in the order in which it did. They are kept as a file of lines, one Line each, so
// that a suite that is interrupted loses nothing and can go on.
type Results struct {
	Header      Header
	Builds      []Build
	Objects     []Build // compiling a program to the objects that llvm-jitlink links, in several parts
	Runs        []Run
	Simulations []Simulation
}

// Line is a line of a file of results: one of its fields is set, in the first line it is Header.
type Line struct {
	Header     *Header     `json:"header,omitempty"`
	Build      *Build      `json:"build,omitempty"`
	Objects    *Build      `json:"objects,omitempty"`
	Run        *Run        `json:"run,omitempty"`
	Simulation *Simulation `json:"simulation,omitempty"`
}

// Header says what was measured, where, and by which command. A suite goes on only if its header is the same,
// Command and Began apart.
type Header struct {
	Suite   string    `json:"suite"`   // quick or full
	Command string    `json:"command"` // that repeats it
	Machine string    `json:"machine"` // processor, kernel and memory
	Cores   int       `json:"cores"`   // that the suite could use
	Orcast  string    `json:"orcast"`  // its version, and the SHA-256 of its executable
	LLVM    string    `json:"llvm"`
	Began   time.Time `json:"began"`
}

// Kind says what a Way is, for plots and tables that compare like with like.
type Kind string

// The kinds there are.
const (
	KindNative Kind = "native" // compiled and linked ahead of time from the same bitcode
	KindPeer   Kind = "peer"   // another JIT
	KindOrcast Kind = "orcast"
)

// State is what earlier runs have left for a run of orcast.
type State string

// The states there are.
const (
	Cold        State = "cold"    // nothing
	WithProfile State = "profile" // which functions an equal run called, and when; no code
	Warm        State = "warm"    // that, and code
)

// Way is one way to run a program. Equal ways have equal names.
type Way struct {
	Name   string `json:"name"` // as tables show it, such as "lli orc-lazy, 2 threads" or "orcast auto -O 0, 1 thread"
	Kind   Kind   `json:"kind"`
	Policy string `json:"policy,omitempty"` // of orcast
	// Threads counts compile threads besides the one kept for demands; of a peer all compile threads; 0 for those
	// without.
	Threads int   `json:"threads,omitempty"`
	Effort  int   `json:"effort"`          // of code generation: 0 or 2
	State   State `json:"state,omitempty"` // of orcast
}

// Build is the compiling and linking of a native program from its bitcode.
type Build struct {
	Program string  `json:"program"`
	Effort  int     `json:"effort"`
	WallMS  float64 `json:"wall_ms"`
	CPUMS   float64 `json:"cpu_ms"`
}

// TooSlow begins the Failure of a run that was killed at its time limit, which says as much of the machine as of the
// way.
const TooSlow = "took more than "

// Run is one run of a workload. Times are in milliseconds from the start of the process.
type Run struct {
	Workload string  `json:"workload"`
	Program  string  `json:"program"`
	Way      Way     `json:"way"`
	Round    int     `json:"round"` // from 0; what is of one round ran one after the other
	WallMS   float64 `json:"wall_ms"`
	CPUMS    float64 `json:"cpu_ms"`   // user and system time of all its threads and processes
	FirstMS  float64 `json:"first_ms"` // until the first byte on standard output; 0 if there was none
	// PeakBytes is at least what orcast bench itself has, some 30 MB: for native programs often no more is known.
	PeakBytes int64  `json:"peak_bytes"`
	Stats     *Stats `json:"stats,omitempty"` // of orcast
	// Failure says why the run does not count: it crashed, failed, took too long, or printed something else than the
	// native program. "" if it counts.
	Failure string `json:"failure,omitempty"`
	// Shape is that of the program, if it is one that is made only to be measured.
	Shape *Synthetic `json:"shape,omitempty"`
}

// Simulation is what orcast simulate found for a workload's traced run, by policy and number of threads.
// docs/simulate.md says what the figures are.
type Simulation struct {
	Workload string         `json:"workload"`
	Effort   int            `json:"effort"` // of code generation in the traced run
	Speed    float64        `json:"speed"`  // how much faster compiling was simulated to be, 1 for as it is
	Called   int            `json:"called"` // functions
	StallMS  float64        `json:"stall_ms"`
	WallMS   float64        `json:"wall_ms"`
	Policies []SimulatedRun `json:"policies"`
	Limits   []Limit        `json:"limits"`
}

// SimulatedRun is a run under a policy and with so many threads besides the one kept for demands.
type SimulatedRun struct {
	Policy     string  `json:"policy"`
	Threads    int     `json:"threads"`
	StallMS    float64 `json:"stall_ms"`
	WallMS     float64 `json:"wall_ms"`
	OfNone     float64 `json:"of_none"`  // stall, as a part of that without speculation
	OfBound    float64 `json:"of_bound"` // stall, as a multiple of the bound; 0 if that is 0
	Compiled   int     `json:"compiled"`
	Speculated int     `json:"speculated"`
	Useful     int     `json:"useful"`
	Late       int     `json:"late"`
	Wasted     int     `json:"wasted"`
	Precision  float64 `json:"precision"`
}

// Limit is the least stall there is with so many threads: of the best schedule found, and the bound of all.
type Limit struct {
	Threads     int     `json:"threads"`
	BestMS      float64 `json:"best_ms"`
	BoundMS     float64 `json:"bound_ms"`
	BestOfNone  float64 `json:"best_of_none"`
	BoundOfNone float64 `json:"bound_of_none"`
}
