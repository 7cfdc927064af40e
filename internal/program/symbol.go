package program

import (
	"fmt"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
)

// isSpecial says that a symbol is LLVM's own and takes no part in linking.
func isSpecial(s *bitcode.Symbol) bool {
	return strings.HasPrefix(s.Name, "llvm.") || s.Section == "llvm.metadata"
}

// isLocal says that only the symbol's own module can refer to it. Nothing else can name a symbol without name.
func isLocal(s *bitcode.Symbol) bool {
	return s.Linkage == bitcode.Internal || s.Linkage == bitcode.Private || s.Name == ""
}

// isDefinition says that a symbol's module defines it for the whole program.
func isDefinition(s *bitcode.Symbol) bool {
	return !s.Declaration && s.Linkage != bitcode.AvailableExternally && s.Linkage != bitcode.ExternWeak
}

// strengthOf is the strength of a definition that is not local.
func strengthOf(s *bitcode.Symbol) strength {
	switch s.Linkage {
	case bitcode.WeakAny, bitcode.WeakODR, bitcode.LinkOnceAny, bitcode.LinkOnceODR:
		return weak
	case bitcode.Common:
		return common
	}
	return strong
}

// plainName is a symbol's name in object files. LLVM marks names that it must not mangle with "\x01"; on ELF
// it mangles no others either.
func plainName(s string) string { return strings.TrimPrefix(s, "\x01") }

// followAliases finds linking.targets. As in an object file that is the module's own definition, whosever
// definition its name itself comes to mean. An alias to an expression that is not understood, such as an
// absolute address, is its own target.
func followAliases(m *Module) error {
	targets := m.link.targets
	for i := range targets {
		targets[i] = unknownTarget
	}
	for _, s := range m.Bitcode.Aliases {
		if err := followAlias(m, s); err != nil {
			return err
		}
	}
	for _, s := range m.Bitcode.IFuncs {
		resolver := s.Base
		if resolver != nil && resolver.Kind == bitcode.AliasSymbol {
			resolver = m.Bitcode.At(bitcode.Place(targets[resolver.Place()]))
		}
		if resolver == nil || resolver.Kind != bitcode.FunctionSymbol || !isDefinition(resolver) {
			return fmt.Errorf("%s: the resolver of the ifunc %s is not a function which the module defines", m.Name,
				s.Name)
		}
		targets[s.Place()] = int32(resolver.Place())
	}
	return nil
}

// What stands in linking.targets for an alias that was not followed, or is being followed.
const unknownTarget, walkingTarget = -1, -2

// followAlias finds what an alias stands for, and the aliases on the way there.
func followAlias(m *Module, s *bitcode.Symbol) error {
	targets := m.link.targets
	var path []bitcode.Place
	at := s
	for at != nil && at.Kind == bitcode.AliasSymbol && targets[at.Place()] == unknownTarget {
		path = append(path, at.Place())
		targets[at.Place()] = walkingTarget
		at = at.Base
	}
	if len(path) == 0 {
		return nil
	}
	end := int32(path[len(path)-1])
	if at != nil {
		end = int32(at.Place())
		if at.Kind == bitcode.AliasSymbol {
			end = targets[end]
		}
	}
	if end == walkingTarget {
		return fmt.Errorf("%s: the alias %s names itself by way of others, so it has no address; mend the module",
			m.Name, s.Name)
	}
	if isDefinition(s) && at != nil && at.Kind != bitcode.AliasSymbol && !isDefinition(at) {
		return fmt.Errorf("%s: the alias %s names %s, which the module only declares; an alias needs a definition in "+
			"its own module", m.Name, s.Name, at.Name)
	}
	for _, p := range path {
		targets[p] = end
	}
	return nil
}

// symbolsOf yields the symbols of a module with their places.
func symbolsOf(b *bitcode.Module) func(yield func(bitcode.Place, *bitcode.Symbol) bool) {
	return func(yield func(bitcode.Place, *bitcode.Symbol) bool) {
		i := bitcode.Place(0)
		for _, list := range [...][]*bitcode.Symbol{b.Globals, b.Functions, b.Aliases, b.IFuncs} {
			for _, s := range list {
				if !yield(i, s) {
					return
				}
				i++
			}
		}
	}
}

// symbolCount is the number of symbols of a module.
func symbolCount(b *bitcode.Module) int {
	return len(b.Globals) + len(b.Functions) + len(b.Aliases) + len(b.IFuncs)
}
