package flow

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
)

// TestDamaged analyses whatever can still be decoded of damaged files. Of it, numbers must make sense.
func TestDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shapes.bc")
	command(t, tool(t, "llvm-as"), "testdata/shapes.ll", "-o", path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	analyzed := 0
	for range 1500 {
		data := slices.Clone(whole)
		for range 1 + random.IntN(8) {
			data[random.IntN(len(data))] ^= 1 << random.IntN(8)
		}
		f, err := bitcode.Read("damaged", data)
		if err != nil {
			continue
		}
		for _, m := range f.Modules {
			tables := NewTables(m)
			for _, s := range m.Functions {
				if b, err := s.Decode(); err == nil {
					check(t, Analyze(b))
					tables.Candidates(b)
					analyzed++
				}
			}
		}
	}
	if analyzed < 500 {
		t.Errorf("only %d bodies could be decoded", analyzed)
	}
}

// check checks what holds for every function.
func check(t *testing.T, f *Function) {
	t.Helper()
	for i, b := range f.Blocks {
		sum := 0.0
		for _, p := range b.Successors {
			sum += p
		}
		if len(b.Successors) > 0 && math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: the probabilities behind block %d add up to %g", f.Symbol.Name, i, sum)
		}
		if !(b.Reach >= 0 && b.Reach <= 1) || !(b.Delay >= 0) || math.IsInf(b.Delay, 0) || !(b.Frequency >= 0) {
			t.Errorf("%s: block %d has %+v", f.Symbol.Name, i, b)
		}
	}
	for i, c := range f.Calls {
		if i > 0 && c.Delay < f.Calls[i-1].Delay || !(c.Reach >= 0 && c.Reach <= 1) {
			t.Errorf("%s: call %d is %+v", f.Symbol.Name, i, c)
		}
	}
}

// contrived are bodies on which careless algorithms take quadratic time or recurse deeply.
func contrived(t testing.TB, n int) map[string]*bitcode.Body {
	t.Helper()
	shapes := map[string]func(i int) (x, y int){
		"ladder":      func(i int) (x, y int) { return i + 1, n },
		"diamonds":    func(i int) (x, y int) { return i + 1, min(i+2, n) },
		"nested":      func(i int) (x, y int) { return i + 1, max(n-i, 1) },
		"row":         func(i int) (x, y int) { return i + 1, max(i-1, 1) },
		"irreducible": func(i int) (x, y int) { return min(2*i+1, n), 1 + i*7919%(n-1) },
		"exits":       func(i int) (x, y int) { return 1 + i%(n-1), n },
	}
	bodies := map[string]*bitcode.Body{}
	for name, shape := range shapes {
		var text strings.Builder
		text.WriteString("declare void @f()\ndefine void @" + name + "(i1 %x) {\nentry:\n br label %b1\n")
		for i := 1; i < n; i++ {
			x, y := shape(i)
			fmt.Fprintf(&text, "b%d:\n call void @f()\n br i1 %%x, label %%b%d, label %%b%d\n", i, x, y)
		}
		fmt.Fprintf(&text, "b%d:\n ret void\n}\n", n)
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path+".ll", []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		command(t, tool(t, "llvm-as"), path+".ll", "-o", path+".bc")
		m := load(t, path+".bc")
		bodies[name] = decode(t,
			m.Functions[slices.IndexFunc(m.Functions, func(s *bitcode.Symbol) bool { return s.Name == name })])
	}
	return bodies
}

func TestContrived(t *testing.T) {
	for name, b := range contrived(t, 300) {
		f := Analyze(b)
		check(t, f)
		if last := f.Blocks[len(f.Blocks)-1]; name != "irreducible" && math.Abs(last.Reach-1) > 0.01 {
			t.Errorf("%s: the end is reached with %g", name, last.Reach)
		}
	}
}

func BenchmarkContrived(b *testing.B) {
	for name, body := range contrived(b, 10000) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Analyze(body)
			}
		})
	}
}
