package object

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
)

// TestAdapt: symbols end with their section, and numbers are found.
func TestAdapt(t *testing.T) {
	o := assemble(t, ".file \"a.c\"\n.data\n.globl whole, middle, end, number\nwhole: .quad 1, 2\n.size whole, 16\n"+
		".set middle, whole + 4\n.set end, whole + 16\n.set number, 0x123456789a\n.set local, 7\n.text\ninside: "+
		".quad 3, 4\n.size inside, 8\n")
	before := slices.Clone(o)
	if got := fmt.Sprint(Adapt(o)); got != "[{local 7 false} {number 78187493530 true}]" {
		t.Errorf("numbers %s", got)
	}
	_, symbols := open(t, o)
	for name, want := range map[string]uint64{"whole": 16, "middle": 12, "end": 0, "inside": 8, "number": 0} {
		if got := symbols[name].Size; got != want {
			t.Errorf("%s has the size %d, not %d", name, got, want)
		}
	}
	if len(o) != len(before) {
		t.Error("the object has another size")
	}
	again := slices.Clone(o)
	Adapt(again)
	if !bytes.Equal(again, o) {
		t.Error("adapting it again changes it")
	}
}

// FuzzAdapt: no bytes make it fail.
func FuzzAdapt(f *testing.F) {
	o := small(f)
	f.Add(o)
	f.Add(o[:len(o)/2])
	f.Add([]byte("\x7fELF"))
	f.Fuzz(func(t *testing.T, object []byte) { Adapt(object) })
}

// FuzzPrepare: no bytes make it fail, and what it makes of an object keeps within the object.
func FuzzPrepare(f *testing.F) {
	f.Add(small(f))
	for _, flags := range [][]string{{"-O1"}, {"-O1", "-fPIC", "-g"}, {"-O1", "-ftls-model=initial-exec"}} {
		f.Add(read(f, compile(f, filepath.Join("testdata", "control.c"), flags...)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		if p, err := Prepare(b, "tag"); err == nil && len(p.Object) == 0 {
			t.Error("nothing is left")
		}
		if !bytes.Equal(b, before) {
			t.Error("the input has changed")
		}
	})
}
