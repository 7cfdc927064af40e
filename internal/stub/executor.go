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

	"github.com/orcast/orcast/internal/quote"
)

// Executor is the process in which the program runs. Until Run it answers questions; afterwards it is the
// program's. One goroutine at a time may use it; Kill may be called by any.
//
// It may be this process: see StartLocal.
type Executor struct {
	socket    *os.File
	libraries []*os.File // made in memory; open as long as they are loaded, for the C library knows them by their names
	region    *Region
	pid       int    // of a child
	running   bool   // the process that waited is the program's; see Waiting
	local     *local // nil if the executor is a process of its own
}

// Name is a symbol to be found in the executor.
type Name struct {
	Name        string
	ThreadLocal bool
}

// Found is where a symbol is: an address, or an offset into a TLS module. Both zero: nowhere.
type Found struct {
	Address, Module uint64
	// of a thread-local variable: its place as seen from the thread pointer, now and in this thread
	FromThread uint64
}

// StartExecutor makes a process ready to run the program of region with this argv, and with the present environment,
// standard files and working directory: the one that waits for this one, see Waiting, or a child. It has room for so
// many bytes of static thread-local storage, 0 for the little that every process has.
//
// For a child it must be called on a thread that lives as long as the process: the kernel kills the child when the
// thread that started it ends.
func StartExecutor(region *Region, argv []string, staticTLS uint64) (*Executor, error) {
	e := theWaiting()
	if e == nil {
		e = &Executor{}
		if err := e.startChild(argv); err != nil {
			return nil, fmt.Errorf("starting the program's process: %w", err)
		}
	}
	e.region = region
	if staticTLS > 0 {
		if err := e.send(C.ORCAST_RESTART, bytesOf([]uint64{staticTLS})); err != nil {
			return nil, err
		}
	}
	payload := binary.LittleEndian.AppendUint64(nil, uint64(len(argv)-1))
	return e, e.sendFile(C.ORCAST_PREPARE, append(payload, argv[0]+"\x00"...), region.fd)
}

// startChild starts this binary again as an executor.
func (e *Executor) startChild(argv []string) error {
	if slack := uintptr(C.orcast_timer_slack); slack != 0 {
		// The child has this thread's, and as its default too.
		if err := unix.Prctl(unix.PR_SET_TIMERSLACK, slack, 0, 0, 0); err != nil {
			return fmt.Errorf("setting its timer slack: %w", err)
		}
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(pair[1])
	e.socket = os.NewFile(uintptr(pair[0]), "executor")
	e.pid, err = syscall.ForkExec("/proc/self/exe", argv, &syscall.ProcAttr{
		Env:   append(os.Environ(), C.ORCAST_ENVIRONMENT+"="+strconv.Itoa(os.Getpid())),
		Files: []uintptr{0, 1, 2, uintptr(pair[1])},
	})
	if err != nil {
		e.socket.Close()
	}
	return err
}

var errExecutorGone = errors.New("the program's process ended before the program began")

func (e *Executor) send(kind uint32, payload []byte) error { return e.sendFile(kind, payload, -1) }

// sendFile sends a request, and a file with it unless that is -1.
func (e *Executor) sendFile(kind uint32, payload []byte, file int) error {
	m := binary.LittleEndian.AppendUint32(nil, kind)
	m = append(binary.LittleEndian.AppendUint32(m, uint32(len(payload))), payload...)
	var rights []byte
	if file >= 0 {
		rights = unix.UnixRights(file)
	}
	for len(m) > 0 {
		n, err := unix.SendmsgN(int(e.socket.Fd()), m, rights, nil, unix.MSG_NOSIGNAL)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return errExecutorGone
		}
		m, rights = m[n:], nil
	}
	return nil
}

func (e *Executor) ask(kind uint32, payload []byte) ([]byte, error) {
	return e.askAboutFile(kind, payload, -1)
}

// askAboutFile sends a request, and a file with it unless that is -1, and returns the answer.
func (e *Executor) askAboutFile(kind uint32, payload []byte, file int) ([]byte, error) {
	if e.local != nil {
		return e.local.answer(kind, payload, file)
	}
	if err := e.sendFile(kind, payload, file); err != nil {
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
	answer, err := e.ask(C.ORCAST_LOAD, []byte(forLoader(path)))
	if err != nil {
		return err
	}
	if len(answer) > 0 {
		return fmt.Errorf("cannot load the library: %s", quote.Text(string(answer)))
	}
	return nil
}

// forLoader is a library's path as dlopen finds it, which looks for bare names on its own path only.
func forLoader(path string) string {
	if _, err := os.Stat(path); err == nil && !strings.Contains(path, "/") {
		return "./" + path
	}
	return path
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
	words := wordsOf(answer)
	if len(words) != 3*len(names) {
		return nil, errExecutorGone
	}
	found := make([]Found, len(names))
	for i := range found {
		found[i] = Found{words[3*i], words[3*i+1], words[3*i+2]}
	}
	return found, nil
}

// wordsOf takes an answer apart that consists of words.
func wordsOf(answer []byte) []uint64 {
	words := make([]uint64, len(answer)/8)
	for i := range words {
		words[i] = binary.LittleEndian.Uint64(answer[8*i:])
	}
	return words
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
	Name        string
	Address     uint64 // in the image, of a thread-local variable
	ThreadLocal bool
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
func (e *Executor) Run(s Start) error {
	if Waiting() {
		C.orcast_let_go()
		e.running = true
	}
	err := e.send(C.ORCAST_RUN, s.encode())
	for _, file := range e.libraries {
		file.Close()
	}
	e.socket.Close()
	return err
}

func (s Start) encode() []byte {
	words := []uint64{s.Entry, uint64(len(s.Constructors))}
	words = append(words, s.Constructors...)
	words = append(words, uint64(len(s.Destructors)))
	words = append(words, s.Destructors...)
	words = append(words, uint64(len(s.IFuncs)))
	for _, f := range s.IFuncs {
		words = append(words, uint64(f.Func), f.Resolver)
	}
	return bytesOf(words)
}

// Orphaned says whether a process that the program forked may still need the compiler. It is meant for after Wait.
func (e *Executor) Orphaned() bool {
	return unix.Flock(e.region.fd, unix.LOCK_EX|unix.LOCK_NB) == unix.EWOULDBLOCK
}

// Kill ends a child at once. The caller still has to Wait.
func (e *Executor) Kill() { syscall.Kill(e.pid, syscall.SIGKILL) }

// End is how a program ended.
type End struct {
	Status  syscall.WaitStatus
	Unknown bool  // Status is not known
	Peak    int64 // of resident memory, in bytes; 0 if that is not known
}

// Wait waits for the program's end.
func (e *Executor) Wait() (End, error) {
	if e.running {
		return e.awaitEnd(), nil
	}
	for {
		var end End
		var usage syscall.Rusage
		_, err := syscall.Wait4(e.pid, &end.Status, 0, &usage)
		if err == syscall.EINTR {
			continue
		}
		end.Peak = usage.Maxrss << 10
		return end, err
	}
}
