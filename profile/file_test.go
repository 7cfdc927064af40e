package profile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestFiles(t *testing.T) {
	directory := t.TempDir()
	file, link := filepath.Join(directory, "a.profile"), filepath.Join(directory, "link")
	if err := os.Symlink("a.profile", link); err != nil {
		t.Fatal(err)
	}
	var p Profile
	p.Record(runOf(1, 2), named)
	if err := p.WriteFile(file); err != nil {
		t.Fatal(err)
	}
	p.Record(runOf(3), named)
	if err := p.WriteFile(link); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFile(file)
	if err != nil || !reflect.DeepEqual(got, &p) {
		t.Errorf("read is %+v, %v", got, err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is now %v, %v", info, err)
	}
	if info, err = os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	if list, err := os.ReadDir(directory); err != nil || len(list) != 2 {
		t.Errorf("the folder has %v, %v", list, err)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	directory := t.TempDir()
	absent := filepath.Join(directory, "absent")
	if _, err := ReadFile(absent); !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), absent) != 1 {
		t.Errorf("of a file that is not there: %v", err)
	}
	text := filepath.Join(directory, "text")
	if err := os.WriteFile(text, []byte("something else, and long enough"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(text); !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), text) {
		t.Errorf("of something else: %v", err)
	}
	var p Profile
	for _, path := range []string{directory, filepath.Join(absent, "a.profile")} {
		if err := p.WriteFile(path); err == nil || strings.Count(err.Error(), path) != 1 {
			t.Errorf("writing to %s: %v", path, err)
		}
	}
	if list, err := os.ReadDir(directory); err != nil || len(list) != 1 {
		t.Errorf("the folder has %v, %v", list, err)
	}
}
