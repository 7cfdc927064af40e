package bitcode

import (
	"slices"
	"testing"
)

// mentionsOf is what Skim is to find in a body, worked out from the body.
func mentionsOf(b *Body) (list []Mention) {
	behind := func(v ValueID) (s *Symbol, constant bool) {
		for range maxExpressionDepth {
			k, ok := b.Constant(v)
			operands := b.ConstantOperands(v)
			switch {
			case !ok || v == NoValue:
				return nil, false
			case k.Op == SymbolConstant:
				return b.Symbol(v), true
			case k.Op != CastConstant && k.Op != GEPConstant && k.Op != EquivalentConstant || len(operands) == 0:
				return nil, true
			}
			v = operands[0]
		}
		return nil, true
	}
	add := func(v ValueID, inst int) {
		if s, _ := behind(v); s != nil {
			list = append(list, Mention{s, false, NoType, uint32(inst)})
		}
	}
	calls := b.Calls
	for i, in := range b.Insts {
		operands := b.Operands(i)
		switch in.Op {
		case OpLoad, OpGEP:
			if len(operands) > 0 {
				add(operands[0], i)
			}
		case OpStore:
			add(operands[1], i)
		case OpCall, OpInvoke, OpCallBr:
			c := calls[0]
			calls = calls[1:]
			if s, constant := behind(operands[len(operands)-1]); s != nil || !constant {
				list = append(list, Mention{s, true, c.Type, uint32(i)})
			}
			for _, v := range operands[:len(operands)-1] {
				add(v, i)
			}
		}
	}
	return list
}

// checkSkim compares what is found at a glance with what is in the body.
func checkSkim(t testing.TB, b *Body) error {
	return b.Function.Skim(func(got []Mention) {
		if want := mentionsOf(b); !slices.Equal(got, want) {
			t.Errorf("%s: skimmed %v, want %v", b.Function.Name, got, want)
		}
	})
}

// compareSkim does so for all bodies of a module.
func compareSkim(t *testing.T, m *Module) {
	for _, s := range m.Functions {
		if s.Declaration {
			continue
		}
		b, err := s.Decode()
		if err != nil {
			t.Fatal(err)
		}
		if err := checkSkim(t, b); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

func TestSkimRefusesDeclarations(t *testing.T) {
	data, path := assemble(t, "bodies.ll")
	for _, s := range read(t, path, data).Modules[0].Functions {
		if err := s.Skim(func([]Mention) {}); (err != nil) != s.Declaration {
			t.Errorf("%s, which may be declared (%v): %v", s.Name, s.Declaration, err)
		}
	}
}
