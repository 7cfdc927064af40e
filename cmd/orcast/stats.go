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
)

// statsFile is where the stats of a run go: nowhere, to standard error, or to a file. A regular file is replaced in
// one step, so that nobody reads half of it; pipes, devices and open descriptors are written to.
type statsFile struct {
	name   string
	direct io.Writer // nil if there is a path or nothing to write
	path   string    // of the regular file, "" if there is none
}

// newStatsFile finds out whether the stats can be written, before the program runs.
func newStatsFile(name string, stderr io.Writer) (*statsFile, error) {
	s := &statsFile{name: name}
	switch name {
	case "":
	case "-":
		s.direct = stderr
	default:
		if err := s.open(); err != nil {
			return nil, s.wrap(err)
		}
	}
	return s, nil
}

func (s *statsFile) wrap(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("the stats cannot be written to %s: %w", s.name, err)
}

func (s *statsFile) open() error {
	s.path = s.name
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
		if s.path, err = filepath.EvalSymlinks(s.name); err != nil {
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
func (s *statsFile) next() string { return fmt.Sprintf("%s.%d", s.path, os.Getpid()) }

func (s *statsFile) write(stats orcast.Stats) error {
	if s.name == "" {
		return nil
	}
	text, err := json.MarshalIndent(stats, "", "  ")
	if err != nil {
		return s.wrap(err)
	}
	text = append(text, '\n')
	if s.direct != nil {
		_, err = s.direct.Write(text)
	} else if err = os.WriteFile(s.next(), text, 0o666); err == nil {
		err = os.Rename(s.next(), s.path)
	}
	if err != nil {
		if s.path != "" {
			os.Remove(s.next())
		}
		return s.wrap(err)
	}
	return nil
}
