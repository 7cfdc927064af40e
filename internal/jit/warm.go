package jit

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/orcast/orcast/internal/cache"
	"github.com/orcast/orcast/internal/image"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/trace"
)

// warm is what earlier runs compiled of a program and what this one adds to it, module by module. A nil warm has nothing
// and keeps nothing.
type warm struct {
	engine  *Session
	cache   *cache.Store
	build   [32]byte
	modules []*warmModule
	parts   []*warmPart // by function; nil for those that no image has
}

// warmModule is a module's image, and what was compiled because it is not in there.
type warmModule struct {
	module *program.Module
	key    cache.Key
	// image is of the module as it is, or else of the version of it that was run last; nil if there is neither.
	image *image.Image
	exact bool
	data  *llvm.Edited // of static data if it is of another version, but the same; nil if it is of this one or cannot be used
	parts []*warmPart
	// fetched is where the server's image will come from, if it is late; nil if nothing is to come.
	fetched <-chan []byte
	// misses says of functions, by name, why what the image has of them is not used.
	misses map[string]string

	mu       sync.Mutex // guards what follows
	compiled []byte     // the object of its static data, if this run compiled it
	units    []warmUnit
}

// warmUnit is a unit that this run compiled.
type warmUnit struct {
	functions []int
	object    []byte
	// tied says that the object has the functions' blocks' addresses, or those of others: it is good only as a whole.
	tied bool
}

// warmPart is a part of an image.
type warmPart struct {
	of        *warmModule
	part      *image.Part
	edited    *llvm.Edited // nil if the image is of the module as it is
	functions []int        // the program's functions in it that can be used
	early     bool         // static data may refer to variables in it: it is linked with that
	hot       bool         // it is early or was called into in an earlier run: it is claimed, and linked when the program starts
	taken     atomic.Bool  // somebody settles it

	mu     sync.Mutex // held while it is linked; guards what follows
	linked bool
	err    error
}

// openWarm finds the images of a program's modules.
func openWarm(e *Session) *warm {
	if e.options.Code == nil {
		return nil
	}
	build := buildIdentity()
	if build == [32]byte{} {
		return nil
	}
	w := &warm{engine: e, cache: e.options.Code, build: build, modules: make([]*warmModule, len(e.modules)),
		parts: make([]*warmPart, len(e.program.Functions))}
	var group sync.WaitGroup
	for i, m := range e.program.Modules {
		w.modules[i] = &warmModule{module: m}
		group.Go(func() { w.open(w.modules[i]) })
	}
	group.Wait()
	return w
}

// open finds a module's image: that of the module as it is, or of the version that was run last.
func (w *warm) open(m *warmModule) {
	m.key = w.keyOf(m.module)
	m.image = w.read(m.module, m.key)
	if m.image == nil {
		m.fetched = w.cache.Fetch(w.engine.ending, cache.Image, m.key)
		select {
		case blob := <-m.fetched:
			m.image, m.fetched = w.decode(m.module, blob), nil
		case <-time.After(cache.Grace):
		}
	}
	if m.image != nil {
		m.exact = true
		for i := range m.image.Parts {
			w.openPart(m, &m.image.Parts[i], nil)
		}
		return
	}
	if m.image = w.latest(m.module); m.image != nil {
		w.openEdited(m)
	}
}

// read gets an image from the cache; nil if it is not there.
func (w *warm) read(m *program.Module, key cache.Key) *image.Image {
	blob, err := w.cache.Get(cache.Image, key)
	if err != nil {
		return nil // of which the cache has told
	}
	return w.decode(m, blob)
}

// decode reads an image; nil if it is none.
func (w *warm) decode(m *program.Module, blob []byte) *image.Image {
	if blob == nil {
		return nil
	}
	i, err := image.Decode(blob)
	if err != nil {
		w.cache.Warn(fmt.Sprintf("%s: its cached code cannot be used: %v", m.Name, err))
		return nil
	}
	return i
}

// openPart makes the functions of a part known; of one of another version those that edited has.
func (w *warm) openPart(m *warmModule, part *image.Part, edited *llvm.Edited) {
	p := &warmPart{of: m, part: part, edited: edited}
	for _, f := range part.Functions {
		place := f.Place
		if edited != nil {
			place = edited.Definitions[place]
		}
		s := m.function(place)
		if s == nil {
			continue
		}
		p.functions = append(p.functions, int(s.Func))
		p.early = p.early || w.engine.ownsVariables(int(s.Func))
		p.hot = p.hot || p.early || f.Called
		w.parts[s.Func] = p
	}
	if len(p.functions) > 0 {
		m.parts = append(m.parts, p)
	}
}

// function is the program's function that the module defines at a place, nil if there is none.
func (m *warmModule) function(place uint32) *program.Symbol {
	b := m.module.Bitcode
	if at := int(place) - len(b.Globals); at < 0 || at >= len(b.Functions) {
		return nil
	}
	s := m.module.Ref(b.At(int(place))).Symbol
	if s == nil || s.Kind != program.Function || s.Module != m.module || s.Def.Place() != int(place) {
		return nil
	}
	return s
}

// keyOf names the image of exactly this module, in a program where its symbols mean what they mean here.
func (w *warm) keyOf(m *program.Module) cache.Key {
	e := w.engine
	file := sha256.Sum256(m.Data)
	h := sha256.New()
	h.Write([]byte("orcast image\n"))
	h.Write(w.build[:])
	h.Write(file[:])
	owned := e.owned.variables(m.Number)
	numbers := []uint64{image.Version, uint64(e.options.OptLevel), uint64(m.Bitcode.Index), uint64(len(owned))}
	for _, v := range owned {
		numbers = append(numbers, uint64(v))
	}
	for _, n := range numbers {
		binary.Write(h, binary.LittleEndian, n)
	}
	meaning := make([]byte, len(e.refs[m.Number]))
	for i, r := range e.refs[m.Number] {
		meaning[i] = meaningOf(r)
	}
	h.Write(meaning)
	return cache.Key(h.Sum(nil))
}

// data is the object of a module's static data, without one if it has to be compiled.
func (w *warm) data(module int) (d dataResult) {
	if w == nil {
		return d
	}
	m := w.modules[module]
	if m.image == nil || m.image.Data.Object == nil || !m.exact && m.data == nil {
		return d
	}
	return dataResult{object: llvm.NewObject("static data", m.image.Data.Object), edited: m.data}
}

// claim takes the functions of all parts that are to be linked when the program starts.
func (w *warm) claim() {
	if w == nil {
		return
	}
	for _, p := range w.hot() {
		for _, f := range p.functions {
			w.engine.queue.Claim(f, sched.Cached)
		}
	}
}

// hot are the parts to be linked when the program starts.
func (w *warm) hot() (parts []*warmPart) {
	if w == nil {
		return nil
	}
	for _, m := range w.modules {
		for _, p := range m.parts {
			if p.hot {
				parts = append(parts, p)
			}
		}
	}
	return parts
}

// awaitFetched uses the images of a server that come after the start.
func (w *warm) awaitFetched() {
	if w == nil {
		return
	}
	runtime.LockOSThread() // for the timer of linking
	defer runtime.UnlockOSThread()
	for _, m := range w.modules {
		if m.fetched == nil {
			continue
		}
		select {
		case blob := <-m.fetched:
			if i := w.decode(m.module, blob); i != nil && w.engine.awaitLinkable() {
				w.late(m, i)
			}
		case <-w.engine.ending.Done():
			return
		}
	}
}

// late uses those functions of an image which nobody has begun to compile. Of parts that define variables it uses none, as
// these may have addresses already.
func (w *warm) late(m *warmModule, i *image.Image) {
	for k := range i.Parts {
		p := &warmPart{of: m, part: &i.Parts[k], edited: newEdited(i.Values)}
		for place := range p.edited.Uses {
			p.edited.Uses[place] = uint32(place)
		}
		var functions []int
		for _, f := range p.part.Functions {
			if s := m.function(f.Place); s != nil {
				functions = append(functions, int(s.Func))
				p.hot = p.hot || f.Called
			}
		}
		if !p.hot || slices.ContainsFunc(functions, w.engine.ownsVariables) {
			continue
		}
		for _, f := range functions {
			if w.engine.queue.Claim(f, sched.Cached) {
				place := w.engine.program.Functions[f].Def.Place()
				p.edited.Definitions[place] = uint32(place)
				p.functions = append(p.functions, f)
			}
		}
		if len(p.functions) > 0 {
			w.settle(p, w.engine.link)
		}
	}
}

// early are the hot parts that static data may refer into, to variables that hold addresses of blocks: items to link with
// it, and their functions.
func (w *warm) early() (items []llvm.Item, functions []int) {
	for _, p := range w.hot() {
		if p.early {
			items = append(items, w.item(p, false))
			functions = append(functions, p.functions...)
			p.linked = true
			w.engine.trace.begin(p.of.module.Number, starter).end(p.functions, trace.Cached)
		}
	}
	return items, functions
}

func (w *warm) item(p *warmPart, late bool) llvm.Item {
	i := llvm.Item{Object: llvm.NewObject("cached code", p.part.Object), Module: w.engine.modules[p.of.module.Number], Late: late, Edited: p.edited}
	if p.part.Lenient || len(p.functions) < len(p.part.Functions) {
		i.Gone = w.engine.region.StubAddress(w.engine.undefined)
	}
	return i
}

// linkFirst links the first of the claimed parts of each module, which the program needs at once.
func (w *warm) linkFirst() {
	for _, p := range w.later() {
		if p == p.of.parts[0] {
			w.settle(p, w.engine.link)
		}
	}
}

// linkLater links the other claimed parts. Workers share them.
func (w *warm) linkLater(worker *worker) {
	for _, p := range w.later() {
		if !w.engine.awaitLinkable() {
			return
		}
		w.settle(p, worker.link)
	}
}

// later are the claimed parts that are not linked with static data.
func (w *warm) later() []*warmPart {
	return slices.DeleteFunc(w.hot(), func(p *warmPart) bool { return p.early })
}

// settle links a claimed part and publishes its functions, unless another worker does. If it cannot be linked, they are
// compiled as if it had not been there.
func (w *warm) settle(p *warmPart, link linkFunc) {
	if !p.taken.CompareAndSwap(false, true) {
		return
	}
	if w.link(p, link) != nil {
		w.engine.queue.Abandon(p.functions)
		return
	}
	w.engine.settle(p.functions, nil)
}

type linkFunc func(llvm.Item) (llvm.Linked, error)

// link links a part, once.
func (w *warm) link(p *warmPart, link linkFunc) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.linked || p.err != nil {
		return p.err
	}
	item := w.item(p, true)
	defer item.Object.Close()
	span := w.engine.trace.begin(p.of.module.Number, starter)
	linked, err := link(item)
	if err == nil {
		span.linked(linked.CodeSize)
		span.end(p.functions, trace.Cached)
		w.engine.codeBytes.Add(int64(linked.CodeSize))
		err = w.engine.addUnwind(linked)
	}
	if p.err = err; err != nil {
		w.cache.Warn(fmt.Sprintf("%s: its cached code is compiled anew, for it cannot be linked: %v", p.of.module.Name, err))
		return err
	}
	p.linked = true
	return nil
}

// use settles those functions of a unit that an image has, and returns the others.
func (w *warm) use(unit []int, link linkFunc) (others []int) {
	if w == nil {
		return unit
	}
	for _, f := range unit {
		var p *warmPart
		if f < len(w.parts) {
			p = w.parts[f]
		}
		if p == nil || !w.engine.awaitLinkable() || w.link(p, link) != nil {
			others = append(others, f)
			continue
		}
		w.engine.settle([]int{f}, nil)
		for _, g := range p.functions {
			if w.engine.queue.Claim(g, sched.Cached) {
				w.engine.settle([]int{g}, nil)
			}
		}
	}
	return others
}

// noteDigests makes those digests known that the images have, so that nothing need be digested again.
func (w *warm) noteDigests() {
	if w == nil {
		return
	}
	for _, m := range w.modules {
		if !m.exact {
			continue
		}
		for _, p := range m.image.Parts {
			for _, f := range p.Functions {
				if s := m.function(f.Place); s != nil && f.Digest != (image.Digest{}) {
					w.engine.digests.Store(s.Def, digested{digest: digest{f.Digest, f.Uses}})
				}
			}
		}
	}
}

// has says that f's code came from an image.
func (w *warm) has(f int) bool {
	if w == nil || f >= len(w.parts) || w.parts[f] == nil {
		return false
	}
	p := w.parts[f]
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.linked
}

// keepData keeps the object of a module's static data, which this run compiled.
func (w *warm) keepData(module int, object *llvm.Object) {
	if w == nil {
		return
	}
	m := w.modules[module]
	m.mu.Lock()
	defer m.mu.Unlock()
	m.compiled = object.Bytes()
}

// keep keeps a unit that this run compiled, of more functions than were asked for if others had to join.
func (w *warm) keep(module int, functions []int, object *llvm.Object, joined bool) {
	if w == nil {
		return
	}
	m := w.modules[module]
	m.mu.Lock()
	defer m.mu.Unlock()
	m.units = append(m.units, warmUnit{slices.Clone(functions), object.Bytes(), joined || slices.ContainsFunc(functions, w.engine.ownsVariables)})
}
