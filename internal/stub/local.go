package stub

/*
#include <dlfcn.h>
#include <stdlib.h>
#include "executor.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"math"
	"unsafe"
)

// local is what an executor in this process has in place of a socket.
type local struct {
	program *C.struct_orcast_header // the region as the program sees it; nil once closed
	start   unsafe.Pointer          // what Init was told; the destructors are read from it
	tls     []unsafe.Pointer        // handles of the libraries that hold thread-local images
}

const maxRegions = C.ORCAST_MAX_REGIONS

// noProcess is larger than the number of any process: signals to it go nowhere, and waiting for it fails.
const noProcess = math.MaxInt32

// StartLocal makes this process the executor of region: code in it can be called as soon as Init has returned, and
// shares memory with its host. Several regions can be executed at a time.
//
// # Notes
//
//   - Libraries that it loads become the host's, and stay loaded. It never binds the host's references to the program's
//     definitions: Interpose does nothing, and Join makes none visible.
//   - A signal handler, a limit or a file descriptor is the host's: a fault in the program's code ends the process with
//     a trace of Go's.
//   - A thread that waits for a body is inside a call of C, as Go sees it.
//   - Run is for executors with a process of their own; Kill has no effect, and Wait fails.
func StartLocal(region *Region) (*Executor, error) {
	region.header.hosted = 1
	program, err := C.orcast_map(&region.place, C.int(region.fd), 1)
	if program == nil {
		return nil, fmt.Errorf("mapping a program into this process (which can have up to %d): %w", maxRegions, err)
	}
	return &Executor{region: region, pid: noProcess, local: &local{program: program}}, nil
}

var errClosed = errors.New("the executor is closed")

func (l *local) answer(kind uint32, payload []byte, file int) ([]byte, error) {
	if l.program == nil {
		return nil, errClosed
	}
	text := C.CBytes(append(payload, 0))
	defer C.free(text)
	var path *C.char // NULL if the question is about no file
	if file >= 0 {
		path = C.CString(fmt.Sprintf("/proc/self/fd/%d", file))
		defer C.free(unsafe.Pointer(path))
	}
	a := C.orcast_answer(l.program, C.uint32_t(kind), path, (*C.char)(text), C.uint32_t(len(payload)))
	defer C.free(unsafe.Pointer(a.bytes))
	return C.GoBytes(unsafe.Pointer(a.bytes), C.int(a.length)), nil
}

// Init settles the ifuncs and runs the constructors of a program in this process on the calling thread, which waits for
// the bodies they need. The constructors get the arguments of this process. It may be called once.
func (e *Executor) Init(s Start) error {
	l := e.local
	if l.program == nil {
		return errClosed
	}
	l.start = C.CBytes(s.encode())
	C.orcast_begin(l.program, (*C.uint64_t)(l.start), C.orcast_argc, C.orcast_argv)
	return nil
}

// Close ends a program in this process: it runs what the program has registered with atexit and its destructors, on the
// calling thread, as exit would, which may need further bodies; then it unmaps the program. It may be called again.
//
// # Notes
//
//   - No thread may be in the program's code, or get there later: through a function value, a signal handler, a thread
//     that the program started, or the destructor of a pthread key. Such a call is a fault until the region is closed,
//     and undefined afterwards.
//   - C++'s thread_local objects are destroyed if their thread ends before; the others are not.
//   - A Go process that exits closes nothing: what the program is to do at its end needs a Close.
func (e *Executor) Close() {
	l := e.local
	if l.program == nil {
		return
	}
	C.orcast_end(l.program)
	C.orcast_unmap(&e.region.place)
	for _, handle := range l.tls {
		C.dlclose(handle)
	}
	for _, file := range e.libraries {
		file.Close()
	}
	C.free(l.start)
	l.program, l.start = nil, nil
}
