package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"
)

// Usage is how many files there are of some sort, and their size in bytes.
type Usage struct {
	Files int
	Bytes int64
}

func (u *Usage) add(bytes int64) {
	u.Files++
	u.Bytes += bytes
}

// Stats is what is in a Disk.
type Stats struct {
	Dir   string // absolute
	Limit int64  // bytes
	Total Usage
	// Kinds has a value for every kind. What has no readable header is in Total only.
	Kinds map[Kind]Usage
	// Oldest and Newest are when the least and the most recently used entry was used; zero if there are none.
	Oldest, Newest time.Time
}

// Stats counts entries. It reads their headers but does not check them. A cache that is not there yet is empty.
func (d *Disk) Stats() (Stats, error) {
	s := Stats{Dir: d.dir, Limit: d.limit, Kinds: map[Kind]Usage{}}
	for kind := range kindNames {
		s.Kinds[kind] = Usage{}
	}
	files, err := d.inspect()
	if err != nil {
		return s, err
	}
	for _, f := range files {
		s.Total.add(f.size)
		if s.Oldest.IsZero() || f.used.Before(s.Oldest) {
			s.Oldest = f.used
		}
		if f.used.After(s.Newest) {
			s.Newest = f.used
		}
		kind := d.kindOf(f)
		if usage, known := s.Kinds[kind]; known {
			usage.add(f.size)
			s.Kinds[kind] = usage
		}
	}
	return s, nil
}

// Checked is what Verify found.
type Checked struct {
	Total   Usage           // the damaged ones included
	Damaged []*DamagedError // by key
}

// Verify reads and checks every entry, as Get would, and removes the damaged ones. It does not count as use. The error
// is that of a system call, which left the check unfinished.
func (d *Disk) Verify() (Checked, error) {
	var c Checked
	files, err := d.inspect()
	if err != nil {
		return c, err
	}
	for _, f := range files {
		_, _, err := d.read(f.key, false)
		var damaged *DamagedError
		switch {
		case errors.As(err, &damaged):
			c.Damaged = append(c.Damaged, damaged)
		case errors.Is(err, ErrMiss): // evicted since
			continue
		case err != nil:
			return c, err
		}
		c.Total.add(f.size)
	}
	return c, nil
}

// Clear removes all entries and says how much that was. Folders stay, and what others are writing meanwhile does.
func (d *Disk) Clear() (Usage, error) {
	var u Usage
	files, err := d.inspect()
	if err != nil {
		return u, err
	}
	for _, f := range files {
		if err := os.Remove(d.file(f.name)); err == nil {
			u.add(f.size)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return u, fmt.Errorf("the cache cannot be cleared: %w", err)
		}
	}
	// Without it, the next one who puts an entry counts anew.
	if err := os.Remove(d.booked()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return u, fmt.Errorf("the cache cannot be cleared: %w", err)
	}
	return u, nil
}

// inspect lists the finished entries, by name. There are none if the folder is not there.
func (d *Disk) inspect() ([]found, error) {
	if err := d.check(); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	files, err := d.scan()
	if err != nil {
		return nil, fmt.Errorf("the cache cannot be read: %w", err)
	}
	return slices.DeleteFunc(files, func(f found) bool { return f.unfinished }), nil
}

// kindOf is the kind that an entry's header tells, or 0.
func (d *Disk) kindOf(f found) Kind {
	file, err := d.open(f.key)
	if err != nil {
		return 0
	}
	defer file.Close()
	size, err := ownedSize(file)
	if err != nil {
		return 0
	}
	header, err := readHeader(file, size)
	if err != nil {
		return 0
	}
	return kindIn(header)
}
