package forecast

import (
	"sync"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/flow"
	"github.com/orcast/orcast/internal/program"
)

// summary are the calls of a module's functions as its ThinLTO summary has them.
type summary struct {
	once  sync.Once
	calls [][]Call // of each function, by its place in the module; none if there is no summary
}

// The reach that a call is taken to have for what its summary says of it. What a profile calls hot or cold is so
// among all of the program's calls, not among those of its caller: most of what is hot is called each time its caller
// is, but hardly anything that is cold is called at all.
var reachOf = [...]float64{
	bitcode.HotnessUnknown:  0.5, // there is no profile
	bitcode.HotnessCold:     0.02,
	bitcode.HotnessNone:     0.5,
	bitcode.HotnessHot:      0.9,
	bitcode.HotnessCritical: 1,
}

// cyclesPerInstruction is about what an instruction of IR takes on average by the prices of package flow.
const cyclesPerInstruction = 1

// SummaryCalls returns the calls of f by the ThinLTO summary of its module, for which its body is not looked into; none
// if the module has no summary. The result must not be changed.
func (p *Program) SummaryCalls(f Func) []Call {
	s := p.linked.Functions[f]
	if !p.hasSummary(s) || s.Def.Index >= len(p.summaries[s.Module.Number].calls) {
		return nil
	}
	return p.summaries[s.Module.Number].calls[s.Def.Index]
}

// hasSummary says whether the module of a function has a summary, which it reads when first asked.
func (p *Program) hasSummary(s *program.Symbol) bool {
	if s.Kind != program.Function {
		return false
	}
	of := &p.summaries[s.Module.Number]
	of.once.Do(func() { of.calls = p.summarised(s.Module) })
	return of.calls != nil
}

// summarised returns the calls of a module's functions by its summary. One that cannot be read, as it may be newer than
// the code after it, is as good as none.
func (p *Program) summarised(m *program.Module) [][]Call {
	s, err := m.Bitcode.Summary()
	if s == nil || err != nil {
		return nil
	}
	calls := make([][]Call, len(s.Functions))
	for i, f := range s.Functions {
		if f != nil {
			calls[i] = p.summaryCallsOf(m, f)
		}
	}
	return calls
}

// summaryCallsOf has the calls of a function in their order, which is all that the summary says of their time: they are
// taken to stand at equal distances. What the function refers to may be called from its entry on.
func (p *Program) summaryCallsOf(m *program.Module, f *bitcode.FunctionSummary) []Call {
	calls := make([]Call, 0, len(f.Calls))
	distance := float64(f.Instructions) * cyclesPerInstruction / float64(len(f.Calls)+1)
	for i, c := range f.Calls {
		call := flow.Call{Reach: reachOf[c.Hotness], Delay: float64(i+1) * distance,
			Unlikely: c.Hotness == bitcode.HotnessCold}
		call.Frequency = call.Reach
		if f.Frequencies {
			call.Frequency = float64(c.Frequency)
			call.Reach = min(1, call.Frequency)
		}
		calls = p.appendCall(calls, m, &call, c.Callee, Direct, 1)
	}
	for _, s := range f.Refs {
		reach := reachOf[bitcode.HotnessUnknown]
		calls = p.appendCall(calls, m, &flow.Call{Reach: reach, Frequency: reach}, s, Address, 1)
	}
	return calls
}
