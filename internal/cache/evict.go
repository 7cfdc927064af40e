package cache

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Looking at all entries with every Put would take longer than writing a small one, and a count of bytes that is kept
// exact needs a lock that a stopped process could hold for ever. So the file booked is an upper bound of the bytes that
// are there, with its length: one byte stands for bookingUnit bytes. Who puts an entry first appends to it, in one
// system call, and looks at its length. Nothing is ever taken off for an entry that was replaced, removed or never
// finished; only when the bound has reached the limit, one process looks at all entries, evicts the least recently used
// ones, and sets the length to what is there. A length cannot be malformed, and a crash leaves the bound too high at
// worst, which makes the next look come sooner. Only what others are just writing during a look may be missing in the
// bound until the next one.
//
// Discarded: a number in a file, for the lock; guessing the total from a sample of the entries, whose sizes differ by a
// factor of a thousand; a process that counts by itself after one look, since most processes put one entry.
const bookingUnit = 4096

// evictTo is how much of the limit is left after an eviction, so that the next one is some way off.
const evictTo = 0.9

// bookings is the length of the file booked for so many bytes.
func bookings(bytes int64) int64 { return (bytes + bookingUnit - 1) / bookingUnit }

// book makes size bytes count and says whether there may be too many now, or nobody knows how many there are.
func (d *Disk) book(size int64) (full bool) {
	f, err := os.OpenFile(d.booked(), os.O_WRONLY|os.O_APPEND|unix.O_NOFOLLOW, 0)
	if err != nil {
		return true // none has been counted yet
	}
	defer f.Close()
	if _, err := f.Write(make([]byte, bookings(size))); err != nil {
		return true
	}
	info, err := f.Stat()
	return err != nil || info.Size() > d.limit/bookingUnit
}

// evict counts what is there and, if it is more than the limit, removes the least recently used entries, but never the
// last one. One process does so at a time; to others there is nothing left to do.
func (d *Disk) evict() error {
	f, err := os.OpenFile(d.booked(), os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	defer f.Close() // and so unlocked
	if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == unix.EWOULDBLOCK {
		return nil
	}
	before, err := f.Stat()
	if err != nil {
		return err
	}
	total, err := d.evictOver()
	if err != nil {
		return err
	}
	// What others have booked since counts as well; some of it may have been found too.
	after, err := f.Stat()
	if err != nil {
		return err
	}
	return f.Truncate(bookings(total) + max(after.Size()-before.Size(), 0))
}

// evictOver is evict without the bookkeeping. It gives the bytes that are left.
func (d *Disk) evictOver() (total int64, err error) {
	files, err := d.scan()
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		total += f.size
	}
	if total <= d.limit {
		return total, nil
	}
	entries := slices.DeleteFunc(files, func(f found) bool { return f.unfinished })
	slices.SortFunc(entries, func(a, b found) int {
		return cmp.Or(a.used.Compare(b.used), strings.Compare(a.name, b.name))
	})
	target := int64(evictTo * float64(d.limit))
	for len(entries) > 1 && total > target {
		if err := os.Remove(d.file(entries[0].name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
		total -= entries[0].size
		entries = entries[1:]
	}
	return total, nil
}

// found is a file among the entries.
type found struct {
	name       string
	key        Key // if it is finished
	unfinished bool
	size       int64
	used       time.Time
}

// scan lists what is in the folder of entries, and removes what killed writers have left. Files may come and go
// meanwhile, which is no error.
func (d *Disk) scan() ([]found, error) {
	list, err := os.ReadDir(d.entries())
	if err != nil {
		return nil, err
	}
	files := make([]found, 0, len(list))
	for _, e := range list {
		f := found{name: e.Name(), unfinished: strings.HasPrefix(e.Name(), unfinished)}
		var isEntry bool
		if f.key, isEntry = parseKey(f.name); !isEntry && !f.unfinished || f.unfinished && d.sweep(f.name) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		f.size, f.used = info.Size(), info.ModTime()
		files = append(files, f)
	}
	return files, nil
}

// sweep removes an unfinished entry if nobody writes it any more, and says whether it did.
func (d *Disk) sweep(name string) bool {
	f, err := os.OpenFile(d.file(name), os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	// The lock is held until the file is gone, so that a writer who comes now notices, see create.
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil && os.Remove(d.file(name)) == nil
}
