// Package past keeps what runs of a program did, its profile: in a file, or in the cache under a key for the program.
//
// Rule: what is remembered is never lost for what cannot be read, and a file that is somebody else's stays as it is.
package past

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/orcast/orcast/internal/cache"
	"github.com/orcast/orcast/profile"
)

// Memory is where a program's profile is kept. A nil Memory remembers nothing.
type Memory struct {
	store  *cache.Store // nil: in file
	key    cache.Key
	shared cache.Key // the same on other machines
	file   string
}

// InFile is the memory in a file, which need not exist.
func InFile(path string) *Memory {
	if absolute, err := filepath.Abs(path); err == nil { // the working directory may be another one when it is written
		path = absolute
	}
	return &Memory{file: path}
}

// In is the memory of a program in a store. The program is known by what its inputs are called and by its entry: what
// they contain may change.
func In(store *cache.Store, inputs []string, entry string) *Memory {
	paths, names := []string{}, []string{}
	for _, input := range inputs {
		names = append(names, filepath.Base(input))
		if path, err := filepath.Abs(input); err == nil {
			input = path
		}
		paths = append(paths, input)
	}
	key := func(names []string) cache.Key {
		return sha256.Sum256(fmt.Appendf(nil, "orcast profile\n%q\n%q", entry, names))
	}
	return &Memory{store: store, key: key(paths), shared: key(names)}
}

// errNoFile says that there is no place for a profile.
var errNoFile = errors.New("it is no regular file")

// Read returns what is remembered, nil if that is nothing. The error says that there is something which is no profile.
func (m *Memory) Read() (*profile.Profile, error) {
	if m == nil {
		return nil, nil
	}
	if m.store == nil {
		return readFile(m.file)
	}
	blob, err := m.store.Get(cache.Profile, m.key)
	if err != nil { // of which the store has told
		blob = m.store.FetchInTime(cache.Profile, m.shared)
	}
	if blob == nil {
		return nil, nil
	}
	return profile.Decode(blob)
}

// readFile returns what a file remembers. An empty one, as mktemp makes it, remembers nothing.
func readFile(file string) (*profile.Profile, error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err == nil && !info.Mode().IsRegular(): // opening a pipe would wait
		return nil, fmt.Errorf("%s: %w", file, errNoFile)
	case err == nil && info.Size() == 0:
		return nil, nil
	}
	p, err := profile.ReadFile(file)
	if errors.Is(err, profile.ErrForeign) {
		err = fmt.Errorf("%w; the file stays as it is: remove it, or name another one", err)
	}
	return p, err
}

// Learn adds a run to what is remembered, where identity says which function a number is. What another process has
// written meanwhile is kept. The error is that of a file; the store tells its own.
func (m *Memory) Learn(run profile.Run, identity func(int) profile.Function) error {
	if m == nil {
		return nil
	}
	p, err := m.Read()
	if errors.Is(err, errNoFile) || errors.Is(err, profile.ErrForeign) && m.store == nil {
		return nil // of which whoever read it first has told; somebody else's file stays as it is
	}
	if err != nil || p == nil {
		p = &profile.Profile{}
	}
	p.Record(run, identity)
	if m.store == nil {
		return p.WriteFile(m.file)
	}
	m.store.Put(cache.Profile, m.key, p.Encode())
	m.share(run, identity)
	return nil
}

// share adds a run to the profile that other machines use.
func (m *Memory) share(run profile.Run, identity func(int) profile.Function) {
	if !m.store.Uploads() {
		return
	}
	all, err := profile.Decode(m.store.FetchInTime(cache.Profile, m.shared))
	if err != nil {
		all = &profile.Profile{}
	}
	all.Record(run, identity)
	m.store.Share(cache.Profile, m.shared, all.Encode())
}

// Forget removes what is remembered in a store. The error says why that is not possible.
func (m *Memory) Forget() error {
	return m.store.Disk.Put(cache.Profile, m.key, (&profile.Profile{}).Encode())
}
