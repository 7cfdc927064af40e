package commandline

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// column is where what names stand for begins, unless the names are longer.
const column = 24

// PrintHelp prints what a command does and takes, in lines of at most width columns.
func (c *Command) PrintHelp(w io.Writer, width int) {
	fmt.Fprintf(w, "Usage: %s\n\n", c.usage())
	wrap(w, c.Help, 0, width)
	for _, paragraph := range strings.Split(c.More, "\n\n") {
		if paragraph == "" {
			continue
		}
		fmt.Fprintln(w)
		// What stands in a line before an indented one has a line to itself.
		var text []string
		for _, line := range strings.Split(paragraph, "\n") {
			if !strings.HasPrefix(line, " ") {
				text = append(text, line)
				continue
			}
			if text != nil {
				wrap(w, strings.Join(text, " "), 0, width)
				text = nil
			}
			fmt.Fprintln(w, line)
		}
		if text != nil {
			wrap(w, strings.Join(text, " "), 0, width)
		}
	}
	c.printLists(w, width)
}

func (c *Command) printLists(w io.Writer, width int) {
	if len(c.Commands) > 0 {
		fmt.Fprintln(w, "\nCommands:")
		for _, sub := range c.Commands {
			sub.printSummary(w, "", width)
		}
		fmt.Fprintf(w, "\n%s <command> -h tells more.\n", c)
	}
	if len(c.Operands) > 0 {
		fmt.Fprintln(w, "\nArguments:")
		for _, o := range c.Operands {
			entry(w, "<"+o.Name+">", o.Help, width)
		}
	}
	fmt.Fprintln(w, "\nFlags:")
	for _, f := range c.flags() {
		entry(w, f.usage(), f.Help, width)
	}
}

// printSummary prints a command, or the commands that it has, in a line or more each.
func (c *Command) printSummary(w io.Writer, prefix string, width int) {
	for _, sub := range c.Commands {
		sub.printSummary(w, prefix+c.Name+" ", width)
	}
	if len(c.Commands) == 0 {
		entry(w, prefix+c.Name, c.Help, width)
	}
}

// entry prints a name and what it stands for.
func entry(w io.Writer, name, help string, width int) {
	if utf8.RuneCountInString(name)+4 > column {
		fmt.Fprintf(w, "  %s\n%*s", name, column, "")
	} else {
		fmt.Fprintf(w, "  %-*s", column-2, name)
	}
	var text strings.Builder
	wrap(&text, help, column, width)
	io.WriteString(w, strings.TrimLeft(text.String(), " "))
}

// wrap prints a text in lines that begin at a column.
func wrap(w io.Writer, text string, at, width int) {
	line := strings.Repeat(" ", at)
	used := at
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case used+1+n <= width:
			line += " "
			used++
		default:
			fmt.Fprintln(w, line)
			line, used = strings.Repeat(" ", at), at
		}
		line += word
		used += n
	}
	fmt.Fprintln(w, line)
}
