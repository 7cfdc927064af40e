package stub

/*
#include "executor.h"
*/
import "C"

import (
	"encoding/binary"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// LoadTLS gives every thread of the program a block of thread-local memory of size bytes that begins with a
// copy of image, and returns the TLS module by which __tls_get_addr knows it.
//
// The image becomes a shared library without code, loaded by the C library like any other, so that
// allocation, new threads, destructors of thread_local objects and debuggers work as in a native program.
func (e *Executor) LoadTLS(image []byte, size, align uint64) (uint64, error) {
	answer, err := e.askAboutLibrary(C.ORCAST_TLS, library{image: image, tlsSize: size, tlsAlign: align})
	if err != nil {
		return 0, err
	}
	if len(answer) != 16 || binary.LittleEndian.Uint64(answer) == 0 {
		return 0, fmt.Errorf("thread-local storage: the C library refused %d bytes aligned to %d", size, align)
	}
	if e.local != nil {
		e.local.tls = append(e.local.tls, *(*unsafe.Pointer)(unsafe.Pointer(&answer[8])))
	}
	return binary.LittleEndian.Uint64(answer), nil
}

// Export makes definitions of the program visible to libraries that are loaded later, as the dynamic symbols of a
// native executable are; not so in this process, which several programs share.
func (e *Executor) Export(definitions []Definition) error {
	if e.local != nil {
		return nil
	}
	answer, err := e.askAboutLibrary(C.ORCAST_LOAD, library{symbols: definitions})
	if err == nil && len(answer) > 0 {
		err = fmt.Errorf("making the program's symbols visible to libraries: %s", answer)
	}
	return err
}

// ExecutableStack makes the stacks of all threads executable, as a native program has them whose objects ask for that; not
// so in this process, whose stacks are the host's.
func (e *Executor) ExecutableStack() error {
	if e.local != nil {
		return nil
	}
	answer, err := e.askAboutLibrary(C.ORCAST_LOAD, library{executableStack: true})
	if err == nil && len(answer) > 0 {
		err = fmt.Errorf("making stacks executable: %s", answer)
	}
	return err
}

// askAboutLibrary sends a request for a library that exists in memory only.
func (e *Executor) askAboutLibrary(request uint32, l library) ([]byte, error) {
	fd, err := unix.MemfdCreate("orcast-library", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("making a library in memory: %w", err)
	}
	file := os.NewFile(uintptr(fd), "orcast-library")
	e.libraries = append(e.libraries, file)
	if _, err := file.Write(l.encode()); err != nil {
		return nil, fmt.Errorf("making a library in memory: %w", err)
	}
	return e.askAboutFile(request, fmt.Appendf(nil, "/proc/self/fd/%d", fd), fd)
}
