package bitcode

import "testing"

// BenchmarkDigest digests every function of a module, whose common tables are there already.
func BenchmarkDigest(b *testing.B) {
	f := read(b, "bench.bc", benchmarked(b))
	var functions []*Symbol
	for _, m := range f.Modules {
		m.digestTables()
		for _, s := range m.Functions {
			if !s.Declaration {
				functions = append(functions, s)
			}
		}
	}
	for b.Loop() {
		for _, s := range functions {
			s.Digest()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(functions)), "us/function")
}

// BenchmarkDigestTables reads what the digests of a module have in common.
func BenchmarkDigestTables(b *testing.B) {
	data := benchmarked(b)
	for b.Loop() {
		b.StopTimer()
		f := read(b, "bench.bc", data)
		b.StartTimer()
		for _, m := range f.Modules {
			m.digestTables()
		}
	}
}
