package jit

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/cache"
	"github.com/orcast/orcast/internal/image"
	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/object"
	"github.com/orcast/orcast/internal/parallel"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
)

// What of an image of another version of a module still holds is found by comparing digests: a function is used if it has
// the same name, content and kinds of values that it mentions.

// latestKey names what tells the key of the image that was made last of a module of that name.
func (w *warm) latestKey(m *program.Module) cache.Key {
	name := m.Name
	if path, err := filepath.Abs(name); err == nil {
		name = path
	}
	return sha256.Sum256(fmt.Appendf(nil, "orcast latest\n%x\n%d\n%d\n%s", w.build, image.Version, w.engine.options.OptLevel, name))
}

// latest is the image that was made last of a module of that name, nil if there is none.
func (w *warm) latest(m *program.Module) *image.Image {
	blob, err := w.cache.Get(cache.Latest, w.latestKey(m))
	if err != nil || len(blob) != len(cache.Key{}) {
		return nil
	}
	return w.read(m, cache.Key(blob))
}

func (w *warm) setLatest(m *warmModule) {
	w.cache.Put(cache.Latest, w.latestKey(m.module), m.key[:])
}

// staticData describes the static data that this run compiled.
func (w *warm) staticData(m *warmModule) image.Data {
	d := w.dataOf(m.module)
	d.Object = m.compiled
	return d
}

// dataOf says what a module's static data is made of. The digest is zero if that cannot be told.
func (w *warm) dataOf(m *program.Module) (d image.Data) {
	refs, owned := w.engine.refs[m.Number], w.engine.owned.variables(m.Number)
	h := sha256.New()
	fmt.Fprintf(h, "%d %s", len(m.Bitcode.Asm), m.Bitcode.Asm)
	for _, s := range m.Symbols {
		place := uint32(s.Def.Place())
		if s.Kind != program.Data && s.Kind != program.TLS || !refs[place].Defines || slices.Contains(owned, place) {
			continue
		}
		one, err := w.engine.digestOf(m, s.Def)
		if err != nil {
			return image.Data{}
		}
		h.Write(one.hash[:])
		d.Definitions = append(d.Definitions, place)
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
	missUnknown     = "not comparable"      // it shares addresses of blocks with others, or has no name, or is not understood
	missMeaning     = "moved"               // what it mentions has changed places with something like it
)

// miss is why f, which was compiled for a reason, was not in the cache; "" if it was, was not compiled, or there is none.
func (w *warm) miss(f int, reason sched.Reason) string {
	compiled := reason == sched.Demand || reason == sched.Speculation
	if w == nil || !compiled || f >= len(w.engine.program.Functions) || w.has(f) {
		return ""
	}
	s := w.engine.program.Functions[f]
	m := w.modules[s.Module.Number]
	if why := m.misses[s.Def.Name]; why != "" {
		return why
	}
	if m.image == nil {
		return missNoImage
	}
	return missNew
}

// openEdited makes known what of the image of another version of a module still holds.
func (w *warm) openEdited(m *warmModule) {
	m.misses = map[string]string{}
	environment, err := m.module.Bitcode.Environment()
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
	for _, f := range m.module.Bitcode.Functions {
		if m.function(uint32(f.Place())) != nil {
			byName[f.Name] = f
		}
	}
	for i := range m.image.Parts {
		p := &m.image.Parts[i]
		w.openPart(m, p, w.compare(m, p, byName))
	}
	old := &m.image.Data
	if now := w.dataOf(m.module); now.Digest == old.Digest && now.Digest != (image.Digest{}) {
		e := newEdited(m.image.Values)
		if agree(e.Uses, old.Uses, now.Uses) && agree(e.Definitions, old.Definitions, now.Definitions) && sameWithin(e, old.Definitions) {
			m.data = e
		}
	}
}

// compare finds the functions of a part of another version's image that are the same in this one.
func (w *warm) compare(m *warmModule, p *image.Part, byName map[string]*bitcode.Symbol) *llvm.Edited {
	uses := make([][]uint32, len(p.Functions))
	misses := make([]string, len(p.Functions))
	parallel.For(len(p.Functions), func(i int) {
		f := &p.Functions[i]
		s := byName[f.Name]
		if s == nil || f.Name == "" || f.Digest == (image.Digest{}) {
			misses[i] = missUnknown
			return
		}
		d, err := w.engine.digestOf(m.module, s)
		switch {
		case err != nil:
			misses[i] = missUnknown
		case d.hash != f.Digest:
			misses[i] = missChanged
		}
		uses[i] = d.uses
	})
	e := newEdited(m.image.Values)
	for i := range p.Functions {
		f := &p.Functions[i]
		if misses[i] == "" && !agree(e.Uses, f.Uses, uses[i]) {
			misses[i] = missMeaning
		}
		if misses[i] != "" {
			m.misses[f.Name] = misses[i]
			continue
		}
		e.Definitions[f.Place] = uint32(byName[f.Name].Place())
	}
	return e
}

func newEdited(values int) *llvm.Edited {
	e := &llvm.Edited{Uses: make([]uint32, values), Definitions: make([]uint32, values)}
	for i := range values {
		e.Uses[i], e.Definitions[i] = llvm.Gone, llvm.Gone
	}
	return e
}

// agree notes in places that each of some old places is a new one now; if one of them is another already, it notes none.
func agree(places, old, now []uint32) bool {
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

// sameWithin says whether what is defined in an object of static data is used by itself as what it is. Such uses name the
// definition and would not follow if another one took its part.
func sameWithin(e *llvm.Edited, definitions []uint32) bool {
	return !slices.ContainsFunc(definitions, func(p uint32) bool {
		return e.Uses[p] != llvm.Gone && e.Uses[p] != e.Definitions[p]
	})
}

// carry puts what could be used of another version's image into one of this version.
func (w *warm) carry(m *warmModule, i *image.Image) {
	if m.data != nil {
		if o, err := object.Merge([]object.Input{{Object: m.image.Data.Object, Rename: renamer(m.data)}}); err == nil {
			i.Data = w.dataOf(m.module)
			i.Data.Object = o
		}
	}
	for _, p := range m.parts {
		o, err := object.Merge([]object.Input{{Object: p.part.Object, Rename: renamer(p.edited)}})
		if err != nil {
			continue
		}
		now := image.Part{Object: o, Lenient: p.part.Lenient || len(p.functions) < len(p.part.Functions)}
		for _, f := range p.part.Functions {
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
func renamer(e *llvm.Edited) func(string) string {
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
