package orcast

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orcast/orcast/profile"
)

// TestAnEngineStartsFromTheCache checks that what one engine compiled, another one with the same modules need not compile.
func TestAnEngineStartsFromTheCache(t *testing.T) {
	cache, err := OpenCache(CacheOptions{Dir: t.TempDir(), Warn: func(text string) { t.Error(text) }})
	if err != nil {
		t.Fatal(err)
	}
	run := func(ir string, speculate string) (weighed int64, s Stats) {
		e, err := New(Options{Cache: cache, Speculate: speculate})
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
		weighed = weigh(-5)
		return weighed, e.Stats()
	}
	if w, s := run(embeddedIR, "none"); w != 5 || s.Compiled == 0 || s.Cached != 0 {
		t.Errorf("the first engine weighs %d, having compiled %d functions and found %d", w, s.Compiled, s.Cached)
	}
	if w, s := run(embeddedIR, "none"); w != 5 || s.Compiled != 0 || s.Cached < 2 {
		t.Errorf("the second engine weighs %d, having compiled %d functions and found %d", w, s.Compiled, s.Cached)
	}
	edited := strings.Replace(embeddedIR, "  ret i64 %a\n}\ndefine double", "  %b = add i64 %a, 1\n  ret i64 %b\n}\ndefine double", 1)
	if w, s := run(edited, "none"); w != 6 || s.Compiled != 1 || s.Cached == 0 {
		t.Errorf("the engine with the edited module weighs %d, having compiled %d functions and found %d", w, s.Compiled, s.Cached)
	}
	if w, s := run(embeddedIR, "none"); w != 5 || s.Compiled != 0 {
		t.Errorf("the engine with the first module again weighs %d, having compiled %d functions", w, s.Compiled)
	}
}

// TestARunIsRemembered checks that a profile has what a run called, and that nothing else is compiled ahead next time.
func TestARunIsRemembered(t *testing.T) {
	file, input := filepath.Join(t.TempDir(), "profile"), filepath.Join(t.TempDir(), "program.ll")
	if err := os.WriteFile(input, []byte("define i32 @main() {\n  call void @f()\n  ret i32 0\n}\ndefine void @f() {\n  ret void\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		o, err := Run(Options{Inputs: []string{input}, Profile: file})
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
	o, err := Run(Options{Inputs: []string{input}, Profile: file, Warn: func(text string) { warnings = append(warnings, text) }})
	if err != nil || o.ExitCode != 0 || len(warnings) != 1 || !strings.Contains(warnings[0], file) {
		t.Errorf("with a file that is no profile: %v, %v, %q", o, err, warnings)
	}
}
