package bitcode

import (
	"os"
	"testing"
)

// benchmarked is the module that ORCAST_BENCH_BC names.
func benchmarked(b *testing.B) []byte {
	path := os.Getenv("ORCAST_BENCH_BC")
	if path == "" {
		b.Skip("ORCAST_BENCH_BC names no module")
	}
	b.ReportAllocs()
	return load(b, path)
}

// BenchmarkIndex measures bytes of a file per second, bodies included, which are passed over.
func BenchmarkIndex(b *testing.B) {
	data := benchmarked(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		read(b, "bench.bc", data)
	}
}

// BenchmarkDecode measures bytes of a file per second, all of whose bodies are decoded.
func BenchmarkDecode(b *testing.B) {
	data := benchmarked(b)
	f := read(b, "bench.bc", data)
	var functions []*Symbol
	for _, m := range f.Modules {
		for _, s := range m.Functions {
			if !s.Declaration {
				functions = append(functions, s)
			}
		}
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for _, s := range functions {
			if _, err := s.Decode(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkSkim does with Skim what BenchmarkDecode does with Decode.
func BenchmarkSkim(b *testing.B) {
	data := benchmarked(b)
	f := read(b, "bench.bc", data)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for _, m := range f.Modules {
			for _, s := range m.Functions {
				if s.Declaration {
					continue
				}
				if err := s.Skim(func([]Mention) {}); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}
