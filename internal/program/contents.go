package program

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"

	"golang.org/x/sys/unix"

	"github.com/orcast/orcast/internal/quote"
)

// What is read of one input at most: several times what a run has room for, and less than makes a machine swap. What
// comes through a pipe or a device has no size to look at before, and nobody means to send so much.
const (
	maxFile   = 1 << 30
	maxStream = 256 << 20
)

// headSize is how many bytes tell a file's kind.
const headSize = 1024

// contents is an opened input, of which no more is read than is asked for.
type contents struct {
	name  string // as messages show it
	file  *os.File
	size  int64 // of a regular file; -1 of pipes and devices, which can be read only once
	limit int64 // maxFile or maxStream
	head  []byte
	kind  fileKind
	// lasting says that what is read is needed until the process ends.
	lasting bool
}

// openContents opens a file and finds out its kind.
func openContents(path string) (*contents, error) {
	c := &contents{name: quote.Name(path), size: -1, limit: maxStream}
	var err error
	if c.file, err = os.Open(path); errors.Is(err, fs.ErrNotExist) {
		return nil, noFile{c.name}
	} else if err != nil {
		return nil, c.unreadable(err)
	}
	if err := c.begin(); err != nil {
		c.file.Close()
		return nil, err
	}
	return c, nil
}

// begin reads the head.
func (c *contents) begin() error {
	info, err := c.file.Stat()
	switch {
	case err != nil:
		return c.unreadable(err)
	case info.IsDir():
		return fmt.Errorf("%s: this is a directory; name the files in it", c.name)
	case info.Mode().IsRegular() && info.Size() > 0: // files of /proc have no size
		c.size, c.limit = info.Size(), maxFile
	}
	c.head = make([]byte, headSize)
	n, err := io.ReadFull(c.file, c.head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return c.unreadable(err)
	}
	c.head = c.head[:n]
	c.kind = kindOf(c.head)
	return nil
}

// check says why the file cannot be an input, whatever else it holds.
func (c *contents) check() error {
	if len(c.head) == 0 {
		return fmt.Errorf("%s: the file is empty; build it again", c.name)
	}
	if c.kind == unknownFile {
		return errUnknown(c.name)
	}
	return nil
}

func (c *contents) unreadable(err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	return fmt.Errorf("%s: cannot be read: %w", c.name, err)
}

// readAll reads all of it.
func (c *contents) readAll() ([]byte, error) {
	if c.size > c.limit {
		return nil, c.tooLarge()
	}
	if c.size >= 0 {
		data, err := c.readFile()
		if err != nil {
			return nil, c.unreadable(err)
		}
		return data, nil
	}
	data, err := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(c.head), c.file), c.limit+1))
	switch {
	case err != nil:
		return nil, c.unreadable(err)
	case int64(len(data)) > c.limit:
		return nil, c.tooLarge()
	}
	return data, nil
}

func (c *contents) tooLarge() error {
	return fmt.Errorf("%s: the input is larger than the %d MiB that are read of one; split it, or leave out debug "+
		"information", c.name, c.limit>>20)
}

// readFile reads a regular file but for its holes, which take no memory then.
func (c *contents) readFile() ([]byte, error) {
	if c.lasting {
		if data, ok := c.readLasting(); ok {
			return data, nil
		}
	}
	data := make([]byte, c.size) // which is fresh from the system if it is large, and zero
	for at := int64(0); at < c.size; {
		start, end := c.extent(at)
		n, err := c.file.ReadAt(data[start:end], start)
		if err == io.EOF { // it has become shorter
			return data[:start+int64(n)], nil
		} else if err != nil {
			return nil, err
		}
		at = end
	}
	info, err := c.file.Stat()
	if err != nil {
		return nil, err
	}
	return data[:min(c.size, info.Size())], nil // shorter, by what looks like a hole
}

// readLasting reads into memory that stays until the process ends and cannot be written. That memory is a file of its
// own, which the kernel fills and maps many pages at a time; the first use of each page of the heap costs an exception,
// which in a virtual machine takes longer than the rest of reading. The input itself is not mapped: somebody may write
// to it while the program runs.
func (c *contents) readLasting() (data []byte, ok bool) {
	// Holes would take memory as soon as somebody looks at them.
	if start, end := c.extent(0); start > 0 || end < c.size {
		return nil, false
	}
	fd, err := unix.MemfdCreate("orcast-input", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, false
	}
	memory := os.NewFile(uintptr(fd), "memory")
	defer memory.Close()
	size, err := io.Copy(memory, io.NewSectionReader(c.file, 0, c.size))
	if err != nil || size == 0 {
		return nil, false
	}
	data, err = unix.Mmap(fd, 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	return data, err == nil
}

// extent is the next part of the file from a place on that has data, or the rest where the file system cannot tell.
func (c *contents) extent(at int64) (start, end int64) {
	fd := int(c.file.Fd())
	start, err := unix.Seek(fd, at, unix.SEEK_DATA)
	if err == unix.ENXIO {
		return c.size, c.size
	} else if err != nil {
		return at, c.size
	}
	if end, err = unix.Seek(fd, start, unix.SEEK_HOLE); err != nil {
		end = math.MaxInt64
	}
	return min(start, c.size), min(end, c.size)
}

func (c *contents) close() { c.file.Close() }

func errUnknown(name string) error {
	return fmt.Errorf("%s: neither LLVM IR nor an archive, object or shared library; compile sources with clang-%d "+
		"-c -emit-llvm", name, newestLLVM)
}
