package flow

import (
	"bufio"
	"cmp"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
)

// llvmFlow is what LLVM says of a function.
type llvmFlow struct {
	edges       []float64 // probabilities from block to block, in the order of blocks and then of successors
	frequencies []float64 // of blocks
}

var (
	functionLine  = regexp.MustCompile(`^Printing analysis .* for function '(.*)':$`)
	edgeLine      = regexp.MustCompile(`^  edge .* probability is 0x([0-9a-f]+) / 0x80000000`)
	frequencyLine = regexp.MustCompile(`^ - .*: float = ([^,]+),`)
)

// askLLVM runs LLVM's own analyses over a file.
func askLLVM(t *testing.T, path string) map[string]*llvmFlow {
	t.Helper()
	out := command(t, tool(t, "opt"), "-passes=instnamer,print<branch-prob>,print<block-freq>", "-disable-output", path)
	functions := map[string]*llvmFlow{}
	var f *llvmFlow
	for lines := bufio.NewScanner(strings.NewReader(out)); lines.Scan(); {
		line := lines.Text()
		if m := functionLine.FindStringSubmatch(line); m != nil {
			if f = functions[m[1]]; f == nil {
				f = &llvmFlow{}
				functions[m[1]] = f
			}
		} else if m := edgeLine.FindStringSubmatch(line); m != nil {
			n, _ := strconv.ParseUint(m[1], 16, 32)
			f.edges = append(f.edges, float64(n)/(1<<31))
		} else if m := frequencyLine.FindStringSubmatch(line); m != nil {
			n, _ := strconv.ParseFloat(m[1], 64)
			f.frequencies = append(f.frequencies, n)
		}
	}
	return functions
}

// agreement is how far we and LLVM agree.
type agreement struct {
	all, shared share // edges of blocks that have a choice; those on which only rules speak that LLVM has too
	blocks      int
	correlation float64 // rank correlation of frequencies in a function times its blocks, summed up
}

// share counts edges, and those whose probabilities differ by 0.1 at most.
type share struct{ edges, near int }

func (s *share) add(difference float64) {
	s.edges++
	if math.Abs(difference) <= 0.1 {
		s.near++
	}
}

func (s share) of() float64 { return float64(s.near) / float64(s.edges) }

func (a *agreement) add(t *testing.T, b *bitcode.Body, llvm *llvmFlow) {
	own := scanned(b, new(room))
	own.solveAll()
	at := 0
	for block := range b.Blocks {
		successors := b.Successors(block)
		for i, s := range successors {
			if at == len(llvm.edges) {
				t.Fatalf("%s: LLVM has fewer edges", b.Function.Name)
			}
			if slices.ContainsFunc(successors, func(other uint32) bool { return other != s }) {
				d := chance(own, block, i) - llvm.edges[at]
				a.all.add(d)
				if isShared(own, block) {
					a.shared.add(d)
				}
			}
			at++
		}
	}
	if at != len(llvm.edges) || len(llvm.frequencies) != len(b.Blocks) {
		t.Fatalf("%s: %d edges and %d blocks, but %d and %d in LLVM", b.Function.Name, at, len(b.Blocks),
			len(llvm.edges), len(llvm.frequencies))
	}
	if len(b.Blocks) < 4 {
		return
	}
	ours := make([]float64, len(b.Blocks))
	for i := range ours {
		ours[i] = own.blocks[i].Frequency
	}
	a.blocks += len(ours)
	a.correlation += rankCorrelation(ours, llvm.frequencies) * float64(len(ours))
}

// chance is the probability of all edges to the same block as one of a block's, as LLVM tells it.
func chance(a *analysis, block, edge int) float64 {
	successors := a.body.Successors(block)
	p := 0.0
	for i, s := range successors {
		if s == successors[edge] {
			p += a.blocks[block].Successors[i]
		}
	}
	return p
}

// isShared says that no rule speaks on a block's edges which LLVM does not have.
func isShared(a *analysis, block int) bool {
	if len(a.body.Successors(block)) != 2 || a.place[block] == unreached {
		return true
	}
	p := []float64{0.5, 0.5}
	a.combineShapes(uint32(block), p)
	for _, condition := range a.body.Operands(int(a.body.Blocks[block].End) - 1) {
		if t := a.truth(condition); t == isSuccess || t == 1-isSuccess {
			return false
		}
	}
	return p[0] == 0.5
}

// rankCorrelation is Spearman's, 1 if one side is constant.
func rankCorrelation(x, y []float64) float64 {
	x, y = ranks(x), ranks(y)
	mean := float64(len(x)-1) / 2
	var xy, xx, yy float64
	for i := range x {
		dx, dy := x[i]-mean, y[i]-mean
		xy, xx, yy = xy+dx*dy, xx+dx*dx, yy+dy*dy
	}
	if xx == 0 || yy == 0 {
		return 1
	}
	return xy / math.Sqrt(xx*yy)
}

// ranks gives equal values their mean rank; values that differ by rounding only count as equal.
func ranks(v []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(v[i], v[j]) })
	ranks := make([]float64, len(v))
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && v[order[j]] <= v[order[i]]*1.001 {
			j++
		}
		for k := i; k < j; k++ {
			ranks[order[k]] = float64(i+j-1) / 2
		}
		i = j
	}
	return ranks
}

// TestAgainstLLVM compares with LLVM's analyses on a small program and, if they have been built, on real ones.
//
// We differ where rules.go and predict.go say so, because real profiles say so: the shapes of successors (call, return,
// loop), results of calls, single bits, loops that go round 7 times instead of 31; and on purpose in what leads to a
// loop that ends in an error. Of the edges on which none of these rules speaks, most others that differ are exits of
// loops which also compare something: LLVM takes the first rule that applies, we combine. Beyond that LLVM recognises
// the results of strcmp, and constants in phis.
func TestAgainstLLVM(t *testing.T) {
	sample := filepath.Join(t.TempDir(), "sample.bc")
	command(t, tool(t, "clang"), "-O2", "-emit-llvm", "-c", "testdata/sample.c", "-o", sample)
	files := []string{sample}
	for _, name := range []string{"bzip2", "cxx", "lua", "sqlite3"} {
		built, _ := filepath.Glob("../../.build/workloads/" + name + ".bc")
		files = append(files, built...)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			llvm := askLLVM(t, path)
			var a agreement
			for _, f := range load(t, path).Functions {
				if !f.Declaration {
					a.add(t, decode(t, f), llvm[f.Name])
				}
			}
			correlation := a.correlation / float64(a.blocks)
			t.Logf("of %d edges, %.3f are within 0.1, %.3f of those with the same rules; rank correlation of "+
				"frequencies %.3f", a.all.edges, a.all.of(), a.shared.of(), correlation)
			floor := 0.94
			if path == sample {
				floor = 0.75 // half of its loops compare pointers
			}
			if a.all.of() < 0.72 || a.shared.of() < floor || correlation < 0.92 {
				t.Error("that is less than it was")
			}
		})
	}
}
