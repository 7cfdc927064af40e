package commandline

import (
	"fmt"
	"strconv"

	"github.com/orcast/orcast/internal/quote"
)

// Flag is what begins with "--", or with "-" and a letter.
type Flag struct {
	Name   string // without "--"
	Letter byte   // 0 if there is none
	Value  string // what stands for its value in help; "" of a switch, which has none
	Help   string
	// Set takes the value; that of a switch is "".
	Set func(value string) error
}

var helpFlag = Flag{Name: "help", Letter: 'h', Help: "Show this help.", Set: func(string) error { return ErrHelp }}

// Switch is a flag that sets a variable to true.
func Switch(to *bool, name, help string) Flag {
	return Flag{Name: name, Help: help, Set: func(string) error { *to = true; return nil }}
}

// String is a flag with a value that may be any text.
func String(to *string, name, value, help string) Flag {
	return Flag{Name: name, Value: value, Help: help, Set: func(text string) error { *to = text; return nil }}
}

// Strings is a flag that may be given several times.
func Strings(to *[]string, name, value, help string) Flag {
	return Flag{Name: name, Value: value, Help: help, Set: func(text string) error {
		*to = append(*to, text)
		return nil
	}}
}

// Parsed is a flag with a value that a function understands.
func Parsed[T any](to *T, name, value, help string, parse func(string) (T, error)) Flag {
	return Flag{Name: name, Value: value, Help: help, Set: func(text string) (err error) {
		*to, err = parse(text)
		return err
	}}
}

// Int reads a whole number for Parsed.
func Int(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%s is no whole number", quote.Name(text))
	}
	return n, nil
}

// Short gives a flag a letter too.
func (f Flag) Short(letter byte) Flag {
	f.Letter = letter
	return f
}

// usage is the flag in help.
func (f Flag) usage() string {
	text := "    --" + f.Name
	if f.Letter != 0 {
		text = "-" + string(rune(f.Letter)) + ", --" + f.Name
	}
	if f.Value != "" {
		text += " " + f.Value
	}
	return text
}
