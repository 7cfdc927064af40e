package llvm

/*
#include <stddef.h>
#include <stdint.h>
*/
import "C"

import (
	"runtime/cgo"
)

// What link.cpp calls while JITLink runs; see Names.

func names(handle C.uintptr_t) Names { return cgo.Handle(handle).Value().(Names) }

//export orcastGoLookup
func orcastGoLookup(handle C.uintptr_t, module C.uint32_t, native C.int, name *C.char, length C.size_t,
	address *C.uint64_t) C.int {
	a, found := names(handle).Lookup(int(module), native != 0, C.GoStringN(name, C.int(length)))
	if !found {
		return 0
	}
	*address = C.uint64_t(a)
	return 1
}

//export orcastGoDefine
func orcastGoDefine(handle C.uintptr_t, module C.uint32_t, native C.int, name *C.char, length C.size_t,
	address C.uint64_t) {
	names(handle).Define(int(module), native != 0, C.GoStringN(name, C.int(length)), uint64(address))
}

//export orcastGoKeeps
func orcastGoKeeps(handle C.uintptr_t, module C.uint32_t, name *C.char, length C.size_t) C.int {
	if names(handle).Keeps(int(module), C.GoStringN(name, C.int(length))) {
		return 1
	}
	return 0
}

//export orcastGoCode
func orcastGoCode(handle C.uintptr_t, address, size, ehFrame, ehFrameSize C.uint64_t) {
	names(handle).Code(uint64(address), uint64(size), uint64(ehFrame), uint64(ehFrameSize))
}

//export orcastGoStructors
func orcastGoStructors(handle C.uintptr_t, module C.uint32_t, native C.int, section *C.char, length C.size_t,
	address, size C.uint64_t) {
	names(handle).Structors(int(module), native != 0, C.GoStringN(section, C.int(length)), uint64(address),
		uint64(size))
}
