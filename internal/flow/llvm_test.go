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
	out := command(t, tool(t, "opt"), "-passes=print<branch-prob>,print<block-freq>", "-disable-output", path)
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
	edges, near   int // of blocks with a choice
	blocks        int
	correlation   float64 // sum over functions of rank correlation times blocks
	worst         string
	byCorrelation []string
}

func (a *agreement) add(t *testing.T, b *bitcode.Body, llvm *llvmFlow) {
	f := Analyze(b)
	at := 0
	for block := range b.Blocks {
		successors := b.Successors(block)
		for _, s := range successors {
			p := 0.0 // LLVM tells the sum over edges to one block
			for j, other := range successors {
				if other == s {
					p += f.Blocks[block].Successors[j]
				}
			}
			if at == len(llvm.edges) {
				t.Fatalf("%s: LLVM has fewer edges", b.Function.Name)
			}
			if len(successors) > 1 {
				a.edges++
				if math.Abs(p-llvm.edges[at]) <= 0.1 {
					a.near++
				}
			}
			at++
		}
	}
	if at != len(llvm.edges) || len(llvm.frequencies) != len(b.Blocks) {
		t.Fatalf("%s: %d edges and %d blocks, but %d and %d in LLVM", b.Function.Name, at, len(b.Blocks), len(llvm.edges), len(llvm.frequencies))
	}
	if len(b.Blocks) < 4 {
		return
	}
	ours := make([]float64, len(b.Blocks))
	for i := range ours {
		ours[i] = f.Blocks[i].Frequency
	}
	r := rankCorrelation(ours, llvm.frequencies)
	a.blocks += len(ours)
	a.correlation += r * float64(len(ours))
	if len(ours) > 10 && r < 0.8 {
		a.byCorrelation = append(a.byCorrelation, strconv.FormatFloat(r, 'f', 2, 64)+" "+b.Function.Name+" "+strconv.Itoa(len(ours)))
	}
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

func TestAgainstLLVM(t *testing.T) {
	files, _ := filepath.Glob("../../.build/workloads/*.bc")
	for _, path := range files {
		name := filepath.Base(path)
		if strings.HasPrefix(name, "linear") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			llvm := askLLVM(t, path)
			var a agreement
			for _, f := range load(t, path).Functions {
				if !f.Declaration {
					a.add(t, decode(t, f), llvm[f.Name])
				}
			}
			t.Logf("%d edges, %.4f within 0.1; rank correlation %.4f", a.edges, float64(a.near)/float64(a.edges), a.correlation/float64(a.blocks))
			slices.Sort(a.byCorrelation)
			t.Log(a.byCorrelation[:min(30, len(a.byCorrelation))])
		})
	}
}
