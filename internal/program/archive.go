package program

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/orcast/orcast/internal/quote"
)

const (
	archiveMagic     = "!<arch>\n"
	thinArchiveMagic = "!<thin>\n"
	archiveHeader    = 60 // bytes before each member
)

// member is a file inside an archive.
type member struct {
	name string
	data []byte
}

// readArchive lists the members of an archive, without its symbol and name tables. The formats are those of
// System V with the extensions of GNU (names in a "//" member, thin archives) and BSD ("#1/" names), as
// ar(5) of binutils and of FreeBSD describe them.
func readArchive(path string, data []byte) (members []member, err error) {
	r := archive{path: path, data: data, end: len(archiveMagic), thin: bytes.HasPrefix(data, []byte(thinArchiveMagic))}
	for r.end < len(data) {
		field, body, err := r.next()
		if err != nil {
			return nil, err
		}
		if field == nameTable {
			r.longNames = body
		}
		if isTable(field) {
			continue
		}
		name, body, err := r.name(field, body)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(name, "__.SYMDEF") {
			continue
		}
		if r.thin {
			if !filepath.IsAbs(name) {
				name = filepath.Join(filepath.Dir(path), name)
			}
			if body, err = readMember(name); err != nil {
				return nil, fmt.Errorf("%s: the thin archive names %w", quote.Name(path), err)
			}
		}
		members = append(members, member{quote.Name(name), body})
	}
	return members, nil
}

// archive is one that is read.
type archive struct {
	path       string
	data       []byte
	start, end int  // of the present member
	thin       bool // members are files of their own
	longNames  []byte
}

const nameTable = "//"

// isTable says that a member, by what stands in the field for its name, is a table of the archive's and no file.
func isTable(field string) bool { return field == "/" || field == nameTable || field == "/SYM64/" }

func (r *archive) damaged(what string) error {
	return fmt.Errorf("%s: the archive is damaged at offset %d: %s; build it again", quote.Name(r.path), r.start, what)
}

// next goes to the next member and returns what stands in the field for its name, and its contents: none in a thin
// archive.
func (r *archive) next() (field string, body []byte, err error) {
	r.start = r.end
	if len(r.data)-r.start < archiveHeader {
		return "", nil, r.damaged("a member's header is cut off")
	}
	header, body := r.data[r.start:r.start+archiveHeader], r.data[r.start+archiveHeader:]
	r.end += archiveHeader
	if header[58] != '`' || header[59] != '\n' {
		return "", nil, r.damaged("no member begins here")
	}
	size, err := strconv.ParseInt(strings.TrimRight(string(header[48:58]), " "), 10, 64)
	if err != nil || size < 0 {
		return "", nil, r.damaged("a member's size is not a number")
	}
	field = strings.TrimRight(string(header[:16]), " ")
	if r.thin && !isTable(field) {
		return field, nil, nil
	}
	if size > int64(len(body)) {
		return "", nil, r.damaged(fmt.Sprintf("a member of %d bytes is cut off", size))
	}
	r.end += int(size) + int(size&1)
	return field, body[:size:size], nil
}

// name is that of a member by what stands in the field for it, and the contents without the name if that is in there.
func (r *archive) name(field string, body []byte) (string, []byte, error) {
	if length, ok := strings.CutPrefix(field, "#1/"); ok {
		n, err := strconv.Atoi(length)
		if err != nil || n < 0 || n > len(body) {
			return "", nil, r.damaged("a member's name is cut off")
		}
		return strings.TrimRight(string(body[:n]), "\x00"), body[n:], nil
	}
	if at, ok := strings.CutPrefix(field, "/"); ok {
		n, err := strconv.Atoi(at)
		if err != nil || n < 0 || n >= len(r.longNames) {
			return "", nil, r.damaged("a member's name is not in the table of names")
		}
		name, _, _ := bytes.Cut(r.longNames[n:], []byte("\n"))
		field = string(name)
	}
	return strings.TrimSuffix(field, "/"), body, nil
}

// readMember reads a file that a thin archive names, if it is of a kind that can be linked.
func readMember(path string) ([]byte, error) {
	c, err := openContents(path)
	if err != nil {
		return nil, err
	}
	defer c.close()
	if c.kind != bitcodeFile && c.kind != elfFile {
		return nil, nil
	}
	return c.readAll()
}
