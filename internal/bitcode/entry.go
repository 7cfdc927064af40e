package bitcode

import (
	"bytes"
	"slices"
)

// FixedEntry says that a program may look at, or change, the bytes at a function's address or before it, so that this
// has to be the address of its code: prefix or prologue data, room for patches, or a type that callers compare
// (-fsanitize=kcfi, -fsanitize=function).
func (s *Symbol) FixedEntry() bool {
	if s.Kind != FunctionSymbol || s.Declaration {
		return false
	}
	return s.Module.typed || s.extra[1] != NoValue || s.extra[2] != NoValue || s.patchable()
}

func (s *Symbol) patchable() bool {
	attributes := s.Module.AttributesOf(s.Attributes)
	return slices.ContainsFunc([]string{"patchable-function-entry", "patchable-function-prefix", "patchable-function"},
		func(key string) bool {
			value, ok := attributes.Value(key)
			return ok && value != "0"
		})
}

// findTypeFlag looks, in the METADATA block that next has found, for the name of the module flag kcfi. The strings come
// first and are read only if the name may be among them.
func (x *indexer) findTypeFlag() {
	const flag = "kcfi"
	for code := range x.records(metadataBlock) {
		if code != metadataStrings {
			return
		}
		for t := range x.texts() {
			x.module.typed = x.module.typed || string(t) == flag
			if !bytes.Contains(x.blob, []byte(flag)) {
				return
			}
		}
		return
	}
}

// hasTypeMark says whether the module has the constant that marks types before functions in code made with
// -fsanitize=function, and that callers compare with (getUBSanFunctionTypeHash in clang's CodeGenModule, 0xc105cafe).
func (m *Module) hasTypeMark() bool {
	const mark = -0x3efa3502
	return slices.ContainsFunc(m.list, func(c Constant) bool {
		return c.Op == IntegerConstant && int64(c.bits) == mark
	})
}
