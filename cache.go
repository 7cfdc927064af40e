package orcast

import (
	"fmt"
	"strings"
	"time"

	"github.com/orcast/orcast/internal/cache"
	"github.com/orcast/orcast/internal/past"
	"github.com/orcast/orcast/profile"
)

// Cache is a folder in which runs keep what they have compiled and learned for later runs, of any program. Its methods
// may be called by any number of goroutines, also while programs run that use the folder.
//
// Whoever can write the folder decides what code is run; see docs/security.md.
type Cache struct {
	options CacheOptions
	store   *cache.Store
}

// CacheOptions says where a cache is and what is kept in it. The zero value is the user's own, for all.
type CacheOptions struct {
	Dir   string // the folder, which need not exist; "" is orcast in the user's cache folder
	Limit int64  // the size in bytes from which the least recently used entries go; 0 is 1 GiB
	// Remote is the URL of a server that has what the folder has not, and speaks the HTTP protocol of Bazel's remote
	// cache; "" is none.
	Remote string
	Upload bool // what runs compile and learn is given to the server
	// NoCode and NoProfiles say that compiled code, or profiles, are neither used nor kept.
	NoCode, NoProfiles bool
	// Warn is called with one line when something in the cache, or the server, is no good, by any goroutine; runs go on
	// without it. Nil is silence.
	Warn func(string)
}

// OpenCache makes a cache of a folder. The error says why it cannot be used, for instance because others can write it.
func OpenCache(o CacheOptions) (*Cache, error) {
	if o.Dir == "" {
		var err error
		if o.Dir, err = cache.DefaultDir(); err != nil {
			return nil, err
		}
	}
	if o.Limit < 0 {
		return nil, fmt.Errorf("a cache of %d bytes makes no sense: use 1 or more, or 0 for 1 GiB", o.Limit)
	}
	if o.Limit == 0 {
		o.Limit = cache.DefaultLimit
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	disk, err := cache.Open(o.Dir, o.Limit)
	if err != nil {
		return nil, err
	}
	store, err := cache.NewStore(disk, o.Remote, o.Upload, o.Warn)
	return &Cache{options: o, store: store}, err
}

// code is where compiled code is kept, nil if it is not.
func (c *Cache) code() *cache.Store {
	if c == nil || c.options.NoCode {
		return nil
	}
	return c.store
}

// Profile is what the cache has learned of the program with these inputs, as they were given to Run, and this entry, or
// of an Engine with these inputs and "". The error says that there is nothing, or that it is no profile.
func (c *Cache) Profile(inputs []string, entry string) (*profile.Profile, error) {
	p, err := past.In(c.store, inputs, entry).Read()
	if err == nil && (p == nil || len(p.Runs()) == 0) {
		err = fmt.Errorf("%s: no run of a program with these inputs is remembered in %s", strings.Join(inputs, " "),
			c.options.Dir)
	}
	return p, err
}

// Forget removes what Profile gives. The error says why that is not possible.
func (c *Cache) Forget(inputs []string, entry string) error {
	return past.In(c.store, inputs, entry).Forget()
}

// CacheUsage is a number of entries and their size in bytes.
type CacheUsage struct {
	Entries int   `json:"entries"`
	Bytes   int64 `json:"bytes"`
}

// CacheStats is what is in a cache.
type CacheStats struct {
	Dir string `json:"dir"` // absolute
	// Limit is the number of bytes above which a run evicts the least recently used entries, unless the run has a limit
	// of its own.
	Limit int64 `json:"limit_bytes"`
	CacheUsage
	// Kinds has what there is of each kind: "image" is compiled code, "profile" what a run did, and "latest" leads to
	// the code of a module that has changed since. Damaged entries may be in none.
	Kinds map[string]CacheUsage `json:"kinds"`
	// Oldest and Newest are when the least and the most recently used entry was used; nil if there are none.
	Oldest *time.Time `json:"oldest,omitempty"`
	Newest *time.Time `json:"newest,omitempty"`
}

// Stats counts what is in the cache. The error says why it cannot be read.
func (c *Cache) Stats() (CacheStats, error) {
	found, err := c.store.Disk.Stats()
	if err != nil {
		return CacheStats{}, err
	}
	s := CacheStats{Dir: found.Dir, Limit: found.Limit, CacheUsage: usage(found.Total), Kinds: map[string]CacheUsage{}}
	for kind, u := range found.Kinds {
		s.Kinds[kind.String()] = usage(u)
	}
	if s.Entries > 0 {
		s.Oldest, s.Newest = &found.Oldest, &found.Newest
	}
	return s, nil
}

// CacheDamage is an entry that is not as it was written.
type CacheDamage struct {
	File string // its path
	Why  string // what is wrong with it
	Left error  // why it could not be removed; nil if it was
}

// Verify reads and checks all entries, as they are before they are used, and removes the damaged ones. It gives what it
// has looked at, those included. The error says why it could not go on.
func (c *Cache) Verify() (checked CacheUsage, damaged []CacheDamage, err error) {
	result, err := c.store.Disk.Verify()
	for _, d := range result.Damaged {
		damaged = append(damaged, CacheDamage{File: d.File, Why: d.Why, Left: d.Left})
	}
	return usage(result.Total), damaged, err
}

// Clear removes all entries and gives how much that was. The error says why some are left.
func (c *Cache) Clear() (CacheUsage, error) {
	removed, err := c.store.Disk.Clear()
	return usage(removed), err
}

func usage(u cache.Usage) CacheUsage { return CacheUsage{Entries: u.Files, Bytes: u.Bytes} }
