// Package reuse has what earlier runs compiled of a program: it finds that in the cache, compares it with the program
// as it is now, links what still holds, and adds to it what this run compiles.
//
// Rule: it never decides what the program needs. It asks the session for nothing but the methods of Session.
package reuse

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/cache"
	"github.com/orcast/orcast/internal/image"
	"github.com/orcast/orcast/internal/journal"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/tier"
	"github.com/orcast/orcast/trace"
)

// Session compiles the program while it runs.
type Session interface {
	Linker
	// AwaitLinkable waits until all static data has an address. It is false if the session ends before.
	AwaitLinkable() bool
	// Claim takes a function that nobody works on and that has no code, and Abandon gives functions back.
	Claim(f program.FuncID) bool
	Abandon(functions []program.FuncID)
	// Publish lets the program have claimed functions, which have been linked by this goroutine and are of a tier.
	Publish(functions []program.FuncID, t tier.Tier)
}

// Linker links one object of a unit, on its caller's thread.
type Linker interface {
	Link(s *journal.Span, item loader.Item) error
}

// Code is what earlier runs compiled of a program and what this one adds to it, module by module. A nil Code has
// nothing and keeps nothing.
type Code struct {
	journal.Deaf
	program *loader.Loader
	digests *Digests
	store   *cache.Store
	session Session
	journal *journal.Journal
	// of the code that is used and kept; of Baseline, besides that, what its compiler refuses
	tier    tier.Tier
	early   map[program.FuncID]bool // functions that are linked with static data
	build   [32]byte
	modules []*module
	parts   []*part // by function; nil for those that no image has
}

// module is a module's image, and what was compiled because it is not in there.
type module struct {
	*loader.Module
	key, latest cache.Key // of its image, and of what tells the key of the newest image of a module of that name
	// image is of the module as it is, or else of the version of it that was run last; nil if there is neither.
	image *image.Image
	exact bool
	// of static data if it is of another version, but the same; nil if it is of this one or cannot be used
	data  *llvm.Renumbering
	parts []*part
	// fetched is where the server's image will come from, if it is late; nil if nothing is to come.
	fetched <-chan []byte
	// misses says of functions, by name, why what the image has of them is not used.
	misses map[string]string

	mu   sync.Mutex // guards made
	made made
}

// made is what this run compiled of a module.
type made struct {
	data  func() []byte // makes the bytes of its static data; nil if this run did not compile it
	units []kept
}

// kept is a unit that this run compiled.
type kept struct {
	functions []program.FuncID
	bytes     func() []byte // see journal.Object
	// tied says that the object has the functions' blocks' addresses, or those of others: it is good only as a whole.
	tied bool
}

// when is the time at which a part of an image is linked.
type when uint8

const (
	onDemand when = iota // one of its functions is to be compiled
	atStart              // the program starts: some run called into it
	together             // before any other, for these may refer to variables in it, and it to theirs
	withData             // with static data, which refers to variables in it
)

// part is a part of an image.
type part struct {
	*image.Part
	of        *module
	edited    *llvm.Renumbering // nil if the image is of the module as it is
	functions []program.FuncID  // the program's functions in it that can be used
	when      when
	taken     atomic.Bool // somebody settles it

	mu     sync.Mutex // held while it is linked; guards what follows
	linked bool
	err    error // why it cannot be linked
}

// Open finds the images of a program's modules, of code of a tier. It gives up waiting for a server when the context
// ends. A nil store has none.
func Open(ctx context.Context, l *loader.Loader, d *Digests, store *cache.Store, t tier.Tier, j *journal.Journal,
	s Session) *Code {
	if store == nil {
		return nil
	}
	build := buildIdentity()
	if build == [32]byte{} {
		return nil
	}
	c := &Code{program: l, digests: d, store: store, session: s, journal: j, tier: t, build: build,
		modules: make([]*module, len(l.Modules)), parts: make([]*part, len(l.Program.Functions)),
		early: map[program.FuncID]bool{}}
	for _, f := range l.LinkedWithData {
		c.early[f] = true
	}
	var group sync.WaitGroup
	for i, m := range l.Modules {
		c.modules[i] = &module{Module: m}
		group.Go(func() { c.open(ctx, c.modules[i]) })
	}
	group.Wait()
	c.joinParts()
	return c
}

// joinParts has parts that may need each other linked in one go: with static data if that needs one of them.
func (c *Code) joinParts() {
	last := onDemand
	for _, p := range c.hot() {
		last = max(last, p.when)
	}
	for _, p := range c.hot() {
		if p.when == together {
			p.when = last
		}
	}
}

// open finds a module's image: that of the module as it is, or of the version that was run last.
func (c *Code) open(ctx context.Context, m *module) {
	// Now, as the working directory may be another one at the end.
	m.key, m.latest = c.keyOf(m.Module), c.latestKey(m.Module)
	m.image = c.read(m.Module, m.key)
	if m.image == nil {
		m.fetched = c.store.Fetch(ctx, cache.Image, m.key)
		select {
		case blob := <-m.fetched:
			m.image, m.fetched = c.decode(m.Module, blob), nil
		case <-time.After(cache.Grace):
		}
	}
	if m.image != nil {
		m.exact = true
		for i := range m.image.Parts {
			c.openPart(m, &m.image.Parts[i], nil)
		}
		return
	}
	if m.image = c.readLatest(m); m.image != nil {
		c.openEdited(m)
	}
}

// read gets an image from the cache; nil if it is not there.
func (c *Code) read(m *loader.Module, key cache.Key) *image.Image {
	blob, err := c.store.Get(cache.Image, key)
	if err != nil {
		return nil // of which the store has told
	}
	return c.decode(m, blob)
}

// decode reads an image; nil if it is none.
func (c *Code) decode(m *loader.Module, blob []byte) *image.Image {
	if blob == nil {
		return nil
	}
	i, err := image.Decode(blob)
	if err != nil {
		c.store.Warn(fmt.Sprintf("%s: its cached code cannot be used: %v", m.Name, err))
		return nil
	}
	return i
}

// openPart makes the functions of a part known; of one of another version those that edited has.
func (c *Code) openPart(m *module, of *image.Part, edited *llvm.Renumbering) {
	p := &part{Part: of, of: m, edited: edited}
	unit := isUnit(of.Object)
	for _, f := range of.Functions {
		place := f.Place
		if edited != nil {
			place = edited.Definitions[place]
		}
		s := m.function(place)
		if s == nil {
			continue
		}
		p.functions = append(p.functions, s.Func)
		if f.Called {
			p.when = max(p.when, atStart)
		}
		switch early := c.early[s.Func]; {
		case early && unit:
			return // LLVM's linker takes none
		case early:
			p.when = withData
		case c.program.IsLinkedEarly(s.Func):
			p.when = max(p.when, together)
		}
	}
	for _, f := range p.functions {
		c.parts[f] = p
	}
	if len(p.functions) > 0 {
		m.parts = append(m.parts, p)
	}
}

// function is the program's function that the module defines at a place, nil if there is none.
func (m *module) function(place bitcode.Place) *program.Symbol {
	b := m.Bitcode
	if at := int(place) - len(b.Globals); at < 0 || at >= len(b.Functions) {
		return nil
	}
	s := m.Ref(b.At(place)).Symbol
	if s == nil || s.Kind != program.Function || s.Module != m.Module.Module || s.Def.Place() != place {
		return nil
	}
	return s
}

// Data is the code of a module's static data, and where its values are if it is of another version of the module; nil
// if it has to be compiled.
func (c *Code) Data(m program.ModuleID) (code loader.Code, edited *llvm.Renumbering) {
	if c == nil {
		return nil, nil
	}
	of := c.modules[m]
	if of.image == nil || of.image.Data.Object == nil || !of.exact && of.data == nil {
		return nil, nil
	}
	code, err := c.codeOf("static data", of.image.Data.Object, of.image.Values)
	if err != nil {
		c.store.Warn(fmt.Sprintf("%s: its static data is compiled anew: %v", of.Name, err))
		return nil, nil
	}
	return code, of.data
}

// Has says that f's code came from an image.
func (c *Code) Has(f program.FuncID) bool {
	if !c.Offers(f) {
		return false
	}
	linked, _ := c.parts[f].state()
	return linked
}

// NoteDigests makes those digests known that the images have, so that nothing need be digested again.
func (c *Code) NoteDigests() {
	if c == nil {
		return
	}
	for _, m := range c.modules {
		if !m.exact {
			continue
		}
		for _, p := range m.image.Parts {
			for _, f := range p.Functions {
				if s := m.function(f.Place); s != nil && f.Digest != (image.Digest{}) {
					c.digests.note(s.Def, digest{f.Digest, f.Uses})
				}
			}
		}
	}
}

// Unit implements journal.Listener: it keeps what this run compiles for first calls.
func (c *Code) Unit(u *journal.Unit) {
	if u.Object == nil || u.Reason == trace.Promotion || u.Tier != c.tier && u.Tier != c.tier.LLVM() {
		return
	}
	m, bytes := c.modules[u.Module], u.Object.Keep()
	tied := u.Tied || slices.ContainsFunc(u.Functions, c.program.IsLinkedEarly)
	m.mu.Lock()
	defer m.mu.Unlock()
	if u.Reason == trace.Data {
		m.made.data = bytes
		return
	}
	m.made.units = append(m.made.units, kept{slices.Clone(u.Functions), bytes, tied})
}
