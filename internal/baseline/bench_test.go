package baseline

import (
	"os"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
)

// BenchmarkCompile compiles all functions of real programs, where scripts/workloads.sh has built them.
func BenchmarkCompile(b *testing.B) {
	for _, name := range []string{"speedtest1", "lua", "gawk"} {
		b.Run(name, func(b *testing.B) {
			data, err := os.ReadFile("../../.build/workloads/" + name + ".bc")
			if err != nil {
				b.Skip("scripts/workloads.sh has not built it")
			}
			f, err := bitcode.Read(name, data)
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
		})
	}
}
