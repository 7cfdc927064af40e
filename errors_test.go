package orcast

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/orcast/orcast/internal/loader"
)

// TestErrorsHaveTypes checks what callers can ask errors.
func TestErrorsHaveTypes(t *testing.T) {
	start := func(change func(e *Engine) error) error {
		t.Helper()
		e, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { e.Close() })
		if err := change(e); err != nil {
			t.Fatal(err)
		}
		return e.Start()
	}
	err := start(func(e *Engine) error { return e.AddFile("absent.bc") })
	var input *InputError
	if !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &input) || input.Input != "absent.bc" {
		t.Errorf("a file that is not there: %#v", err)
	}
	damaged := append([]byte("BC\xc0\xde"), bytes.Repeat([]byte{0xff}, 100)...)
	err = start(func(e *Engine) error { return e.AddModule("damaged", damaged) })
	if !errors.As(err, &input) || input.Input != "damaged" || input.Offset < 4 || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("damaged bitcode: %#v", err)
	}
	const needs = "@needs = global ptr @absent_data\n@absent_data = external global i8\n"
	err = start(func(e *Engine) error { return e.AddModule("needs", []byte(needs)) })
	var undefined *UndefinedError
	if !errors.As(err, &undefined) || !slices.ContainsFunc(undefined.Symbols, func(u loader.Undefined) bool {
		return u.Name == "absent_data" && strings.Contains(u.Referrer, "needs")
	}) {
		t.Errorf("an undefined symbol: %v", err)
	}
	e := embed(t, Options{})
	if err := e.Start(); err != nil {
		t.Fatal(err)
	}
	if err := e.AddFile("late.bc"); !errors.Is(err, ErrStarted) {
		t.Errorf("a file that comes late: %v", err)
	}
	e.Close()
	if _, err := e.Lookup("sum"); !errors.Is(err, ErrClosed) {
		t.Errorf("a lookup after the end: %v", err)
	}
}
