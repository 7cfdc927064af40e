package solib

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
)

// library is an installed shared library.
type library struct{ name, path string }

// installed lists the libraries that the dynamic linker finds by name: those in its cache, or in the standard folders
// of a system without one.
func installed() []library {
	data, err := os.ReadFile("/etc/ld.so.cache")
	if err == nil {
		if list := parseCache(data); len(list) > 0 {
			return list
		}
	}
	var list []library
	for _, dir := range []string{"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib",
		"/usr/lib"} {
		paths, _ := filepath.Glob(dir + "/lib*.so.*")
		for _, path := range paths {
			list = append(list, library{filepath.Base(path), path})
		}
	}
	return list
}

// The format of /etc/ld.so.cache since glibc 2.2, as its sysdeps/generic/dl-cache.h describes it: a header, entries,
// and strings, at offsets from the header's beginning. An older format may stand before it.
const (
	cacheMagic = "glibc-ld.so.cache1.1"
	headerSize = 48
	entrySize  = 24
	isX86_64   = 0x0303 // flags of an entry: for x86-64 and this C library
)

// parseCache lists the entries for this machine; none if the cache is not of that format.
func parseCache(data []byte) (list []library) {
	at := bytes.Index(data, []byte(cacheMagic))
	if at < 0 || len(data)-at < headerSize {
		return nil
	}
	data = data[at:]
	text := func(offset uint32) string {
		if uint64(offset) >= uint64(len(data)) {
			return ""
		}
		s, _, _ := bytes.Cut(data[offset:], []byte{0})
		return string(s)
	}
	count := binary.LittleEndian.Uint32(data[len(cacheMagic):])
	for entries := data[headerSize:]; count > 0 && len(entries) >= entrySize; count-- {
		flags, hwcap := binary.LittleEndian.Uint32(entries), binary.LittleEndian.Uint64(entries[16:])
		name, path := text(binary.LittleEndian.Uint32(entries[4:])), text(binary.LittleEndian.Uint32(entries[8:]))
		// Of a library for several generations of processors the plain one tells as much. Names without a version
		// are for linking: the files behind them may be scripts.
		if flags == isX86_64 && hwcap == 0 && strings.Contains(name, ".so.") {
			list = append(list, library{name, path})
		}
		entries = entries[entrySize:]
	}
	return list
}
