package bitcode

import "slices"

// AttributeListID names the attributes of a function or a call; 0 means none.
type AttributeListID uint32

// AttributeKind is an attribute that LLVM knows, by its code in bitcode (ATTR_KIND).
type AttributeKind uint8

const (
	NoReturn     AttributeKind = 17
	ReturnsTwice AttributeKind = 23
	Cold         AttributeKind = 36
	Hot          AttributeKind = 72
)

// AttributeSet are the attributes of a function as a whole, not those of its parameters and result.
type AttributeSet struct {
	known  [4]uint64 // by AttributeKind
	others []string  // key, value, key, value, ...
}

// Has says whether an attribute that LLVM knows is there.
func (s *AttributeSet) Has(k AttributeKind) bool { return s.known[k/64]>>(k%64)&1 != 0 }

// Value returns the value of an attribute that is a string.
func (s *AttributeSet) Value(key string) (value string, ok bool) {
	for i := 0; i < len(s.others); i += 2 {
		if s.others[i] == key {
			return s.others[i+1], true
		}
	}
	return "", false
}

// AttributesOf returns the attributes of a list. The result must not be changed.
func (m *Module) AttributesOf(list AttributeListID) *AttributeSet {
	if list == 0 || uint64(list) > uint64(len(m.lists)) || m.lists[list-1] == nil {
		return &AttributeSet{}
	}
	return m.lists[list-1]
}

// attributes are the attribute lists of a module.
type attributes struct {
	groups map[uint64]*AttributeSet // those for functions, by number
	lists  []*AttributeSet          // nil where a list says nothing of the function itself
}

// Records of attributes, and the kinds of elements in them.
const (
	attributeList  = 2 // [group...]
	attributeGroup = 3 // [group, of what, attribute...]

	enumAttribute      = 0 // [0, kind]
	integerAttribute   = 1 // [1, kind, value]
	stringAttribute    = 3 // [3, character..., 0]
	pairAttribute      = 4 // [4, character..., 0, character..., 0]
	typeAttribute      = 5 // [5, kind]
	givenTypeAttribute = 6 // [6, kind, type]
	rangeAttribute     = 7 // [7, kind, range]
	rangesAttribute    = 8 // [8, kind, number, width, (low, high)...]

	ofFunction = 1<<32 - 1 // in the second operand of a group
)

// readAttributeGroups reads a PARAMATTR_GROUP block.
func (s *stream) readAttributeGroups(a *attributes) {
	a.groups = map[uint64]*AttributeSet{}
	for code := range s.records(paramAttrGroupBlock) {
		ops := s.operands()
		if code != attributeGroup || len(ops) <= 2 {
			continue
		}
		if ops[1] == ofFunction {
			a.groups[ops[0]] = decodeAttributes(ops[2:])
		} else if ops[1] > uint64(len(s.data)) {
			// LLVM makes a list as long as that.
			s.fail("attributes of parameter %d, of which there cannot be so many", ops[1])
		}
	}
}

// decodeAttributes decodes the elements of a group up to the first that is not understood.
func decodeAttributes(ops record) *AttributeSet {
	set := &AttributeSet{}
	for len(ops) > 1 {
		kind := ops[0]
		switch kind {
		case stringAttribute, pairAttribute:
			var key, value string
			key, ops = cutText(ops[1:])
			if kind == pairAttribute {
				value, ops = cutText(ops)
			}
			set.others = append(set.others, key, value)
			continue
		case enumAttribute, integerAttribute, typeAttribute, givenTypeAttribute, rangeAttribute:
			if k := ops[1]; k < uint64(len(set.known)*64) {
				set.known[k/64] |= 1 << (k % 64)
			}
		default:
			return set
		}
		switch kind {
		case integerAttribute, givenTypeAttribute:
			ops = ops.from(3)
		case rangeAttribute:
			ops = ops.from(2 + rangeSize(ops[2:]))
		default:
			ops = ops.from(2)
		}
	}
	return set
}

// cutText takes characters up to the next 0 off the operands.
func cutText(ops record) (string, record) {
	end := slices.Index(ops, 0)
	if end < 0 {
		return text(ops), nil
	}
	return text(ops[:end]), ops[end+1:]
}

// readAttributeLists reads a PARAMATTR block.
func (s *stream) readAttributeLists(a *attributes) {
	for code := range s.records(paramAttrBlock) {
		ops := s.operands()
		if code != attributeList {
			continue
		}
		var set *AttributeSet
		for _, group := range ops {
			if of := a.groups[group]; of != nil {
				set = of
			}
		}
		a.lists = append(a.lists, set)
	}
}
