package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// table is text in columns. The last ones, as many as texts says, begin at their left and are cut to fit; the
// others are numbers and end at their right.
type table struct {
	texts int
	width int // of the terminal, 0 for what is none: nothing is cut then
	rows  [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// widest is how wide a column of texts gets that others follow, if there is no terminal to fit into.
const widest = 60

func (t *table) print(w io.Writer) {
	if len(t.rows) == 0 {
		return
	}
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	numbers := len(widths) - t.texts
	t.fit(widths, numbers)
	for _, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			if t.width > 0 && i >= numbers {
				cell = cut(cell, widths[i])
			}
			if i < numbers {
				fmt.Fprintf(&line, "%*s", widths[i], cell)
			} else {
				fmt.Fprintf(&line, "%-*s", widths[i], cell)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// fit makes the columns of texts as wide as the terminal has room for. Of two, the first one gets three fifths of it,
// or what the second does not need.
func (t *table) fit(widths []int, numbers int) {
	if t.width == 0 {
		for i := numbers; i < len(widths)-1; i++ {
			widths[i] = min(widths[i], widest)
		}
		return
	}
	room := t.width
	for i, width := range widths {
		if i > 0 {
			room -= 2
		}
		if i < numbers {
			room -= width
		}
	}
	last := len(widths) - 1
	for i := numbers; i < last; i++ {
		widths[i] = max(min(widths[i], max(room*3/5, room-widths[last])), len(omission))
		room -= widths[i]
	}
	widths[last] = max(min(widths[last], room), len(omission))
}

const omission = "..."

// cut shortens a text to a width.
func cut(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	runes := []rune(s)
	return string(runes[:width-len(omission)]) + omission
}

// printJSON prints what --json asks for.
func printJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// count says how many there are of something.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// likely is a probability, "-" if it is not known.
func likely(p float64) string {
	if p == 0 {
		return "-"
	}
	return percent(p)
}

// percent is a probability that is known.
func percent(p float64) string {
	switch {
	case p == 0:
		return "0 %"
	case p < 0.00095:
		return "<0.1 %"
	case p < 0.0995:
		return fmt.Sprintf("%.1f %%", 100*p)
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}

// duration is a time of so many microseconds.
func duration(us float64) string {
	if us < 1 {
		return scaled(1000*us, 1, "ns")
	}
	return scaled(us, 1000, "us", "ms", "s")
}

// size is a number of bytes.
func size(bytes int) string { return scaled(float64(bytes), 1000, "B", "kB", "MB", "GB") }

// scaled writes a value in the unit that leaves few digits, each unit being so many times the one before.
func scaled(value, times float64, units ...string) string {
	for len(units) > 1 && value >= 0.9995*times {
		value, units = value/times, units[1:]
	}
	if value < 9.95 && value != float64(int(value)) {
		return fmt.Sprintf("%.1f %s", value, units[0])
	}
	return fmt.Sprintf("%.0f %s", value, units[0])
}

// printable replaces what a terminal could take for a command.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}
