package bitcode

// Attributes of functions as a whole that code generation looks at.
const (
	Naked              AttributeKind = 7
	NoImplicitFloat    AttributeKind = 13
	StackAlignment     AttributeKind = 25
	StackProtect       AttributeKind = 26
	StackProtectReq    AttributeKind = 27
	StackProtectStrong AttributeKind = 28
	SanitizeAddress    AttributeKind = 30
	SanitizeThread     AttributeKind = 31
	SanitizeMemory     AttributeKind = 32
	NoUnwind           AttributeKind = 18
	SafeStack          AttributeKind = 44
	StrictFP           AttributeKind = 54
	SanitizeHWAddress  AttributeKind = 55
	ShadowCallStack    AttributeKind = 58
	LoadHardening      AttributeKind = 59
	SanitizeMemTag     AttributeKind = 64
	PresplitCoroutine  AttributeKind = 83
	HybridPatchable    AttributeKind = 95
	SanitizeRealtime   AttributeKind = 96
)

// Parameter is what the attributes of a parameter, or of a result, say of how it is passed.
type Parameter struct {
	Flags ParameterFlags
	// Type is what a by-value parameter points to, NoType if there is none or the attribute does not say.
	Type  TypeID
	Align uint64 // bytes: of a by-value parameter; 0 if not given
}

// ParameterFlags are the attributes which change how a value is passed.
type ParameterFlags uint8

const (
	ZeroExtended ParameterFlags = 1 << iota
	SignExtended
	ByValue
	StructResult
	InRegister
	Nest
	OtherConvention // swiftself, inalloca and the like
)

// parameterFlags are by AttributeKind.
var parameterFlags = [256]ParameterFlags{34: ZeroExtended, 24: SignExtended, 3: ByValue, 29: StructResult,
	5: InRegister, 8: Nest, 38: OtherConvention, 45: OtherConvention, 46: OtherConvention, 65: OtherConvention,
	69: OtherConvention, 75: OtherConvention, 25: OtherConvention}

const (
	alignAttribute  = 1
	byValueKind     = 3
	returnParameter = 0 // in the second operand of a group; parameters begin at 1
)

// parameterGroup is a group of attributes of one parameter.
type parameterGroup struct {
	index uint64
	Parameter
}

// listOfParameters is what an attribute list says of the result and the parameters.
type listOfParameters []parameterGroup

// Parameter is what an attribute list says of a parameter, by its position.
func (t *CodeTables) Parameter(list AttributeListID, position int) Parameter {
	return t.parameterAt(list, uint64(position)+1)
}

// Result is what an attribute list says of the result.
func (t *CodeTables) Result(list AttributeListID) Parameter {
	return t.parameterAt(list, returnParameter)
}

func (t *CodeTables) parameterAt(list AttributeListID, index uint64) Parameter {
	if list != 0 && uint64(list) <= uint64(len(t.parameters)) {
		for _, g := range t.parameters[list-1] {
			if g.index == index {
				return g.Parameter
			}
		}
	}
	return Parameter{Type: NoType}
}

// readParameterGroups reads the groups of a PARAMATTR_GROUP block that are for parameters or results and matter.
func (s *stream) readParameterGroups(groups map[uint64]parameterGroup) {
	for code := range s.records(paramAttrGroupBlock) {
		ops := record(s.operands())
		if code != attributeGroup || len(ops) <= 2 || ops[1] == ofFunction {
			continue
		}
		if p := decodeParameter(ops[2:]); p.Flags != 0 {
			groups[ops[0]] = parameterGroup{ops[1], p}
		}
	}
}

// decodeParameter decodes the elements of a group. One that is not understood makes it a convention that is not known.
func decodeParameter(ops record) Parameter {
	p := Parameter{Type: NoType}
	for len(ops) > 1 {
		kind, attribute := ops[0], ops[1]
		switch kind {
		case enumAttribute, integerAttribute, typeAttribute, givenTypeAttribute, rangeAttribute, rangesAttribute:
			p.Flags |= parameterFlags[min(attribute, 255)]
		}
		switch kind {
		case stringAttribute, pairAttribute:
			_, ops = cutText(ops[1:])
			if kind == pairAttribute {
				_, ops = cutText(ops)
			}
		case enumAttribute, typeAttribute:
			ops = ops.from(2)
		case integerAttribute, givenTypeAttribute:
			if attribute == alignAttribute {
				p.Align = ops.at(2)
			}
			if attribute == byValueKind && kind == givenTypeAttribute {
				p.Type = TypeID(min(ops.at(2), uint64(NoType)))
			}
			ops = ops.from(3)
		case rangeAttribute:
			ops = ops.from(2 + rangeSize(ops[2:]))
		case rangesAttribute:
			ops = ops.from(2 + rangesSize(ops[2:]))
		default:
			p.Flags |= OtherConvention
			return p
		}
	}
	return p
}

// rangesSize is the number of operands of several ranges: [number, width, (low, high)...]; see rangeSize. Those of more
// than 64 bits have a number of words before them, and are read as if they were all the rest.
func rangesSize(ops record) int {
	if ops.at(1) <= 64 && ops.at(0) < uint64(len(ops)) {
		return 2 + 2*int(ops[0])
	}
	return len(ops)
}

// readParameterLists reads a PARAMATTR block.
func (t *CodeTables) readParameterLists(s *stream, groups map[uint64]parameterGroup) {
	for code := range s.records(paramAttrBlock) {
		ops := s.operands()
		if code != attributeList {
			continue
		}
		var list listOfParameters
		for _, group := range ops {
			if g, ok := groups[group]; ok {
				list = append(list, g)
			}
		}
		t.parameters = append(t.parameters, list)
	}
}

// HasExtras says that a function has prefix or prologue data, or names a garbage collector.
func (s *Symbol) HasExtras() bool { return s.gc || s.extra[1] != NoValue || s.extra[2] != NoValue }

// Personality is the function's personality routine, NoValue if it has none.
func (s *Symbol) Personality() ValueID { return s.extra[0] }

// Initialiser is the value of a variable, NoValue if it is only declared.
func (s *Symbol) Initialiser() ValueID { return s.value }
