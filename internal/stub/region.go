// Package stub owns the memory shared by the compiler and the program: stubs, slots, the first-call log,
// and the executor that runs the program in it, which is a process of its own or this one.
//
// Rule: the program's code meets the compiler only through the region, whose layout and contract stand in region.h. No
// Go runs for a first call, on whatever thread it is.
package stub

/*
#cgo CFLAGS: -O2 -std=gnu17 -Wall -D_GNU_SOURCE
#cgo LDFLAGS: -ldl -lpthread -l:libatomic.a
// The linker exports unwind.c's definition because libgcc_s asks for one, whether or not the host unwinds.
#cgo LDFLAGS: -Wl,--push-state,--no-as-needed -lgcc_s -Wl,--pop-state
#include <stdlib.h>
#include "executor.h"
#include "region.h"
*/
import "C"

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Zone names a part of the region; see region.h.
type Zone int

const (
	Control Zone = C.ORCAST_CONTROL
	Stubs   Zone = C.ORCAST_STUBS
	Code    Zone = C.ORCAST_CODE
	RO      Zone = C.ORCAST_RO
	Data    Zone = C.ORCAST_DATA
	Zero    Zone = C.ORCAST_ZERO
	Far     Zone = C.ORCAST_FAR
)

const (
	pageSize = 4096
	// Granule is the alignment of a unit's code.
	Granule = C.ORCAST_GRANULE
	// MaxAlign is the largest alignment of a function that can be had: that of the region.
	MaxAlign = 2 << 20
)

// Region is the shared memory of one run, seen from the compiler. Bodies are published and the log is read
// through it. Publish, PublishFailure and AddUnwind may be called by any goroutine; the log has one reader.
type Region struct {
	fd     int
	place  C.struct_orcast_header // the header as it was laid out: the program can write to the one in memory
	stubs  []uint64               // offset of each stub in its zone
	memory []byte                 // working view of everything that the memfd backs
	header *C.struct_orcast_header
	funcs  []C.struct_orcast_func
	slots  []uint64
	log    []C.struct_orcast_call
	units  []C.struct_orcast_unit

	unwind sync.Mutex // guards nunits
	nunits uint32

	reading sync.Mutex // guards handled and next
	handled []bool     // log entries already returned
	next    int        // all entries before it are handled
	woken   atomic.Bool

	saying sync.Mutex // guards said
	said   int        // bytes of the texts that are used
}

// Sizes are how many bytes there has to be room for in zones. Program and compiler map all of it, which costs addresses
// but memory only where something is put; limits of the program's (RLIMIT_AS, RLIMIT_DATA) count it whole.
type Sizes struct {
	Code, RO, Data, Zero, Far uint64
}

// Most is what zones can hold: together they are within the reach of a 32-bit offset. Far has no such limit.
var Most = Sizes{Code: 512 << 20, RO: 256 << 20, Data: 384 << 20, Zero: 384 << 20}

// NewRegion lays out a region for functions 0 to n-1 at a random place in the address space. Its stubs are ready;
// nothing has a body. Unless the program's process waits for this one, the addresses are kept free in this process too.
// Stubs are aligned to 16 bytes, and those of some functions to more: aligned has these alignments, powers of two up to
// MaxAlign.
func NewRegion(n int, sizes Sizes, aligned map[int]uint64) (*Region, error) {
	fd, err := unix.MemfdCreate("orcast", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("creating shared memory: %w", err)
	}
	r := &Region{fd: fd}
	h := &r.place
	r.layout(n, sizes, aligned)
	if err := place(h); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("reserving %d MB of addresses: %w",
			uint64(h.zones[Far].offset+h.zones[Far].size)>>20, err)
	}
	backed := int(h.zones[Zero].offset)
	if err := unix.Ftruncate(fd, int64(backed)); err != nil {
		r.Close()
		if err == unix.EFBIG {
			return nil, fmt.Errorf("program and compiler share %d MB of memory as a file, and files have to be "+
				"smaller here: raise the limit (ulimit -f)", backed>>20)
		}
		return nil, fmt.Errorf("sizing shared memory: %w", err)
	}
	r.memory, err = unix.Mmap(fd, 0, backed, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_NORESERVE)
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("mapping %d MB of shared memory: %w", backed>>20, err)
	}
	r.header = (*C.struct_orcast_header)(unsafe.Pointer(&r.memory[0]))
	*r.header = *h
	r.funcs = table[C.struct_orcast_func](r, uint64(h.funcs), n)
	r.slots = table[uint64](r, uint64(h.slots), n)
	r.log = table[C.struct_orcast_call](r, uint64(h.log), n)
	r.units = table[C.struct_orcast_unit](r, uint64(h.units), int(h.texts-h.units)/C.sizeof_struct_orcast_unit)
	r.handled = make([]bool, n)
	r.writeStubs(n)
	r.text("orcast: something went wrong, and there is no room left to say what\n")
	return r, nil
}

func table[T any](r *Region, offset uint64, n int) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(&r.memory[offset])), n)
}

func pages(n uint64) uint64 { return (n + pageSize - 1) &^ (pageSize - 1) }

// placeStubs sets the offsets of stubs, behind the relay, and returns the size and the alignment of them all.
func (r *Region) placeStubs(n int, aligned map[int]uint64) (size, align uint64) {
	size, align = C.ORCAST_STUB_SIZE, pageSize
	r.stubs = make([]uint64, n)
	for i := range r.stubs {
		if a := aligned[i]; a > C.ORCAST_STUB_SIZE {
			size = (size + a - 1) &^ (a - 1)
			align = max(align, a)
		}
		r.stubs[i] = size
		size += C.ORCAST_STUB_SIZE
	}
	return size, align
}

func (r *Region) layout(n int, size Sizes, aligned map[int]uint64) {
	h := &r.place
	code := pages(min(size.Code, Most.Code))
	units := code/1024 + 1 // twice as many as units of 2 KB would fill
	at := pages(C.sizeof_struct_orcast_header)
	reserve := func(bytes uint64) C.uint64_t {
		start := at
		at += (bytes + 63) &^ 63
		return C.uint64_t(start)
	}
	h.funcs = reserve(uint64(n) * C.sizeof_struct_orcast_func)
	h.log = reserve(uint64(n) * C.sizeof_struct_orcast_call)
	h.granules = reserve(code / Granule * 4)
	h.units = reserve(units * C.sizeof_struct_orcast_unit)
	h.texts = reserve(C.ORCAST_TEXTS)
	h.slots = reserve(uint64(n) * 8)
	stubs, align := r.placeStubs(n, aligned)
	sizes := [...]uint64{Control: (at + align - 1) &^ (align - 1), Stubs: pages(stubs), Code: code,
		RO: pages(min(size.RO, Most.RO)), Data: pages(min(size.Data, Most.Data)),
		Zero: pages(min(size.Zero, Most.Zero))}
	at = 0
	for z, size := range sizes {
		h.zones[z] = C.struct_orcast_zone{C.uint64_t(at), C.uint64_t(size)}
		at += size
	}
	// The far zone begins where 32-bit offsets end, so that no one takes it for a near one by accident.
	h.zones[Far] = C.struct_orcast_zone{C.uint64_t(max(at, C.ORCAST_NEAR)), C.uint64_t(pages(size.Far))}
	h.magic = C.ORCAST_MAGIC
	h.nfuncs = C.uint32_t(n)
	h.server = C.ORCAST_SERVER_TO_COME
}

// place gives a region a base. Linux places nothing of its own accord between 16 and 48 TiB, but the race detector
// of Go has its shadows from 32 TiB on.
func place(h *C.struct_orcast_header) error {
	for {
		h.base = C.uint64_t(16<<40 + rand.Uint64N(15<<40)&^(MaxAlign-1))
		if Waiting() {
			return nil
		}
		if ok, err := C.orcast_reserve(h); ok != 0 {
			return nil
		} else if err != unix.EEXIST { // another region lies there
			return err
		}
	}
}

// writeStubs fills the stubs zone: a relay to the resolver, which adds the region's base, then one stub a function, and
// makes every slot lead to the second half of its stub, which names the function and goes to the relay.
func (r *Region) writeStubs(n int) {
	base := r.place.zones[Stubs].offset
	code := r.memory[base : base+r.place.zones[Stubs].size]
	rel32 := func(at int, target uint64) {
		binary.LittleEndian.PutUint32(code[at:], uint32(target-(uint64(base)+uint64(at)+4)))
	}
	code[0], code[1] = 0xff, 0x35 // push base(%rip)
	rel32(2, uint64(unsafe.Offsetof(r.place.base)))
	code[6], code[7] = 0xff, 0x25 // jmp *resolver(%rip)
	rel32(8, uint64(unsafe.Offsetof(r.header.resolver)))
	for i := range n {
		at := int(r.stubs[i])
		code[at], code[at+1] = 0xff, 0x25 // jmp *slot(%rip)
		rel32(at+2, uint64(r.place.slots)+uint64(i)*8)
		code[at+6] = 0x68 // push $i
		binary.LittleEndian.PutUint32(code[at+7:], uint32(i))
		code[at+11] = 0xe9 // jmp relay
		rel32(at+12, uint64(base))
		r.slots[i] = r.StubAddress(i) + C.ORCAST_STUB_JUMP
	}
}

// StubAddress is the target address of function i: the one its program sees for ever.
func (r *Region) StubAddress(i int) uint64 {
	return uint64(r.place.base+r.place.zones[Stubs].offset) + r.stubs[i]
}

// Zone returns the target address and size of a zone and its working memory, which is nil for zones
// that the memfd does not back.
func (r *Region) Zone(z Zone) (target, size uint64, working unsafe.Pointer) {
	zone := r.place.zones[z]
	if z < Zero {
		working = unsafe.Pointer(&r.memory[zone.offset])
	}
	return uint64(r.place.base + zone.offset), uint64(zone.size), working
}

// Bytes is the working view of n bytes at a target address of the zones that the memfd backs.
func (r *Region) Bytes(target uint64, n int) []byte {
	at := target - uint64(r.place.base)
	return r.memory[at : at+uint64(n) : at+uint64(n)]
}

// Publish makes body the code of function i, in place of another one if it has one already, and wakes everyone who
// waits for it. What the compiler wrote before is visible to them. The bodies of one function are published one after
// the other.
func (r *Region) Publish(i int, body uint64) {
	r.settle(i, body, C.ORCAST_READY)
	if atomic.LoadUint32((*uint32)(unsafe.Pointer(&r.funcs[i].called))) != 0 {
		atomic.StoreUint64(&r.slots[i], body)
	}
}

// Bind makes the stub of function i, which is not compiled, lead to an address.
func (r *Region) Bind(i int, address uint64) {
	slot := &table[uint64](r, uint64(r.header.slots), i+1)[i]
	atomic.StoreUint64(slot, address)
}

// PublishFailure ends the wait for function i, which cannot be compiled: whoever waits for it, or calls it later,
// writes message to standard error and ends its process, with status 125 or, where the program runs in this process, by
// abort.
func (r *Region) PublishFailure(i int, message string) {
	r.settle(i, r.text(message+"\n"), C.ORCAST_FAILED)
}

// text puts a text where the program can read it and returns its target address. What does not fit is cut off; what
// does not fit at all is told by the first text.
func (r *Region) text(text string) uint64 {
	r.saying.Lock()
	defer r.saying.Unlock()
	area := r.memory[r.place.texts:][:C.ORCAST_TEXTS]
	at := r.said
	if at >= len(area)-1 {
		at = 0
	} else {
		r.said += copy(area[at:len(area)-1], text) + 1 // of zeros
	}
	return uint64(r.place.base+r.place.texts) + uint64(at)
}

// Serve makes the calling thread the one whose end tells the program that nobody compiles any more. The goroutine must
// be locked to its thread until it calls stop.
func (r *Region) Serve() (stop func()) {
	word := &r.header.server
	C.orcast_serve(word)
	return func() { C.orcast_serve_no_more(word) }
}

func (r *Region) settle(i int, body uint64, readiness uint32) {
	f := &r.funcs[i]
	atomic.StoreUint64((*uint64)(unsafe.Pointer(&f.body)), body)
	ready := (*uint32)(unsafe.Pointer(&f.ready))
	atomic.StoreUint32(ready, readiness)
	futexWake(ready)
}

// AddUnwind records the unwinding tables of code at target address code. It must precede Publish.
func (r *Region) AddUnwind(code, size, ehFrame, ehSize uint64) error {
	r.unwind.Lock()
	defer r.unwind.Unlock()
	if int(r.nunits) == len(r.units) {
		return fmt.Errorf("more than %d units of code", len(r.units))
	}
	r.units[r.nunits] = C.struct_orcast_unit{C.uint64_t(ehFrame), C.uint64_t(ehSize)}
	r.nunits++
	granules := table[uint32](r, uint64(r.place.granules), int(r.place.zones[Code].size/Granule))
	first := (code - uint64(r.place.base+r.place.zones[Code].offset)) / Granule
	for g := first; g < first+(size+Granule-1)/Granule; g++ {
		atomic.StoreUint32(&granules[g], r.nunits)
	}
	return nil
}

// Close unmaps the working view. A program in a process of its own keeps its view; an executor in this process is to
// be closed first.
func (r *Region) Close() {
	if r.memory != nil {
		unix.Munmap(r.memory)
	}
	if !Waiting() {
		C.orcast_release(&r.place)
	}
	unix.Close(r.fd)
}
