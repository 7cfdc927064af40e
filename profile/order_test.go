package profile

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadOrder(t *testing.T) {
	const file = "# made by hand\n\nmain\n  _ZN2ns5parseEPKc\t\r\n#no\nmain\noperator new\n\x01asm"
	names, err := ReadOrder(strings.NewReader(file))
	want := []string{"main", "_ZN2ns5parseEPKc", "operator new", "\x01asm"}
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("read %q, %v; want %q", names, err, want)
	}
	if names, err := ReadOrder(strings.NewReader("")); err != nil || len(names) != 0 {
		t.Errorf("from nothing it reads %q, %v", names, err)
	}
}

func TestReadOrderFails(t *testing.T) {
	broken := errors.New("broken")
	if _, err := ReadOrder(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("the reader's error is %v", err)
	}
	for file, want := range map[string]string{
		"main\nf\x00g\n": "line 2: a zero byte",
		"main\n\n" + strings.Repeat("x", maxLine+1): "line 3: it is longer",
	} {
		if _, err := ReadOrder(strings.NewReader(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %q", file, err, want)
		}
	}
}
