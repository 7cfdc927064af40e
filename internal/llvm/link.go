package llvm

/*
#include <stdlib.h>
#include <stdint.h>
#include "shim.h"
*/
import "C"

import (
	"runtime"
	"runtime/cgo"
	"strings"
	"sync/atomic"
	"unsafe"

	"github.com/orcast/orcast/internal/bitcode"
)

// Names resolves what an object refers to by name. Its methods are called by the goroutine that links, so by
// several at once.
type Names interface {
	// Lookup finds a name used by a module (or, if native, by a native object).
	Lookup(module int, native bool, name string) (address uint64, found bool)
	// Define tells the address of a symbol that module-level assembly or a native object defines.
	Define(module int, native bool, name string, address uint64)
	// Keeps says whether a native object's weak definition is the one that the program uses.
	Keeps(object int, name string) bool
	// Code tells where code in a reserved section lies, and its unwinding tables.
	Code(address, size, ehFrame, ehFrameSize uint64)
	// Structors tells where an object's .preinit_array, .init_array or .fini_array section lies; see the section's
	// name.
	Structors(module int, native bool, section string, address, size uint64)
}

// Space is where a linker may put things.
type Space struct {
	Target, Size uint64
	Working      unsafe.Pointer // nil for zero-filled memory
}

// Place is where a symbol came to lie. Its address is a target address.
type Place struct{ Address, Size, Align uint64 }

// Linker puts objects into the program's memory. Any number of goroutines may link at once.
type Linker struct {
	c         *C.orcast_linker
	names     Names
	handle    cgo.Handle
	addresses []uint64
	places    []C.struct_orcast_place
}

// NewLinker makes a linker for a program of n symbols.
func NewLinker(code, ro, data, zero Space, n int, names Names) *Linker {
	var memory [C.ORCAST_LINK_ZONES]C.struct_orcast_link_memory
	for i, s := range []Space{code, ro, data, zero} {
		memory[i] = C.struct_orcast_link_memory{target: C.uint64_t(s.Target), size: C.uint64_t(s.Size),
			working: s.Working}
	}
	l := &Linker{names: names, handle: cgo.NewHandle(names)}
	l.addresses = unsafe.Slice((*uint64)(C.calloc(C.size_t(n+1), 8)), n)
	l.places = unsafe.Slice((*C.struct_orcast_place)(C.calloc(C.size_t(n+1), C.sizeof_struct_orcast_place)), n)
	l.c = C.orcast_linker_new(&memory[0], (*C.uint64_t)(unsafe.SliceData(l.addresses)), unsafe.SliceData(l.places),
		C.uint32_t(n), C.uintptr_t(l.handle))
	return l
}

// Close releases the linker. What it linked stays.
func (l *Linker) Close() {
	C.orcast_linker_free(l.c)
	C.free(unsafe.Pointer(unsafe.SliceData(l.addresses)))
	C.free(unsafe.Pointer(unsafe.SliceData(l.places)))
	l.handle.Delete()
}

// Address is the target address by which the program uses symbol n, or 0 if that is not known yet.
func (l *Linker) Address(n int) uint64 { return atomic.LoadUint64(&l.addresses[n]) }

// SetAddress fixes the address of a symbol that no object defines: a stub, large variable or TLS descriptor.
func (l *Linker) SetAddress(n int, address uint64) { atomic.StoreUint64(&l.addresses[n], address) }

// Place is where the body or the thread-local image of symbol n lies. The object that defines it must have
// been linked by this goroutine or before a synchronising event.
func (l *Linker) Place(n int) Place {
	p := l.places[n]
	return Place{uint64(p.address), uint64(p.size), uint64(p.align)}
}

// SetPlace says where the body of symbol n lies, for one that no object defines; see Place for who may ask.
func (l *Linker) SetPlace(n int, p Place) {
	l.places[n] = C.struct_orcast_place{address: C.uint64_t(p.Address), size: C.uint64_t(p.Size),
		align: C.uint64_t(p.Align)}
}

// LinkZone is a part of the program's memory.
type LinkZone int

const (
	CodeZone     LinkZone = C.ORCAST_LINK_CODE
	ReadOnlyZone LinkZone = C.ORCAST_LINK_RO
	DataZone     LinkZone = C.ORCAST_LINK_DATA
	ZeroZone     LinkZone = C.ORCAST_LINK_ZERO
)

// Take takes memory of a zone for what is placed without an object, and returns its target address. Any number of
// goroutines may take and link at once.
func (l *Linker) Take(zone LinkZone, size, align uint64) (uint64, error) {
	var start C.uint64_t
	err := failure(C.orcast_linker_take(l.c, C.enum_orcast_link_zone(zone), C.uint64_t(size), C.uint64_t(align),
		&start))
	return uint64(start), err
}

// TLSSection is the name of sections with the thread-local variables of native objects.
const TLSSection = C.ORCAST_TLS_SECTION

// SetTLS tells how far variables are from the thread pointer, seen from where they lie in TLSSection. To be called when
// Link asks for the first name, at the latest.
func (l *Linker) SetTLS(distance uint64) { C.orcast_linker_set_tls(l.c, C.uint64_t(distance)) }

// Reserve keeps size bytes together for a named section, of code or of data, and returns their address, which begins a
// page. Not concurrently with Link.
func (l *Linker) Reserve(section string, size uint64, code bool) (uint64, error) {
	name := C.CString(section)
	defer C.free(unsafe.Pointer(name))
	var start C.uint64_t
	err := failure(C.orcast_linker_reserve(l.c, name, C.uint64_t(size), C.int(flag(code)), &start))
	return uint64(start), err
}

// ReservedEnd is the address behind what objects have put into a reserved section so far.
func (l *Linker) ReservedEnd(section string) uint64 {
	name := C.CString(section)
	defer C.free(unsafe.Pointer(name))
	return uint64(C.orcast_linker_reserved_end(l.c, name))
}

// Item is an object to link.
type Item struct {
	Object      *Object
	Module      *Module      // that it comes from; nil for a native object
	Native      int          // the number of the native object
	Late        bool         // the program runs already
	Renumbering *Renumbering // nil if the object was made of the module as it is
	// Gone is where uses of values that are gone, and of names that nothing has, are linked to; 0 if these are an
	// error. The functions with such uses must not be called.
	Gone uint64
}

// Renumbering says where the values of another version of a module, which an object was made of, are in this one, by
// their place in that version's Source.Refs; Gone stands for those that are not to be seen. The object uses values by
// Uses and defines them by Definitions.
type Renumbering struct{ Uses, Definitions []bitcode.Place } // of the same length

// Gone is the place of a value that is not there.
const Gone = C.ORCAST_GONE

// Linked is where the parts of an object came to lie: target addresses.
type Linked struct {
	Code, CodeSize       uint64
	EHFrame, EHFrameSize uint64
}

// LinkError says what could not be linked. Missing are the names that nothing defines; program symbols
// without an address stand among them as "oc.NUMBER".
type LinkError struct {
	Message string
	Missing []string
}

func (e *LinkError) Error() string { return e.Message }

// Link places objects that may refer to each other. The objects stay the caller's.
func (l *Linker) Link(items []Item) ([]Linked, error) {
	var pins runtime.Pinner
	defer pins.Unpin()
	in := make([]C.struct_orcast_link_item, len(items))
	for i, it := range items {
		in[i] = C.struct_orcast_link_item{object: it.Object.c, native: C.uint32_t(it.Native), late: flag(it.Late),
			gone: C.uint64_t(it.Gone)}
		if it.Module != nil {
			in[i].module = it.Module.c
		}
		it.defineNumbers(l.names)
		if it.Renumbering != nil {
			in[i].edited = it.Renumbering.pinned(&pins)
		}
	}
	out := make([]C.struct_orcast_linked, len(items))
	var missing *C.char
	err := failure(C.orcast_link(l.c, unsafe.SliceData(in), C.uint32_t(len(in)), unsafe.SliceData(out), &missing))
	if err != nil {
		e := &LinkError{Message: err.Error()}
		if missing != nil {
			e.Missing = strings.Split(strings.TrimSuffix(C.GoString(missing), "\n"), "\n")
			C.free(unsafe.Pointer(missing))
		}
		return nil, e
	}
	linked := make([]Linked, len(items))
	for i, o := range out {
		linked[i] = Linked{uint64(o.code), uint64(o.code_size), uint64(o.eh_frame), uint64(o.eh_frame_size)}
	}
	return linked, nil
}

// defineNumbers tells the names that stand for numbers, which JITLink passes over.
func (it *Item) defineNumbers(names Names) {
	for _, a := range it.Object.absolute {
		switch {
		case it.Module != nil:
			names.Define(int(it.Module.c.number), false, a.Name, a.Value)
		case a.Global:
			names.Define(it.Native, true, a.Name, a.Value)
		}
	}
}

func (e *Renumbering) pinned(pins *runtime.Pinner) *C.struct_orcast_edited {
	c := &C.struct_orcast_edited{uses: words(e.Uses), definitions: words(e.Definitions),
		nvalues: C.uint32_t(len(e.Uses))}
	pins.Pin(c)
	if len(e.Uses) > 0 {
		pins.Pin(unsafe.SliceData(e.Uses))
		pins.Pin(unsafe.SliceData(e.Definitions))
	}
	return c
}
