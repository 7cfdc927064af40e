package stub

/*
#include "executor.h"
*/
import "C"

import (
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// waiting is the process that waits for this one, as an executor; nil if there is none or nobody has asked for it.
var waiting struct {
	sync.Mutex
	executor *Executor
}

// Waiting says whether this process was made from one that waits to become a program (start.c), or has. The executor is
// then that one. What this process writes to standard error is passed on by it.
func Waiting() bool { return C.orcast_waiting.socket >= 0 }

// theWaiting is the executor of the process that waits; nil if there is none.
func theWaiting() *Executor {
	waiting.Lock()
	defer waiting.Unlock()
	if waiting.executor == nil && Waiting() {
		waiting.executor = &Executor{socket: os.NewFile(uintptr(C.orcast_waiting.socket), "executor")}
	}
	return waiting.executor
}

// Leave has the process that waits, if there is one, end with this status: without having been a program, or when the
// program ends. It waits until no process of the program is left. If that process has ended before it was a program, by
// a library that it loaded, this one says itself what it has to say; if it was killed, nothing, as natively.
func Leave(status int) {
	switch e := theWaiting(); {
	case e == nil:
	case e.running:
		e.Release(status)
	default:
		err := e.send(C.ORCAST_EXIT, binary.LittleEndian.AppendUint64(nil, uint64(status)))
		if err != nil && !killed(int(C.orcast_waiting.pid_fd)) {
			unix.Write(int(C.orcast_waiting.error), said())
		}
	}
}

// killed says whether a process that is about to end has been killed by a signal which no fault of its own raises. It
// is false if that is not known.
func killed(pidfd int) bool {
	if pidfd < 0 {
		return false
	}
	awaitProcess(pidfd, -1)
	end := endOf(pidfd)
	faults := []syscall.Signal{syscall.SIGABRT, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGSEGV,
		syscall.SIGSYS, syscall.SIGTRAP}
	return !end.Unknown && end.Status.Signaled() && !slices.Contains(faults, end.Status.Signal())
}

// said is what this process has written to standard error that nobody has passed on yet.
func said() []byte {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/self/fd/%d", int(C.orcast_waiting.said)))
	return text
}

// Stderr is a duplicate of the standard error that the command was given, for what has to be said even if the program's
// process is killed. Until it is closed, whoever reads the other end of a pipe waits for this process too. The error is
// that there is none.
func Stderr() (*os.File, error) {
	fd := int(C.orcast_waiting.error)
	if !Waiting() {
		fd = int(os.Stderr.Fd())
	}
	fd, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	return os.NewFile(uintptr(fd), "stderr"), err
}

// awaitEnd waits until the program leaves, dies, or has put another one into its process.
func (e *Executor) awaitEnd() End {
	ends := make(chan End, 3)
	go func() {
		status, peak := e.region.awaitFarewell()
		ends <- End{Status: syscall.WaitStatus(status << 8), Peak: peak}
	}()
	pidfd := int(C.orcast_waiting.pid_fd)
	go func() {
		e.region.awaitUnshared()
		const dying = 500 // ms; if it has not ended by then, it runs something else
		awaitProcess(pidfd, dying)
		ends <- endOf(pidfd)
	}()
	if pidfd >= 0 {
		go func() {
			awaitProcess(pidfd, -1)
			ends <- endOf(pidfd)
		}()
	}
	return <-ends
}

// awaitProcess waits for a process to end, or for so many milliseconds unless that is -1.
func awaitProcess(pidfd, limit int) {
	poll := []unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}
	for {
		if _, err := unix.Poll(poll, limit); err != unix.EINTR {
			return
		}
	}
}

// Release lets a program end that leaves, with this status, after it has passed on what this process has said on
// standard error since Run. It waits until no process of the program is left. It is for the process that waits only,
// see Waiting.
func (e *Executor) Release(status int) {
	e.region.release(status, string(said()))
	e.region.awaitUnshared()
}

// endOf is how a process has ended that is no child of this one. Its parent may have been told already or not: then the
// kernel tells by the pidfd, since Linux 6.15, or in /proc.
func endOf(pidfd int) End {
	// struct pidfd_info of linux/pidfd.h
	var info struct {
		mask, cgroup                                                      uint64
		pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid uint32
		exit                                                              uint32
	}
	const exited = 1 << 3               // PIDFD_INFO_EXIT
	const getInfo = 0xc000ff0b | 64<<16 // _IOWR(PIDFS_IOCTL_MAGIC, 11, struct pidfd_info), the first version of it
	if status, ok := zombieStatus(pidfd); ok {
		return End{Status: status}
	}
	info.mask = exited
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(pidfd), getInfo, uintptr(unsafe.Pointer(&info)))
	return End{Status: syscall.WaitStatus(info.exit), Unknown: errno != 0 || info.mask&exited == 0}
}

// zombieStatus is the status of a process whose parent has not been told of its end.
func zombieStatus(pidfd int) (syscall.WaitStatus, bool) {
	fdinfo, _ := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", pidfd))
	_, pid, _ := strings.Cut(string(fdinfo), "\nPid:\t")
	pid, _, _ = strings.Cut(pid, "\n")
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, false
	}
	// The name in parentheses may contain anything; fields from the state on, which is number 3, see proc_pid_stat(5).
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 50 || fields[0] != "Z" {
		return 0, false
	}
	status, err := strconv.ParseUint(fields[49], 10, 32)
	return syscall.WaitStatus(status), err == nil
}

// awaitFarewell waits until the program says that it leaves.
func (r *Region) awaitFarewell() (status uint32, peak int64) {
	h := r.header
	farewell := (*uint32)(unsafe.Pointer(&h.farewell))
	for atomic.LoadUint32(farewell) == C.ORCAST_STAYS {
		futexWait(farewell, C.ORCAST_STAYS, 0, anyone)
	}
	return uint32(h.status) & 0xff, int64(h.peak)
}

func (r *Region) release(status int, words string) {
	h := r.header
	h.status = C.uint32_t(status)
	if words != "" {
		h.last_words = C.uint64_t(r.text(words))
	}
	farewell := (*uint32)(unsafe.Pointer(&h.farewell))
	atomic.StoreUint32(farewell, C.ORCAST_RELEASED)
	futexWake(farewell)
}

// awaitUnshared waits until no other process has the region mapped.
func (r *Region) awaitUnshared() {
	for unix.Flock(r.fd, unix.LOCK_EX) == unix.EINTR {
	}
}
