// Package trace is what happened in a run and when, as a file: what was compiled, what was called, and who waited.
//
// Rule: a trace says what was measured and draws no conclusions; docs/trace.md describes the format.
package trace

import (
	"strconv"
	"time"
)

// Trace is a run.
type Trace struct {
	Header    Header
	Functions []Function // those that Units and Calls name, by ID ascending
	Units     []Unit     // in the order in which they ended
	Calls     []Call     // in the order in which they were made
	End       End
}

// Version is that of the format: it grows when a reader of an earlier version would misunderstand.
const Version = 2

// Header is what the run was.
type Header struct {
	Version   int      `json:"version"` // of the format
	Orcast    string   `json:"orcast"`  // version of the build
	LLVM      string   `json:"llvm"`
	Opt       int      `json:"opt"`       // effort of code generation, 0 to 3
	Threads   int      `json:"threads"`   // compile threads besides the one kept for demands
	Cores     int      `json:"cores"`     // that the run could use
	Policy    string   `json:"policy"`    // of speculation; "" for a heuristic that the host brought
	Inputs    []string `json:"inputs"`    // as they were given
	Entry     string   `json:"entry"`     // function that the run starts with; "" for a host's engine
	Modules   []string `json:"modules"`   // names of the modules of IR, in link order
	Functions int      `json:"functions"` // number of functions of the program, whose IDs are less than that
}

// Function is a function that something happened to.
type Function struct {
	ID     int    `json:"id"`
	Name   string `json:"name"`   // as in an object file; may be empty
	Module int    `json:"module"` // position in Header.Modules
	Bytes  int    `json:"bytes"`  // size of its bitcode; 0 for what has no body of its own
	// Miss says why it was compiled though there is a cache; "" if it was not, or without one. See docs/cache.md.
	Miss string `json:"miss,omitempty"`
}

// Reason says why a unit was made.
type Reason string

const (
	Demand      Reason = "demand"      // a thread waited for it, or was certain to
	Speculation Reason = "speculation" // it was expected to be called
	Cached      Reason = "cached"      // an earlier run compiled it: it was only linked
	Data        Reason = "data"        // a module's static data, which has no functions
	Promotion   Reason = "promotion"   // it had code, and got better
)

// Unit is what was compiled, or taken from the cache, in one go.
type Unit struct {
	Functions []int  `json:"functions"` // IDs
	Module    int    `json:"module"`    // position in Header.Modules
	Reason    Reason `json:"reason"`
	// Tier is the kind of code: "O0" to "O3" for that of LLVM, by effort.
	Tier string `json:"tier"`
	// Worker is the thread: 0 is the one kept for demands, 1 to Header.Threads are the others. -1 is whatever makes the
	// program ready to start, and whatever links Cached units; -2 is a host that has a function compiled again.
	Worker int `json:"worker"`
	// Begin and End are wall times. Static data, and what is compiled with it, is linked when the program starts: its
	// End is that of compiling.
	Begin   Time `json:"begin"`
	End     Time `json:"end"`
	Compile Time `json:"compile"` // processor time of generating code
	Link    Time `json:"link"`    // processor time of linking
	Code    int  `json:"code"`    // bytes of machine code; 0 if it was not linked by itself
}

// Call is the first call of a function.
type Call struct {
	Function int  `json:"function"` // ID
	At       Time `json:"at"`
	// Wait is how long the first caller stood; 0 if it did not, still does or never came back.
	Wait    Time `json:"wait"`
	Stalled bool `json:"stalled"` // there was no code
}

// End is how the run ended.
type End struct {
	Exit    int  `json:"exit"`    // exit status, or 128 plus a signal; 0 for a host's engine
	Indexed Time `json:"indexed"` // inputs were read and linked by symbol
	Started Time `json:"started"` // static data was in place, and the program began
	Ended   Time `json:"ended"`   // the program had ended
	Stall   Time `json:"stall"`   // sum of the waits of all threads, also of those that Calls do not have
	Stalls  int  `json:"stalls"`  // number of these waits
}

// Time is a time since the run began, or a length of time. In a file it is a number of microseconds with up to three
// decimal places.
type Time time.Duration

// MarshalJSON implements json.Marshaler.
func (t Time) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(t)/float64(time.Microsecond), 'f', -1, 64), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Time) UnmarshalJSON(text []byte) error {
	const longest = 1e15 // microseconds; some 30 years
	us, err := strconv.ParseFloat(string(text), 64)
	if err != nil || us < 0 || us > longest {
		return &timeError{string(text)}
	}
	*t = Time(us*float64(time.Microsecond) + 0.5)
	return nil
}

type timeError struct{ text string }

func (e *timeError) Error() string { return e.text + " is no number of microseconds" }
