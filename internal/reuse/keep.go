package reuse

import (
	"cmp"
	"slices"
	"sync"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/cache"
	"github.com/orcast/orcast/internal/image"
	"github.com/orcast/orcast/internal/parallel"
	"github.com/orcast/orcast/internal/program"
)

// Save adds what this run compiled to the images of its modules. Order has, for each function, its place among first
// calls from 1; 0 if it was not called.
func (c *Code) Save(order []int) {
	if c == nil {
		return
	}
	var group sync.WaitGroup
	for _, m := range c.modules {
		group.Go(func() { c.saveModule(m, order) })
	}
	group.Wait()
}

// saveModule holds no lock while it writes: processes that the program forked may have functions compiled meanwhile.
func (c *Code) saveModule(m *module, order []int) {
	m.mu.Lock()
	all := made{m.made.data, slices.Clone(m.made.units)}
	m.mu.Unlock()
	if m.exact && !m.worthwhile(all.units, order) {
		return
	}
	if err := c.write(m, all, order); err != nil {
		c.store.Warn(m.Name + ": keeping its compiled code for the next run: " + err.Error())
	}
}

// worthwhile says that this run called a function that it had to compile, or one of a part that no run had called into:
// else the next one starts as well from the image as it is.
func (m *module) worthwhile(units []kept, order []int) bool {
	called := func(f program.FuncID) bool { return order[f] > 0 }
	return slices.ContainsFunc(units, func(u kept) bool { return u.first(order) > 0 }) ||
		slices.ContainsFunc(m.parts, func(p *part) bool {
			return p.when == onDemand && slices.ContainsFunc(p.functions, called)
		})
}

func (c *Code) write(m *module, all made, order []int) error {
	i := c.base(m)
	if i.Data.Object == nil {
		i.Data = c.staticData(m, all.data)
	}
	if err := c.extend(i, m, all.units, order); err != nil {
		return err
	}
	blob := i.Encode()
	c.store.Put(cache.Image, m.key, blob)
	c.store.Share(cache.Image, m.key, blob)
	c.setLatest(m)
	return nil
}

// base is the image that this run adds to: the newest of the module as it is, or else of what could be used of another
// version.
func (c *Code) base(m *module) *image.Image {
	values := len(m.Refs)
	// Another run may have written more since this one began.
	if i := c.read(m.Module, m.key); i != nil && i.Values == values {
		return i
	}
	i := &image.Image{Values: values}
	if environment, err := m.Bitcode.Environment(); err == nil {
		i.Environment = environment
	}
	if m.image != nil && !m.exact {
		c.carry(m, i)
	}
	return i
}

// extend adds units, the list of which it puts in order, to an image.
func (c *Code) extend(i *image.Image, m *module, units []kept, order []int) error {
	known := map[bitcode.Place]bool{}
	var hot, cold packer
	for _, p := range i.Parts {
		called := false
		for k := range p.Functions {
			f := &p.Functions[k]
			known[f.Place] = true
			if s := m.function(f.Place); s != nil {
				f.Called = f.Called || order[s.Func] > 0
			}
			called = called || f.Called
		}
		if called {
			hot.parts = append(hot.parts, newBundle(p))
		} else {
			cold.parts = append(cold.parts, newBundle(p))
		}
	}
	slices.SortStableFunc(units, func(a, b kept) int { return cmp.Compare(a.first(order), b.first(order)) })
	for n, p := range c.describe(m, units, known, order) {
		switch {
		case len(p.Functions) == 0:
		case units[n].first(order) > 0:
			hot.add(p)
		default:
			cold.add(p)
		}
	}
	bundles := slices.Concat(hot.parts, cold.parts)
	i.Parts = make([]image.Part, len(bundles))
	failures := make([]error, len(bundles))
	parallel.For(len(bundles), func(n int) {
		failures[n] = bundles[n].merge(i.Values)
		i.Parts[n] = bundles[n].part
	})
	return cmp.Or(failures...)
}

// describe makes a part of each unit, with those of its functions that are not known yet.
func (c *Code) describe(m *module, units []kept, known map[bitcode.Place]bool, order []int) []image.Part {
	parts := make([]image.Part, len(units))
	parallel.For(len(parts), func(n int) {
		u := units[n]
		parts[n].Object = u.bytes()
		for _, f := range u.functions {
			def := c.program.Program.Functions[f].Def
			if known[def.Place()] {
				continue
			}
			entry := image.Function{Place: def.Place(), Name: def.Name, Called: order[f] > 0}
			if !u.tied {
				if d, err := c.digests.of(m.Module, def); err == nil { // without one it is known with this module only
					entry.Digest, entry.Uses = d.hash, d.uses
				}
			}
			parts[n].Functions = append(parts[n].Functions, entry)
		}
	})
	return parts
}

// first is the place of the unit's first call among all, 0 if there was none.
func (u *kept) first(order []int) int {
	first := 0
	for _, f := range u.functions {
		if at := order[f]; at > 0 && (first == 0 || at < first) {
			first = at
		}
	}
	return first
}

// partSize is about how large the objects of parts get, in bytes: so large that what each link costs is little beside
// its contents, and so small that the program can begin when the first one is linked, and idle cores link the others.
const partSize = 256 << 10

// packer collects what goes into the parts of an image, in order: objects and units in parts of their own.
type packer struct{ parts []bundle }

func (p *packer) add(part image.Part) {
	for n := len(p.parts) - 1; n >= 0; n-- {
		if b := &p.parts[n]; isUnit(b.part.Object) == isUnit(part.Object) {
			if b.size() < partSize {
				b.add(part)
				return
			}
			break
		}
	}
	p.parts = append(p.parts, newBundle(part))
}

// bundle are parts that become one.
type bundle struct {
	objects [][]byte
	part    image.Part // with the functions of all
}

func newBundle(p image.Part) bundle { return bundle{[][]byte{p.Object}, p} }

func (b *bundle) size() (n int) {
	for _, o := range b.objects {
		n += len(o)
	}
	return n
}

func (b *bundle) add(p image.Part) {
	b.objects = append(b.objects, p.Object)
	b.part.Functions = append(b.part.Functions, p.Functions...)
	b.part.Lenient = b.part.Lenient || p.Lenient
}

func (b *bundle) merge(values int) (err error) {
	if len(b.objects) > 1 {
		b.part.Object, err = merge(b.objects, values)
	}
	return err
}
