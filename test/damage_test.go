package test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// damage is what becomes of a file's bytes.
type damage struct {
	what string
	of   func(content []byte) []byte
}

// someDamage is bits flipped here and there, and ends cut off.
func someDamage(random *rand.Rand, flips int) (list []damage) {
	flip := func(what string, below func(n int) int) {
		at, bit := random.Uint64(), random.IntN(8)
		list = append(list, damage{fmt.Sprintf("%s: bit %d of byte %d (modulo its length)", what, bit, at),
			func(content []byte) []byte {
				content = slices.Clone(content)
				content[int(at%uint64(below(len(content))))] ^= 1 << bit
				return content
			}})
	}
	for range flips {
		flip("a bit flipped", func(n int) int { return n })
		flip("a bit flipped at the beginning", func(n int) int { return min(n, 96) })
	}
	cut := random.Float64()
	return append(list,
		damage{"empty", func([]byte) []byte { return nil }},
		damage{"a byte only", func(content []byte) []byte { return content[:1] }},
		damage{fmt.Sprintf("cut off at %f of its length", cut),
			func(content []byte) []byte { return content[:int(cut*float64(len(content)))] }},
		damage{"a byte less", func(content []byte) []byte { return content[:len(content)-1] }},
		damage{"a byte more", func(content []byte) []byte { return append(slices.Clone(content), 0) }},
		damage{"twice", func(content []byte) []byte { return slices.Concat(content, content) }},
		damage{"zeros", func(content []byte) []byte { return make([]byte, len(content)) }},
		damage{"text", func([]byte) []byte { return []byte(strings.Repeat("This is no entry of a cache.\n", 20)) }},
	)
}

// TestDamagedEntries damages each entry of a cache in many ways, each alone. A run of the same program finds most, and
// one of an edited one finds all that it can use, or cache verify does: always there is one warning, the run is right,
// and the cache is whole afterwards.
func TestDamagedEntries(t *testing.T) {
	times, random := campaign(t)
	const functions = 12
	folder, cache := t.TempDir(), t.TempDir()
	program := filepath.Join(folder, "program.ll")
	write := func(k int) result {
		if err := os.WriteFile(program, []byte(chain(functions, k)), 0o644); err != nil {
			t.Fatal(err)
		}
		return chainResult(functions, k)
	}
	execute := func() result { return runOrcast(t, "run", "--cache-dir", cache, program) }
	requireSame(t, "the first run", write(1), execute())
	pristine := filesOf(t, filepath.Join(cache, "entries"))
	if len(pristine) < 3 {
		t.Fatalf("there are %d entries, want at least code, a profile, and what leads to the code", len(pristine))
	}
	found := map[string]int{}
	for name, content := range pristine {
		for _, d := range append(someDamage(random, 4*times), foreignEntries(pristine, name)...) {
			for k, what := range []string{1: "the same program", 2: "an edited program"} {
				if k == 0 {
					continue
				}
				setFiles(t, filepath.Join(cache, "entries"), pristine)
				if err := os.WriteFile(filepath.Join(cache, "entries", name), d.of(content), 0o600); err != nil {
					t.Fatal(err)
				}
				what = fmt.Sprintf("%s, entry %.8s: %s", what, name, d.what)
				got := execute2(t, write(k), execute, what)
				verified := runOrcast(t, "cache", "verify", "--cache-dir", cache)
				switch noticed := strings.Contains(got.stderr, name); {
				case noticed && verified.status != 0:
					t.Errorf("%s: the run has noticed it, and it is still there: %s", what, verified.stdout)
				case !noticed && (k == 2 || verified.status != 1 || !strings.Contains(verified.stdout, name)):
					t.Errorf("%s: not noticed, %s: %s%s", what, verified.ending(), got.stderr, verified.stdout)
				case noticed:
					found[name]++
				}
				got = execute2(t, write(k), execute, what+", once more")
				if got.stderr != "" {
					t.Errorf("%s: the next run still warns: %s", what, clip(got.stderr))
				}
			}
		}
	}
	t.Logf("found by runs, by entry: %v", found)
}

// execute2 runs and checks, but for at most one warning.
func execute2(t *testing.T, want result, execute func() result, what string) result {
	t.Helper()
	got := execute()
	requireWarnings(t, what, want, got, 0, 1)
	return got
}

// foreignEntries puts other entries in the place of one.
func foreignEntries(entries map[string][]byte, name string) (list []damage) {
	for other, content := range entries {
		if other != name {
			list = append(list, damage{"another entry in its place", func([]byte) []byte { return content }})
		}
	}
	return list
}

// filesOf reads the files of a folder.
func filesOf(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		files[e.Name()] = readFile(t, filepath.Join(folder, e.Name()))
	}
	return files
}

// setFiles makes a folder have these files and no others.
func setFiles(t *testing.T, folder string, files map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDamagedProfiles: whatever is in the file, there is one warning, and a good profile afterwards.
func TestDamagedProfiles(t *testing.T) {
	times, random := campaign(t)
	const functions = 12
	program := inputs(t, "program.ll", chain(functions, 1))[0]
	want, cache, file := chainResult(functions, 1), t.TempDir(), filepath.Join(t.TempDir(), "program.profile")
	execute := func() result { return runOrcast(t, "run", "--cache-dir", cache, "--profile", file, program) }
	requireSame(t, "the first run", want, execute())
	pristine := readFile(t, file)
	const magic, header = 7, 12 // bytes of what profiles begin with
	damages := append(someDamage(random, 8*times),
		damage{"a program", func([]byte) []byte { return readFile(t, program) }},
		damage{"bitcode", func([]byte) []byte { return bitcode(t, helloIR) }})
	for _, d := range damages {
		damaged := d.of(pristine)
		if err := os.WriteFile(file, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if len(damaged) == 0 {
			requireSame(t, d.what, want, execute())
			continue
		}
		got := execute()
		requireWarnings(t, d.what, want, got, 1, 1)
		if !strings.Contains(got.stderr, file) {
			t.Errorf("%s: the warning does not name the file: %s", d.what, got.stderr)
		}
		if len(damaged) < header || string(damaged[:magic]) != string(pristine[:magic]) {
			requireWarnings(t, d.what+", once more", want, execute(), 1, 1)
			if now := readFile(t, file); string(now) != string(damaged) {
				t.Errorf("%s: somebody else's file was written to", d.what)
			}
			continue
		}
		requireSame(t, d.what+", once more", want, execute())
		if shown := runOrcast(t, "profile", "show", file); shown.status != 0 {
			t.Errorf("%s: the profile after it: %s%s", d.what, shown.ending(), shown.stderr)
		}
	}
	for _, c := range []struct {
		what string
		make func(path string) error
	}{
		{"a folder", func(path string) error { return os.Mkdir(path, 0o700) }},
		{"a pipe", func(path string) error { return syscall.Mkfifo(path, 0o600) }},
		{"no end of zeros", func(path string) error { return os.Symlink("/dev/zero", path) }},
	} {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if err := c.make(file); err != nil {
			t.Fatal(err)
		}
		requireWarnings(t, c.what, want, execute(), 1, 1)
		if info, err := os.Lstat(file); err != nil || info.Mode().IsRegular() {
			t.Errorf("%s: it is %v now (%v)", c.what, info.Mode(), err)
		}
	}
}

// TestUnusableFolders: a cache's folder that cannot be used costs at most one warning if nobody asked for that folder.
func TestUnusableFolders(t *testing.T) {
	const functions = 12
	want := chainResult(functions, 1)
	home := publicFolder(t)
	program, binary := filepath.Join(home, "program.ll"), filepath.Join(home, "orcast")
	if err := os.WriteFile(program, []byte(chain(functions, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if os.Link(orcastBinary(t), binary) != nil {
		if err := os.WriteFile(binary, readFile(t, orcastBinary(t)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		what   string
		fewest int
		make   func(t *testing.T, folder string) // folder is where the cache is to be, its parent exists
	}{
		{"a file", 1, func(t *testing.T, folder string) { touch(t, folder) }},
		{"in a file", 1, func(t *testing.T, folder string) {
			if err := os.Remove(filepath.Dir(folder)); err != nil {
				t.Fatal(err)
			}
			touch(t, filepath.Dir(folder))
		}},
		{"writable by all", 1, func(t *testing.T, folder string) { makeFolder(t, folder, 0o777) }},
		{"writable by a group", 1, func(t *testing.T, folder string) { makeFolder(t, folder, 0o770) }},
		{"not writable", 1, func(t *testing.T, folder string) { makeFolder(t, folder, 0o500) }},
		{"not to be looked into", 1, func(t *testing.T, folder string) { makeFolder(t, folder, 0) }},
		{"in one that is not writable", 1, func(t *testing.T, folder string) {
			makeFolder(t, filepath.Dir(folder), 0o500)
		}},
		{"a link that leads nowhere", 1, func(t *testing.T, folder string) {
			if err := os.Symlink("/nonexistent/folder", folder); err != nil {
				t.Fatal(err)
			}
		}},
		{"another user's", 1, func(t *testing.T, folder string) {
			if os.Geteuid() != 0 {
				t.Skip("only root can make it")
			}
			makeFolder(t, folder, 0o755)
			if err := os.Chown(folder, 12345, 12345); err != nil {
				t.Fatal(err)
			}
		}},
		{"on a full file system", 1, func(t *testing.T, folder string) {
			makeFolder(t, folder, 0o700)
			options := "size=4k,mode=700,uid=" + fmt.Sprint(ordinary().Uid)
			if err := syscall.Mount("none", folder, "tmpfs", 0, options); err != nil {
				t.Skipf("mounting: %v", err)
			}
			t.Cleanup(func() {
				if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
					t.Error(err)
				}
			})
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			parent := filepath.Join(publicFolder(t), "caches")
			makeFolder(t, parent, 0o700)
			folder := filepath.Join(parent, "orcast")
			c.make(t, folder)
			p := process{path: binary, argv: []string{"orcast", "run", program}, credential: ordinary(),
				environment: append(slices.Clone(environment), "XDG_CACHE_HOME="+parent)}
			for range 2 {
				requireWarnings(t, c.what, want, p.run(t), c.fewest, 1)
			}
			p.argv = []string{"orcast", "run", "--cache-dir", folder, program}
			if got := p.run(t); got.status == 125 {
				requireRefusal(t, got, folder)
			} else {
				requireWarnings(t, c.what+", asked for", want, got, c.fewest, 1)
			}
		})
	}
	t.Run("nowhere", func(t *testing.T) {
		p := process{path: binary, argv: []string{"orcast", "run", program}, environment: []string{"PATH=/usr/bin"}}
		requireWarnings(t, "without HOME", want, p.run(t), 0, 1)
	})
}

// ordinary is a user for whom modes of files count: this one, or another one if this is root.
func ordinary() *syscall.Credential {
	if os.Geteuid() != 0 {
		return &syscall.Credential{Uid: uint32(os.Geteuid()), Gid: uint32(os.Getegid()), NoSetGroups: true}
	}
	return &syscall.Credential{Uid: 65534, Gid: 65534}
}

// makeFolder makes a folder of the ordinary user with a mode, or gives it one.
func makeFolder(t *testing.T, folder string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(folder, int(ordinary().Uid), int(ordinary().Gid)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, mode); err != nil {
		t.Fatal(err)
	}
}

// publicFolder is a folder that the ordinary user can look into.
func publicFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.Chmod(filepath.Dir(folder), 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

func touch(t *testing.T, file string) {
	t.Helper()
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
}
