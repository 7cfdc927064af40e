package solib

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
)

// build makes a shared library of C.
func build(t *testing.T, source string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lib.so")
	if err := os.WriteFile(path+".c", []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("gcc", "-shared", "-fPIC", "-Wl,--hash-style=gnu", path+".c", "-o", path)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return path
}

func TestDefines(t *testing.T) {
	path := build(t, `
extern int elsewhere(void);
int variable = 1, zero;
static int hidden(void) { return 1; }
int function(void) { return elsewhere() + hidden(); }
__attribute__((visibility("hidden"))) int internal(void) { return 2; }
`)
	names := []string{"variable", "zero", "hidden", "function", "internal", "elsewhere", "func", "functions", ""}
	has, size := defines(path, names)
	if want := []string{"variable", "zero", "function"}; !reflect.DeepEqual(has, want) {
		t.Errorf("it defines %q, want %q", has, want)
	}
	if info, err := os.Stat(path); err != nil || int64(size) != info.Size() {
		t.Errorf("its size is %d, %v", size, err)
	}
}

// TestDamagedLibrary: whatever a file holds, looking into it is harmless.
func TestDamagedLibrary(t *testing.T) {
	content, err := os.ReadFile(build(t, "int f(void) { return 1; }"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range content {
		damaged := bytes.Clone(content)
		damaged[i] ^= 0xff
		if table, ok := newHashTable(damaged); ok {
			table.defines("f")
		}
		if table, ok := newHashTable(content[:i]); ok {
			table.defines("f")
		}
	}
}

func TestFindInTheSystem(t *testing.T) {
	if _, err := os.Stat("/etc/ld.so.cache"); err != nil {
		t.Skip("this system has no cache of libraries")
	}
	want := []Match{{"libz.so.1", []string{"inflateInit2_", "deflateBound"}}}
	got := Find([]string{"inflateInit2_", "no_such_symbol_anywhere", "deflateBound"})
	if !reflect.DeepEqual(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func TestCover(t *testing.T) {
	got := cover([]candidate{
		{Match{"libsmall.so.1", []string{"a", "b"}}, 10},
		{Match{"liblarge.so.1", []string{"a", "b"}}, 1000},
		{Match{"libother.so.1", []string{"b", "c"}}, 20},
		{Match{"liblate.so.1", []string{"c"}}, 30},
	})
	want := []Match{{"libsmall.so.1", []string{"a", "b"}}, {"libother.so.1", []string{"c"}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("chose %v, want %v", got, want)
	}
}

// TestParseCache: entries for other machines are left out, those behind the older format are found, and a cache that is
// cut off gives what is left of it.
func TestParseCache(t *testing.T) {
	const strings = "libx.so.1\x00/lib/libx.so.1\x00libx.so\x00"
	cache := []byte("ld.so-1.7.0 and what belongs to it; " + cacheMagic)
	begin := len(cache) - len(cacheMagic)
	add := func(words ...uint32) {
		for _, w := range words {
			cache = binary.LittleEndian.AppendUint32(cache, w)
		}
	}
	const entries = 4
	const at = headerSize + entries*entrySize
	add(entries, uint32(len(strings)), 0, 0, 0, 0, 0)
	add(isX86_64, at, at+10, 0, 0, 0)     // this one
	add(isX86_64, at, at+10, 0, 0, 1<<30) // for newer processors
	add(0x0003, at, at+10, 0, 0, 0)       // for 32 bits
	add(isX86_64, at+26, at+10, 0, 0, 0)  // for linking
	cache = append(cache, strings...)
	if got, want := parseCache(cache), []library{{"libx.so.1", "/lib/libx.so.1"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for end := range cache {
		if got := parseCache(cache[:end]); end < begin+headerSize && got != nil {
			t.Errorf("the first %d bytes give %v", end, got)
		}
	}
}
