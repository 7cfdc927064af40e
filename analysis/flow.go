package analysis

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/flow"
	"github.com/orcast/orcast/internal/program"
)

// Flow is where execution is expected to go in a function.
type Flow struct {
	ModuleName string `json:"module_name"`
	Function
	Blocks []Block `json:"blocks"` // in their order in the function; the first is the entry
}

// Block is a basic block. One that no path leads to has frequency and reach 0.
type Block struct {
	Number    int     `json:"number"`
	Frequency float64 `json:"frequency"` // how often it is executed per call of the function
	Reach     float64 `json:"reach"`     // the probability that it is executed at all
	AfterUS   float64 `json:"after_us"`  // from the function's entry until then, in microseconds
	Depth     int     `json:"depth"`     // how many loops it is in
	Unlikely  bool    `json:"unlikely,omitempty"`
	Ends      string  `json:"ends"` // what ends it, as in textual IR: "br", "switch", "ret"
	// Successors are the blocks that may come next, each once.
	Successors []Edge     `json:"successors"`
	Calls      []FlowCall `json:"calls"`
}

// Edge leads to a block.
type Edge struct {
	Block       int     `json:"block"`
	Probability float64 `json:"probability"`
}

// FlowCall is a call, by the function, of any other one. All calls of a callee by name are one, which stands in the
// block that makes the earliest.
type FlowCall struct {
	Call // of an indirect call Callee is empty
	// Candidates are functions of the program that an indirect call may call, as far as any are known.
	Candidates []FunctionName `json:"candidates,omitempty"`
}

// Flow returns the flow of a function with a body: by its name, mangled or demangled, the latter with or without
// parameters. If several modules have one of their own of that name, "module:name" says which. Errors name functions of
// similar names.
func (a *Analysis) Flow(name string) (*Flow, error) {
	s, err := a.find(name)
	if err != nil {
		return nil, err
	}
	body, err := s.Def.Decode()
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", s.Module.Name, a.names[s.Func], err)
	}
	f := &Flow{ModuleName: s.Module.Name}
	if known := a.at[s.Func]; known != nil {
		f.Function = *known
	} else {
		f.Function = a.function(0, forecast.Candidate{Func: forecast.Func(s.Func), Cause: forecast.NoFunc})
	}
	estimate := flow.Analyze(body)
	for i, b := range estimate.Blocks {
		last := body.Insts[body.Blocks[i].End-1]
		f.Blocks = append(f.Blocks, Block{Number: i, Frequency: b.Frequency, Reach: b.Reach,
			AfterUS: microseconds(forecast.Cycles(b.Delay)), Depth: b.Depth, Unlikely: b.Unlikely,
			Ends: terminators[last.Op], Successors: edges(body.Successors(i), b.Successors), Calls: []FlowCall{}})
	}
	candidates := flow.NewTables(s.Module.Bitcode).Candidates(body)
	for i := range estimate.Calls {
		c := &estimate.Calls[i]
		block := blockOf(body, c.Inst)
		f.Blocks[block].Calls = append(f.Blocks[block].Calls, a.flowCall(s.Module, c, candidates[c.Type]))
	}
	return f, nil
}

// terminators are the instructions that end blocks, as textual IR has them.
var terminators = map[bitcode.Opcode]string{
	bitcode.OpRet: "ret", bitcode.OpBr: "br", bitcode.OpSwitch: "switch", bitcode.OpIndirectBr: "indirectbr",
	bitcode.OpInvoke: "invoke", bitcode.OpCallBr: "callbr", bitcode.OpResume: "resume",
	bitcode.OpUnreachable: "unreachable", bitcode.OpCleanupRet: "cleanupret", bitcode.OpCatchRet: "catchret",
	bitcode.OpCatchSwitch: "catchswitch",
}

// edges joins those that lead to the same block.
func edges(blocks []uint32, probabilities []float64) []Edge {
	list := []Edge{}
	place := map[uint32]int{}
	for i, b := range blocks {
		at, ok := place[b]
		if !ok {
			at = len(list)
			place[b] = at
			list = append(list, Edge{Block: int(b)})
		}
		list[at].Probability += probabilities[i]
	}
	return list
}

func blockOf(b *bitcode.Body, inst uint32) int {
	at, _ := slices.BinarySearchFunc(b.Blocks, inst, func(block bitcode.Block, inst uint32) int {
		if block.End <= inst {
			return -1
		}
		return cmp.Compare(block.First, min(block.First, inst))
	})
	return at
}

func (a *Analysis) flowCall(m *program.Module, c *flow.Call, candidates []*bitcode.Symbol) FlowCall {
	call := FlowCall{Call: Call{Callee: FunctionName{ID: -1, Module: -1}, Kind: callKinds[forecast.Direct],
		Reach: c.Reach, AfterUS: microseconds(forecast.Cycles(c.Delay)), Frequency: c.Frequency,
		Unlikely: c.Unlikely}}
	switch {
	case c.Callee == nil:
		call.Kind = callKinds[forecast.Indirect]
		for _, s := range candidates {
			call.Candidates = append(call.Candidates, a.nameIn(m, s))
		}
		return call
	case c.Address:
		call.Kind = callKinds[forecast.Address]
	}
	call.Callee = a.nameIn(m, c.Callee)
	return call
}

// nameIn names the function that a module's symbol means.
func (a *Analysis) nameIn(m *program.Module, s *bitcode.Symbol) FunctionName {
	if target := m.Ref(s).Symbol; target != nil && target.Func >= 0 {
		return a.names[target.Func]
	}
	return newName(-1, -1, strings.TrimPrefix(s.Name, "\x01"))
}

// find finds the function that a name means to a user.
func (a *Analysis) find(name string) (*program.Symbol, error) {
	for _, fits := range []func(n FunctionName) bool{
		func(n FunctionName) bool { return n.Name == name },
		func(n FunctionName) bool { return n.Demangled == name },
		func(n FunctionName) bool { return withoutParameters(n.Demangled) == name },
	} {
		var found []*program.Symbol
		for id, s := range a.program.Functions {
			if n := a.names[id]; name != "" && s.Kind == program.Function &&
				(fits(n) || name == s.Module.Name+":"+n.Name) {
				found = append(found, s)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return nil, a.ambiguous(name, found)
		}
	}
	return nil, a.unknown(name)
}

// withoutParameters cuts the parameters off a demangled name; "" if there are none.
func withoutParameters(demangled string) string {
	depth := 0
	for i := len(demangled) - 1; i >= 0; i-- {
		switch demangled[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 {
				return demangled[:i]
			}
		}
	}
	return ""
}

// fewNames is how many names an error lists.
const fewNames = 5

func (a *Analysis) ambiguous(name string, found []*program.Symbol) error {
	var list []string
	for _, s := range found[:min(len(found), fewNames)] {
		list = append(list, s.Module.Name+":"+s.Name)
	}
	if len(found) > fewNames {
		list = append(list, fmt.Sprintf("and %d more", len(found)-fewNames))
	}
	return fmt.Errorf("%d functions are called %s; choose one:\n  %s", len(found), name, strings.Join(list, "\n  "))
}

// unknown lists the functions of the most similar names.
func (a *Analysis) unknown(name string) error {
	type near struct {
		name     string
		distance int
	}
	var list []near
	for id, s := range a.program.Functions {
		if s.Kind != program.Function {
			continue
		}
		n := near{a.names[id].String(), len(name)}
		for _, other := range []string{n.name, withoutParameters(n.name), a.names[id].Name} {
			n.distance = min(n.distance, distance(name, other))
		}
		if n.distance <= max(1, len(name)/3) {
			list = append(list, n)
		}
	}
	if len(list) == 0 {
		return errors.New("no function is called " + name + ", or anything like it; without --function all are listed")
	}
	slices.SortStableFunc(list, func(x, y near) int { return cmp.Compare(x.distance, y.distance) })
	var names []string
	for _, n := range list[:min(len(list), fewNames)] {
		names = append(names, n.name)
	}
	return fmt.Errorf("no function is called %s; there is:\n  %s", name, strings.Join(names, "\n  "))
}

// distance is how many letters have to be put in, taken out or replaced to make one name of the other (Levenshtein,
// 1966); 0 for equal ones, and 1 if one is part of the other.
func distance(a, b string) int {
	switch {
	case a == b:
		return 0
	case len(a) > 2 && strings.Contains(strings.ToLower(b), strings.ToLower(a)):
		return 1
	case len(b) > 2*len(a):
		return len(b)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
