package object

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// Absolute is a name that an object defines as a number and not as a place.
type Absolute struct {
	Name   string
	Value  uint64
	Global bool
}

// Adapt changes an object, in its place, so that JITLink takes it, and returns what JITLink passes over: names of
// numbers. Symbols end where their section ends. (An assembler gives "b = a + 4" the size of a, which JITLink takes for
// damage.) What is no object or is damaged stays as it is.
func Adapt(object []byte) (numbers []Absolute) {
	le := binary.LittleEndian
	if len(object) < headerSize || string(object[:4]) != elf.ELFMAG || elf.Class(object[4]) != elf.ELFCLASS64 {
		return nil
	}
	at, n := le.Uint64(object[40:]), uint64(le.Uint16(object[60:]))
	if size := uint64(len(object)); at > size || n*sectionSize > size-at {
		return nil
	}
	headers := object[at : at+n*sectionSize]
	contents := func(header []byte) []byte {
		offset, size := le.Uint64(header[24:]), le.Uint64(header[32:])
		if end := uint64(len(object)); offset > end || size > end-offset {
			return nil
		}
		return object[offset : offset+size]
	}
	for h := headers; len(h) > 0; h = h[sectionSize:] {
		if elf.SectionType(le.Uint32(h[4:])) == elf.SHT_SYMTAB {
			symbols := contents(h)
			shorten(symbols, headers)
			if names := uint64(le.Uint32(h[40:])); names < n {
				numbers = append(numbers, absolutes(symbols, contents(headers[names*sectionSize:]))...)
			}
		}
	}
	return numbers
}

// shorten cuts off what of symbols is beyond their section's end.
func shorten(symbols, headers []byte) {
	le := binary.LittleEndian
	for s := symbols; len(s) >= symbolSize; s = s[symbolSize:] {
		section := int(le.Uint16(s[6:])) * sectionSize
		if section == 0 || section >= len(headers) {
			continue
		}
		end, value, size := le.Uint64(headers[section+32:]), le.Uint64(s[8:]), le.Uint64(s[16:])
		if value <= end && size > end-value {
			le.PutUint64(s[16:], end-value)
		}
	}
}

// absolutes finds the symbols that are numbers; names is the table with their names.
func absolutes(symbols, names []byte) (numbers []Absolute) {
	le := binary.LittleEndian
	for s := symbols; len(s) >= symbolSize; s = s[symbolSize:] {
		name, kind := uint64(le.Uint32(s)), elf.ST_TYPE(s[4])
		if elf.SectionIndex(le.Uint16(s[6:])) != elf.SHN_ABS || kind == elf.STT_FILE || name >= uint64(len(names)) {
			continue
		}
		if text, _, ended := bytes.Cut(names[name:], []byte{0}); ended && len(text) > 0 {
			numbers = append(numbers, Absolute{string(text), le.Uint64(s[8:]), elf.ST_BIND(s[4]) != elf.STB_LOCAL})
		}
	}
	return numbers
}
