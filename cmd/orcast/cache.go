package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/alecthomas/kong"

	"github.com/orcast/orcast"
)

// cacheCommand is orcast cache.
type cacheCommand struct {
	Stats  cacheStats  `cmd:"" help:"Print what is in the cache."`
	Clear  cacheClear  `cmd:"" help:"Remove all that is in the cache. Programs that run do not mind."`
	Verify cacheVerify `cmd:"" help:"Check all that is in the cache, and remove what is damaged."`

	CacheDir string `placeholder:"DIR" help:"Folder of the cache. Default: orcast in the user's cache folder, which is $$XDG_CACHE_HOME or ~/.cache."`
}

// Help is what orcast cache -h says below its first line.
func (*cacheCommand) Help() string {
	return `In the cache, runs keep compiled code and profiles for later runs. Only folders that nobody else can write are
used; docs/security.md says why.`
}

func (c *cacheCommand) open() (*orcast.Cache, error) {
	return orcast.OpenCache(orcast.CacheOptions{Dir: c.CacheDir})
}

// cacheStats is orcast cache stats.
type cacheStats struct {
	JSON bool `name:"json" help:"Print one JSON object."`
}

// Run prints the stats.
func (c *cacheStats) Run(parent *cacheCommand, k *kong.Kong) error {
	cache, err := parent.open()
	if err != nil {
		return err
	}
	s, err := cache.Stats()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(k.Stdout, s)
	}
	reportCache(k.Stdout, s)
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
		fmt.Fprintf(w, "\nlast use: %s of the oldest, %s of the newest\n", s.Oldest.Local().Format(format), s.Newest.Local().Format(format))
	}
}

// cacheClear is orcast cache clear.
type cacheClear struct{}

// Run clears the cache.
func (*cacheClear) Run(parent *cacheCommand, k *kong.Kong) error {
	cache, err := parent.open()
	if err != nil {
		return err
	}
	removed, err := cache.Clear()
	if err != nil {
		return err
	}
	fmt.Fprintf(k.Stdout, "removed %s, %s\n", entries(removed), size(int(removed.Bytes)))
	return nil
}

// cacheVerify is orcast cache verify.
type cacheVerify struct{}

// Help is what orcast cache verify -h says below its first line.
func (*cacheVerify) Help() string {
	return `Damaged entries are listed and removed. They would do no harm: each is checked before it is used, and what is damaged
then is compiled again.

The exit status is 0 if all entries are right and 1 if some were damaged.
Failures give 125 and one message on standard error.`
}

// Run verifies the cache.
func (*cacheVerify) Run(parent *cacheCommand, k *kong.Kong) error {
	cache, err := parent.open()
	if err != nil {
		return err
	}
	checked, damaged, err := cache.Verify()
	for _, d := range damaged {
		fate := "removed"
		if d.Left != nil {
			fate = fmt.Sprintf("remove it, for that failed: %v", d.Left)
		}
		fmt.Fprintf(k.Stdout, "%s: %s; %s\n", printable(d.File), printable(d.Why), printable(fate))
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(k.Stdout, "checked %s, %s: %d damaged\n", entries(checked), size(int(checked.Bytes)), len(damaged))
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
