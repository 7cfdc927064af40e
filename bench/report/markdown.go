package main

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/orcast/orcast/bench"
)

// intro says where the figures are from, a line each.
func (r *report) intro() []string {
	h := r.Header
	return []string{
		fmt.Sprintf("Suite %s, %s, begun %s.", h.Suite, bench.Count(r.rounds, "round"), h.Began.Format(time.DateTime)),
		fmt.Sprintf("Made by: %s", h.Command),
		fmt.Sprintf("Machine: %s; the suite could use %s.", h.Machine, bench.Count(h.Cores, "core")),
		fmt.Sprintf("Orcast %s, LLVM %s.", h.Orcast, h.LLVM),
		"What is compared ran in turns, and outputs were compared with the native program's before a time counted. " +
			"Figures are medians over the rounds; intervals are of the median, by order statistics.",
	}
}

func (r *report) markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# orcast bench\n\n%s\n", strings.Join(r.intro(), "\n\n"))
	for _, t := range r.tables() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", t.title, t.about)
		b.Write(t.markdown())
	}
	return b.Bytes()
}

func (t table) markdown() []byte {
	var b bytes.Buffer
	line := func(cells []string) {
		for _, c := range cells {
			b.WriteString("| " + strings.NewReplacer("|", "\\|", "\n", " ").Replace(c) + " ")
		}
		b.WriteString("|\n")
	}
	line(t.head)
	rule := make([]string, len(t.head))
	for i := range rule {
		rule[i] = "--:"
		if i < t.texts {
			rule[i] = "---"
		}
	}
	line(rule)
	for _, row := range t.rows {
		line(row)
	}
	return b.Bytes()
}

// plain is a table for a terminal.
func plain(t table) string {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.head}, t.rows...) {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	w.Flush()
	return b.String()
}
