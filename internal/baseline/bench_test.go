package baseline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
)

// BenchmarkCompile compiles all functions of the real programs that scripts/workloads.sh has built.
func BenchmarkCompile(b *testing.B) {
	files, err := filepath.Glob("../../.build/workloads/*.bc")
	if err != nil {
		b.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".bc")
		if strings.HasPrefix(name, "synthetic") {
			continue
		}
		b.Run(name, func(b *testing.B) { benchmarkCompile(b, file) })
	}
}

func benchmarkCompile(b *testing.B, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	f, err := bitcode.Read(file, data)
	if err != nil {
		b.Fatal(err)
	}
	c := New()
	reach := make([]Reach, 1<<16) // all of them far
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for _, f := range f.Modules[0].Functions {
			if !f.Declaration {
				c.Compile(f, nil, reach)
			}
		}
	}
}
