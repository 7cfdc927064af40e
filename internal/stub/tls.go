package stub

/*
#include "executor.h"
*/
import "C"

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// LoadTLS gives every thread of the program a block of thread-local memory of size bytes that begins with a
// copy of image, and returns the TLS module by which __tls_get_addr knows it.
//
// The image becomes a shared library without code, loaded by the C library like any other, so that
// allocation, new threads, destructors of thread_local objects and debuggers work as in a native program.
func (e *Executor) LoadTLS(image []byte, size, align uint64) (uint64, error) {
	fd, err := unix.MemfdCreate("orcast-tls", unix.MFD_CLOEXEC)
	if err != nil {
		return 0, fmt.Errorf("thread-local storage: %w", err)
	}
	file := os.NewFile(uintptr(fd), "orcast-tls")
	defer file.Close()
	if _, err := file.Write(tlsLibrary(image, size, align)); err != nil {
		return 0, fmt.Errorf("thread-local storage: %w", err)
	}
	answer, err := e.ask(C.ORCAST_TLS, fmt.Appendf(nil, "/proc/%d/fd/%d", os.Getpid(), fd))
	if err != nil {
		return 0, err
	}
	if len(answer) != 8 || binary.LittleEndian.Uint64(answer) == 0 {
		return 0, fmt.Errorf("thread-local storage: the C library refused %d bytes aligned to %d", size, align)
	}
	return binary.LittleEndian.Uint64(answer), nil
}

// tlsLibrary is the smallest shared object that glibc loads: one segment with an empty symbol table and
// the image, a dynamic section, and PT_TLS (System V gABI, chapter 5; ELF Handling for Thread-Local Storage).
func tlsLibrary(image []byte, size, align uint64) []byte {
	const headerSize, programHeaderSize, symbolSize = 64, 56, 24
	const dynamicAt = headerSize + 3*programHeaderSize
	dynamic := []elf.Dyn64{{Tag: int64(elf.DT_HASH)}, {Tag: int64(elf.DT_SYMTAB)}, {Tag: int64(elf.DT_STRTAB)},
		{Tag: int64(elf.DT_STRSZ), Val: 1}, {Tag: int64(elf.DT_SYMENT), Val: symbolSize}, {}}
	hashAt := uint64(dynamicAt + 16*len(dynamic))
	hash := []uint32{1, 1, 0, 0} // one bucket, one chain, for the null symbol
	symbolsAt := hashAt + 16
	stringsAt := symbolsAt + symbolSize
	align = max(align, 16)
	imageAt := (stringsAt + 1 + align - 1) &^ (align - 1)
	dynamic[0].Val, dynamic[1].Val, dynamic[2].Val = hashAt, symbolsAt, stringsAt
	end := imageAt + uint64(len(image))

	segment := func(kind elf.ProgType, at, filesz, memsz, align uint64) elf.Prog64 {
		return elf.Prog64{Type: uint32(kind), Flags: uint32(elf.PF_R | elf.PF_W), Off: at, Vaddr: at, Paddr: at,
			Filesz: filesz, Memsz: memsz, Align: align}
	}
	header := elf.Header64{Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: 1, Phoff: headerSize,
		Ehsize: headerSize, Phentsize: programHeaderSize, Phnum: 3, Shentsize: 64}
	copy(header.Ident[:], "\x7fELF\x02\x01\x01")
	programs := []elf.Prog64{
		segment(elf.PT_LOAD, 0, end, end, max(pageSize, align)),
		segment(elf.PT_DYNAMIC, dynamicAt, uint64(16*len(dynamic)), uint64(16*len(dynamic)), 8),
		segment(elf.PT_TLS, imageAt, uint64(len(image)), size, align),
	}
	var out bytes.Buffer
	for _, part := range []any{header, programs, dynamic, hash, make([]byte, imageAt-symbolsAt), image} {
		binary.Write(&out, binary.LittleEndian, part)
	}
	return out.Bytes()
}
