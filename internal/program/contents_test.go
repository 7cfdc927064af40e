package program

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestContentsOfSparseFile: holes are zeros, wherever they are.
func TestContentsOfSparseFile(t *testing.T) {
	const size, at = 1 << 20, 1<<19 + 5
	path := t.TempDir() + "/sparse"
	write(t, path, "!<arch>\n")
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt([]byte("middle"), at); err != nil {
		t.Fatal(err)
	}
	if err := file.Truncate(size); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, path)
	for _, c.lasting = range []bool{false, true} {
		if got, err := c.readAll(); err != nil || !bytes.Equal(got, want) {
			t.Errorf("lasting %v: read %d bytes, %v; want %d", c.lasting, len(got), err, len(want))
		}
	}
	c.limit = size - 1
	if _, err := c.readAll(); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("beyond the limit: %v", err)
	}
}

// TestContentsOfPipe: what comes through a pipe is read to its end, or to the limit.
func TestContentsOfPipe(t *testing.T) {
	text := strings.Repeat("; text\n", 10_000)
	for _, limit := range []int{len(text), len(text) - 1} {
		path := t.TempDir() + "/pipe"
		if err := unix.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		go func() {
			if file, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
				file.WriteString(text) // which fails if the reader has had enough
				file.Close()
			}
		}()
		c := open(t, path)
		if c.kind != textFile || c.size != -1 {
			t.Errorf("the pipe is of kind %d and has %d bytes", c.kind, c.size)
		}
		c.limit = int64(limit)
		got, err := c.readAll()
		if limit < len(text) {
			if err == nil || !strings.Contains(err.Error(), "larger than") {
				t.Errorf("beyond the limit: %v", err)
			}
		} else if err != nil || string(got) != text {
			t.Errorf("read %d bytes, %v; want %d", len(got), err, len(text))
		}
	}
}

func open(t *testing.T, path string) *contents {
	t.Helper()
	c, err := openContents(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return c
}

// TestContentsThatLast: what is kept until the process ends is the same, however the file ends and changes.
func TestContentsThatLast(t *testing.T) {
	path := t.TempDir() + "/file"
	want := bytes.Repeat([]byte("0123456789abcdef"), 20_001)
	write(t, path, string(want))
	c := open(t, path)
	c.lasting = true
	got, err := c.readAll()
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("read %d bytes, %v; want %d", len(got), err, len(want))
	}
	write(t, path, "short")
	if !bytes.Equal(got, want) {
		t.Error("who writes to the file changes what was read")
	}
	for _, c.lasting = range []bool{false, true} {
		if got, err = c.readAll(); err != nil || string(got) != "short" {
			t.Errorf("lasting %v: of a file that has become shorter %d bytes were read, %v", c.lasting, len(got), err)
		}
	}
}
