package orcast

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/orcast/orcast/profile"
)

// TestAnEngineStartsFromTheCache checks that what one engine compiled, another one with the same modules need not
// compile.
func TestAnEngineStartsFromTheCache(t *testing.T) {
	cache, err := OpenCache(CacheOptions{Dir: t.TempDir(), Warn: func(text string) { t.Error(text) }})
	if err != nil {
		t.Fatal(err)
	}
	run := func(ir string) (int64, Stats) { return weighOnce(t, cache, ir) }
	if w, s := run(embeddedIR); w != 5 || s.Compiled == 0 || s.Cached != 0 {
		t.Errorf("the first engine weighs %d, having compiled %d functions and found %d", w, s.Compiled, s.Cached)
	}
	if w, s := run(embeddedIR); w != 5 || s.Compiled != 0 || s.Cached < 2 {
		t.Errorf("the second engine weighs %d, having compiled %d functions and found %d", w, s.Compiled, s.Cached)
	}
	edited := strings.Replace(embeddedIR, "  ret i64 %a\n}\ndefine double",
		"  %b = add i64 %a, 1\n  ret i64 %b\n}\ndefine double", 1)
	if w, s := run(edited); w != 6 || s.Compiled != 1 || s.Cached == 0 {
		t.Errorf("the engine with the edited module weighs %d, having compiled %d functions and found %d", w,
			s.Compiled, s.Cached)
	}
	if w, s := run(embeddedIR); w != 5 || s.Compiled != 0 {
		t.Errorf("the engine with the first module again weighs %d, having compiled %d functions", w, s.Compiled)
	}
}

// weighOnce makes an engine with a cache and a module, and calls two of its functions.
func weighOnce(t *testing.T, cache *Cache, ir string) (weighed int64, s Stats) {
	t.Helper()
	e, err := New(Options{Cache: cache, Speculate: "none"})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.AddModule("module", []byte(ir)); err != nil {
		t.Fatal(err)
	}
	var weigh func(int64) int64
	var state func() int64
	bind(t, e, "weigh", &weigh)
	bind(t, e, "state", &state)
	if state() != 7 {
		t.Error("the constructor has not run")
	}
	return weigh(-5), e.Stats()
}

// TestACacheIsSharedOverHTTP checks that another machine starts from what this one compiled, and that only who may
// upload does.
func TestACacheIsSharedOverHTTP(t *testing.T) {
	var mu sync.Mutex
	files, late := map[string][]byte{}, make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodPut {
			files[r.URL.Path], _ = io.ReadAll(r.Body)
		} else if file, ok := files[r.URL.Path]; ok {
			w.Write(file)
		} else {
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	machine := func(upload bool, url string) *Cache {
		cache, err := OpenCache(CacheOptions{Dir: t.TempDir(), Remote: url, Upload: upload,
			Warn: func(text string) { t.Error(text) }})
		if err != nil {
			t.Fatal(err)
		}
		return cache
	}
	weighOnce(t, machine(false, server.URL), embeddedIR)
	if len(files) != 0 {
		t.Errorf("%d files were uploaded that should not have been", len(files))
	}
	weighOnce(t, machine(true, server.URL), embeddedIR)
	if w, s := weighOnce(t, machine(false, server.URL), embeddedIR); w != 5 || s.Compiled != 0 {
		t.Errorf("the other machine weighs %d, having compiled %d functions", w, s.Compiled)
	}
	// One that answers only when all is over is not waited for.
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-late }))
	defer slow.Close()
	defer close(late)
	cache, err := OpenCache(CacheOptions{Dir: t.TempDir(), Remote: slow.URL})
	if err != nil {
		t.Fatal(err)
	}
	if w, s := weighOnce(t, cache, embeddedIR); w != 5 || s.Compiled == 0 {
		t.Errorf("with a slow server the engine weighs %d, having compiled %d functions", w, s.Compiled)
	}
}

// TestARunIsRemembered checks that a profile has what a run called, and that nothing else is compiled ahead next time.
func TestARunIsRemembered(t *testing.T) {
	file, input := filepath.Join(t.TempDir(), "profile"), filepath.Join(t.TempDir(), "program.ll")
	const text = "define i32 @main() {\n  call void @f()\n  ret i32 0\n}\ndefine void @f() {\n  ret void\n}\n"
	if err := os.WriteFile(input, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		o, err := Run(Program{Inputs: []string{input}}, Options{Profile: file})
		if err != nil || o.ExitCode != 0 {
			t.Fatal(o, err)
		}
	}
	p, err := profile.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Runs()) != 1 || p.Runs()[0].Weight < 1.5 {
		t.Errorf("two runs that did the same are %d of weight %v", len(p.Runs()), p.Runs()[0].Weight)
	}
	if err := os.WriteFile(file, []byte("no profile"), 0o600); err != nil {
		t.Fatal(err)
	}
	var warnings []string
	o, err := Run(Program{Inputs: []string{input}},
		Options{Profile: file, Warn: func(text string) { warnings = append(warnings, text) }})
	if err != nil || o.ExitCode != 0 || len(warnings) != 1 || !strings.Contains(warnings[0], file) {
		t.Errorf("with a file that is no profile: %v, %v, %q", o, err, warnings)
	}
}
