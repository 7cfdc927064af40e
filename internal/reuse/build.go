package reuse

import (
	"crypto/sha256"
	"debug/elf"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/orcast/orcast/internal/llvm"
)

// buildIdentity tells this build of orcast, and of the LLVM that is linked into it, from all others: compiled code
// depends on every part of both. It is zero if this process cannot read its executable.
//
// The Go command ends an executable's build ID with a hash of its contents, static libraries included. Where it does
// not (go run and go test save the time) the first and last part of the ID are the same and the whole file is hashed,
// which takes some 40 ms.
var buildIdentity = sync.OnceValue(func() (identity [32]byte) {
	exe, err := os.Open("/proc/self/exe")
	if err != nil {
		return identity
	}
	defer exe.Close()
	h := sha256.New()
	io.WriteString(h, llvm.Version()+"\n")
	if id := goBuildID(exe); id != "" {
		io.WriteString(h, id)
	} else if _, err := io.Copy(h, exe); err != nil {
		return identity
	}
	return [32]byte(h.Sum(nil))
})

// goBuildID is the build ID in an executable, "" if there is none that says what the executable contains.
func goBuildID(exe *os.File) string {
	file, err := elf.NewFile(exe)
	if err != nil {
		return ""
	}
	section := file.Section(".note.go.buildid")
	if section == nil {
		return ""
	}
	note, err := section.Data()
	const head = 16 // three words and the name "Go"
	if err != nil || len(note) < head {
		return ""
	}
	id := strings.TrimRight(string(note[head:]), "\x00")
	parts := strings.Split(id, "/")
	if len(parts) < 2 || parts[0] == parts[len(parts)-1] {
		return ""
	}
	return id
}
