package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/orcast/orcast/analysis"
)

// leastShown is the probability from which functions are shown to people.
const leastShown = 0.01

// shown says whether a function is shown to people: it is likely enough, or nobody knows how likely it is.
func shown(f *analysis.Function) bool { return f.Probability == 0 || f.Probability >= leastShown }

// nameFor is a function's name on a terminal of some width, or where the width is 0 and there is room for all of it.
func nameFor(n analysis.FunctionName, width int) string {
	if width > 0 {
		return printable(n.Short())
	}
	return printable(n.String())
}

// reportAnalysis prints a table for each module. Width is that of the terminal, 0 for what is none.
func reportAnalysis(w io.Writer, a *analysis.Analysis, width int) {
	switch {
	case len(a.Modules) == 0:
		fmt.Fprintln(w, "No LLVM IR takes part in the program. Members of archives do only if they are needed.")
	case a.Start == "":
		fmt.Fprintf(w,
			"Starting with nothing: there is no entry in the IR and no function that others can call. Policy: %s.\n",
			a.Policy)
	default:
		fmt.Fprintf(w, "Starting with %s. Policy: %s.\n", printable(a.Start), a.Policy)
	}
	timed := false // some heuristic says when
	for i := range a.Modules {
		for _, f := range a.Modules[i].Functions {
			timed = timed || f.AfterUS > 0
		}
	}
	for i := range a.Modules {
		m := &a.Modules[i]
		t := table{texts: 2, width: width}
		t.row("order", "after", "likely", "size", "compile", "function", "why")
		for j := range m.Functions {
			f := &m.Functions[j]
			if !shown(f) {
				continue
			}
			after := "-"
			if timed || f.Probability == 1 {
				after = duration(f.AfterUS)
			}
			t.row(fmt.Sprint(f.Order), after, likely(f.Probability), size(f.Size), duration(f.CompileUS),
				nameFor(f.FunctionName, width), why(a, f, width))
		}
		reportModule(w, m, &t)
	}
}

// why is the reason for which a function is expected. A function of another module is named with that.
func why(a *analysis.Analysis, f *analysis.Function, width int) string {
	text := f.Reason
	if c := f.Cause; c != nil {
		text += " " + nameFor(*c, width)
		if c.Module != f.Module {
			text += " in " + printable(filepath.Base(a.Modules[c.Module].Name))
		}
	}
	if f.Cold {
		text = "cold, " + text
	}
	return text
}

// reportModule prints a module's table, with a heading and what is not in it.
func reportModule(w io.Writer, m *analysis.Module, t *table) {
	listed := len(t.rows) - 1
	fmt.Fprintf(w, "\n%s: %d of %s expected\n", printable(m.Name), listed,
		count(len(m.Functions)+len(m.Others), "function"))
	if listed > 0 {
		t.print(w)
	}
	if n := len(m.Functions) - listed; n > 0 {
		fmt.Fprintf(w, "and %s less likely than %s\n", count(n, "function"), likely(leastShown))
	}
	if n := len(m.Others); n > 0 {
		fmt.Fprintf(w, "and %s not expected to be called\n", count(n, "function"))
	}
}

// reportFlow prints the blocks of a function and its calls.
func reportFlow(w io.Writer, f *analysis.Flow, width int) {
	fmt.Fprintf(w, "%s in %s\n", printable(f.String()), printable(f.ModuleName))
	fmt.Fprintf(w, "%s, %s, compiled in about %s; ", count(len(f.Blocks), "block"), size(f.Size), duration(f.CompileUS))
	switch {
	case f.Order == 0:
		fmt.Fprint(w, "not expected to be called\n")
	case f.Cause != nil:
		fmt.Fprintf(w, "likely %s, after %s, %s %s\n", likely(f.Probability), duration(f.AfterUS), f.Reason,
			printable(f.Cause.String()))
	default:
		fmt.Fprintf(w, "likely %s, after %s, %s\n", likely(f.Probability), duration(f.AfterUS), f.Reason)
	}
	fmt.Fprintln(w)
	t := table{texts: 1, width: width}
	t.row("block", "times", "reach", "after", "loops", "next, and calls")
	for i := range f.Blocks {
		b := &f.Blocks[i]
		t.row(blockName(b), times(b.Frequency), percent(b.Reach), duration(b.AfterUS), fmt.Sprint(b.Depth), next(b))
		for j := range b.Calls {
			c := &b.Calls[j]
			t.row("", times(c.Frequency), percent(c.Reach), duration(c.AfterUS), "", "  "+callText(c, width))
		}
	}
	t.print(w)
}

func blockName(b *analysis.Block) string {
	if b.Number == 0 {
		return "entry"
	}
	return fmt.Sprint(b.Number)
}

// next is where a block leads to.
func next(b *analysis.Block) string {
	text := b.Ends
	if len(b.Successors) > 0 {
		text = "->"
		for _, e := range b.Successors {
			text += fmt.Sprintf(" %d", e.Block)
			if len(b.Successors) > 1 {
				text += fmt.Sprintf(" (%s)", percent(e.Probability))
			}
		}
	}
	if b.Unlikely {
		text += ", unlikely"
	}
	return text
}

// fewCandidates is how many functions are named that an indirect call may call.
const fewCandidates = 3

// callText is what a call calls, for a terminal of some width.
func callText(c *analysis.FlowCall, width int) string {
	switch {
	case c.Kind == "address":
		return "address of " + nameFor(c.Callee, width)
	case c.Kind != "indirect":
		return "call " + nameFor(c.Callee, width)
	case len(c.Candidates) == 0:
		return "call by pointer"
	}
	var names []string
	for _, n := range c.Candidates[:min(len(c.Candidates), fewCandidates)] {
		names = append(names, nameFor(n, width))
	}
	text := "call by pointer, maybe of " + strings.Join(names, ", ")
	if n := len(c.Candidates) - fewCandidates; n > 0 {
		text += " or " + count(n, "other")
	}
	return text
}

// times is how often something happens.
func times(n float64) string {
	switch {
	case n == 0:
		return "0"
	case n < 0.001:
		return "<0.001"
	}
	return fmt.Sprintf("%.3g", n)
}
