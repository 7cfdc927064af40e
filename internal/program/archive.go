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
func readArchive(path string, data []byte) ([]member, error) {
	thin := bytes.HasPrefix(data, []byte(thinArchiveMagic))
	var members []member
	var longNames []byte
	for at := len(archiveMagic); at < len(data); {
		bad := func(what string) error {
			return fmt.Errorf("%s: the archive is damaged at offset %d: %s; build it again", quote.Name(path), at, what)
		}
		if len(data)-at < archiveHeader {
			return nil, bad("a member's header is cut off")
		}
		header := data[at : at+archiveHeader]
		if header[58] != '`' || header[59] != '\n' {
			return nil, bad("no member begins here")
		}
		size, err := strconv.ParseInt(strings.TrimRight(string(header[48:58]), " "), 10, 64)
		if err != nil || size < 0 {
			return nil, bad("a member's size is not a number")
		}
		name := strings.TrimRight(string(header[:16]), " ")
		table := name == "/" || name == "//" || name == "/SYM64/"
		body := data[at+archiveHeader:]
		if !thin || table {
			if size > int64(len(body)) {
				return nil, bad(fmt.Sprintf("a member of %d bytes is cut off", size))
			}
			body = body[:size:size]
			at += archiveHeader + int(size) + int(size&1)
		} else {
			body = nil
			at += archiveHeader
		}
		switch {
		case name == "//":
			longNames = body
			continue
		case table:
			continue
		case strings.HasPrefix(name, "#1/"):
			n, err := strconv.Atoi(name[3:])
			if err != nil || n < 0 || n > len(body) {
				return nil, bad("a member's name is cut off")
			}
			name, body = strings.TrimRight(string(body[:n]), "\x00"), body[n:]
		case strings.HasPrefix(name, "/"):
			n, err := strconv.Atoi(name[1:])
			if err != nil || n < 0 || n >= len(longNames) {
				return nil, bad("a member's name is not in the table of names")
			}
			end := bytes.IndexByte(longNames[n:], '\n')
			if end < 0 {
				end = len(longNames) - n
			}
			name = strings.TrimSuffix(string(longNames[n:n+end]), "/")
		default:
			name = strings.TrimSuffix(name, "/")
		}
		if strings.HasPrefix(name, "__.SYMDEF") {
			continue
		}
		if thin {
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
