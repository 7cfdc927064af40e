package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/orcast/orcast/internal/quote"
)

// Disk is a cache in a folder. All methods may be called by any number of goroutines and processes at once: there is
// no state but the files, and a file is whole from the moment it has its name.
//
// In the folder are:
//
//	entries/HEX     an entry, named by its key; its time of modification is that of its last use
//	entries/new-*   one that is being written, locked by its writer; if it is not locked, its writer was killed
//	booked          its length tells how much was put, see evict
//
// Other files are nobody's here and are let alone.
type Disk struct {
	dir   string // absolute
	limit int64  // bytes
}

// DefaultLimit is the size in bytes of a cache of which nobody has said how large it may be.
const DefaultLimit = 1 << 30

// Open is the cache in a folder, which is made when the first blob is put. Limit is the number of bytes that it may
// take, above 0; it binds this Disk, not other processes that use the same folder.
//
// An error says that the folder cannot be used, because it is none or because others than this user may write it: the
// cache must then not be used, for what is in it may not be what it seems.
func Open(dir string, limit int64) (*Disk, error) {
	if limit <= 0 {
		return nil, fmt.Errorf("the cache cannot have a limit of %d bytes; the least is 1", limit)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder of the cache is not known: %w", err)
	}
	d := &Disk{dir: dir, limit: limit}
	if err := d.check(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return d, nil
}

func (d *Disk) entries() string         { return filepath.Join(d.dir, "entries") }
func (d *Disk) booked() string          { return filepath.Join(d.dir, "booked") }
func (d *Disk) entry(k Key) string      { return filepath.Join(d.entries(), k.String()) }
func (d *Disk) file(name string) string { return filepath.Join(d.entries(), name) }

// unfinished begins the names of entries that are being written.
const unfinished = "new-"

// check says whether both folders are there and only this user can write them. It is done with every use, for it is
// cheap, and folders may come and go.
func (d *Disk) check() error {
	for _, dir := range []string{d.dir, d.entries()} {
		info, err := os.Stat(dir)
		if err != nil {
			return fmt.Errorf("the cache cannot be used: %w", err)
		}
		if !info.IsDir() {
			return fmt.Errorf("the cache cannot be used: %s is no folder", quote.Name(dir))
		}
		if why := writableByOthers(info); why != "" {
			return fmt.Errorf("the cache cannot be used: %s %s; use a folder of your own that nobody else can write, "+
				"chmod go-w makes it so", quote.Name(dir), why)
		}
	}
	return nil
}

// make makes the folders if they are not there, and checks them.
func (d *Disk) make() error {
	if err := d.check(); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(d.entries(), 0o700); err != nil {
		return fmt.Errorf("the cache cannot be made: %w", err)
	}
	return d.check()
}

// Get is the blob of a key. It is the caller's, and begins at a multiple of the page size if it is larger than a few
// pages. Errors are ErrMiss, a DamagedError, or another that says why the entry could not be read; after any of them
// the caller does without the blob.
func (d *Disk) Get(kind Kind, key Key) ([]byte, error) {
	if err := d.check(); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMiss
	} else if err != nil {
		return nil, err
	}
	got, blob, err := d.read(key, true)
	if err == nil && got != kind {
		err = d.damaged(key, damage(fmt.Sprintf("it is of the kind %v, and %v is wanted", got, kind)))
	}
	if err != nil {
		return nil, err
	}
	return blob, nil
}

// open opens an entry. A link would lead to what was not put here, and opening a pipe must not wait for a writer.
func (d *Disk) open(key Key) (*os.File, error) {
	return os.OpenFile(d.entry(key), os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
}

// read reads an entry and marks it as used, if it was. What is damaged is removed; if another process has put a right
// one in that moment, it is lost, which costs a miss.
func (d *Disk) read(key Key, used bool) (Kind, []byte, error) {
	f, err := d.open(key)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil, ErrMiss
	case errors.Is(err, unix.ELOOP):
		return 0, nil, d.damaged(key, "it is a symbolic link")
	case err != nil:
		return 0, nil, fmt.Errorf("the cache cannot be read: %w", err)
	}
	defer f.Close()
	kind, blob, err := readEntry(f, key)
	var why damage
	switch {
	case errors.As(err, &why):
		return 0, nil, d.damaged(key, why)
	case err != nil:
		return 0, nil, fmt.Errorf("the cache cannot be read: %w", err)
	}
	if used {
		now := []unix.Timespec{{Nsec: unix.UTIME_OMIT}, {Nsec: unix.UTIME_NOW}}
		_ = unix.UtimesNanoAt(unix.AT_FDCWD, f.Name(), now, unix.AT_SYMLINK_NOFOLLOW) // else it is evicted sooner
	}
	return kind, blob, nil
}

// damaged removes an entry and is the error that says so.
func (d *Disk) damaged(key Key, why damage) error {
	err := os.Remove(d.entry(key))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return &DamagedError{File: d.entry(key), Why: string(why), Left: err}
}

// Put stores a blob under a key; if there is one already, the new one takes its place. It evicts the least recently
// used entries if there is too much then. After a crash at any moment, there is either the old entry or the new one,
// whole. After an error the old one is still there, if there was one.
func (d *Disk) Put(kind Kind, key Key, blob []byte) error {
	size := int64(headerSize + len(blob))
	if len(blob) > maxBlob || size > d.limit {
		return fmt.Errorf("a blob of %d bytes is too large for the cache of %d bytes in %s", len(blob), d.limit, d.dir)
	}
	if err := d.make(); err != nil {
		return err
	}
	full := d.book(size)
	if err := d.write(kind, key, blob); err != nil {
		return fmt.Errorf("the cache cannot be written: %w", err)
	}
	if full {
		if err := d.evict(); err != nil {
			return fmt.Errorf("old entries of the cache cannot be removed: %w", err)
		}
	}
	return nil
}

func (d *Disk) write(kind Kind, key Key, blob []byte) (err error) {
	f, err := d.create()
	if err != nil {
		return err
	}
	defer f.Close() // and so unlocked
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(newHeader(kind, key, blob)); err != nil {
		return err
	}
	if _, err := f.Write(blob); err != nil {
		return err
	}
	return os.Rename(f.Name(), d.entry(key))
}

// create makes the file of an unfinished entry and locks it. The lock goes with the process, so whoever gets it knows
// that there is no writer any more; process numbers would say so too, but containers that share a folder have
// numbers of their own, and an age is a guess.
//
// Before the lock is taken, another process may take it and remove the file. Then there is another try.
func (d *Disk) create() (*os.File, error) {
	for {
		f, err := os.CreateTemp(d.entries(), unfinished) // of mode 0600
		if err != nil {
			return nil, err
		}
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if info, statErr := f.Stat(); err != unix.EWOULDBLOCK && statErr == nil &&
			info.Sys().(*syscall.Stat_t).Nlink > 0 {
			return f, nil // locked, or on a file system without locks
		}
		f.Close()
	}
}
