// Package cache keeps blobs under keys that are made of all that they depend on: in a folder that many processes use at
// once, and on a server that many machines use.
//
// Rule: this package knows nothing of programs or compilers; what a blob is, its owner knows. Nothing here is needed
// for a right result: whatever cannot be read is a miss, and whatever cannot be written will be missed.
//
// Blobs come back exactly as they were put, or not at all. That guards against damage and against mistakes, not against
// whoever may write the folder or the server.
package cache

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Key names a blob: a SHA-256 of all that it depends on, the version of its own format included.
type Key [32]byte

// String is the key in lower-case hexadecimal.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// parseKey is the reverse of Key.String.
func parseKey(s string) (k Key, ok bool) {
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(k) {
		return k, false
	}
	copy(k[:], raw)
	return k, k.String() == s
}

// Kind says what a blob is for.
type Kind uint32

// The values stand in files.
const (
	Image   Kind = 1 // compiled code
	Profile Kind = 2 // what runs did
	Latest  Kind = 3 // the key of an image, under a key that does not depend on what is compiled
)

var kindNames = map[Kind]string{Image: "image", Profile: "profile", Latest: "latest"}

// String is the kind's name, as it also stands on servers.
func (k Kind) String() string {
	if name, ok := kindNames[k]; ok {
		return name
	}
	return fmt.Sprintf("kind %d", uint32(k))
}

// maxBlob bounds a blob in bytes, so that no file and no server can ask for more memory than that.
const maxBlob = 256 << 20

// ErrMiss says that there is no blob of that key.
var ErrMiss = errors.New("not in the cache")

// DamagedError says that a file was no entry, or not the one it should have been. It is gone, unless Left says
// otherwise; what it held is to be taken for a miss.
type DamagedError struct {
	File string // its path
	Why  string // what is wrong with it
	Left error  // why it could not be removed, or nil
}

func (e *DamagedError) Error() string {
	if e.Left != nil {
		return fmt.Sprintf("the cache entry %s is damaged: %s; remove it, for that failed: %v", e.File, e.Why, e.Left)
	}
	return fmt.Sprintf("the cache entry %s was damaged and is removed: %s", e.File, e.Why)
}

// DefaultDir is the folder for the cache of this user: orcast in $XDG_CACHE_HOME, or else in ~/.cache. It need not
// exist.
func DefaultDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no place for a cache: %w", err)
	}
	return filepath.Join(dir, "orcast"), nil
}
