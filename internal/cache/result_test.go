package cache

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

var someResult = result{path: "image", hash: keyOf("blob"), size: 300}

// someResultBytes is someResult as protoc --encode writes it, put together by hand.
var someResultBytes = "\x12\x4e" + // output_files, 78 bytes
	"\x0a\x05image" + // path
	"\x12\x45" + // digest, 69 bytes
	"\x0a\x40" + keyOf("blob").String() + // hash
	"\x10\xac\x02" // size_bytes

func TestResultBytes(t *testing.T) {
	if got := string(someResult.marshal()); got != someResultBytes {
		t.Errorf("got  %q\nwant %q", got, someResultBytes)
	}
}

func TestParseResult(t *testing.T) {
	for _, test := range []struct {
		name, data string
		ok         bool
	}{
		{"as written", someResultBytes, true},
		{"fields of servers and of other versions", "\x20\x01" + "\x4a\x05\x0a\x03abc" + someResultBytes +
			"\x9d\x06abcd", true},
		{"empty", "", false},
		{"no file", "\x20\x01", false},
		{"two files", someResultBytes + someResultBytes, false},
		{"cut off", someResultBytes[:len(someResultBytes)-1], false},
		{"no digest", "\x12\x07\x0a\x05image", false},
		{"hash in capitals", strings.ToUpper(someResultBytes), false},
		{"short hash", "\x12\x0d\x0a\x05image\x12\x04\x0a\x02ab", false},
		{"negative size", someResultBytes[:2] + someResultBytes[2:9] + "\x12\x4d" + someResultBytes[11:77] +
			"\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", false},
		{"text", "<html><body>Welcome!</body></html>", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			data := []byte(test.data)
			if test.name == "negative size" {
				data[1] += 8
			}
			got, err := parseResult(data)
			if (err == nil) != test.ok || test.ok && got != someResult {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// TestParseMangledResult looks for inputs that make the parser crash, or give what no result can have.
func TestParseMangledResult(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 20_000 {
		data := []byte(someResultBytes)
		for range 1 + random.IntN(4) {
			at := random.IntN(len(data))
			switch random.IntN(3) {
			case 0:
				data[at] = byte(random.Uint32())
			case 1:
				data = slices.Delete(data, at, min(at+random.IntN(20), len(data)-1))
			case 2:
				data = slices.Insert(data, at, protowire.AppendVarint(nil, random.Uint64()>>random.IntN(64))...)
			}
		}
		if r, err := parseResult(data); err == nil {
			again, err := parseResult(r.marshal())
			if err != nil || again != r || r.size < 0 {
				t.Fatalf("%q gives %+v, and that %+v, %v", data, r, again, err)
			}
		}
	}
	if !bytes.Equal(someResult.marshal(), []byte(someResultBytes)) {
		t.Error("the mangling has changed what is mangled")
	}
}
