package bitcode

import (
	"fmt"
	"strings"
)

// nativeLayout is the data layout of x86-64 Linux.
const nativeLayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"

// ForeignLayout says in what the module's data layout differs from that of x86-64 Linux so that its code would find
// data elsewhere than libraries have it, such as "pointers have 4 bytes"; or "". A module without a layout gets that of
// x86-64 Linux. Layouts of older LLVMs say less and mean the same.
func (m *Module) ForeignLayout() string {
	if m.DataLayout == "" {
		return ""
	}
	integers := map[string]bool{} // of which an alignment is given
	for spec := range strings.SplitSeq(m.DataLayout, "-") {
		kind, _, _ := strings.Cut(spec, ":")
		integers[kind] = true
		switch {
		case kind == "E":
			return "numbers are big-endian"
		case kind == "m" && spec != "m:e":
			return "names are those of another object format (" + spec + ")"
		case strings.IndexAny(spec, "APG") == 0 && strings.Trim(spec[1:], "0") != "":
			return "memory is in another address space (" + spec + ")"
		}
	}
	if !integers["i64"] {
		return "i64 is aligned to 4 bytes" // as LLVM has it where nothing is said
	}
	return parseLayout(m).difference(parseLayout(&Module{Triple: "x86_64", DataLayout: nativeLayout}))
}

// difference says in what sizes or alignments a layout differs from the native one.
func (l *dataLayout) difference(native *dataLayout) string {
	if own := l.pointers[0]; own != native.pointers[0] {
		return fmt.Sprintf("pointers have %d bytes and are aligned to %d", own.store, own.align)
	}
	if l.aggregate != native.aggregate {
		return fmt.Sprintf("structures are aligned to %d bytes", l.aggregate)
	}
	for _, bits := range []uint64{1, 8, 16, 32, 64} {
		if own := l.integerAlign(bits); own != native.integerAlign(bits) {
			return fmt.Sprintf("i%d is aligned to %d bytes", bits, own)
		}
	}
	for _, bits := range []uint64{16, 32, 64, 80, 128} {
		if own := natural(l.floats, bits); own != natural(native.floats, bits) {
			return fmt.Sprintf("floating-point numbers of %d bits are aligned to %d bytes", bits, own)
		}
	}
	for _, bits := range []uint64{64, 128, 256, 512} {
		if own := natural(l.vectors, bits); own != natural(native.vectors, bits) {
			return fmt.Sprintf("vectors of %d bits are aligned to %d bytes", bits, own)
		}
	}
	return ""
}
