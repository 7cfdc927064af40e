package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/orcast/orcast"
	"github.com/orcast/orcast/internal/quote"
	"github.com/orcast/orcast/internal/stub/command"
)

// resultFile is where the stats or the trace of a run go: nowhere, to standard error, or to a file. A regular file is
// replaced in one step, so that nobody reads half of it; pipes, devices and open descriptors are written to.
type resultFile struct {
	what   string // is written, for messages
	name   string
	direct io.Writer // nil if there is a path or nothing to write
	path   string    // of the regular file, "" if there is none
}

// newResultFile finds out whether that can be written, before the program runs.
func newResultFile(what, name string, stderr io.Writer) (*resultFile, error) {
	s := &resultFile{what: what, name: name}
	switch name {
	case "":
	case "-":
		s.direct = stderr
		if stderr == io.Writer(os.Stderr) {
			file, err := command.Stderr()
			if err != nil {
				return nil, s.wrap(err)
			}
			s.direct = file
		}
	default:
		if err := s.open(); err != nil {
			return nil, s.wrap(err)
		}
	}
	return s, nil
}

func (s *resultFile) wrap(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("the %s cannot be written to %s: %w", s.what, quote.Name(s.name), err)
}

func (s *resultFile) open() (err error) {
	if s.path, err = filepath.Abs(s.name); err != nil {
		return err
	}
	if info, err := os.Stat(s.name); err == nil {
		file, err := os.OpenFile(s.name, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() || isDescriptor(s.name) {
			s.direct, s.path = file, ""
			return nil
		}
		file.Close()
		if s.path, err = filepath.EvalSymlinks(s.path); err != nil {
			return err
		}
	}
	if err := os.WriteFile(s.next(), nil, 0o666); err != nil {
		return err
	}
	return os.Remove(s.next())
}

// isDescriptor tells whether a path stands for a file that this process has open, which others may write to as well.
func isDescriptor(path string) bool {
	for _, prefix := range []string{"/dev/std", "/dev/fd/", "/proc/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// next is the file that takes path's place once it is written.
func (s *resultFile) next() string { return fmt.Sprintf("%s.%d", s.path, os.Getpid()) }

func (s *resultFile) writeStats(stats orcast.Stats) error {
	if s.name == "" {
		return nil // encoding them is 21 of the 600 page faults of a run of hello
	}
	text, err := json.MarshalIndent(stats, "", "  ")
	if err != nil {
		return s.wrap(err)
	}
	return s.write(append(text, '\n'))
}

func (s *resultFile) write(text []byte) (err error) {
	switch {
	case s.name == "":
		return nil
	case s.direct != nil:
		_, err = s.direct.Write(text)
		if file, ok := s.direct.(io.Closer); ok {
			file.Close() // what the program has forked may live on, and so does this process
		}
	default:
		if err = os.WriteFile(s.next(), text, 0o666); err == nil {
			err = os.Rename(s.next(), s.path)
		}
	}
	if err != nil {
		if s.path != "" {
			os.Remove(s.next())
		}
		return s.wrap(err)
	}
	return nil
}
