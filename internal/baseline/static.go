package baseline

import (
	"slices"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
)

// CompileData makes a unit of a module's static data: of variables, and of aliases of them. What stands for a
// thread-local variable is its initial value. The unit, which may be large, is the caller's. A *Refusal says why the
// data is left to LLVM. Reach is by place of the module's symbols.
func (c *Compiler) CompileData(m *bitcode.Module, symbols []*bitcode.Symbol, reach []Reach) (*code.Unit, error) {
	c.reach = reach
	if _, err := c.make(m.LendConstants, func() { c.compileData(symbols) }); err != nil {
		return nil, err
	}
	unit := c.unit
	c.unit = code.Unit{}
	return &unit, nil
}

func (c *Compiler) compileData(symbols []*bitcode.Symbol) {
	c.begin()
	if c.module.Asm != "" {
		refuse("static data beside inline assembly", "")
	}
	defined := make(map[*bitcode.Symbol]code.Definition, len(symbols))
	c.makeRoom(symbols)
	for _, s := range symbols {
		if s.Kind == bitcode.VariableSymbol {
			defined[s] = c.addVariable(s)
		}
	}
	for _, s := range symbols {
		if s.Kind == bitcode.VariableSymbol {
			if d := defined[s]; d.In != code.Zero {
				c.writeData(place{d.In, d.Offset}, s.Initialiser(), s.Type, 0)
			}
			continue
		}
		k := c.evaluateAlias(s)
		d, ok := defined[k.symbol]
		at := int64(d.Offset) + k.offset
		if !ok || at < 0 || at > maxData {
			refuse("an alias of something else than a variable", "")
		}
		c.unit.Definitions = append(c.unit.Definitions, code.Definition{Place: s.Place(), In: d.In,
			Offset: uint32(at)})
	}
}

// evaluateAlias works out what an alias stands for, maybe by way of other aliases.
func (c *Compiler) evaluateAlias(s *bitcode.Symbol) constant {
	k := constant{symbol: s}
	for depth := 0; k.symbol != nil && k.symbol.Kind == bitcode.AliasSymbol; depth++ {
		of := c.evaluate(k.symbol.Initialiser(), depth)
		k = constant{symbol: of.symbol, offset: k.offset + of.offset}
	}
	return k
}

// isSought says that somebody may look for what stands in a section: the program, between bounds that the linker gives
// to those that have the name of a variable, or the C library.
func isSought(section string) bool {
	for _, prefix := range []string{".init_array", ".fini_array", ".preinit_array", ".ctors", ".dtors", ".init",
		".fini"} {
		if section == prefix || strings.HasPrefix(section, prefix+".") {
			return true
		}
	}
	return section != "" && section[0] != '.'
}

// makeRoom gives the unit the room that the variables will take, so that it need not grow.
func (c *Compiler) makeRoom(symbols []*bitcode.Symbol) {
	var sizes [code.Zero + 1]uint64
	for _, s := range symbols {
		if s.Kind == bitcode.VariableSymbol {
			// The variable may be refused for its size.
			sizes[sectionOf(s)] += min(c.layout(s.Type).Size+uint64(max(s.Align, 16)), maxData)
		}
	}
	c.unit.ReadOnly = slices.Grow(c.unit.ReadOnly, int(min(sizes[code.ReadOnly], maxData)))
	c.unit.Data = slices.Grow(c.unit.Data, int(min(sizes[code.Data], maxData)))
	c.unit.Definitions = slices.Grow(c.unit.Definitions, len(symbols))
}

// maxData bounds the static data of a module: more of it has no room near code.
const maxData = 1 << 30

// addVariable gives a variable its room in the unit.
func (c *Compiler) addVariable(s *bitcode.Symbol) code.Definition {
	l := c.layout(s.Type)
	align := max(uint32(l.Align), s.Align, 1)
	switch {
	case isSought(s.Section):
		refuse("data in a section of its own", s.Section)
	case l.Size > maxData || align > 4096 || len(c.unit.ReadOnly)+len(c.unit.Data) > maxData ||
		c.unit.ZeroSize > maxData, s.ThreadLocal != 0 && align > ThreadLocalAlign(s):
		refuse("data of an unusual size or alignment", "")
	}
	// Compilers align what is large for vectors, and programs have come to rely on it.
	if l.Size >= 16 {
		align = max(align, 16)
	}
	return c.unit.AddVariable(s.Place(), sectionOf(s), uint32(max(l.Size, 1)), align)
}

// ThreadLocalAlign is the alignment of a thread-local variable in every thread's memory, of a variable of static data
// that is not refused. A unit does not tell: it is what is given, or what the size allows up to that of any register.
func ThreadLocalAlign(s *bitcode.Symbol) uint32 {
	natural := uint32(s.Size & -s.Size)
	return max(s.Align, min(natural, 16), 1)
}

// sectionOf returns the part of a unit that a variable stands in.
func sectionOf(s *bitcode.Symbol) code.Section {
	switch {
	case s.Constant:
		return code.ReadOnly
	case s.Zero:
		return code.Zero
	}
	return code.Data
}
