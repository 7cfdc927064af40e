package program

import (
	"errors"
	"io/fs"

	"github.com/orcast/orcast/internal/bitcode"
)

// InputError says that an input cannot be used. Its message is complete: it names the input, the place in it and what
// to do.
type InputError struct {
	Input  string // as it was given; of a member of an archive, the archive
	Offset int64  // of the byte at which the fault was noticed; -1 if it is in no particular one
	Err    error
}

func (e *InputError) Error() string { return e.Err.Error() }

func (e *InputError) Unwrap() error { return e.Err }

// ofInput makes an error one of an input, unless it is that of another one already, to which this one led.
func ofInput(input string, err error) error {
	var known *InputError
	if err == nil || errors.As(err, &known) {
		return err
	}
	e := &InputError{Input: input, Offset: -1, Err: err}
	var fault *bitcode.Error
	if errors.As(err, &fault) {
		e.Offset = fault.Offset
	}
	return e
}

// noFile is fs.ErrNotExist in other words.
type noFile struct{ name string }

func (e noFile) Error() string { return e.name + ": there is no such file" }

func (noFile) Is(target error) bool { return target == fs.ErrNotExist }
