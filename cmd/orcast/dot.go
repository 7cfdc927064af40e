package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/orcast/orcast/analysis"
)

// dotAnalysis prints the call graph of the functions shown to people, as far as they call each other, in the language
// of Graphviz: a cluster for each module.
func dotAnalysis(w io.Writer, a *analysis.Analysis) {
	edges, linked := callEdges(a)
	fmt.Fprintf(w, "digraph calls {\n\trankdir=LR;\n\tnode [shape=box];\n")
	for i := range a.Modules {
		m := &a.Modules[i]
		fmt.Fprintf(w, "\tsubgraph cluster_%d {\n\t\tlabel=%s;\n", i, quoted(m.Name))
		for j := range m.Functions {
			if f := &m.Functions[j]; linked[f.ID] {
				fmt.Fprintf(w, "\t\tf%d [label=%s];\n", f.ID, quoted(f.Short()+"\n"+likely(f.Probability)))
			}
		}
		fmt.Fprint(w, "\t}\n")
	}
	for _, e := range edges {
		fmt.Fprintf(w, "\tf%d -> f%d [label=%s, style=%s];\n", e.from, e.to, quoted(percent(e.reach)), e.style)
	}
	fmt.Fprint(w, "}\n")
}

type callEdge struct {
	from, to int
	reach    float64
	style    string
}

// callEdges are the calls between functions shown to people, one from each caller to each callee, and the functions
// that have any.
func callEdges(a *analysis.Analysis) (edges []callEdge, linked map[int]bool) {
	var callers []*analysis.Function
	known := map[int]bool{}
	for i := range a.Modules {
		for j := range a.Modules[i].Functions {
			if f := &a.Modules[i].Functions[j]; shown(f) {
				known[f.ID] = true
				callers = append(callers, f)
			}
		}
	}
	linked = map[int]bool{}
	for _, f := range callers {
		for _, e := range edgesFrom(f, known) {
			linked[e.from], linked[e.to] = true, true
			edges = append(edges, e)
		}
	}
	return edges, linked
}

// edgesFrom are the edges from a function to those of its callees that are known. Of several calls the most likely one
// counts.
func edgesFrom(f *analysis.Function, known map[int]bool) (edges []callEdge) {
	place := map[int]int{}
	for _, c := range f.Calls {
		if !known[c.Callee.ID] {
			continue
		}
		at, ok := place[c.Callee.ID]
		if !ok {
			at = len(edges)
			place[c.Callee.ID] = at
			edges = append(edges, callEdge{from: f.ID, to: c.Callee.ID})
		}
		if e := &edges[at]; c.Reach > e.reach || e.style == "" {
			e.reach, e.style = c.Reach, styles[c.Kind]
		}
	}
	return edges
}

// styles are how edges look, by kind of call.
var styles = map[string]string{"direct": "solid", "indirect": "dashed", "address": "dotted"}

// dotWidth is about how many letters look well in a node.
const dotWidth = 80

// dotFlow prints the blocks of a function in the language of Graphviz.
func dotFlow(w io.Writer, f *analysis.Flow) {
	fmt.Fprintf(w, "digraph blocks {\n\tlabel=%s;\n\tnode [shape=box];\n", quoted(f.String()))
	for i := range f.Blocks {
		b := &f.Blocks[i]
		label := fmt.Sprintf("%s: %s times, reach %s\n", blockName(b), times(b.Frequency), percent(b.Reach))
		for j := range b.Calls {
			label += callText(&b.Calls[j], dotWidth) + "\n"
		}
		if len(b.Successors) == 0 {
			label += b.Ends + "\n"
		}
		fmt.Fprintf(w, "\tb%d [label=%s];\n", b.Number, quoted(label))
	}
	for i := range f.Blocks {
		for _, e := range f.Blocks[i].Successors {
			fmt.Fprintf(w, "\tb%d -> b%d [label=%s];\n", i, e.Block, quoted(percent(e.Probability)))
		}
	}
	fmt.Fprint(w, "}\n")
}

// quoted is a string in the language of Graphviz. Its lines end with \n.
func quoted(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(printable(line))
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}
