package program

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/quote"
)

// file is one input: a shared library, an archive, or a single file, which is then its only member.
type file struct {
	name    string // as messages show it
	shared  string // what to give to dlopen; "" for others
	archive bool
	members []member
	units   []unit // one for each member; empty once it was pulled in
}

type fileKind uint8

const (
	unknownFile fileKind = iota
	bitcodeFile
	elfFile
	archiveFile
	textFile
)

// kindOf tells kinds of files apart by content.
func kindOf(data []byte) fileKind {
	switch {
	case bitcode.IsBitcode(data):
		return bitcodeFile
	case bytes.HasPrefix(data, []byte(elf.ELFMAG)):
		return elfFile
	case bytes.HasPrefix(data, []byte(archiveMagic)), bytes.HasPrefix(data, []byte(thinArchiveMagic)):
		return archiveFile
	case isText(data):
		return textFile
	}
	return unknownFile
}

// isText says that the first KiB holds no control characters but white space.
func isText(data []byte) bool {
	return !bytes.ContainsFunc(data[:min(len(data), 1024)], func(r rune) bool {
		return r < ' ' && !strings.ContainsRune("\t\n\v\f\r", r) || r == 0x7f
	})
}

// open reads all files, in parallel, and takes them apart as far as to know their kinds. Linker scripts are
// replaced by the files they name.
func (r *Reader) open(inputs, libraries []string) ([]*file, error) {
	if len(inputs) == 0 {
		return nil, errors.New("no input; give bitcode, textual IR, an archive or an object to run")
	}
	opened := make([][]*file, len(inputs)+len(libraries))
	err := parallel(len(opened), func(i int) (err error) {
		if i >= len(inputs) {
			library := libraries[i-len(inputs)]
			opened[i], err = openLibrary(library)
			return ofInput(library, err)
		}
		if data, ok := r.Memory[inputs[i]]; ok {
			opened[i], err = openMemory(inputs[i], data)
		} else {
			opened[i], err = openInput(inputs[i], scriptDepth, r.Lasting)
		}
		return ofInput(inputs[i], err)
	})
	if err != nil {
		return nil, err
	}
	var files []*file
	for _, list := range opened {
		files = append(files, list...)
	}
	return files, nil
}

// scriptDepth is how many linker scripts may lead from one to the next.
const scriptDepth = 8

func openInput(path string, depth int, lasting bool) ([]*file, error) {
	c, err := openContents(path)
	if err != nil {
		return nil, err
	}
	defer c.close()
	c.lasting = lasting
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.kind == elfFile && c.size >= 0 {
		if shared, err := openShared(path, c.name, c.file); shared != nil || err != nil {
			return []*file{shared}, err
		}
	}
	data, err := c.readAll()
	if err != nil {
		return nil, err
	}
	return openData(path, c.name, data, depth)
}

// openData opens what a file or an input in memory holds. The name is that of messages.
func openData(path, name string, data []byte, depth int) (files []*file, err error) {
	f := &file{name: name, members: []member{{name, data}}}
	switch kindOf(data) {
	case bitcodeFile:
	case elfFile:
		if shared, err := openShared(path, name, bytes.NewReader(data)); err != nil {
			return nil, err
		} else if shared != nil {
			return nil, fmt.Errorf("%s: a shared library can only be loaded from a file of its own; give its path",
				name)
		}
	case archiveFile:
		f.archive = true
		f.members, err = readArchive(path, data)
		if err == nil && len(f.members) > 0 && !f.usable() {
			err = fmt.Errorf("%s: no member of the archive is bitcode or a native object", name)
		}
		return []*file{f}, err
	case textFile:
		if at := bytes.IndexByte(data, 0); at >= 0 {
			return nil, fmt.Errorf("%s: it begins as a text, but has a zero byte at offset %d: neither LLVM IR nor "+
				"a linker script", name, at)
		}
		if names, ok := scriptFiles(data); ok {
			return openScript(path, names, depth)
		}
	default:
		return nil, errUnknown(name)
	}
	return []*file{f}, nil
}

// openMemory opens an input in memory, which can neither be loaded as a library nor name files.
func openMemory(name string, data []byte) ([]*file, error) {
	if _, script := scriptFiles(data); script && kindOf(data) == textFile {
		return nil, fmt.Errorf("%s: a linker script in memory has no place to look for files; give the files it names",
			quote.Name(name))
	}
	return openData(name, quote.Name(name), data, 0)
}

// openShared opens an ELF file that is a shared library, of which dlopen will read the rest. It returns nil for
// objects.
func openShared(path, name string, r io.ReaderAt) (*file, error) {
	e, err := openELF(name, r)
	if err != nil || e.Type == elf.ET_REL {
		return nil, err
	}
	if e.Type != elf.ET_DYN || isExecutable(e) {
		return nil, fmt.Errorf("%s: an executable cannot be linked; give the bitcode or the objects it was made from",
			name)
	}
	if !strings.Contains(path, "/") {
		path = "./" + path // else dlopen would search for it elsewhere
	}
	return &file{name: name, shared: path}, nil
}

func (f *file) usable() bool {
	for _, m := range f.members {
		if k := kindOf(m.data); k == bitcodeFile || k == elfFile {
			return true
		}
	}
	return false
}

// systemLibraries is where ld searches; dlopen searches more places by its own configuration.
var systemLibraries = []string{"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib",
	"/usr/lib"}

// openLibrary opens a shared library, or a linker script that names some. A name that is no file here is
// left to dlopen, unless it is that of a script in a directory of the system, which dlopen cannot read.
func openLibrary(name string) ([]*file, error) {
	path := name
	if _, err := os.Stat(name); err != nil && !strings.Contains(name, "/") {
		if path = findScript(name); path == "" {
			return []*file{{name: name, shared: name}}, nil
		}
	}
	files, err := openInput(path, scriptDepth, false)
	if err != nil {
		return nil, err
	}
	if len(files) == 1 && files[0].name == quote.Name(name) && files[0].shared == "" {
		return nil, fmt.Errorf("%s: this is not a shared library; give it as an input instead", files[0].name)
	}
	return files, nil
}

const maxScript = 64 << 10 // bytes; real scripts take a few hundred

// findScript finds the linker script of a name in the directories of the system, or returns "".
func findScript(name string) string {
	for _, dir := range systemLibraries {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		if info.Size() > maxScript {
			return ""
		}
		data, _ := os.ReadFile(path)
		if _, ok := scriptFiles(data); ok {
			return path
		}
		return ""
	}
	return ""
}

// openScript opens the files which a linker script names.
func openScript(path string, names []string, depth int) ([]*file, error) {
	if depth == 0 {
		return nil, fmt.Errorf("%s: linker scripts name each other in a circle; give the libraries themselves",
			quote.Name(path))
	}
	var files []*file
	for _, name := range names {
		found := findScripted(filepath.Dir(path), name)
		if found == "" {
			return nil, fmt.Errorf("%s: the linker script names %s, which is neither beside it nor in %s; install it "+
				"or leave the script out", quote.Name(path), quote.Name(name), strings.Join(systemLibraries, ", "))
		}
		more, err := openInput(found, depth-1, false)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return files, nil
}

// findScripted finds a file which a linker script in dir names: a path, a file beside the script or in a
// directory of the system, or -lNAME for libNAME.so or libNAME.a there. It returns "" if there is none.
func findScripted(dir, name string) string {
	dirs, names := append([]string{dir}, systemLibraries...), []string{name}
	if short, ok := strings.CutPrefix(name, "-l"); ok {
		names = []string{"lib" + short + ".so", "lib" + short + ".a"}
	}
	if filepath.IsAbs(name) {
		dirs = []string{""}
	}
	for _, d := range dirs {
		for _, n := range names {
			path := filepath.Join(d, n)
			if _, err := os.Stat(path); err == nil {
				return path
			}
		}
	}
	return ""
}
