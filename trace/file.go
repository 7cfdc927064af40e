package trace

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// line is a line of the file: one of the fields is set.
type line struct {
	Header   *Header   `json:"header,omitempty"`
	Function *Function `json:"function,omitempty"`
	Unit     *Unit     `json:"unit,omitempty"`
	Call     *Call     `json:"call,omitempty"`
	End      *End      `json:"end,omitempty"`
}

// maxLine is more bytes than any line has that Write writes, for which LLVM would take days.
const maxLine = 64 << 20

// Write writes the trace, a JSON object a line. The error is w's.
func (t *Trace) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.Encode(line{Header: &t.Header}) // what goes wrong here, Flush tells
	for i := range t.Functions {
		e.Encode(line{Function: &t.Functions[i]})
	}
	for i := range t.Units {
		e.Encode(line{Unit: &t.Units[i]})
	}
	for i := range t.Calls {
		e.Encode(line{Call: &t.Calls[i]})
	}
	e.Encode(line{End: &t.End})
	return b.Flush()
}

// Read reads what Write wrote. Names that it does not know do no harm, so that later versions can say more. An error
// says which line is none of a trace, or that the trace is not whole.
func Read(r io.Reader) (*Trace, error) {
	t := &Trace{}
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxLine)
	number, ended := 0, false
	for s.Scan() {
		number++
		var l line
		err := json.Unmarshal(s.Bytes(), &l)
		switch {
		case err != nil && number == 1:
			return nil, errors.New("this is no trace that orcast run --trace wrote")
		case err != nil:
		case number == 1:
			err = t.begin(l.Header)
		case ended:
			err = errors.New("it goes on after its end")
		default:
			ended = l.End != nil
			err = t.add(&l)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d of the trace: %w", number, err)
		}
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("line %d of the trace: %w", number+1, err)
	}
	if !ended {
		return nil, errors.New("the trace has no end: the run that wrote it failed, or the file was cut off")
	}
	return t, nil
}

func (t *Trace) begin(h *Header) error {
	switch {
	case h == nil:
		return errors.New("a trace starts with a header: was this written by orcast run --trace?")
	case h.Version != Version:
		return fmt.Errorf("it is of version %d, this orcast reads version %d: record it anew", h.Version, Version)
	}
	t.Header = *h
	return nil
}

func (t *Trace) add(l *line) error {
	switch {
	case l.Function != nil:
		f := *l.Function
		if n := len(t.Functions); n > 0 && f.ID <= t.Functions[n-1].ID {
			return fmt.Errorf("function %d is not in order", f.ID)
		}
		if f.Bytes < 0 {
			return fmt.Errorf("function %d has %d bytes", f.ID, f.Bytes)
		}
		t.Functions = append(t.Functions, f)
		return t.within(f.Module, f.ID)
	case l.Unit != nil:
		if l.Unit.End < l.Unit.Begin {
			return errors.New("a unit ends before it begins")
		}
		t.Units = append(t.Units, *l.Unit)
		return t.within(l.Unit.Module, l.Unit.Functions...)
	case l.Call != nil:
		t.Calls = append(t.Calls, *l.Call)
		return t.within(0, l.Call.Function)
	case l.End != nil:
		t.End = *l.End
	}
	return nil
}

// within refuses numbers of modules and functions that the program does not have.
func (t *Trace) within(module int, functions ...int) error {
	if module < 0 || module >= max(1, len(t.Header.Modules)) {
		return fmt.Errorf("there is no module %d", module)
	}
	if i := slices.IndexFunc(functions, func(f int) bool { return f < 0 || f >= t.Header.Functions }); i >= 0 {
		return fmt.Errorf("there is no function %d", functions[i])
	}
	return nil
}
