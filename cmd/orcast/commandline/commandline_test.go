package commandline

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// parsed is what the flags and operands of a made-up program are set to.
type parsed struct {
	Loud    bool
	Name    string
	Libs    []string
	Level   int
	Trace   string
	Inputs  []string
	Workers []string
}

func program(to *parsed) *Command {
	return &Command{
		Name:  "prog",
		Help:  "A program.",
		Flags: []Flag{Switch(&to.Loud, "loud", "Say more.")},
		Commands: []*Command{
			{Name: "run", Help: "Runs.", Flags: []Flag{
				String(&to.Name, "name", "NAME", "Its name."),
				Strings(&to.Libs, "load", "LIB", "A library."),
				Parsed(&to.Level, "opt", "LEVEL", "Effort.", Int).Short('O'),
			}, Operands: []Operand{{Name: "trace", One: &to.Trace}, {Name: "input", Many: &to.Inputs}}},
			{Name: "cache", Help: "Keeps.", Commands: []*Command{
				{Name: "stats", Operands: []Operand{{Name: "worker", Many: &to.Workers, Optional: true}}},
				{Name: "clear", Check: func() error { return errors.New("not today") }},
			}},
		},
	}
}

func TestParse(t *testing.T) {
	for line, want := range map[string]parsed{
		"run t a":                         {Trace: "t", Inputs: []string{"a"}},
		"run t a b --name x":              {Trace: "t", Inputs: []string{"a", "b"}, Name: "x"},
		"run --name=x=y t a":              {Trace: "t", Inputs: []string{"a"}, Name: "x=y"},
		"run --name= t a":                 {Trace: "t", Inputs: []string{"a"}},
		"run --name=--x t a":              {Trace: "t", Inputs: []string{"a"}, Name: "--x"},
		"run --name - t a":                {Trace: "t", Inputs: []string{"a"}, Name: "-"},
		"run --load a --load b,c t a":     {Trace: "t", Inputs: []string{"a"}, Libs: []string{"a", "b,c"}},
		"run -O 2 t a":                    {Trace: "t", Inputs: []string{"a"}, Level: 2},
		"run -O2 t a":                     {Trace: "t", Inputs: []string{"a"}, Level: 2},
		"run -O=2 t a":                    {Trace: "t", Inputs: []string{"a"}, Level: 2},
		"run --opt -1 t a":                {Trace: "t", Inputs: []string{"a"}, Level: -1},
		"run --loud t a":                  {Trace: "t", Inputs: []string{"a"}, Loud: true},
		"--loud run t a":                  {Trace: "t", Inputs: []string{"a"}, Loud: true},
		"run t - -- --name -O":            {Trace: "t", Inputs: []string{"-", "--name", "-O"}},
		"run in\xff\x01\nvalid a:b":       {Trace: "in\xff\x01\nvalid", Inputs: []string{"a:b"}},
		"cache stats":                     {},
		"cache --loud stats a\xff --loud": {Loud: true, Workers: []string{"a\xff"}},
	} {
		var got parsed
		command, err := program(&got).Parse(strings.Split(line, " "))
		if err != nil || !reflect.DeepEqual(got, want) || !strings.HasPrefix(command.String(), "prog ") {
			t.Errorf("%q: %s, %+v, %v; want %+v", line, command, got, err, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for line, want := range map[string]string{
		"":                      "what to do is missing: run or cache",
		"rnu t a":               "unknown command rnu, did you mean run?",
		"walk":                  "unknown command walk: use run or cache",
		"w\xff":                 `unknown command "w\xff": use`,
		"cache":                 "what to do is missing: stats or clear",
		"cache stat":            "did you mean stats?",
		"cache clear":           "not today",
		"run":                   "<trace> is missing",
		"run t":                 "<input> ... is missing",
		"run t a --nmae x":      "unknown flag --nmae, did you mean --name?",
		"run t a --frobnicate":  "unknown flag --frobnicate",
		"run -x.bc t":           "unknown flag -x.bc (if it is a file, write ./-x.bc)",
		"run t a --name":        "--name needs a value: --name NAME",
		"run t a --name --loud": "--name needs a value before --loud; write --name=VALUE",
		"run t a --loud=yes":    "--loud takes no value",
		"run t a -O fast":       "-O: fast is no whole number",
		"run t a -Ofast":        "-O: fast is no whole number",
	} {
		var to parsed
		_, err := program(&to).Parse(strings.Fields(line))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"run", "analyze", "profile", "simulate", "bench", "cache"}
	for typed, want := range map[string][]string{
		"rum": {"run"}, "rnu": {"run"}, "ru": {"run"}, "analyse": {"analyze"}, "anlayze": {"analyze"},
		"cash": {"cache"}, "benhc": {"bench"}, "walk": nil, "x": nil, "": nil,
	} {
		if got := nearest(typed, names); !reflect.DeepEqual(got, want) {
			t.Errorf("near %q: %q, want %q", typed, got, want)
		}
	}
}

func TestHelp(t *testing.T) {
	var to parsed
	for _, line := range []string{"-h", "--help", "run -h", "run t --help a", "cache -h", "cache stats -h"} {
		command, err := program(&to).Parse(strings.Fields(line))
		if err != ErrHelp {
			t.Errorf("%q: %v", line, err)
			continue
		}
		var b bytes.Buffer
		command.PrintHelp(&b, 80)
		if !strings.HasPrefix(b.String(), "Usage: "+command.String()) || !strings.Contains(b.String(), "-h, --help") {
			t.Errorf("%q prints\n%s", line, &b)
		}
	}
}

// TestHelpIsWrapped: paragraphs fit into the width, and what is indented stays as it is.
func TestHelpIsWrapped(t *testing.T) {
	const indented = "  prog run 'an example that is longer than a line should be, as some are'"
	c := Command{Name: "prog", Help: strings.Repeat("word ", 30), More: "Examples:\n" + indented + "\n\n" +
		strings.Repeat("grün ", 30),
		Flags: []Flag{{Name: "a-flag-with-a-long-name", Value: "VALUE", Help: strings.Repeat("text ", 30)}}}
	var b bytes.Buffer
	c.PrintHelp(&b, 60)
	if !strings.Contains(b.String(), "\nExamples:\n"+indented+"\n\n") {
		t.Errorf("the example is not as it was:\n%s", &b)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if n := len([]rune(line)); n > 60 && line != indented {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
