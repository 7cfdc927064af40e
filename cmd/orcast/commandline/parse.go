package commandline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orcast/orcast/internal/quote"
)

type parser struct {
	command  *Command
	rest     []string
	operands []string
}

// parse finds the command, sets flags and gathers operands.
func (p *parser) parse() error {
	for len(p.rest) > 0 {
		arg := p.rest[0]
		p.rest = p.rest[1:]
		var err error
		switch {
		case arg == "--":
			p.operands, p.rest = append(p.operands, p.rest...), nil
		case strings.HasPrefix(arg, "--"):
			err = p.long(arg[2:])
		case len(arg) > 1 && arg[0] == '-':
			err = p.letters(arg[1:])
		case len(p.command.Commands) > 0:
			err = p.choose(arg)
		default:
			p.operands = append(p.operands, arg)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// choose goes on with one of the command's commands.
func (p *parser) choose(name string) error {
	for _, sub := range p.command.Commands {
		if sub.Name == name {
			sub.parent = p.command
			p.command = sub
			return nil
		}
	}
	return &UnknownCommandError{Command: p.command, Name: name}
}

// UnknownCommandError says that there is no command of a name.
type UnknownCommandError struct {
	Command *Command // whose commands there are to choose from
	Name    string
}

func (e *UnknownCommandError) Error() string {
	if near := nearest(e.Name, e.Command.names()); near != nil {
		return fmt.Sprintf("unknown command %s, did you mean %s?", quote.Name(e.Name), oneOf(near))
	}
	return fmt.Sprintf("unknown command %s: use %s", quote.Name(e.Name), oneOf(e.Command.names()))
}

// long sets a flag from what follows "--".
func (p *parser) long(text string) error {
	name, value, given := strings.Cut(text, "=")
	flags := p.command.flags()
	i := slices.IndexFunc(flags, func(f Flag) bool { return f.Name == name })
	if i < 0 {
		var names []string
		for _, f := range flags {
			names = append(names, "--"+f.Name)
		}
		return unknownFlag("--"+name, nearest("--"+name, names))
	}
	if given && flags[i].Value == "" {
		return fmt.Errorf("--%s takes no value", name)
	}
	return p.set(flags[i], "--"+name, value, given)
}

// letters sets flags from what follows "-": switches, and then maybe a flag with its value.
func (p *parser) letters(text string) error {
	for len(text) > 0 {
		letter := text[0]
		flags := p.command.flags()
		i := slices.IndexFunc(flags, func(f Flag) bool { return f.Letter == letter })
		if i < 0 {
			return unknownFlag("-"+text, nil)
		}
		text = text[1:]
		value, given := "", false
		if flags[i].Value != "" {
			value, given, text = strings.TrimPrefix(text, "="), text != "", ""
		}
		if err := p.set(flags[i], "-"+string(rune(letter)), value, given); err != nil {
			return err
		}
	}
	return nil
}

// set sets a flag, with the next argument as its value if none was given with it.
func (p *parser) set(f Flag, typed, value string, given bool) error {
	if f.Value != "" && !given {
		switch {
		case len(p.rest) == 0:
			return fmt.Errorf("%s needs a value: %[1]s %[2]s", typed, f.Value)
		case strings.HasPrefix(p.rest[0], "--"):
			return fmt.Errorf("%s needs a value before %s; write --%s=VALUE for a value that begins with --",
				typed, quote.Name(p.rest[0]), f.Name)
		}
		value, p.rest = p.rest[0], p.rest[1:]
	}
	err := f.Set(value)
	if err == nil || err == ErrHelp {
		return err
	}
	return fmt.Errorf("%s: %w", typed, err)
}

// unknownFlag says what may have been meant.
func unknownFlag(typed string, near []string) error {
	if near != nil {
		return fmt.Errorf("unknown flag %s, did you mean %s?", quote.Name(typed), oneOf(near))
	}
	return fmt.Errorf("unknown flag %s (if it is a file, write ./%s)", quote.Name(typed), quote.Name(typed))
}

// finish hands the operands out and checks that the command has what it needs.
func (p *parser) finish() error {
	c := p.command
	if len(c.Commands) > 0 {
		return fmt.Errorf("what to do is missing: %s", oneOf(c.names()))
	}
	rest := p.operands
	for _, o := range c.Operands {
		if len(rest) == 0 && !o.Optional {
			return fmt.Errorf("%s is missing", o.usage())
		}
		if o.Many != nil {
			*o.Many, rest = rest, nil
		} else if len(rest) > 0 {
			*o.One, rest = rest[0], rest[1:]
		}
	}
	if len(rest) > 0 {
		return fmt.Errorf("%s is one argument too many", quote.Name(rest[0]))
	}
	if c.Check != nil {
		return c.Check()
	}
	return nil
}

// oneOf lists names to choose from.
func oneOf(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}
