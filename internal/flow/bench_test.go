package flow

import (
	"os"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
)

// BenchmarkAnalyze analyses all functions of the file that ORCAST_BENCH_BC names. Decoding is not in the time.
func BenchmarkAnalyze(b *testing.B) {
	path := os.Getenv("ORCAST_BENCH_BC")
	if path == "" {
		b.Skip("set ORCAST_BENCH_BC to a bitcode file")
	}
	var bodies []*bitcode.Body
	blocks, insts := 0, 0
	for _, f := range load(b, path).Functions {
		if !f.Declaration {
			body := decode(b, f)
			bodies = append(bodies, body)
			blocks += len(body.Blocks)
			insts += len(body.Insts)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, body := range bodies {
			Analyze(body)
		}
	}
	perRun := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	b.ReportMetric(perRun/float64(blocks), "ns/block")
	b.ReportMetric(perRun/float64(insts), "ns/inst")
}

// BenchmarkCallsOf does what a forecast does, decoding included.
func BenchmarkCallsOf(b *testing.B) {
	path := os.Getenv("ORCAST_BENCH_BC")
	if path == "" {
		b.Skip("set ORCAST_BENCH_BC to a bitcode file")
	}
	m := load(b, path)
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range m.Functions {
			if !f.Declaration {
				f.Lend(func(body *bitcode.Body) { CallsOf(body) })
			}
		}
	}
}
