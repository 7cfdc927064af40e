package stub

/*
#include <stdlib.h>
#include "executor.h"
*/
import "C"

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Executor is the process in which the program runs. Until Run it answers questions; afterwards it is the
// program's. One goroutine at a time may use it; Kill may be called by any.
//
// It may be this process: see StartLocal.
type Executor struct {
	pid       int
	socket    *os.File
	libraries []*os.File // made in memory; open as long as they are loaded, for the C library knows them by their names
	local     *local     // nil if the executor is a process of its own
}

// Name is a symbol to be found in the executor.
type Name struct {
	Name        string
	ThreadLocal bool
}

// Found is where a symbol is: an address, or an offset into a TLS module. Both zero: nowhere.
type Found struct {
	Address, Module uint64
}

// StartExecutor starts this binary again as the executor of region, with the program's argv and the present
// environment, standard files and working directory.
//
// It must be called on a thread that lives as long as the process: the kernel kills the executor when
// the thread that started it ends.
func StartExecutor(region *Region, argv []string) (*Executor, error) {
	if slack := uintptr(C.orcast_timer_slack); slack != 0 {
		// The child has this thread's, and as its default too.
		if err := unix.Prctl(unix.PR_SET_TIMERSLACK, slack, 0, 0, 0); err != nil {
			return nil, fmt.Errorf("setting the timer slack of the program's process: %w", err)
		}
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("starting the program's process: %w", err)
	}
	defer unix.Close(pair[1])
	socket := os.NewFile(uintptr(pair[0]), "executor")
	environment := append(os.Environ(), C.ORCAST_ENVIRONMENT+"="+strconv.Itoa(os.Getpid()))
	pid, err := syscall.ForkExec("/proc/self/exe", argv, &syscall.ProcAttr{
		Env:   environment,
		Files: []uintptr{0, 1, 2, uintptr(region.fd), uintptr(pair[1])},
	})
	if err != nil {
		socket.Close()
		return nil, fmt.Errorf("starting the program's process: %w", err)
	}
	return &Executor{pid: pid, socket: socket}, nil
}

var errExecutorGone = errors.New("the program's process ended before the program began")

func (e *Executor) send(kind uint32, payload []byte) error {
	m := binary.LittleEndian.AppendUint32(nil, kind)
	m = binary.LittleEndian.AppendUint32(m, uint32(len(payload)))
	if _, err := e.socket.Write(append(m, payload...)); err != nil {
		return errExecutorGone
	}
	return nil
}

func (e *Executor) ask(kind uint32, payload []byte) ([]byte, error) {
	if e.local != nil {
		return e.local.answer(kind, payload)
	}
	if err := e.send(kind, payload); err != nil {
		return nil, err
	}
	var m [8]byte
	if _, err := io.ReadFull(e.socket, m[:]); err != nil {
		return nil, errExecutorGone
	}
	answer := make([]byte, binary.LittleEndian.Uint32(m[4:]))
	if _, err := io.ReadFull(e.socket, answer); err != nil {
		return nil, errExecutorGone
	}
	return answer, nil
}

// Load opens a shared library in the executor, its symbols visible to all.
func (e *Executor) Load(path string) error {
	if !strings.Contains(path, "/") {
		if _, err := os.Stat(path); err == nil {
			path = "./" + path // dlopen looks for bare names on its own path only
		}
	}
	answer, err := e.ask(C.ORCAST_LOAD, []byte(path))
	if err != nil {
		return err
	}
	if len(answer) > 0 {
		return fmt.Errorf("cannot load the library: %s", answer)
	}
	return nil
}

// Resolve finds symbols; the answer has an element for each name. Names with a NUL byte are not found.
func (e *Executor) Resolve(names []Name) ([]Found, error) {
	var payload []byte
	for _, n := range names {
		flag := byte(0)
		if n.ThreadLocal {
			flag = 1
		}
		name, _, _ := strings.Cut(n.Name, "\x00")
		payload = append(append(append(payload, flag), name...), 0)
	}
	answer, err := e.ask(C.ORCAST_RESOLVE, payload)
	if err != nil {
		return nil, err
	}
	if len(answer) != 16*len(names) {
		return nil, errExecutorGone
	}
	found := make([]Found, len(names))
	for i := range found {
		found[i] = Found{binary.LittleEndian.Uint64(answer[16*i:]), binary.LittleEndian.Uint64(answer[16*i+8:])}
	}
	return found, nil
}

// Libraries are the load addresses of the executor's libraries by path; "" is the executable.
type Libraries map[string]uint64

// Libraries asks for what the executor has loaded.
func (e *Executor) Libraries() (Libraries, error) {
	answer, err := e.ask(C.ORCAST_LIBRARIES, nil)
	if err != nil {
		return nil, err
	}
	list := Libraries{}
	for len(answer) > 8 {
		path, rest, _ := bytes.Cut(answer[8:], []byte{0})
		list[string(path)] = binary.LittleEndian.Uint64(answer)
		answer = rest
	}
	return list, nil
}

// Find returns the executor's address of a symbol without asking it, which works while the program runs: this
// process is the same binary with the same libraries, loaded elsewhere.
func (l Libraries) Find(name string) (uint64, bool) { return l.FindVersion(name, "") }

// FindVersion is Find for a version of a symbol other than the default one, which is "".
func (l Libraries) FindVersion(name, version string) (uint64, bool) {
	cversion := C.CString(version)
	defer C.free(unsafe.Pointer(cversion))
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	var path *C.char
	var base, address C.uint64_t
	if C.orcast_own_symbol(cname, cversion, &path, &base, &address) == 0 {
		return 0, false
	}
	there, ok := l[C.GoString(path)]
	return there + uint64(address-base), ok
}

// Definition is a name that the program gives an address of its own.
type Definition struct {
	Name    string
	Address uint64
}

// Interpose makes the libraries that are loaded use the program's definitions in place of any other; not so in this
// process, whose libraries serve others too.
func (e *Executor) Interpose(definitions []Definition) error {
	if e.local != nil {
		return nil
	}
	var payload []byte
	for _, d := range definitions {
		name, _, _ := strings.Cut(d.Name, "\x00")
		payload = append(append(binary.LittleEndian.AppendUint64(payload, d.Address), name...), 0)
	}
	return e.send(C.ORCAST_INTERPOSE, payload)
}

// IFunc is a function whose address its resolver chooses when the program starts.
type IFunc struct {
	Func     int
	Resolver uint64 // target address of the resolver's stub
}

// Start tells what Run needs: target addresses, in the order to call them.
type Start struct {
	Entry        uint64
	Constructors []uint64
	Destructors  []uint64 // in the order to run when the program exits
	IFuncs       []IFunc
}

// Run starts the program. Bodies may be published before and after.
func (e *Executor) Run(s Start) error { return e.send(C.ORCAST_RUN, s.encode()) }

func (s Start) encode() []byte {
	words := []uint64{s.Entry, uint64(len(s.Constructors))}
	words = append(words, s.Constructors...)
	words = append(words, uint64(len(s.Destructors)))
	words = append(words, s.Destructors...)
	words = append(words, uint64(len(s.IFuncs)))
	for _, f := range s.IFuncs {
		words = append(words, uint64(f.Func), f.Resolver)
	}
	var payload []byte
	for _, w := range words {
		payload = binary.LittleEndian.AppendUint64(payload, w)
	}
	return payload
}

// Orphaned says whether a process that the program forked may still need the compiler. It is meant for after Wait.
func (e *Executor) Orphaned() bool {
	raw, err := e.socket.SyscallConn()
	if err != nil {
		return false
	}
	orphaned := false
	raw.Control(func(fd uintptr) {
		// The socket's other end is closed by the last process that has it.
		var b [1]byte
		_, _, err := unix.Recvfrom(int(fd), b[:], unix.MSG_DONTWAIT|unix.MSG_PEEK)
		orphaned = err == unix.EAGAIN
	})
	return orphaned
}

// Signal sends a signal to the program.
func (e *Executor) Signal(sig syscall.Signal) { syscall.Kill(e.pid, sig) }

// Kill ends the program at once. The caller still has to Wait.
func (e *Executor) Kill() { e.Signal(syscall.SIGKILL) }

// Wait waits for the program's end and returns its status and peak resident memory in bytes.
func (e *Executor) Wait() (syscall.WaitStatus, int64, error) {
	for {
		var status syscall.WaitStatus
		var usage syscall.Rusage
		_, err := syscall.Wait4(e.pid, &status, 0, &usage)
		if err == syscall.EINTR {
			continue
		}
		return status, usage.Maxrss << 10, err
	}
}
