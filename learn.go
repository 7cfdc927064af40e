package orcast

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/cache"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
	"github.com/orcast/orcast/profile"
)

// memory is where a program's profile is kept: in a file, or in the cache under a key for the program.
type memory struct {
	cache  *Cache
	key    cache.Key
	shared cache.Key // the same on other machines
	file   string
}

// newMemory is the memory of a program, nil if there is to be none. The program is known by what its inputs are called and by
// its entry: what they contain may change.
func newMemory(o *Options, inputs []string) *memory {
	switch {
	case o.Profile != "":
		return &memory{file: o.Profile}
	case o.Cache == nil || o.Cache.options.NoProfiles:
		return nil
	}
	return o.Cache.memoryOf(inputs, o.Entry)
}

func (c *Cache) memoryOf(inputs []string, entry string) *memory {
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
	return &memory{cache: c, key: key(paths), shared: key(names)}
}

// Profile is what the cache has learned of the program with these inputs, as they were given to Run, and this entry, or of an
// Engine with these inputs and "". The error says that there is nothing, or that it is no profile.
func (c *Cache) Profile(inputs []string, entry string) (*profile.Profile, error) {
	p, err := c.memoryOf(inputs, entry).read()
	if err == nil && (p == nil || len(p.Runs()) == 0) {
		err = fmt.Errorf("%s: no run of a program with these inputs is remembered in %s", strings.Join(inputs, " "), c.options.Dir)
	}
	return p, err
}

// Forget removes what Profile gives. The error says why that is not possible.
func (c *Cache) Forget(inputs []string, entry string) error {
	return c.disk.Put(cache.Profile, c.memoryOf(inputs, entry).key, (&profile.Profile{}).Encode())
}

// errNoFile says that there is no place for a profile.
var errNoFile = errors.New("it is no regular file")

// read is what is remembered; nil if that is nothing. The error says that there is something which is no profile.
func (m *memory) read() (*profile.Profile, error) {
	if m == nil {
		return nil, nil
	}
	if m.file != "" {
		return readProfile(m.file)
	}
	blob, err := m.cache.get(cache.Profile, m.key)
	if err != nil { // of which the cache has told
		blob = m.cache.fetchInTime(cache.Profile, m.shared)
	}
	if blob == nil {
		return nil, nil
	}
	return profile.Decode(blob)
}

// readProfile is what a file remembers. An empty one, as mktemp makes it, is as good as none.
func readProfile(file string) (*profile.Profile, error) {
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

// write remembers a profile. The error is that of the file; the cache tells its own.
func (m *memory) write(p *profile.Profile) error {
	if m.file != "" {
		return p.WriteFile(m.file)
	}
	m.cache.put(cache.Profile, m.key, p.Encode())
	return nil
}

// share adds a run to the profile that other machines use.
func (m *memory) share(run profile.Run, function func(int) profile.Function) {
	if m.cache == nil || !m.cache.uploads() {
		return
	}
	all, err := profile.Decode(m.cache.fetchInTime(cache.Profile, m.shared))
	if err != nil {
		all = &profile.Profile{}
	}
	all.Record(run, function)
	m.cache.share(cache.Profile, m.shared, all.Encode())
}

// past is what is known of the program from earlier runs.
func (e *engine) past() forecast.Past {
	e.memory = newMemory(&e.options, e.options.Inputs)
	p, err := e.memory.read()
	if err != nil {
		e.options.Warn("the profile of earlier runs is not used: " + err.Error())
	}
	return forecast.Past{Profile: p, Order: e.options.Order, Content: func(f forecast.Func) uint64 { return e.contentID(int(f)) }}
}

// remember keeps what this run compiled and learned for later ones. The program has ended, or its functions are not called
// any more.
func (e *engine) remember() {
	var group sync.WaitGroup
	group.Go(e.learn)
	e.warm.save()
	group.Wait()
}

// learn adds this run to the profile. What another process has written meanwhile is kept.
func (e *engine) learn() {
	if e.memory == nil {
		return
	}
	p, err := e.memory.read()
	if errors.Is(err, errNoFile) || errors.Is(err, profile.ErrForeign) && e.memory.file != "" {
		return // of which past has told; somebody else's file stays as it is
	}
	if err != nil || p == nil {
		p = &profile.Profile{}
	}
	run := e.recording()
	e.warm.noteDigests()
	inParallel(len(run.Calls), func(i int) { e.contentID(run.Calls[i].Function) }) // so that Record finds them
	p.Record(run, e.identityOf)
	if err := e.memory.write(p); err != nil {
		e.options.Warn("this run is not remembered: " + err.Error())
	}
	e.memory.share(run, e.identityOf)
}

// recording is what this run did, for a profile. Functions have their numbers in the program.
func (e *engine) recording() profile.Run {
	reasons := e.queue.Reasons()
	calls := e.region.Calls()
	run := profile.Run{Calls: make([]profile.Call, 0, len(calls))}
	called := make([]bool, len(reasons))
	var waited, until time.Duration // how long some thread waited so far, and the end of the last wait
	for _, c := range calls {
		called[c.Func] = true
		if c.Func == e.undefined {
			continue
		}
		at := c.Enter - calls[0].Enter - waited + max(0, until-c.Enter)
		if end := c.Enter + c.Wait; end > until {
			waited += end - max(c.Enter, until)
			until = end
		}
		run.Calls = append(run.Calls, profile.Call{Function: c.Func, At: at, Stall: c.Wait, Outcome: e.outcomeOf(c, reasons[c.Func])})
	}
	for f, reason := range reasons {
		if reason == sched.Speculation && !called[f] && !e.warm.has(f) {
			run.Wasted = append(run.Wasted, f)
		}
	}
	return run
}

func (e *engine) outcomeOf(c stub.Call, reason sched.Reason) profile.Outcome {
	switch {
	case e.warm.has(c.Func):
		return profile.Cached
	case reason == sched.Demand:
		return profile.Demanded
	case c.Stalled:
		return profile.Late
	}
	return profile.Useful
}

// identityOf is what a profile knows a function by.
func (e *engine) identityOf(f int) profile.Function {
	s := e.program.Functions[f]
	return profile.Function{Module: s.Module.Name, Name: s.Name, ID: e.contentID(f)}
}

// contentID is a hash of a function's content, which an edit changes; 0 if it cannot be told.
func (e *engine) contentID(f int) uint64 {
	s := e.program.Functions[f]
	d, err := e.digestOf(s.Module, s.Def)
	if err != nil {
		return 0
	}
	return binary.LittleEndian.Uint64(d.hash[:])
}
