package profile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

// arbitrary makes a profile by lot, in the way profiles are made.
func arbitrary(draw *rand.Rand) *Profile {
	p := &Profile{}
	modules := []string{"", "a.bc", "lib.a(b.o)", "\xff\x00"}
	function := func(f int) Function {
		return Function{modules[f%len(modules)], strings.Repeat("n", f%300) + string(rune('a'+f%26)),
			uint64(f) * 0x9e3779b97f4a7c15}
	}
	for range draw.IntN(2 * maxRuns) {
		var r Run
		order := draw.Perm(400)[:draw.IntN(200)]
		for _, f := range order {
			// Times do not always grow: threads.
			r.Calls = append(r.Calls, Call{f, time.Duration(draw.Int64N(math.MaxInt64) >> draw.IntN(60)),
				time.Duration(draw.Int64N(math.MaxInt64) >> draw.IntN(60)), Outcome(draw.IntN(4))})
		}
		for range draw.IntN(20) {
			r.Wasted = append(r.Wasted, draw.IntN(400))
		}
		p.Record(r, function)
	}
	return p
}

func TestDecodeIsTheInverseOfEncode(t *testing.T) {
	for seed := range uint64(200) {
		p := arbitrary(rand.New(rand.NewPCG(seed, 1)))
		got, err := Decode(p.Encode())
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if len(got.functions) != len(p.functions) || len(p.functions) > 0 && !reflect.DeepEqual(got, p) {
			t.Fatalf("seed %d: another profile was decoded", seed)
		}
	}
}

func TestEveryFlippedBitIsDetected(t *testing.T) {
	p := arbitrary(rand.New(rand.NewPCG(5, 1)))
	data := p.Encode()
	for i := range min(len(data), 1000) {
		for bit := range 8 {
			data[i] ^= 1 << bit
			if _, err := Decode(data); err == nil {
				t.Fatalf("bit %d of byte %d does not matter", bit, i)
			}
			data[i] ^= 1 << bit
		}
	}
	for n := range min(len(data), 1000) {
		if _, err := Decode(data[:n]); err == nil {
			t.Fatalf("the first %d bytes of %d are enough", n, len(data))
		}
	}
	if _, err := Decode(append(data, 0)); err == nil {
		t.Fatal("one more byte does not matter")
	}
}

// sealed is a file with this body and a checksum that is right.
func sealed(body ...byte) []byte {
	data := append([]byte(magic+"\x01"), 0, 0, 0, 0)
	data = append(data, body...)
	binary.LittleEndian.PutUint32(data[header-4:], crc32.Checksum(body, castagnoli))
	return data
}

func bodyOf(parts ...any) (body []byte) {
	for _, part := range parts {
		switch v := part.(type) {
		case int:
			body = append(body, byte(v))
		case float64:
			body = binary.LittleEndian.AppendUint64(body, math.Float64bits(v))
		case uint64:
			body = binary.AppendUvarint(body, v)
		case string:
			body = append(body, v...)
		}
	}
	return body
}

// oneFunction is a body with one module and one function, before its runs.
const oneFunction = "\x01\x01m\x01\x00\x01f12345678"

func TestErrorsSayWhatIsWrong(t *testing.T) {
	future := sealed()
	future[len(magic)] = 2
	damaged := sealed(0, 0, 0)
	damaged[len(damaged)-1] = 1
	for _, test := range []struct {
		data []byte
		want string
	}{
		{nil, "does not begin as one"},
		{[]byte("\x7fELF and so on, long enough"), "does not begin as one"},
		{future, "version 2"},
		{damaged, "checksum"},
		{sealed(), "at byte 12 of 12"},
		{sealed(0, 0), "cut off"},
		{sealed(0, 0, 0, 0), "more follows"},
		{sealed(bodyOf(uint64(1)<<62, 0, 0)...), "room for 4611686018427387904 modules"},
		{sealed(bodyOf(0, uint64(1)<<40, strings.Repeat("x", 100))...), "room for"},
		{sealed(bodyOf(1, 9, "short")...), "9 bytes of a name"},
		{sealed(bodyOf(0, 1, "\x00\x01f12345678", 0)...), "no module 0"},
		{sealed(bodyOf(oneFunction, 9, strings.Repeat("\x00", 90))...), "9 runs"},
		{sealed(bodyOf(oneFunction, 1, 0.0, 0, 0)...), "weight 0"},
		{sealed(bodyOf(oneFunction, 1, math.NaN(), 0, 0)...), "weight NaN"},
		{sealed(bodyOf(oneFunction, 1, math.Inf(1), 0, 0)...), "weight +Inf"},
		{sealed(bodyOf(oneFunction, 1, 1.0, 1, 2, 0, 0, 0)...), "no function 1"},
		{sealed(bodyOf(oneFunction, 1, 1.0, 1, 1, 0, 0, 0)...), "no function -1"},
		{sealed(bodyOf(oneFunction, 1, 1.0, 1, 0, 1, 0, 0)...), "no time"},
		{sealed(bodyOf(oneFunction, 1, 1.0, 1, 0, uint64(1)<<47, 0, 0)...), "too large"},
		{sealed(bodyOf(oneFunction, 1, 1.0, 2, 0, 0, 0, 1, 0, 0, 0)...), "function 0 twice"},
		{sealed(bodyOf(oneFunction, 1, 1.0, 1, 0, 0, 0, 1, 0)...), "function 0 twice"},
		{sealed(bodyOf(oneFunction, 1, 1.0, 1, 0, 0, uint64(1)<<48, 0)...), "waits for too long"},
		{sealed(bodyOf(oneFunction, 1, 1.0, 1, 0, 0)...), "room for 1 calls"},
	} {
		p, err := Decode(test.data)
		if err == nil || !strings.Contains(err.Error(), test.want) || p != nil ||
			errors.Is(err, ErrForeign) == errors.Is(err, ErrUnusable) {
			t.Errorf("%q: %v, want an error with %q", test.data, err, test.want)
		}
	}
	if p, err := Decode(sealed(bodyOf(oneFunction, 1, 1.0, 1, 0, 0, 0, 0)...)); err != nil || len(p.Runs()) != 1 {
		t.Errorf("a right one: %v", err)
	}
}

func TestALieAboutSizesTakesNoMemory(t *testing.T) {
	body := bodyOf(0, uint64(100000), strings.Repeat("\x00", 100))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Decode(sealed(body...)); err == nil {
		t.Fatal("a lie is believed")
	}
	if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 64<<10 {
		t.Errorf("%d bytes were allocated for %d bytes of data", after.TotalAlloc-before.TotalAlloc, len(body))
	}
}

// FuzzDecode gives the checksum that the data needs, so that what is behind it is tested.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{0, 0, 0})
	f.Add(bodyOf(oneFunction, 1, 1.0, 1, 0, 0, 0, 0))
	var p Profile
	for i := range 3 {
		r := runOf(from(i, i+5)...)
		r.Wasted = []int{i + 10}
		p.Record(r, named)
	}
	f.Add(p.Encode()[header:])
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := Decode(sealed(body...))
		if err != nil {
			return
		}
		again, err := Decode(p.Encode())
		if err != nil || !reflect.DeepEqual(again, p) {
			t.Fatalf("what was decoded is not encoded again: %v", err)
		}
		if _, err := p.MarshalJSON(); err != nil {
			t.Fatal(err)
		}
		var merged Profile
		merged.Merge(p)
		merged.Record(Run{Calls: []Call{{Function: 1}}}, named)
		if got, err := Decode(merged.Encode()); err != nil || !bytes.Equal(got.Encode(), merged.Encode()) {
			t.Fatalf("after merging: %v", err)
		}
	})
}
