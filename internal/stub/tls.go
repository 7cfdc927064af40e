package stub

/*
#include "executor.h"
*/
import "C"

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/orcast/orcast/internal/quote"
)

// Joining is a library without code that stands for the program: loaded by the C library like any other, so that the
// program's thread-local variables, and what libraries see of the program, are as in a native one.
type Joining struct {
	// Image is how every thread's block of thread-local memory begins, Size and Align are the block's; no Size, no
	// block.
	Image       []byte
	Size, Align uint64
	// Static blocks have one distance from the thread pointer in all threads. There is little room for these.
	Static bool
	// Definitions are visible to libraries, as the dynamic symbols of a native executable are; not so in this process,
	// which several programs share.
	Definitions []Definition
	// Libraries are loaded with it.
	Libraries []string
	// Offsets are thread-local variables of libraries that are to have one distance, too.
	Offsets []string
	// Near are variables of libraries of which the program has copies, in Space.
	Near  []string
	Space Span
}

// Span is a part of the program's memory.
type Span struct{ Start, End uint64 }

// Joined is what became of a Joining.
type Joined struct {
	Module     uint64 // the number of the thread-local block, as __tls_get_addr knows it
	FromThread uint64 // the distance of static blocks from the thread pointer
	// Copies are the addresses of what stands for each variable, IsFunction for one that is none, 0 for what there is
	// not.
	Copies []uint64
}

// IsFunction stands for the address of a copy where a function needs none.
const IsFunction = C.ORCAST_FUNCTION_FOUND

// ErrNoStaticRoom is the error of Join if there is no room for a static block.
var ErrNoStaticRoom = errors.New("the C library has no room for that much static thread-local storage")

// ConstructorError says that the program's process ended while it loaded libraries.
type ConstructorError struct {
	libraries []string
	// Called is the function of the program that a constructor of theirs called, which it cannot; -1 if there is none.
	Called int
}

func (e *ConstructorError) Error() string { return e.With("a function of the program") }

// With is the message, in which the called function has a name.
func (e *ConstructorError) With(function string) string {
	what := "crashed or called exit"
	if e.Called >= 0 {
		what = fmt.Sprintf("called %s, which cannot run before all libraries are loaded", function)
	}
	return fmt.Sprintf("%s: while this library was loaded, the program's process ended: a constructor of it, or of a "+
		"library that it needs, %s", strings.Join(e.libraries, ", "), what)
}

// constructorError tells of the end of a process that loaded libraries.
func (e *Executor) constructorError(libraries []string) error {
	failure := &ConstructorError{Called: -1}
	for _, path := range libraries {
		failure.libraries = append(failure.libraries, quote.Name(path))
	}
	if calls := e.region.Calls(); len(calls) > 0 {
		failure.Called = calls[len(calls)-1].Func
	}
	return failure
}

// Join loads the library that stands for the program. It may be called once.
func (e *Executor) Join(j Joining) (Joined, error) {
	l := library{image: j.Image, tlsSize: j.Size, tlsAlign: j.Align, tlsStatic: j.Static && j.Size > 0,
		offsets: j.Offsets}
	var words [4]uint64
	if e.local == nil {
		l.symbols, words[0] = j.Definitions, 1
		for _, path := range j.Libraries {
			l.needed = append(l.needed, forLoader(path))
		}
	}
	if len(j.Near) > 0 {
		if _, err := e.Resolve(nil); err != nil { // who answers has written to the region's header
			return Joined{}, err
		}
		l.bound = uint64(e.region.header.copier)
	}
	if l.tlsStatic {
		words[1] = 1
	}
	words[2], words[3] = j.Space.Start, j.Space.End
	payload := bytesOf(words[:])
	for _, name := range j.Near {
		payload = append(append(payload, name...), 0)
	}
	file, err := e.inMemory(l)
	if err != nil {
		return Joined{}, err
	}
	if e.local == nil {
		loading := (*uint32)(unsafe.Pointer(&e.region.header.loading))
		atomic.StoreUint32(loading, 1)
		defer atomic.StoreUint32(loading, 0)
	}
	answer, err := e.askAboutFile(C.ORCAST_JOIN, payload, file)
	if errors.Is(err, errExecutorGone) && len(j.Libraries) > 0 {
		return Joined{}, e.constructorError(j.Libraries)
	} else if err != nil {
		return Joined{}, err
	}
	got := wordsOf(answer)
	switch {
	case len(got) > 0 && got[0] == 0 && strings.Contains(string(answer[8:]), "static TLS"):
		return Joined{}, ErrNoStaticRoom
	case len(got) > 0 && got[0] == 0:
		return Joined{}, fmt.Errorf("cannot load the library: %s", quote.Text(string(answer[8:])))
	case len(got) != 3+len(j.Near):
		return Joined{}, errExecutorGone
	case j.Size > 0 && got[1] == 0:
		return Joined{}, fmt.Errorf("thread-local storage: the C library refused %d bytes aligned to %d", j.Size,
			j.Align)
	}
	if e.local != nil {
		e.local.tls = append(e.local.tls, *(*unsafe.Pointer)(unsafe.Pointer(&answer[0])))
	}
	return Joined{got[1], got[2], got[3:]}, nil
}

// TLSWord is a word of the thread-local image at an offset in it.
type TLSWord struct{ Offset, Value uint64 }

// SetTLS changes words of the image that Join has loaded, before anything of the program has run.
func (e *Executor) SetTLS(j Joined, words []TLSWord) error {
	if len(words) == 0 {
		return nil
	}
	has := uint64(0)
	if j.FromThread != 0 {
		has = 1
	}
	if has == 1 && e.local != nil {
		return errors.New("thread-local variables that hold addresses, of native objects, need a process of their own")
	}
	payload := []uint64{j.Module, has}
	for _, w := range words {
		payload = append(payload, w.Offset, w.Value)
	}
	_, err := e.ask(C.ORCAST_TLS_WORDS, bytesOf(payload))
	return err
}

// ExecutableStack makes the stacks of all threads executable, as a native program has them whose objects ask for that;
// not so in this process, whose stacks are the host's.
func (e *Executor) ExecutableStack() error {
	if e.local != nil {
		return nil
	}
	file, err := e.inMemory(library{executableStack: true})
	if err != nil {
		return err
	}
	answer, err := e.askAboutFile(C.ORCAST_LOAD, nil, file)
	if err == nil && len(answer) > 0 {
		err = fmt.Errorf("making stacks executable: %s", answer)
	}
	return err
}

func bytesOf(words []uint64) (b []byte) {
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}

// inMemory makes a file of a library that exists in memory only.
func (e *Executor) inMemory(l library) (int, error) {
	fd, err := unix.MemfdCreate("orcast-library", unix.MFD_CLOEXEC)
	if err != nil {
		return -1, fmt.Errorf("making a library in memory: %w", err)
	}
	file := os.NewFile(uintptr(fd), "orcast-library")
	e.libraries = append(e.libraries, file)
	if _, err := file.Write(l.encode()); err != nil {
		return -1, fmt.Errorf("making a library in memory: %w", err)
	}
	return fd, nil
}
