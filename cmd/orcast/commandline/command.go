// Package commandline reads the arguments of a program that has commands, and prints help on them.
//
// Rule: it knows no command, and takes each argument as the bytes that it is.
package commandline

import (
	"errors"
	"strings"
)

// Command is a program, or one of the commands of a program or of another command.
type Command struct {
	Name string
	// Help is one sentence, and More what follows it: paragraphs, which are wrapped, and indented lines, which are not.
	Help, More string
	// Flags are its own and those of its commands.
	Flags []Flag
	// Commands are to choose from. A command that has some takes no operands.
	Commands []*Command
	// Operands are what stands for itself: first those of which there is one each, then one of which there may be many.
	Operands []Operand
	// Run does what the command is for, when Parse has set the flags and operands. It may be nil if there are Commands.
	Run func() error
	// Check, if it is not nil, says what is wrong with flags and operands taken together.
	Check func() error

	parent *Command
}

// Operand is an argument that is no flag. One of the fields One and Many is set.
type Operand struct {
	Name, Help string
	One        *string
	Many       *[]string
	Optional   bool
}

// ErrHelp is what Parse returns if there is -h or --help.
var ErrHelp = errors.New("help is wanted")

// Parse finds the command that arguments choose and sets its flags and operands. After "--" there are only operands.
// The command is never nil: with an error it is the one whose help tells more.
func (c *Command) Parse(args []string) (*Command, error) {
	p := parser{command: c, rest: args}
	if err := p.parse(); err != nil {
		return p.command, err
	}
	return p.command, p.finish()
}

// path is a command's name after those of the commands that it is one of.
func (c *Command) path() string {
	if c.parent == nil {
		return c.Name
	}
	return c.parent.path() + " " + c.Name
}

// String is the command as it is typed, such as "orcast cache stats".
func (c *Command) String() string { return c.path() }

// flags are the flags that can be given: those of a command, and those of the commands that it is one of.
func (c *Command) flags() []Flag {
	if c.parent == nil {
		return append([]Flag{helpFlag}, c.Flags...)
	}
	return append(c.parent.flags(), c.Flags...)
}

// names are those of a command's commands.
func (c *Command) names() []string {
	var names []string
	for _, sub := range c.Commands {
		names = append(names, sub.Name)
	}
	return names
}

// usage shows how to call a command.
func (c *Command) usage() string {
	var words strings.Builder
	words.WriteString(c.path())
	if len(c.Commands) > 0 {
		words.WriteString(" <command>")
	}
	for _, o := range c.Operands {
		words.WriteString(" " + o.usage())
	}
	return words.String() + " [flags]"
}

func (o Operand) usage() string {
	text := "<" + o.Name + ">"
	if o.Many != nil {
		text += " ..."
	}
	if o.Optional {
		text = "[" + text + "]"
	}
	return text
}
