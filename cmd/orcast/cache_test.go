package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orcast/orcast"
	"github.com/orcast/orcast/internal/cache"
)

// fillCache puts two images of 1000 bytes and a profile of 10 into a cache and gives the path of an image.
func fillCache(t *testing.T, dir string) string {
	t.Helper()
	disk, err := cache.Open(dir, cache.DefaultLimit)
	if err != nil {
		t.Fatal(err)
	}
	for key, size := range map[cache.Key]int{{1}: 1000, {2}: 1000, {3}: 10} {
		kind := cache.Image
		if size == 10 {
			kind = cache.Profile
		}
		if err := disk.Put(kind, key, make([]byte, size)); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "entries", cache.Key{1}.String())
}

// runCache runs orcast cache and checks its exit status, and that it wrote nothing to standard error unless it failed.
func runCache(t *testing.T, want int, args ...string) (stdout string) {
	t.Helper()
	var out, err bytes.Buffer
	if status := doMain(append([]string{"cache"}, args...), &out, &err); status != want ||
		(err.Len() > 0) != (want == 125) {
		t.Errorf("orcast cache %q: status %d, want %d; stdout %q, stderr %q", args, status, want, out.String(),
			err.String())
	}
	return out.String() + err.String()
}

func checkSays(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
}

func TestCacheStats(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	empty := runCache(t, 0, "stats", "--cache-dir", dir)
	checkSays(t, empty, dir, "1.1 GB", "0   0 B  all")
	if strings.Contains(empty, "last use") {
		t.Errorf("an empty cache was used:\n%s", empty)
	}
	damaged := fillCache(t, dir)
	checkSays(t, runCache(t, 0, "--cache-dir", dir, "stats"), "2  2.2 kB  image", "1    98 B  profile",
		"3  2.3 kB  all", "last use: 2")
	var stats orcast.CacheStats
	text := runCache(t, 0, "stats", "--cache-dir", dir, "--json")
	if err := json.Unmarshal([]byte(text), &stats); err != nil || stats.Dir != dir || stats.Entries != 3 ||
		stats.Bytes != 2274 || stats.Kinds["image"] != (orcast.CacheUsage{Entries: 2, Bytes: 2176}) ||
		stats.Oldest == nil {
		t.Errorf("got %+v, %v, of %s", stats, err, text)
	}
	if err := os.Truncate(damaged, 50); err != nil {
		t.Fatal(err)
	}
	checkSays(t, runCache(t, 0, "stats", "--cache-dir", dir), "1    50 B  damaged; see orcast cache verify",
		"3  1.2 kB  all")
}

func TestCacheVerifyAndClear(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	damaged := fillCache(t, dir)
	checkSays(t, runCache(t, 0, "verify", "--cache-dir", dir), "checked 3 entries, 2.3 kB: 0 damaged")
	if err := os.Truncate(damaged, 50); err != nil {
		t.Fatal(err)
	}
	checkSays(t, runCache(t, 1, "verify", "--cache-dir", dir), damaged+": it ends within its header", "; removed",
		"checked 3 entries, 1.2 kB: 1 damaged")
	checkSays(t, runCache(t, 0, "verify", "--cache-dir", dir), "checked 2 entries, 1.2 kB: 0 damaged")
	checkSays(t, runCache(t, 0, "clear", "--cache-dir", dir), "removed 2 entries, 1.2 kB")
	checkSays(t, runCache(t, 0, "clear", "--cache-dir", dir), "removed 0 entries, 0 B")
}

func TestCacheOfTheUser(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	fillCache(t, filepath.Join(home, "orcast"))
	checkSays(t, runCache(t, 0, "stats"), filepath.Join(home, "orcast"), "3  2.3 kB  all")
}

func TestCacheFailures(t *testing.T) {
	open := t.TempDir()
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"stats", "clear", "verify"} {
		checkSays(t, runCache(t, 125, verb, "--cache-dir", open), "orcast: ", open, "0777", "chmod go-w")
	}
	checkSays(t, runCache(t, 125), "orcast cache -h")
	checkSays(t, runCache(t, 125, "stats", "--fast"), "--fast")
}
