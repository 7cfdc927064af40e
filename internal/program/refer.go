package program

import (
	"fmt"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
)

// WhoRefers says for each of the given external names who refers to it, such as "f in a.bc" or
// "the initialiser of x in a.bc". Names that nothing kept refers to are left out. It decodes function bodies
// until all names are found, so it is meant for error messages.
func (p *Program) WhoRefers(names map[string]bool) map[string]string {
	found := map[string]string{}
	for _, m := range p.Modules {
		m.whoRefers(names, found)
	}
	for _, o := range p.Objects {
		for _, u := range o.Undefined {
			if names[u.Name] && found[u.Name] == "" {
				found[u.Name] = "the object " + o.Name
			}
		}
	}
	return found
}

func (m *Module) whoRefers(names map[string]bool, found map[string]string) {
	sought := map[*bitcode.Symbol]string{} // those not yet found
	for i, s := range symbolsOf(m.Bitcode) {
		if e := m.Refs[i].External; e != nil && names[e.Name] && found[e.Name] == "" {
			sought[s] = e.Name
		}
	}
	for _, s := range m.Symbols {
		if len(sought) == 0 {
			return
		}
		refs, who := s.Def.Refs, fmt.Sprintf("the initialiser of %s in %s", s.Name, m.Name)
		if s.Kind == Function {
			who = fmt.Sprintf("%s in %s", s.Name, m.Name)
			refs, _ = s.Def.References() // a body that cannot be decoded names nobody here
		}
		for _, r := range refs {
			if name, ok := sought[r]; ok {
				found[name] = who
				delete(sought, r)
			}
		}
	}
	for s, name := range sought {
		if strings.Contains(m.Bitcode.Asm, name) {
			found[name] = "the module assembly of " + m.Name
			delete(sought, s)
		}
	}
}
