package stub

import (
	"reflect"
	"slices"
	"testing"
)

func newRegion(t *testing.T, functions int, far uint64) *Region {
	t.Helper()
	r, err := NewRegion(functions, Sizes{Code: 1 << 20, RO: 1 << 20, Data: 3 << 20, Zero: 5, Far: far}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func TestZonesDoNotOverlapAndAreWithinReach(t *testing.T) {
	r := newRegion(t, 1000, 5<<30)
	var end uint64
	for z := Control; z <= Far; z++ {
		start, size, working := r.Zone(z)
		if start < end || start%pageSize != 0 || size%pageSize != 0 {
			t.Errorf("zone %d is at %#x, %#x bytes, after %#x", z, start, size, end)
		}
		if end = start + size; z < Zero == (working == nil) {
			t.Errorf("zone %d has working memory at %p", z, working)
		}
	}
	first, _, _ := r.Zone(Control)
	zero, size, _ := r.Zone(Zero)
	if reach := zero + size - first; reach >= 1<<31 {
		t.Errorf("code has to reach over %#x bytes", reach)
	}
}

func TestStubsLeadToTheResolver(t *testing.T) {
	r := newRegion(t, 3, 0)
	for i := range 3 {
		code := r.Bytes(r.StubAddress(i), 16)
		if code[0] != 0xff || code[1] != 0x25 || code[6] != 0x68 || int(code[7]) != i || code[11] != 0xe9 {
			t.Errorf("stub %d is % x", i, code)
		}
		if r.slots[i] != r.StubAddress(i)+6 {
			t.Errorf("slot %d leads to %#x, the stub is at %#x", i, r.slots[i], r.StubAddress(i))
		}
	}
}

func TestStubsAreAligned(t *testing.T) {
	const functions = 100
	aligned := map[int]uint64{0: 32, 1: 4096, 3: 64, 50: MaxAlign, 51: 16}
	r, err := NewRegion(functions, Sizes{}, aligned)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	start, size, _ := r.Zone(Stubs)
	last := start
	for i := range functions {
		at := r.StubAddress(i)
		if a := max(aligned[i], 16); at%a != 0 {
			t.Errorf("stub %d is at %#x, not aligned to %d", i, at, a)
		}
		if at < last+16 || at+16 > start+size {
			t.Errorf("stub %d is at %#x, after one at %#x, in a zone from %#x to %#x", i, at, last, start, start+size)
		}
		if code := r.Bytes(at, 16); code[0] != 0xff || int(code[7]) != i {
			t.Errorf("stub %d is % x", i, code)
		}
		last = at
	}
}

// call writes a log entry as the program does; a function of -1 leaves it reserved but empty.
func call(r *Region, function int) {
	i := r.header.log_tail
	r.header.log_tail++
	if function >= 0 {
		for range function + 1 { // an addition would need C's type
			r.log[i]._func++
		}
	}
}

func TestTheLogIsReadPastHoles(t *testing.T) {
	r := newRegion(t, 5, 0)
	call(r, 2)
	call(r, -1)
	call(r, 4)
	if got := r.NextCalls(nil); !slices.Equal(got, []int{2, 4}) {
		t.Errorf("calls %v, want 2 and 4", got)
	}
	r.log[1]._func = 1 // the writer of the hole goes on
	call(r, 3)
	if got := r.NextCalls(nil); !slices.Equal(got, []int{0, 3}) {
		t.Errorf("calls %v, want 0 and 3", got)
	}
	r.Wake()
	if got := r.NextCalls(nil); len(got) != 0 {
		t.Errorf("calls %v again", got)
	}
	var functions []int
	for _, c := range r.Calls() {
		functions = append(functions, c.Func)
	}
	if !slices.Equal(functions, []int{2, 0, 4, 3}) {
		t.Errorf("the log holds %v", functions)
	}
}

// The program can write to the log what it likes.
func TestTheLogIsNotTrusted(t *testing.T) {
	r := newRegion(t, 2, 0)
	r.header.log_tail = 1 << 30
	r.log[0]._func = 1 << 30
	r.log[1]._func = 2
	if got := r.NextCalls(nil); !slices.Equal(got, []int{1}) {
		t.Errorf("calls %v, want 1", got)
	}
	if got := r.Calls(); len(got) != 1 {
		t.Errorf("the log holds %v", got)
	}
}

func TestUnwindTablesAreFoundByGranule(t *testing.T) {
	r := newRegion(t, 1, 0)
	code, _, _ := r.Zone(Code)
	for i, unit := range []struct{ offset, size uint64 }{{0, 10}, {64, 130}, {256, 64}} {
		if err := r.AddUnwind(code+unit.offset, unit.size, 1000+uint64(i), 8); err != nil {
			t.Fatal(err)
		}
	}
	got := table[uint32](r, uint64(r.place.granules), 6)
	if want := []uint32{1, 2, 2, 2, 3, 0}; !reflect.DeepEqual(got, want) {
		t.Errorf("granules belong to units %v, want %v", got, want)
	}
}
