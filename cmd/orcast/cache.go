package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/orcast/orcast"
	"github.com/orcast/orcast/cmd/orcast/commandline"
)

// cacheCommand is orcast cache.
type cacheCommand struct {
	CacheDir string
	JSON     bool
}

// command is how orcast cache is called.
func (c *cacheCommand) command(s streams) *commandline.Command {
	return &commandline.Command{
		Name: "cache",
		Help: "Show, clear or verify what runs keep for later ones.",
		More: cacheHelp,
		Flags: []commandline.Flag{commandline.String(&c.CacheDir, "cache-dir", "DIR",
			"Folder of the cache. Default: "+usualCache)},
		Commands: []*commandline.Command{
			{Name: "stats", Help: "Print what is in the cache.", Run: func() error { return c.stats(s.out) },
				Flags: []commandline.Flag{commandline.Switch(&c.JSON, "json", "Print one JSON object.")}},
			{Name: "clear", Help: "Remove all that is in the cache. Programs that run do not mind.",
				Run: func() error { return c.clear(s.out) }},
			{Name: "verify", Help: "Check all that is in the cache, and remove what is damaged.", More: verifyHelp,
				Run: func() error { return c.verify(s.out) }},
		},
	}
}

const cacheHelp = `In the cache, runs keep compiled code and profiles for later runs. Only folders that nobody else can
write are used; docs/security.md says why.`

const verifyHelp = `Damaged entries are listed and removed. They would do no harm: each is checked before it is used,
and what is damaged then is compiled again.

The exit status is 0 if all entries are right and 1 if some were damaged.
Failures give 125 and one message on standard error.`

func (c *cacheCommand) open() (*orcast.Cache, error) {
	return orcast.OpenCache(orcast.CacheOptions{Dir: c.CacheDir})
}

// stats is orcast cache stats.
func (c *cacheCommand) stats(stdout io.Writer) error {
	cache, err := c.open()
	if err != nil {
		return err
	}
	s, err := cache.Stats()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(stdout, s)
	}
	reportCache(stdout, s)
	return nil
}

// reportCache prints a table with a row for each kind.
func reportCache(w io.Writer, s orcast.CacheStats) {
	fmt.Fprintf(w, "%s, limited to %s unless a run has another limit\n\n", printable(s.Dir), size(int(s.Limit)))
	t := table{texts: 1}
	row := func(u orcast.CacheUsage, what string) { t.row(fmt.Sprint(u.Entries), size(int(u.Bytes)), what) }
	t.row("entries", "size", "kind")
	rest := s.CacheUsage
	for _, kind := range slices.Sorted(maps.Keys(s.Kinds)) {
		u := s.Kinds[kind]
		row(u, kind)
		rest.Entries -= u.Entries
		rest.Bytes -= u.Bytes
	}
	if rest.Entries > 0 {
		row(rest, "damaged; see orcast cache verify")
	}
	row(s.CacheUsage, "all")
	t.print(w)
	if s.Oldest != nil {
		const format = "2006-01-02 15:04"
		fmt.Fprintf(w, "\nlast use: %s of the oldest, %s of the newest\n", s.Oldest.Local().Format(format),
			s.Newest.Local().Format(format))
	}
}

// clear is orcast cache clear.
func (c *cacheCommand) clear(stdout io.Writer) error {
	cache, err := c.open()
	if err != nil {
		return err
	}
	removed, err := cache.Clear()
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "removed %s, %s\n", entries(removed), size(int(removed.Bytes)))
	return nil
}

// verify is orcast cache verify.
func (c *cacheCommand) verify(stdout io.Writer) error {
	cache, err := c.open()
	if err != nil {
		return err
	}
	checked, damaged, err := cache.Verify()
	for _, d := range damaged {
		fate := "removed"
		if d.Left != nil {
			fate = fmt.Sprintf("remove it, for that failed: %v", d.Left)
		}
		fmt.Fprintf(stdout, "%s: %s; %s\n", printable(d.File), printable(d.Why), printable(fate))
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "checked %s, %s: %d damaged\n", entries(checked), size(int(checked.Bytes)), len(damaged))
	if len(damaged) > 0 {
		return exitStatus(1)
	}
	return nil
}

func entries(u orcast.CacheUsage) string {
	if u.Entries == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", u.Entries)
}
