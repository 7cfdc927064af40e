package cache

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func keyOf(s string) Key { return sha256.Sum256([]byte(s)) }

func open(t *testing.T, dir string, limit int64) *Disk {
	t.Helper()
	d, err := Open(dir, limit)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// newDisk is a cache in a folder that is not there yet.
func newDisk(t *testing.T, limit int64) *Disk {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "a", "cache"), limit)
}

func put(t *testing.T, d *Disk, kind Kind, name string, blob []byte) {
	t.Helper()
	if err := d.Put(kind, keyOf(name), blob); err != nil {
		t.Fatal(err)
	}
}

// has says whether there is an entry, without using it.
func has(d *Disk, name string) bool {
	_, err := os.Lstat(d.entry(keyOf(name)))
	return err == nil
}

func TestWhatIsPutIsGot(t *testing.T) {
	d := newDisk(t, DefaultLimit)
	large := make([]byte, 3<<20+5)
	for i := range large {
		large[i] = byte(i * i >> 8)
	}
	for _, test := range []struct {
		kind Kind
		blob []byte
	}{
		{Image, []byte("code")}, {Profile, []byte("calls")}, {Image, nil}, {Profile, large}, {Image, large[:step]},
		{Image, large[:step+1]},
	} {
		put(t, d, test.kind, "a", test.blob) // in the place of the one before
		got, err := d.Get(test.kind, keyOf("a"))
		if err != nil || !bytes.Equal(got, test.blob) {
			t.Errorf("of %d bytes came back %d, %v", len(test.blob), len(got), err)
		}
	}
	if _, err := d.Get(Image, keyOf("b")); err != ErrMiss {
		t.Errorf("what was never put gives %v", err)
	}
}

func TestNothingIsMadeBeforeThePut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	d := open(t, dir, DefaultLimit)
	if _, err := d.Get(Image, keyOf("a")); err != ErrMiss {
		t.Error(err)
	}
	if _, err := d.Stats(); err != nil {
		t.Error(err)
	}
	if _, err := d.Verify(); err != nil {
		t.Error(err)
	}
	if _, err := d.Clear(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a folder, %v", err)
	}
	put(t, d, Image, "a", []byte("code"))
	for path, mode := range map[string]fs.FileMode{dir: 0o700, d.entries(): 0o700, d.entry(keyOf("a")): 0o600,
		d.booked(): 0o600} {
		if info, err := os.Lstat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v; want mode %#o", path, info.Mode(), err, mode)
		}
	}
}

func TestPutAfterTheFolderWasRemoved(t *testing.T) {
	d := newDisk(t, DefaultLimit)
	put(t, d, Image, "a", []byte("code"))
	if err := os.RemoveAll(d.dir); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Get(Image, keyOf("a")); err != ErrMiss {
		t.Error(err)
	}
	put(t, d, Image, "a", []byte("code"))
	if _, err := d.Get(Image, keyOf("a")); err != nil {
		t.Error(err)
	}
}

func TestFoldersThatOthersMayWriteAreRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		spoil func(d *Disk) error
		want  string
	}{
		{"group", func(d *Disk) error { return os.Chmod(d.dir, 0o770) }, "0770"},
		{"world", func(d *Disk) error { return os.Chmod(d.dir, 0o702) }, "0702"},
		{"entries", func(d *Disk) error { return os.Chmod(d.entries(), 0o777) }, "0777"},
		{"owner", func(d *Disk) error { return os.Chown(d.dir, 1, -1) }, "belongs to user 1"},
		{"owner of entries", func(d *Disk) error { return os.Chown(d.entries(), 1, -1) }, "belongs to user 1"},
		{"file", func(d *Disk) error { return errors.Join(os.RemoveAll(d.dir), os.Symlink(file, d.dir)) }, "no folder"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if strings.HasPrefix(test.name, "owner") && os.Geteuid() != 0 {
				t.Skip("only root can give a folder to another user")
			}
			d := newDisk(t, DefaultLimit)
			put(t, d, Image, "a", []byte("code"))
			if err := test.spoil(d); err != nil {
				t.Fatal(err)
			}
			_, opened := Open(d.dir, DefaultLimit)
			_, got := d.Get(Image, keyOf("a"))
			put := d.Put(Image, keyOf("a"), []byte("code"))
			for what, err := range map[string]error{"Open": opened, "Get": got, "Put": put} {
				if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), d.dir) {
					t.Errorf("%s gives %v, want an error with %q and the folder", what, err, test.want)
				}
			}
		})
	}
	t.Run("readable by others", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "cache")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		put(t, open(t, dir, DefaultLimit), Image, "a", []byte("code"))
	})
}

func TestLimits(t *testing.T) {
	for _, limit := range []int64{0, -1} {
		if _, err := Open(t.TempDir(), limit); err == nil {
			t.Errorf("a limit of %d is taken", limit)
		}
	}
	d := newDisk(t, 1000)
	if err := d.Put(Image, keyOf("a"), make([]byte, 1000)); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a blob that cannot fit gives %v", err)
	}
	put(t, d, Image, "a", make([]byte, 1000-headerSize))
	if !has(d, "a") {
		t.Error("a blob that fits just so is not there")
	}
}

// age sets when an entry was used last, in minutes before now.
func age(t *testing.T, d *Disk, name string, minutes int) {
	t.Helper()
	when := time.Now().Add(-time.Duration(minutes) * time.Minute)
	if err := os.Chtimes(d.entry(keyOf(name)), when, when); err != nil {
		t.Fatal(err)
	}
}

func TestTheLeastRecentlyUsedIsEvicted(t *testing.T) {
	d := newDisk(t, 4*(1000+headerSize))
	for i, name := range []string{"a", "b", "c", "d"} {
		put(t, d, Image, name, make([]byte, 1000))
		age(t, d, name, 10-i)
	}
	if _, err := d.Get(Image, keyOf("a")); err != nil { // a is now the youngest
		t.Fatal(err)
	}
	put(t, d, Image, "e", make([]byte, 1000))
	for name, want := range map[string]bool{"a": true, "b": false, "c": false, "d": true, "e": true} { // to nine tenths
		if has(d, name) != want {
			t.Errorf("%s is there: %v, want %v", name, !want, want)
		}
	}
	age(t, d, "e", 1)
	put(t, d, Image, "f", make([]byte, 4*1000)) // more than nine tenths of the limit
	if has(d, "a") || has(d, "d") || has(d, "e") || !has(d, "f") {
		t.Error("the last one should be all that is left")
	}
}

func TestVerifyIsNoUse(t *testing.T) {
	d := newDisk(t, DefaultLimit)
	put(t, d, Image, "a", nil)
	age(t, d, "a", 10)
	before, _ := os.Stat(d.entry(keyOf("a")))
	if _, err := d.Verify(); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.Stat(d.entry(keyOf("a"))); !after.ModTime().Equal(before.ModTime()) {
		t.Error("Verify has marked an entry as used")
	}
}

// total is the number of bytes in the folder of entries.
func total(t *testing.T, d *Disk) (bytes int64) {
	t.Helper()
	list, err := os.ReadDir(d.entries())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		bytes += info.Size()
	}
	return bytes
}

func TestTheLimitIsKept(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const limit = 300_000
	d := newDisk(t, limit)
	for i := range 500 {
		put(t, d, Image, fmt.Sprint(random.IntN(100)), make([]byte, random.IntN(20_000)))
		if n := total(t, d); n > limit {
			t.Fatalf("after %d entries there are %d bytes", i+1, n)
		}
	}
	if n := total(t, d); n < limit/2 {
		t.Errorf("%d bytes of %d are left: too much is evicted", n, limit)
	}
}

func TestEntriesAreOnlyLookedAtWhenTheLimitIsNear(t *testing.T) {
	d := newDisk(t, 100*bookingUnit)
	put(t, d, Image, "first", nil)
	abandoned := d.file(unfinished + "1")
	if err := os.WriteFile(abandoned, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	exists := func() bool { _, err := os.Lstat(abandoned); return err == nil }
	for i := range 99 {
		put(t, d, Image, fmt.Sprint(i), nil)
		if !exists() {
			t.Fatalf("after entry %d all of them were looked at", i)
		}
	}
	put(t, d, Image, "last", nil)
	if exists() {
		t.Error("what a killed writer left is still there when the limit is reached")
	}
	if info, err := os.Stat(d.booked()); err != nil || info.Size() != bookings(101*headerSize) {
		t.Errorf("booked are %d, %v; want what is there", info.Size(), err)
	}
}

func TestOnlyWhatKilledWritersLeftIsSwept(t *testing.T) {
	d := newDisk(t, DefaultLimit)
	put(t, d, Image, "a", nil)
	writing, err := d.create()
	if err != nil {
		t.Fatal(err)
	}
	stranger := d.file("README")
	if err := os.WriteFile(stranger, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	there := func(path string) bool { _, err := os.Lstat(path); return err == nil }
	if _, err := d.Verify(); err != nil || !there(writing.Name()) {
		t.Errorf("what is being written was removed (%v)", err)
	}
	writing.Close()
	if _, err := d.Verify(); err != nil || there(writing.Name()) {
		t.Errorf("what a killed writer left is still there (%v)", err)
	}
	if _, err := d.Clear(); err != nil || !there(stranger) || has(d, "a") {
		t.Errorf("Clear leaves an entry, or takes what is none (%v)", err)
	}
}

func TestStatsAndClear(t *testing.T) {
	d := newDisk(t, 1<<20)
	put(t, d, Image, "a", make([]byte, 100))
	put(t, d, Image, "b", make([]byte, 200))
	put(t, d, Profile, "c", make([]byte, 300))
	for i, name := range []string{"b", "a", "c"} {
		age(t, d, name, 30-i)
	}
	if err := os.WriteFile(d.entry(keyOf("d")), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	age(t, d, "d", 20)
	s, err := d.Stats()
	if err != nil {
		t.Fatal(err)
	}
	if s.Dir != d.dir || s.Limit != 1<<20 || s.Total != (Usage{4, 600 + 3*headerSize + 7}) ||
		s.Kinds[Image] != (Usage{2, 300 + 2*headerSize}) || s.Kinds[Profile] != (Usage{1, 300 + headerSize}) {
		t.Errorf("got %+v", s)
	}
	if days := s.Newest.Sub(s.Oldest).Minutes(); days < 9.9 || days > 10.1 {
		t.Errorf("from the oldest to the newest it is %v minutes, want 10", days)
	}
	if u, err := d.Clear(); err != nil || u != s.Total {
		t.Errorf("cleared %+v, %v; want all of %+v", u, err, s.Total)
	}
	if s, err := d.Stats(); err != nil || s.Total != (Usage{}) || !s.Oldest.IsZero() {
		t.Errorf("after Clear there is %+v, %v", s, err)
	}
	put(t, d, Image, "a", nil)
}

// damages are ways to spoil the entry "a", an image of 1000 bytes.
var damages = []struct {
	name  string
	spoil func(path string) error
	why   string // part of what the error says
}{
	{"empty", cutTo(0), "ends within its header"},
	{"within the header", cutTo(headerSize - 1), "ends within its header"},
	{"header only", cutTo(headerSize), "0 bytes after its header"},
	{"last byte", cutTo(headerSize + 999), "999 bytes after its header"},
	{"extended", cutTo(headerSize + 1001), "1001 bytes after its header"},
	{"magic", flip(0, 7), "does not begin"},
	{"version", flip(versionAt, 0), "version 0"},
	{"kind", flip(kindAt+1, 0), "checksum"},
	{"key", flip(keyAt, 0), "has the key"},
	{"length", flip(lengthAt, 0), "says 1001"},
	{"huge length", flip(lengthAt+7, 7), "after its header"},
	{"checksum", flip(headerSize-1, 0), "checksum"},
	{"payload", flip(headerSize+500, 3), "checksum"},
	{"mode", func(path string) error { return os.Chmod(path, 0o620) }, "0620"},
	{"link", func(path string) error { return errors.Join(os.Rename(path, path+"x"), os.Symlink(path+"x", path)) },
		"symbolic link"},
	{"folder", func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
		"no regular file"},
	{"pipe", func(path string) error { return errors.Join(os.Remove(path), unix.Mkfifo(path, 0o600)) },
		"no regular file"},
	{"other entry", func(path string) error {
		return os.Rename(filepath.Join(filepath.Dir(path), keyOf("b").String()), path)
	}, "has the key"},
	{"unknown kind", func(path string) error {
		return os.WriteFile(path, newHeader(4, keyOf("a"), nil), 0o600)
	}, "unknown kind 4"},
	{"owner", func(path string) error { return os.Chown(path, 1, -1) }, "belongs to user 1"},
}

func cutTo(size int64) func(string) error {
	return func(path string) error { return os.Truncate(path, size) }
}

func flip(at, bit int) func(string) error {
	return func(path string) error {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		data[at] ^= 1 << bit
		return os.WriteFile(path, data, 0o600)
	}
}

func TestDamageIsFoundAndRemoved(t *testing.T) {
	for _, test := range damages {
		for _, verify := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/verify=%v", test.name, verify), func(t *testing.T) {
				if test.name == "owner" && os.Geteuid() != 0 {
					t.Skip("only root can give a file to another user")
				}
				d := newDisk(t, DefaultLimit)
				put(t, d, Image, "b", make([]byte, 1000))
				put(t, d, Image, "a", make([]byte, 1000))
				if err := test.spoil(d.entry(keyOf("a"))); err != nil {
					t.Fatal(err)
				}
				var err error
				if verify {
					err = verified(t, d)
				} else {
					_, err = d.Get(Image, keyOf("a"))
				}
				checkDamaged(t, d, err, test.why)
			})
		}
	}
}

// verified is the one damage that Verify finds; nil if there is none or more than one.
func verified(t *testing.T, d *Disk) error {
	t.Helper()
	c, err := d.Verify()
	if err != nil {
		t.Error(err)
	}
	if len(c.Damaged) != 1 {
		return nil
	}
	return c.Damaged[0]
}

// checkDamaged checks an error that is to say so of entry a.
func checkDamaged(t *testing.T, d *Disk, err error, why string) {
	t.Helper()
	var damaged *DamagedError
	if !errors.As(err, &damaged) || damaged.File != d.entry(keyOf("a")) || damaged.Left != nil ||
		!strings.Contains(err.Error(), why) {
		t.Errorf("got %v, want a damage with %q", err, why)
	}
	if has(d, "a") {
		t.Error("the damaged entry is still there")
	}
	if _, err := d.Get(Image, keyOf("a")); err != ErrMiss {
		t.Errorf("then comes %v, want a miss", err)
	}
}

func TestTheWrongKindIsDamage(t *testing.T) {
	d := newDisk(t, DefaultLimit)
	put(t, d, Profile, "a", nil)
	_, err := d.Get(Image, keyOf("a"))
	checkDamaged(t, d, err, "kind profile, and image is wanted")
}

func TestDamageThatCannotBeRemoved(t *testing.T) {
	d := newDisk(t, DefaultLimit)
	put(t, d, Image, "a", nil)
	path := d.entry(keyOf("a"))
	if err := errors.Join(os.Remove(path), os.MkdirAll(filepath.Join(path, "sub"), 0o700)); err != nil {
		t.Fatal(err)
	}
	var damaged *DamagedError
	if _, err := d.Get(Image, keyOf("a")); !errors.As(err, &damaged) || damaged.Left == nil {
		t.Errorf("got %v, want that it could not be removed", err)
	}
}

// TestEveryFlippedBit flips each bit of header and payload, and random groups of bits, and cuts at each byte.
func TestEveryFlippedBit(t *testing.T) {
	d := newDisk(t, DefaultLimit)
	blob := make([]byte, 60)
	key := keyOf("a")
	whole := append(newHeader(Image, key, blob), blob...)
	put(t, d, Image, "a", nil)
	try := func(what string, data []byte) {
		t.Helper()
		if err := os.WriteFile(d.entry(key), data, 0o600); err != nil {
			t.Fatal(err)
		}
		var damaged *DamagedError
		if err := verified(t, d); !errors.As(err, &damaged) {
			t.Errorf("%s is not noticed", what)
		}
	}
	for bit := range 8 * len(whole) {
		data := bytes.Clone(whole)
		data[bit/8] ^= 1 << (bit % 8)
		try(fmt.Sprintf("bit %d flipped", bit), data)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		data := bytes.Clone(whole)
		for range 2 + random.IntN(20) {
			data[random.IntN(len(data))] ^= 1 << random.IntN(8)
		}
		if !bytes.Equal(data, whole) {
			try(fmt.Sprintf("%x", data), data)
		}
	}
	for n := range len(whole) {
		try(fmt.Sprintf("cut to %d", n), whole[:n])
	}
	try("one byte more", append(bytes.Clone(whole), 0))
	if err := os.WriteFile(d.entry(key), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Get(Image, key); err != nil || !bytes.Equal(got, blob) {
		t.Errorf("the right entry gives %v", err)
	}
}

func TestDefaultDir(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", "/some/where")
	if dir, err := DefaultDir(); err != nil || dir != "/some/where/orcast" {
		t.Errorf("got %s, %v", dir, err)
	}
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "")
	if _, err := DefaultDir(); err == nil {
		t.Error("without a home there is a folder")
	}
}
