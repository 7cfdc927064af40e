package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ReadResults reads a file of results. A last line that an interruption cut off is left out.
func ReadResults(file string) (*Results, error) {
	results, _, err := readResults(file)
	return results, err
}

// readResults also gives the size of the file without a line that was cut off.
func readResults(file string) (*Results, int64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, 0, err
	}
	text = text[:bytes.LastIndexByte(text, '\n')+1]
	var results Results
	number := 0
	for line := range bytes.Lines(text) {
		number++
		var l Line
		if err := json.Unmarshal(line, &l); err != nil {
			return nil, 0, fmt.Errorf("%s, line %d: %w", file, number, err)
		}
		if (l.Header != nil) != (number == 1) {
			return nil, 0, fmt.Errorf("%s, line %d: a file of results has one header, and that comes first", file,
				number)
		}
		results.add(l)
	}
	if number == 0 {
		return nil, 0, fmt.Errorf("%s: this file of results is empty", file)
	}
	return &results, int64(len(text)), nil
}

func (r *Results) add(l Line) {
	switch {
	case l.Header != nil:
		r.Header = *l.Header
	case l.Build != nil:
		r.Builds = append(r.Builds, *l.Build)
	case l.Objects != nil:
		r.Objects = append(r.Objects, *l.Objects)
	case l.Run != nil:
		r.Runs = append(r.Runs, *l.Run)
	case l.Simulation != nil:
		r.Simulations = append(r.Simulations, *l.Simulation)
	}
}

// resultsFile is a file of results that grows.
type resultsFile struct {
	Results
	file *os.File
}

// openResults goes on with a file of results, if its header is that of the suite; otherwise it moves the file aside,
// says so, and begins a new one. A fresh one does not go on. Nobody else can write to the file until it is closed.
func openResults(path string, h Header, fresh bool, say func(string)) (*resultsFile, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	file, err := openLocked(path)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil {
		return nil, errors.Join(err, file.Close())
	} else if info.Size() == 0 {
		return begun(file, h)
	}
	known, size, err := readResults(path)
	why := "it is of another suite, machine or version of orcast"
	switch {
	case fresh:
		why = "a fresh one was asked for"
	case err != nil:
		why = err.Error()
	case known.Header.sameAs(h):
		if err := file.Truncate(size); err != nil {
			return nil, errors.Join(err, file.Close())
		}
		return &resultsFile{*known, file}, nil
	}
	if err := errors.Join(os.Rename(path, path+".old"), file.Close()); err != nil {
		return nil, err
	}
	say(fmt.Sprintf("moved the results in %s to %[1]s.old: %s", path, why))
	if file, err = openLocked(path); err != nil {
		return nil, err
	}
	return begun(file, h)
}

// openLocked opens a file to append to it, as the only one who does.
func openLocked(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: another orcast bench writes to it (%w)", path, err)
	}
	return file, nil
}

// begun writes the header to a new file.
func begun(file *os.File, h Header) (*resultsFile, error) {
	r := &resultsFile{file: file}
	if err := r.append(Line{Header: &h}); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

// sameAs tells whether figures of both can stand side by side.
func (h Header) sameAs(other Header) bool {
	h.Began, h.Command = other.Began, other.Command
	return h == other
}

// append writes a line to the file, in one go.
func (r *resultsFile) append(l Line) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	r.add(l)
	_, err = r.file.Write(append(text, '\n'))
	return err
}
