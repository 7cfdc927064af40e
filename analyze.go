package orcast

import (
	"fmt"
	"time"

	"github.com/ianlancetaylor/demangle"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/readable"
	"github.com/orcast/orcast/internal/sched"
)

// Analysis is what is expected of a program's run before there is one.
type Analysis struct {
	Policy string `json:"policy"` // "" if a heuristic was given
	// Start is what the run is taken to begin with, besides constructors: the name of the entry, or, if the
	// entry is no function of the IR, "functions named by native objects" or "exported functions"; "" if there are none.
	Start   string           `json:"start"`
	Modules []AnalyzedModule `json:"modules"` // in link order

	program *program.Program
	view    *forecast.Program
	names   []FunctionName      // by ID
	at      []*AnalyzedFunction // by ID; nil for others
}

// AnalyzedModule is a module with its functions.
type AnalyzedModule struct {
	Name      string             `json:"name"` // file, archive(member) or file[i]
	Functions []AnalyzedFunction `json:"functions"`
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

// AnalyzedFunction is what is expected of a function. A module has its functions in the order in which they are expected
// to be called first; cold ones come last.
type AnalyzedFunction struct {
	FunctionName
	// Order is the place among the expected functions of all modules, from 1; 0 if nothing is known to call it.
	Order int `json:"order"`
	// Probability is how likely it is called in a run, at most 1; 0 if that is not known.
	Probability float64 `json:"probability"`
	// AfterUS is the time from the start until its first call, in microseconds, as far as that is known.
	AfterUS float64 `json:"after_us"`
	Size    int     `json:"size"` // bytes of bitcode
	// CompileUS is how many microseconds compiling it alone is estimated to take, at effort 0.
	CompileUS float64 `json:"compile_us"`
	Reason    string  `json:"reason"` // why it is expected, in words that go before the name of Cause
	// Cause is the function that Reason is about; nil if there is none.
	Cause    *FunctionName  `json:"cause,omitempty"`
	Cold     bool           `json:"cold,omitempty"`
	Hot      bool           `json:"hot,omitempty"`
	NoReturn bool           `json:"noreturn,omitempty"`
	Startup  bool           `json:"startup,omitempty"` // its section is that of functions called once, early
	Calls    []AnalyzedCall `json:"calls"`             // of functions of the program, in expected order
}

// AnalyzedCall is a function of the program that another one calls, or may call.
type AnalyzedCall struct {
	Callee FunctionName `json:"callee"`
	// Kind is "direct"; "indirect" if this is one of the functions that a pointer may hold; "address" if only the address
	// is passed on or stored.
	Kind string `json:"kind"`
	// Reach is the probability that one call of the caller makes this call at all.
	Reach float64 `json:"reach"`
	// AfterUS is the time from the caller's entry until then, in microseconds.
	AfterUS float64 `json:"after_us"`
	// Frequency is how often one call of the caller makes it.
	Frequency float64 `json:"frequency"`
	Unlikely  bool    `json:"unlikely,omitempty"` // only on the way to cold or unreachable code
}

// AnalysisPolicy is what Analyze shows by default. It looks at control flow, for which auto has no time.
const AnalysisPolicy = "sequence,hints"

// Analyze says which functions a run of a program is expected to call, in which order and why, without running or
// compiling anything. Of the options it uses Inputs, Libraries, Entry, Speculate, Heuristic and Hints. If Entry is "" and
// the inputs have no main, they are analysed as a library is: from the functions that others can call. If Speculate is
// "" it is AnalysisPolicy.
//
// An error says that an input cannot be used.
func Analyze(o Options) (*Analysis, error) {
	if o.Speculate == "" {
		o.Speculate = AnalysisPolicy
	}
	if err := o.complete(); err != nil {
		return nil, err
	}
	p, err := load(o)
	if err != nil {
		return nil, readable.Error(err)
	}
	maker, err := o.maker(forecast.Past{Order: o.Order})
	if err != nil {
		return nil, err
	}
	return newAnalysis(p, forecast.NewProgram(p, o.Hints), o.Speculate, maker), nil
}

func newAnalysis(p *program.Program, view *forecast.Program, policy string, maker forecast.Maker) *Analysis {
	a := &Analysis{Policy: policy, Modules: make([]AnalyzedModule, len(p.Modules)), program: p, view: view,
		names: make([]FunctionName, len(p.Functions)), at: make([]*AnalyzedFunction, len(p.Functions))}
	for id, s := range p.Functions {
		a.names[id] = newName(id, s.Module.Number, s.Name)
	}
	for i, m := range p.Modules {
		a.Modules[i] = AnalyzedModule{Name: m.Name, Functions: []AnalyzedFunction{}, Others: []FunctionName{}}
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

// load reads the inputs. Those of a library need no entry.
func load(o Options) (*program.Program, error) {
	reader := program.Reader{ParseIR: llvm.ParseIR}
	if o.Entry != "" {
		return reader.Load(o.Inputs, o.Libraries, o.Entry)
	}
	p, err := reader.Load(o.Inputs, o.Libraries, "main")
	if err != nil {
		if p, err := reader.Load(o.Inputs, o.Libraries, ""); err == nil {
			return p, nil
		}
	}
	return p, err
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
func (a *Analysis) function(order int, c forecast.Candidate) AnalyzedFunction {
	known := a.view.Function(c.Func)
	var costs sched.Costs
	f := AnalyzedFunction{
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
	f.Calls = make([]AnalyzedCall, len(calls))
	for i, c := range calls {
		f.Calls[i] = AnalyzedCall{Callee: a.names[c.Callee], Kind: callKinds[c.Kind], Reach: c.Reach,
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
