// Package llvm is the binding to LLVM 22: code generation from lazily loaded bitcode, and JITLink.
//
// Rule: nothing above this package sees LLVM, and nothing in it decides what to compile or when. A call
// crosses into C++ once a unit, never once an instruction.
package llvm

/*
#cgo CXXFLAGS: -std=c++17 -O1 -fno-rtti -fno-exceptions -Wall
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"errors"
	"runtime"
	"slices"
	"unsafe"

	"github.com/orcast/orcast/internal/object"
)

// Version is the LLVM that is linked in, such as "22.1.8".
func Version() string { return C.GoString(C.orcast_llvm_version()) }

// failure turns a message of the shim into an error and releases it.
func failure(message *C.char) error {
	if message == nil {
		return nil
	}
	defer C.free(unsafe.Pointer(message))
	return errors.New(C.GoString(message))
}

// ParseIR turns textual IR into bitcode. The error begins with the name and the line.
func ParseIR(name string, text []byte) ([]byte, error) {
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	var out unsafe.Pointer
	var size C.size_t
	if err := failure(C.orcast_parse_ir(cname, unsafe.Pointer(unsafe.SliceData(text)), C.size_t(len(text)), &out,
		&size)); err != nil {
		return nil, err
	}
	defer C.free(out)
	return C.GoBytes(out, C.int(size)), nil
}

// RefKind is what a global value of a module stands for; see shim.h.
type RefKind uint8

const (
	ByName      RefKind = C.ORCAST_BY_NAME
	WeakName    RefKind = C.ORCAST_WEAK_NAME
	Function    RefKind = C.ORCAST_FUNCTION
	Data        RefKind = C.ORCAST_DATA
	ThreadLocal RefKind = C.ORCAST_THREAD_LOCAL
)

// Ref is the program's meaning of one global value of a module.
type Ref struct {
	Number uint32 // of the program's symbol, for Function, Data and ThreadLocal
	Kind   RefKind
	Near   bool // code reaches it with a 32-bit offset
	Fixed  bool // the function's address is that of its body
	// Defines says that the module's own definition is the program's symbol Self. That may be another one than
	// Number: a weak definition which lost its name lives on where an alias refers to it.
	Defines bool
	Self    uint32
}

// Source says where a module's bitcode is and what its symbols mean.
type Source struct {
	Number int
	Name   string
	File   []byte // the whole bitcode file
	Index  int    // of the module in the file
	// Refs has one element a global value: variables, functions, aliases, ifuncs, in the order of their records.
	Refs                                []Ref
	Globals, Functions, Aliases, IFuncs int
}

// Module is a Source as workers see it. It is immutable.
type Module struct {
	c    *C.struct_orcast_module
	pins runtime.Pinner
}

// NewModule makes a source known to LLVM without reading it. The file's bytes must not change.
func NewModule(s Source) *Module {
	m := &Module{c: (*C.struct_orcast_module)(C.calloc(1, C.sizeof_struct_orcast_module))}
	refs := make([]C.struct_orcast_ref, len(s.Refs)+1)
	for i, r := range s.Refs {
		refs[i] = C.struct_orcast_ref{number: C.uint32_t(r.Number), kind: C.uint8_t(r.Kind), near: flag(r.Near),
			fixed: flag(r.Fixed), defines: flag(r.Defines), self: C.uint32_t(r.Self)}
	}
	m.pins.Pin(unsafe.SliceData(refs))
	m.pins.Pin(unsafe.SliceData(s.File))
	*m.c = C.struct_orcast_module{
		number: C.uint32_t(s.Number), name: C.CString(s.Name), data: unsafe.Pointer(unsafe.SliceData(s.File)),
		size: C.size_t(len(s.File)), index: C.uint32_t(s.Index), refs: unsafe.SliceData(refs),
		nglobals: C.uint32_t(s.Globals), nfunctions: C.uint32_t(s.Functions), naliases: C.uint32_t(s.Aliases),
		nifuncs: C.uint32_t(s.IFuncs),
	}
	return m
}

func flag(b bool) C.uint8_t {
	if b {
		return 1
	}
	return 0
}

// Name is what the module is called in messages.
func (m *Module) Name() string { return C.GoString(m.c.name) }

// Close releases what the module holds; no worker may have it loaded.
func (m *Module) Close() {
	C.free(unsafe.Pointer(m.c.name))
	C.free(unsafe.Pointer(m.c))
	m.pins.Unpin()
}

// Object is a relocatable object in memory.
type Object struct {
	c        *C.orcast_object
	absolute []object.Absolute
}

// NewObject copies a native object file.
func NewObject(name string, file []byte) *Object {
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	return newObject(C.orcast_object_from_memory(unsafe.Pointer(unsafe.SliceData(file)), C.size_t(len(file)), cname))
}

// newObject takes over an object, having made it one that JITLink takes.
func newObject(c *C.orcast_object) *Object {
	o := &Object{c: c}
	o.absolute = object.Adapt(o.view())
	return o
}

// view is the object file, in memory of C.
func (o *Object) view() []byte {
	var size C.size_t
	data := C.orcast_object_data(o.c, &size)
	return unsafe.Slice((*byte)(data), size)
}

// Keep copies the object file, and returns what returns the copy.
func (o *Object) Keep() func() []byte {
	b := slices.Clone(o.view())
	return func() []byte { return b }
}

// Close releases the object.
func (o *Object) Close() { C.orcast_object_free(o.c) }

// Worker compiles. One goroutine at a time may use it; workers do not disturb each other.
type Worker struct{ c *C.orcast_worker }

// NewWorker makes a worker that generates code with effort 0 to 3.
func NewWorker(opt int) *Worker { return &Worker{C.orcast_worker_new(C.int(opt))} }

// Close releases the worker and its copies of modules.
func (w *Worker) Close() { C.orcast_worker_free(w.c) }

// Crashed says that LLVM crashed in this worker, which must not be used again.
func (w *Worker) Crashed() bool { return C.orcast_worker_crashed(w.c) != 0 }

// Compile makes one object of the bodies of functions and of variables that hold addresses of their blocks
// (positions in the module's lists). A body that the worker has compiled before costs it to load the module anew.
//
// If the functions share block addresses with others, nothing is compiled and the others are returned: call
// again with all of them.
func (w *Worker) Compile(m *Module, functions, variables []uint32) (*Object, []uint32, error) {
	var compiled *C.orcast_object
	var tied *C.uint32_t
	var count C.uint32_t
	err := failure(C.orcast_compile(w.c, m.c, words(functions), C.uint32_t(len(functions)),
		words(variables), C.uint32_t(len(variables)), &compiled, &tied, &count))
	if err != nil {
		return nil, nil, err
	}
	if count > 0 {
		defer C.free(unsafe.Pointer(tied))
		others := make([]uint32, count)
		copy(others, unsafe.Slice((*uint32)(unsafe.Pointer(tied)), count))
		return nil, others, nil
	}
	return newObject(compiled), nil, nil
}

// CompileData makes one object of a module's variables, data aliases and module-level assembly, but for some variables.
func (w *Worker) CompileData(m *Module, without []uint32) (*Object, error) {
	var compiled *C.orcast_object
	err := failure(C.orcast_compile_data(w.c, m.c, words(without), C.uint32_t(len(without)), &compiled))
	if err != nil {
		return nil, err
	}
	return newObject(compiled), nil
}

func words[T ~uint32](s []T) *C.uint32_t { return (*C.uint32_t)(unsafe.Pointer(unsafe.SliceData(s))) }
