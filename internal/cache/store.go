package cache

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// Store is a folder with a server behind it. Its methods may be called by any goroutine. What is no good there is
// warned of and otherwise as if it were not there.
type Store struct {
	Disk   *Disk
	remote *Remote // nil: none
	upload bool
	warn   func(string)
	unkept atomic.Bool // an entry could not be kept, which was told
}

// NewStore puts a folder before the server at a URL, which is none if that is "". What is shared goes to the server if
// upload says so. Warn is called with one line by any goroutine.
func NewStore(disk *Disk, url string, upload bool, warn func(string)) (*Store, error) {
	s := &Store{Disk: disk, upload: upload, warn: warn}
	if url == "" {
		return s, nil
	}
	var err error
	s.remote, err = NewRemote(url, upload, warn)
	return s, err
}

// Warn tells of something in the store that is no good.
func (s *Store) Warn(text string) { s.warn(text) }

// Get reads an entry of the folder. What is damaged there is as good as not there, and told.
func (s *Store) Get(kind Kind, key Key) ([]byte, error) {
	blob, err := s.Disk.Get(kind, key)
	if err != nil && !errors.Is(err, ErrMiss) {
		s.warn(err.Error())
	}
	return blob, err
}

// Put keeps an entry in the folder. The first failure is told, and no other: the reason is mostly the same.
func (s *Store) Put(kind Kind, key Key, blob []byte) {
	if err := s.Disk.Put(kind, key, blob); err != nil {
		if !s.unkept.Swap(true) {
			s.warn("what runs compile and learn is not kept: " + err.Error())
		}
	}
}

// Fetch asks the server for an entry, if there is one, and keeps it in the folder. What comes of it, nil for nothing,
// comes over the channel.
func (s *Store) Fetch(ctx context.Context, kind Kind, key Key) <-chan []byte {
	answer := make(chan []byte, 1)
	if s.remote == nil {
		answer <- nil
		return answer
	}
	go func() {
		blob, err := s.remote.Get(ctx, kind, key)
		if err != nil {
			blob = nil // the server's failures have been told
		}
		answer <- blob
		if blob != nil {
			s.Put(kind, key, blob)
		}
	}()
	return answer
}

// Grace is how long a run waits for the server before it goes on without its answer: long enough for a good one nearby.
const Grace = 50 * time.Millisecond

// FetchInTime is Fetch for whoever needs the answer now or not at all.
func (s *Store) FetchInTime(kind Kind, key Key) []byte {
	ctx, cancel := context.WithTimeout(context.Background(), Grace)
	defer cancel()
	return <-s.Fetch(ctx, kind, key)
}

// Uploads says that the server is to have what runs make.
func (s *Store) Uploads() bool { return s.remote != nil && s.upload }

// uploading is how long the end of a run waits for the server to take what is new.
const uploading = 5 * time.Second

// Share gives an entry to the server, if it is to have what runs make.
func (s *Store) Share(kind Kind, key Key, blob []byte) {
	if s.Uploads() {
		ctx, cancel := context.WithTimeout(context.Background(), uploading)
		defer cancel()
		s.remote.Put(ctx, kind, key, blob) // its failures are told
	}
}
