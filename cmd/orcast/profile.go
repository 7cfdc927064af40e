package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/ianlancetaylor/demangle"

	"github.com/orcast/orcast"
	"github.com/orcast/orcast/analysis"
	"github.com/orcast/orcast/cmd/orcast/commandline"
	"github.com/orcast/orcast/profile"
)

// profileCommands is orcast profile.
func profileCommands(s streams) *commandline.Command {
	show, merge, clear := &showProfile{}, &mergeProfile{}, &clearProfile{}
	return &commandline.Command{
		Name: "profile",
		Help: "Show, merge or clear what earlier runs of a program taught.",
		Commands: []*commandline.Command{
			{Name: "show", Help: "Print what earlier runs did: the functions that they called first, in order.",
				More: showHelp, Operands: show.operands(),
				Flags: append(show.flags(), commandline.Switch(&show.JSON, "json",
					"Print one JSON object with all that is known; see docs/profile.md.")),
				Run: func() error { return show.run(s.out) }},
			{Name: "merge", Help: "Make one profile of several of the same program.",
				Operands: []commandline.Operand{{Name: "file", Many: &merge.Files,
					Help: "Profiles, the newest last. Their runs keep their weights; " +
						"the lightest ones go if there are too many."}},
				Flags: []commandline.Flag{commandline.String(&merge.Output, "output", "FILE",
					"Where the result is written, in one step. It may be one of the inputs.").Short('o')},
				Check: merge.check, Run: merge.run},
			{Name: "clear", Help: "Remove a profile.",
				More: "A damaged profile is removed too, but no file that is none.", Operands: clear.operands(),
				Flags: clear.flags(), Run: clear.run},
		},
	}
}

// showProfile is orcast profile show.
type showProfile struct {
	chosenProfile
	JSON bool
}

// chosenProfile is a profile in a file or in the cache.
type chosenProfile struct {
	Files           []string
	Entry, CacheDir string
}

func (c *chosenProfile) operands() []commandline.Operand {
	return []commandline.Operand{{Name: "file", Many: &c.Files,
		Help: "A profile; or the inputs of a program, as given to orcast run, for the one that the cache has."}}
}

func (c *chosenProfile) flags() []commandline.Flag {
	c.Entry = "main"
	return []commandline.Flag{
		commandline.String(&c.Entry, "entry", "NAME", "Function that the program was started with. Default: main."),
		commandline.String(&c.CacheDir, "cache-dir", "DIR", "Folder of the cache. Default: that of orcast run."),
	}
}

// read reads the profile, and says whether it is that of a program, in the cache.
func (c *chosenProfile) read() (p *profile.Profile, kept bool, err error) {
	p, foreign := profile.ReadFile(c.Files[0])
	if len(c.Files) == 1 && !errors.Is(foreign, profile.ErrForeign) {
		return p, false, foreign
	}
	cache, err := orcast.OpenCache(orcast.CacheOptions{Dir: c.CacheDir})
	if err != nil {
		return nil, false, err
	}
	if p, err = cache.Profile(c.Files, c.Entry); err != nil && foreign != nil {
		err = fmt.Errorf("%w, and as a program: %w", foreign, err)
	}
	return p, true, err
}

const showHelp = `First the runs, the newest first, with how many runs each stands for. Then the functions that they
called, in the order of their first calls on average over the runs: when, not counting waits for code, and by how many
of the runs; how long the caller waited, and how the code came to be there, in the newest run that called it.

Examples:
  orcast profile show hello.bc
  orcast profile show hello.profile
  orcast profile show --json hello.profile | jq -r '.functions | sort_by(.at_us)[] | .name' > hello.order

Failures give 125 and one message on standard error.`

// run prints the profile.
func (c *showProfile) run(stdout io.Writer) error {
	p, _, err := c.read()
	if err != nil {
		return err
	}
	w := bufio.NewWriter(stdout)
	if c.JSON {
		if err := printJSON(w, p); err != nil {
			return err
		}
	} else {
		reportProfile(w, c.Files[0], p, terminalWidth(stdout))
	}
	return w.Flush()
}

// mergeProfile is orcast profile merge.
type mergeProfile struct {
	Output string
	Files  []string
}

// check says that there is nowhere to write to.
func (c *mergeProfile) check() error {
	if c.Output == "" {
		return errors.New("say where the result is to be written: --output FILE")
	}
	return nil
}

// run merges the profiles.
func (c *mergeProfile) run() error {
	var merged profile.Profile
	for _, file := range c.Files {
		p, err := profile.ReadFile(file)
		if err != nil {
			return err
		}
		merged.Merge(p)
	}
	return merged.WriteFile(c.Output)
}

// clearProfile is orcast profile clear.
type clearProfile struct{ chosenProfile }

// run removes the profile.
func (c *clearProfile) run() error {
	_, kept, err := c.read()
	if err != nil && !errors.Is(err, profile.ErrUnusable) {
		return err
	}
	if !kept {
		return os.Remove(c.Files[0])
	}
	cache, err := orcast.OpenCache(orcast.CacheOptions{Dir: c.CacheDir})
	if err != nil {
		return err
	}
	return cache.Forget(c.Files, c.Entry)
}

// reportProfile prints a table of the runs and one of the functions that they called.
func reportProfile(w io.Writer, file string, p *profile.Profile, width int) {
	fmt.Fprintf(w, "%s: %s of %s\n", printable(file), count(len(p.Runs()), "run"),
		count(len(p.Functions()), "function"))
	if len(p.Runs()) == 0 {
		return
	}
	runs := table{width: width}
	runs.row("run", "weight", "called", "stall", "demanded", "useful", "late", "cached", "wasted")
	for i, r := range p.Runs() {
		var stall time.Duration
		var outcomes [profile.Cached + 1]int
		for _, c := range r.Calls {
			stall += c.Stall
			outcomes[c.Outcome]++
		}
		runs.row(fmt.Sprint(i+1), fmt.Sprintf("%.2g", r.Weight), fmt.Sprint(len(r.Calls)),
			duration(microseconds(stall)), fmt.Sprint(outcomes[profile.Demanded]), fmt.Sprint(outcomes[profile.Useful]),
			fmt.Sprint(outcomes[profile.Late]), fmt.Sprint(outcomes[profile.Cached]), fmt.Sprint(len(r.Wasted)))
	}
	fmt.Fprintln(w)
	runs.print(w)
	fmt.Fprintln(w)
	reportCalls(w, p, width)
}

// reportCalls prints the functions of a profile.
func reportCalls(w io.Writer, p *profile.Profile, width int) {
	expectations := p.Expectations()
	calls := newestCalls(p)
	slices.SortStableFunc(calls, func(a, b profile.Call) int {
		return cmp.Compare(expectations[a.Function].At, expectations[b.Function].At)
	})
	t := table{texts: 2, width: width}
	t.row("order", "after", "likely", "stall", "outcome", "function", "module")
	for i, c := range calls {
		f, e := p.Functions()[c.Function], expectations[c.Function]
		stall := "-"
		if c.Stall > 0 {
			stall = duration(microseconds(c.Stall))
		}
		t.row(fmt.Sprint(i+1), duration(microseconds(e.At)), percent(e.Probability), stall, c.Outcome.String(),
			nameFor(nameOf(f.Name), width), printable(filepath.Base(f.Module)))
	}
	t.print(w)
	if n := len(p.Functions()) - len(calls); n > 0 {
		fmt.Fprintf(w, "and %s that no run called, compiled ahead in vain\n", count(n, "function"))
	}
}

// newestCalls are the calls of each function in the newest run that called it, in the order of the runs.
func newestCalls(p *profile.Profile) (calls []profile.Call) {
	seen := make([]bool, len(p.Functions()))
	for _, r := range p.Runs() {
		for _, c := range r.Calls {
			if !seen[c.Function] {
				seen[c.Function] = true
				calls = append(calls, c)
			}
		}
	}
	return calls
}

func nameOf(name string) analysis.FunctionName {
	n := analysis.FunctionName{Name: name}
	if d := demangle.Filter(name); d != name {
		n.Demangled = d
	}
	return n
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
