package profile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/orcast/orcast/internal/quote"
)

// ReadFile reads a profile from a file. An error names the file, and wraps what Decode or the system says.
func ReadFile(path string) (*Profile, error) {
	data, err := read(path)
	if err != nil {
		return nil, fmt.Errorf("the profile %s cannot be read: %w", quote.Name(path), plain(err))
	}
	p, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", quote.Name(path), err)
	}
	return p, nil
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxBytes+1))
}

// plain is an error without the path, which ours have anyway.
func plain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// WriteFile replaces a file, or makes one that only its owner can read, in one step: readers see the old profile or the
// new one, whenever this process dies. Of two that write at a time the later one wins. A symbolic link stays one. An
// error names the file.
func (p *Profile) WriteFile(path string) error {
	if err := p.write(path); err != nil {
		return fmt.Errorf("the profile cannot be written to %s: %w", quote.Name(path), plain(err))
	}
	return nil
}

func (p *Profile) write(path string) (err error) {
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return errors.New("it is no regular file")
		}
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(p.Encode())
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
