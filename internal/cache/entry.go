package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"syscall"
)

// An entry is a file of its own, named by its key. Two constraints made its format:
//
//   - Code from an entry is executed, so one flipped bit must never pass, wherever it is. Hence a checksum over every
//     other byte of the file, and a strong one: keys and sizes do not depend on it, so nothing is saved by a weak one
//     but time, and SHA-256 with the processor's instructions for it takes 0.7 ms a megabyte or less.
//   - A process may be killed at any moment, and several write at once. Hence whole files that appear by rename and
//     never change. They are not synced to the disk: what a power failure leaves is caught by the checksum.
//
// Discarded: one file with an index (ninja's way for its logs), which needs locks, compaction, and recovery after a
// crash; an SQL or key-value store, for the same, and for a dependency; a folder for each first byte of the key as in
// git and Go's build cache, since a cache of 1 GiB has between fifty and ten thousand entries, which is nothing to a
// file system of today; compression, which costs a warm start more time than it saves.
//
// Sizes: the image of a module's code has 0.1 to 20 MB, a profile a few kB, a latest 32 bytes.
//
//	offset  bytes
//	     0      8  magic: 0x89 "orcast" 0x0a. The first byte is no text; a transfer as text would change it or
//	               the last
//	     8      4  version of this format
//	    12      4  kind: 1 image, 2 profile, 3 latest
//	    16     32  key
//	    48      8  length of the payload
//	    56     32  SHA-256 of bytes 0 to 55 and the payload
//	    88         payload, to the end of the file
//
// Numbers are little-endian.
const (
	magic         = "\x89orcast\n"
	formatVersion = 1

	versionAt  = 8
	kindAt     = 12
	keyAt      = 16
	lengthAt   = 48
	checksumAt = 56
	headerSize = 88
)

// newHeader is what stands before a blob.
func newHeader(kind Kind, key Key, blob []byte) []byte {
	h := make([]byte, headerSize)
	copy(h, magic)
	binary.LittleEndian.PutUint32(h[versionAt:], formatVersion)
	binary.LittleEndian.PutUint32(h[kindAt:], uint32(kind))
	copy(h[keyAt:], key[:])
	binary.LittleEndian.PutUint64(h[lengthAt:], uint64(len(blob)))
	sum := sha256.New()
	sum.Write(h[:checksumAt])
	sum.Write(blob)
	sum.Sum(h[:checksumAt])
	return h
}

// damage is why a file is not the entry that it should be.
type damage string

func (d damage) Error() string { return string(d) }

// readEntry reads and checks an open file: whose it is, and all that is in it. The error is a damage, or that of a
// system call, which says nothing about the entry.
func readEntry(f *os.File, key Key) (Kind, []byte, error) {
	size, err := ownedSize(f)
	if err != nil {
		return 0, nil, err
	}
	header, err := readHeader(f, size)
	if err != nil {
		return 0, nil, err
	}
	if !bytes.Equal(header[keyAt:lengthAt], key[:]) {
		return 0, nil, damage(fmt.Sprintf("it has the key %x", header[keyAt:lengthAt]))
	}
	blob, err := readPayload(f, header, size-headerSize)
	if err != nil {
		return 0, nil, err
	}
	kind := kindIn(header)
	if _, known := kindNames[kind]; !known {
		return 0, nil, damage(fmt.Sprintf("it is of the unknown %v", kind))
	}
	return kind, blob, nil
}

// ownedSize is the size of a file that nobody else can have written.
func ownedSize(f *os.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, damage("it is no regular file")
	}
	if why := writableByOthers(info); why != "" {
		return 0, damage("it " + why)
	}
	return info.Size(), nil
}

// writableByOthers says, in words that follow the file's name, why others than this user may have written a file or
// folder; "" if none may.
func writableByOthers(info os.FileInfo) string {
	if owner := info.Sys().(*syscall.Stat_t).Uid; int(owner) != os.Geteuid() {
		return fmt.Sprintf("belongs to user %d, and this is user %d", owner, os.Geteuid())
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Sprintf("can be written by others, its mode is %#o", info.Mode().Perm())
	}
	return ""
}

// readHeader reads the header of a file of that size and checks magic, version and length.
func readHeader(r io.Reader, size int64) ([]byte, error) {
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(r, header); err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, damage(fmt.Sprintf("it ends within its header, after %d bytes", size))
	} else if err != nil {
		return nil, err
	}
	if string(header[:len(magic)]) != magic {
		return nil, damage("it does not begin as an entry does")
	}
	if v := binary.LittleEndian.Uint32(header[versionAt:]); v != formatVersion {
		return nil, damage(fmt.Sprintf("it is of version %d of the format, and this is version %d", v, formatVersion))
	}
	if n := binary.LittleEndian.Uint64(header[lengthAt:]); n != uint64(size-headerSize) || n > maxBlob {
		return nil, damage(fmt.Sprintf("it has %d bytes after its header, which says %d", size-headerSize, n))
	}
	return header, nil
}

func kindIn(header []byte) Kind { return Kind(binary.LittleEndian.Uint32(header[kindAt:])) }

// step is how many bytes are added up at once: few enough to stay in the processor's cache.
const step = 256 << 10

// readPayload reads what follows the header, and checks both.
func readPayload(r io.Reader, header []byte, length int64) ([]byte, error) {
	blob := make([]byte, length)
	sum := sha256.New()
	sum.Write(header[:checksumAt])
	for rest := blob; len(rest) > 0; {
		part := rest[:min(step, len(rest))]
		if _, err := io.ReadFull(r, part); err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil, damage("it became shorter while it was read")
		} else if err != nil {
			return nil, err
		}
		sum.Write(part)
		rest = rest[len(part):]
	}
	if !bytes.Equal(sum.Sum(nil), header[checksumAt:]) {
		return nil, damage("its checksum is wrong")
	}
	return blob, nil
}
