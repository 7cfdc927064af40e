// Package tier names the kinds of code that a function may have.
//
// Rule: it says what there is; which tier a function gets is decided elsewhere.
package tier

// Tier is a code generator and its effort.
type Tier uint8

const (
	// None is that of no code, as of a function that could not be compiled.
	None Tier = iota
	// Baseline is that of the compiler in package baseline.
	Baseline
	// O0 to O3 are LLVM's, by effort.
	O0
	O1
	O2
	O3
)

// LLVM returns LLVM's tier of an effort, 0 to 3.
func LLVM(effort int) Tier { return O0 + Tier(effort) }

// LLVM returns the tier itself if it is LLVM's, else that of LLVM's code which stands beside it.
func (t Tier) LLVM() Tier { return max(t, O0) }

// Effort is the effort that makes code of a tier, 0 to 3.
func (t Tier) Effort() int { return int(t.LLVM() - O0) }

var names = [...]string{None: "none", Baseline: "baseline", O0: "O0", O1: "O1", O2: "O2", O3: "O3"}

// String is the name of a tier in stats and traces.
func (t Tier) String() string { return names[t] }
