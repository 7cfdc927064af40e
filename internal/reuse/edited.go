package reuse

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/cache"
	"github.com/orcast/orcast/internal/image"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/parallel"
	"github.com/orcast/orcast/internal/program"
)

// What of an image of another version of a module still holds is found by comparing digests: a function is used if it
// has the same name, content and kinds of values that it mentions.

// keyOf names the image of exactly this module, in a program where its symbols mean what they mean here.
func (c *Code) keyOf(m *loader.Module) cache.Key {
	file := sha256.Sum256(m.Data)
	h := sha256.New()
	h.Write([]byte("orcast image\n"))
	h.Write(c.build[:])
	h.Write(file[:])
	owned := c.program.Blocks.Of(m.Number)
	numbers := []uint64{image.Version, uint64(c.tier), uint64(m.Bitcode.Index), uint64(len(owned))}
	for _, v := range owned {
		numbers = append(numbers, uint64(v))
	}
	for _, n := range numbers {
		binary.Write(h, binary.LittleEndian, n)
	}
	meaning := make([]byte, len(m.Refs))
	for i, r := range m.Refs {
		meaning[i] = meaningOf(r)
	}
	h.Write(meaning)
	return cache.Key(h.Sum(nil))
}

// latestKey names what tells the key of the image that was made last of a module of that name.
func (c *Code) latestKey(m *loader.Module) cache.Key {
	name := m.Name
	if path, err := filepath.Abs(name); err == nil {
		name = path
	}
	return sha256.Sum256(fmt.Appendf(nil, "orcast latest\n%x\n%d\n%d\n%s", c.build, image.Version, c.tier, name))
}

// readLatest reads the image that was made last of a module of that name, nil if there is none.
func (c *Code) readLatest(m *module) *image.Image {
	blob, err := c.store.Get(cache.Latest, m.latest)
	if err != nil || len(blob) != len(cache.Key{}) {
		return nil
	}
	return c.read(m.Module, cache.Key(blob))
}

func (c *Code) setLatest(m *module) {
	c.store.Put(cache.Latest, m.latest, m.key[:])
}

// staticData describes the static data that this run compiled, if it did.
func (c *Code) staticData(m *module, compiled func() []byte) image.Data {
	d := c.dataOf(m.Module)
	if compiled != nil {
		d.Object = compiled()
	}
	return d
}

// dataOf says what a module's static data is made of. The digest is zero if that cannot be told.
func (c *Code) dataOf(m *loader.Module) (d image.Data) {
	h := sha256.New()
	fmt.Fprintf(h, "%d %s", len(m.Bitcode.Asm), m.Bitcode.Asm)
	for _, s := range c.program.StaticData(m) {
		one, err := c.digests.of(m, s)
		if err != nil {
			return image.Data{}
		}
		h.Write(one.hash[:])
		d.Definitions = append(d.Definitions, s.Place())
		d.Uses = append(d.Uses, one.uses...)
	}
	d.Digest = image.Digest(h.Sum(nil))
	return d
}

// Why a function is compiled and not taken from an image.
const (
	missNoImage     = "no image"            // nothing is kept of the module
	missNew         = "not compiled before" // what is kept has not this function
	missEnvironment = "module changed"      // in what everything in it depends on
	missChanged     = "changed"             // the function, or how something that it mentions is linked
	// it shares addresses of blocks with others, or has no name, or is not understood
	missUnknown = "not comparable"
	missMeaning = "moved" // what it mentions has changed places with something like it
)

// Miss is why f, which this run compiled, was not in the cache; "" if there is none.
func (c *Code) Miss(f program.FuncID) string {
	if c == nil || int(f) >= len(c.parts) || c.Has(f) {
		return ""
	}
	s := c.program.Program.Functions[f]
	m := c.modules[s.Module.Number]
	if why := m.misses[s.Def.Name]; why != "" {
		return why
	}
	if m.image == nil {
		return missNoImage
	}
	return missNew
}

// openEdited makes known what of the image of another version of a module still holds.
func (c *Code) openEdited(m *module) {
	m.misses = map[string]string{}
	environment, err := m.Bitcode.Environment()
	if err != nil || environment != m.image.Environment {
		for _, p := range m.image.Parts {
			for _, f := range p.Functions {
				m.misses[f.Name] = missEnvironment
			}
		}
		m.image = nil
		return
	}
	byName := map[string]*bitcode.Symbol{}
	for _, f := range m.Bitcode.Functions {
		if m.function(f.Place()) != nil {
			byName[f.Name] = f
		}
	}
	for i := range m.image.Parts {
		p := &m.image.Parts[i]
		c.openPart(m, p, c.compare(m, p, byName))
	}
	old := &m.image.Data
	if now := c.dataOf(m.Module); now.Digest == old.Digest && now.Digest != (image.Digest{}) {
		e := newRenumbering(m.image.Values)
		if agree(e.Uses, old.Uses, now.Uses) && agree(e.Definitions, old.Definitions, now.Definitions) &&
			sameWithin(e, old.Definitions) {
			m.data = e
		}
	}
}

// compare finds the functions of a part of another version's image that are the same in this one.
func (c *Code) compare(m *module, p *image.Part, byName map[string]*bitcode.Symbol) *llvm.Renumbering {
	uses := make([][]bitcode.Place, len(p.Functions))
	misses := make([]string, len(p.Functions))
	parallel.For(len(p.Functions), func(i int) {
		f := &p.Functions[i]
		s := byName[f.Name]
		if s == nil || f.Name == "" || f.Digest == (image.Digest{}) {
			misses[i] = missUnknown
			return
		}
		d, err := c.digests.of(m.Module, s)
		switch {
		case err != nil:
			misses[i] = missUnknown
		case d.hash != f.Digest:
			misses[i] = missChanged
		}
		uses[i] = d.uses
	})
	e := newRenumbering(m.image.Values)
	for i := range p.Functions {
		f := &p.Functions[i]
		if misses[i] == "" && !agree(e.Uses, f.Uses, uses[i]) {
			misses[i] = missMeaning
		}
		if misses[i] != "" {
			m.misses[f.Name] = misses[i]
			continue
		}
		e.Definitions[f.Place] = byName[f.Name].Place()
	}
	return e
}

func newRenumbering(values int) *llvm.Renumbering {
	e := &llvm.Renumbering{Uses: make([]bitcode.Place, values), Definitions: make([]bitcode.Place, values)}
	for i := range values {
		e.Uses[i], e.Definitions[i] = llvm.Gone, llvm.Gone
	}
	return e
}

// agree notes in places that each of some old places is a new one now; if one of them is another already, it notes
// none.
func agree(places, old, now []bitcode.Place) bool {
	if len(old) != len(now) {
		return false
	}
	for i, p := range old {
		if places[p] != llvm.Gone && places[p] != now[i] {
			return false
		}
	}
	for i, p := range old {
		if places[p] != llvm.Gone && places[p] != now[i] {
			return false // two of these disagree: both are noted, which harms only others
		}
		places[p] = now[i]
	}
	return true
}

// sameWithin says whether what is defined in an object of static data is used by itself as what it is. Such uses name
// the definition and would not follow if another one took its part.
func sameWithin(e *llvm.Renumbering, definitions []bitcode.Place) bool {
	return !slices.ContainsFunc(definitions, func(p bitcode.Place) bool {
		return e.Uses[p] != llvm.Gone && e.Uses[p] != e.Definitions[p]
	})
}

// carry puts what could be used of another version's image into one of this version.
func (c *Code) carry(m *module, i *image.Image) {
	if m.data != nil {
		if o, err := renumber(m.image.Data.Object, m.data); err == nil {
			i.Data = c.dataOf(m.Module)
			i.Data.Object = o
		}
	}
	for _, p := range m.parts {
		o, err := renumber(p.Object, p.edited)
		if err != nil {
			continue
		}
		now := image.Part{Object: o, Lenient: p.Lenient || len(p.functions) < len(p.Functions)}
		for _, f := range p.Functions {
			if f.Place = p.edited.Definitions[f.Place]; f.Place == llvm.Gone {
				continue
			}
			for k, u := range f.Uses {
				f.Uses[k] = p.edited.Uses[u]
			}
			now.Functions = append(now.Functions, f)
		}
		i.Parts = append(i.Parts, now)
	}
}

// renamer gives the symbols of an object of another version the names that they have in one of this version; see the
// shim's objects.
func renamer(e *llvm.Renumbering) func(string) string {
	return func(name string) string {
		kind, digits, ok := strings.Cut(name, ".")
		place, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil || place >= uint64(len(e.Uses)) {
			return name
		}
		switch kind {
		case "oc":
			return fmt.Sprintf("oc.%d", e.Uses[place])
		case "ob", "od", "ot":
			if e.Definitions[place] == llvm.Gone {
				return ""
			}
			return fmt.Sprintf("%s.%d", kind, e.Definitions[place])
		}
		return name
	}
}
