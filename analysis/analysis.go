// Package analysis says what is expected of a program's run before there is one: which functions are called, in which
// order, and where execution goes in each.
//
// Rule: nothing is compiled or run, and what is said is what the forecast of a run is made of.
package analysis

import (
	"fmt"
	"time"

	"github.com/ianlancetaylor/demangle"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/readable"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/tier"
)

// Analysis is what is expected of a program's run before there is one.
type Analysis struct {
	Policy string `json:"policy"` // "" if a heuristic was given
	// Start is what the run is taken to begin with, besides constructors: the name of the entry, or, if the entry is no
	// function of the IR, "functions named by native objects" or "exported functions"; "" if there are none.
	Start   string   `json:"start"`
	Modules []Module `json:"modules"` // in link order

	program *program.Program
	view    *forecast.Program
	names   []FunctionName // by ID
	at      []*Function    // by ID; nil for others
}

// Module is a module with its functions.
type Module struct {
	Name      string     `json:"name"` // file, archive(member) or file[i]
	Functions []Function `json:"functions"`
	// Others are the functions that nothing is known to call, in the module's order.
	Others []FunctionName `json:"others"`
}

// FunctionName names a function.
type FunctionName struct {
	ID     int    `json:"id"`     // number in the program, from 0; -1 if the program does not define it in IR
	Module int    `json:"module"` // position of its module; -1 if the program does not define it in IR
	Name   string `json:"name"`   // as in an object file; may be empty
	// Demangled is the name as C++ or Rust source has it, "" if that is Name.
	Demangled string `json:"demangled,omitempty"`
}

// String is the name for people.
func (n FunctionName) String() string {
	switch {
	case n.Demangled != "":
		return n.Demangled
	case n.Name == "":
		return fmt.Sprintf("unnamed function %d", n.ID)
	}
	return n.Name
}

// Short is String without the parameters and template arguments of C++, which may take many lines.
func (n FunctionName) Short() string {
	if n.Demangled == "" {
		return n.String()
	}
	return demangle.Filter(n.Name, demangle.NoParams, demangle.NoTemplateParams)
}

// Function is what is expected of a function. A module has its functions in the order in which they are expected
// to be called first; cold ones come last.
type Function struct {
	FunctionName
	// Order is the place among the expected functions of all modules, from 1; 0 if nothing is known to call it.
	Order int `json:"order"`
	// Probability is how likely it is called in a run, at most 1; 0 if that is not known.
	Probability float64 `json:"probability"`
	// AfterUS is the time from the start until its first call, in microseconds, as far as that is known.
	AfterUS float64 `json:"after_us"`
	Size    int     `json:"size"` // bytes of bitcode
	// CompileUS is how many microseconds compiling it alone is estimated to take with the baseline compiler.
	CompileUS float64 `json:"compile_us"`
	Reason    string  `json:"reason"` // why it is expected, in words that go before the name of Cause
	// Cause is the function that Reason is about; nil if there is none.
	Cause    *FunctionName `json:"cause,omitempty"`
	Cold     bool          `json:"cold,omitempty"`
	Hot      bool          `json:"hot,omitempty"`
	NoReturn bool          `json:"noreturn,omitempty"`
	Startup  bool          `json:"startup,omitempty"` // its section is that of functions called once, early
	Calls    []Call        `json:"calls"`             // of functions of the program, in expected order
}

// Call is a function of the program that another one calls, or may call.
type Call struct {
	Callee FunctionName `json:"callee"`
	// Kind is "direct"; "indirect" if this is one of the functions that a pointer may hold; "address" if only the
	// address is passed on or stored.
	Kind string `json:"kind"`
	// Reach is the probability that one call of the caller makes this call at all.
	Reach float64 `json:"reach"`
	// AfterUS is the time from the caller's entry until then, in microseconds.
	AfterUS float64 `json:"after_us"`
	// Frequency is how often one call of the caller makes it.
	Frequency float64 `json:"frequency"`
	Unlikely  bool    `json:"unlikely,omitempty"` // only on the way to cold or unreachable code
}

// DefaultPolicy is the policy of Options that name none. It looks at control flow, for which auto has no time.
const DefaultPolicy = "sequence,hints"

// Options say what to analyse. The zero value of every field but Inputs is a sensible default.
type Options struct {
	// Inputs are files of bitcode, textual IR, archives, native objects and shared libraries.
	Inputs []string
	// Libraries are shared libraries that belong to the program, besides those among Inputs.
	Libraries []string
	// Entry is the function that the program starts with; "" means main, or, if the inputs have none, that they are
	// analysed as a library is: from the functions that others can call.
	Entry string
	// Policy is the policy whose forecast is shown, as of a run; "" means DefaultPolicy.
	Policy string
	// Heuristic, if it is not nil, is used in place of a policy.
	Heuristic forecast.Maker
	// Hints says of functions, by name, when and how likely they are called. It comes before what their attributes say.
	Hints map[string]forecast.Hint
	// Order are names of functions in the order in which their first calls are expected, for the policy order.
	Order []string
}

// Analyze says which functions a run of a program is expected to call, in which order and why, without running or
// compiling anything.
//
// An error says that an input or an option cannot be used.
func Analyze(o Options) (*Analysis, error) {
	if o.Policy == "" {
		o.Policy = DefaultPolicy
	}
	maker := o.Heuristic
	if maker != nil {
		o.Policy = ""
	} else {
		var err error
		if maker, err = (forecast.Past{Order: o.Order}).Policy(o.Policy); err != nil {
			return nil, err
		}
	}
	p, err := loader.ReadAny(o.Inputs, o.Libraries, o.Entry)
	if err != nil {
		return nil, readable.Error(err)
	}
	return newAnalysis(p, forecast.NewProgram(p, o.Hints), o.Policy, maker), nil
}

func newAnalysis(p *program.Program, view *forecast.Program, policy string, maker forecast.Maker) *Analysis {
	a := &Analysis{Policy: policy, Modules: make([]Module, len(p.Modules)), program: p, view: view,
		names: make([]FunctionName, len(p.Functions)), at: make([]*Function, len(p.Functions))}
	for id, s := range p.Functions {
		a.names[id] = newName(id, int(s.Module.Number), s.Name)
	}
	for i, m := range p.Modules {
		a.Modules[i] = Module{Name: m.Name, Functions: []Function{}, Others: []FunctionName{}}
	}
	expected := forecast.Static(view, maker)
	a.Start = startOf(view, expected)
	for i, c := range expected {
		m := &a.Modules[p.Functions[c.Func].Module.Number]
		m.Functions = append(m.Functions, a.function(i+1, c))
	}
	for i := range a.Modules {
		for j := range a.Modules[i].Functions {
			f := &a.Modules[i].Functions[j]
			a.at[f.ID] = f
		}
	}
	for id, s := range p.Functions {
		if a.at[id] == nil && s.Kind == program.Function {
			m := &a.Modules[s.Module.Number]
			m.Others = append(m.Others, a.names[id])
		}
	}
	return a
}

// startOf is Analysis.Start.
func startOf(p *forecast.Program, expected []forecast.Candidate) string {
	for _, c := range expected {
		switch c.Reason {
		case forecast.ReasonEntry:
			return p.Function(c.Func).Name
		case forecast.ReasonNative:
			return "functions named by native objects"
		case forecast.ReasonExported:
			return "exported functions"
		}
	}
	return ""
}

// function says what is known of a candidate.
func (a *Analysis) function(order int, c forecast.Candidate) Function {
	known := a.view.Function(c.Func)
	costs := sched.CostsOf(tier.Baseline)
	f := Function{
		FunctionName: a.names[c.Func], Order: order,
		Probability: c.Probability, AfterUS: microseconds(c.After),
		Size: known.Size, CompileUS: microseconds(costs.Unit() + costs.Function(known.Size)),
		Reason: c.Reason,
		Cold:   known.Cold, Hot: known.Hot, NoReturn: known.NoReturn, Startup: known.Startup,
	}
	if c.Cause != forecast.NoFunc {
		f.Cause = &a.names[c.Cause]
	}
	calls := a.view.Calls(c.Func)
	f.Calls = make([]Call, len(calls))
	for i, c := range calls {
		f.Calls[i] = Call{Callee: a.names[c.Callee], Kind: callKinds[c.Kind], Reach: c.Reach,
			AfterUS: microseconds(c.After), Frequency: c.Frequency, Unlikely: c.Unlikely}
	}
	return f
}

var callKinds = [...]string{forecast.Direct: "direct", forecast.Indirect: "indirect", forecast.Address: "address"}

func newName(id, module int, name string) FunctionName {
	n := FunctionName{ID: id, Module: module, Name: name}
	if d := demangle.Filter(name); d != name {
		n.Demangled = d
	}
	return n
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
