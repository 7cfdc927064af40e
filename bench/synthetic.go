package bench

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
)

// Synthetic says how a program is made that exists only to be measured. It has the functions f0 to fN-1, of which the
// called ones lie at even distances. Each called one also mentions one that is not, in a branch that is not taken but
// looks as likely as others, as far as there are such.
type Synthetic struct {
	Functions int    `json:"functions"`
	Called    int    `json:"called"`         // at least 1, at most Functions
	Blocks    int    `json:"blocks"`         // of about five instructions, in each function
	Depth     int    `json:"depth"`          // main calls functions that call others, down to so many levels
	Order     Order  `json:"order"`          // in which main calls them
	Group     string `json:"plot,omitempty"` // of programs that are drawn as one line
}

// Order is the order of calls beside the order in the module.
type Order string

// The orders there are.
const (
	Forward  Order = "forward"
	Backward Order = "backward"
	Shuffled Order = "shuffled"
)

// Name is the program's, the same for equal ones.
func (s Synthetic) Name() string {
	name := fmt.Sprintf("synthetic-%d-of-%d", s.Called, s.Functions)
	if s.Blocks > 1 {
		name += fmt.Sprintf("-size%d", s.Blocks)
	}
	if s.Depth > 1 {
		name += fmt.Sprintf("-depth%d", s.Depth)
	}
	return name + "-" + string(s.Order)
}

// Workload is the run of the program.
func (s Synthetic) Workload() Workload {
	return Workload{Name: s.Name(), Program: s.Name(), Steady: AsIs, shape: &s}
}

// Make writes the program as bitcode into the folder of workloads, if it is not there.
func (s Synthetic) Make() error {
	file := Folder + s.Name() + ".bc"
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if s.Called < 1 || s.Called > s.Functions || s.Blocks < 1 || s.Depth < 1 {
		return fmt.Errorf("there is no program %+v", s)
	}
	if err := os.MkdirAll(Folder, 0o777); err != nil {
		return err
	}
	cmd := exec.Command("llvm-as-22", "-", "-o", file+".tmp")
	cmd.Stdin = bytes.NewReader(s.text())
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("llvm-as-22: %w\n%s", err, output)
	}
	return os.Rename(file+".tmp", file)
}

// text is the program as textual IR.
func (s Synthetic) text() []byte {
	var text bytes.Buffer
	text.WriteString("target datalayout = " +
		"\"e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128\"\n")
	text.WriteString("target triple = \"x86_64-pc-linux-gnu\"\n")
	chains := s.chains()
	next := make(map[int]int) // the function that one calls
	for _, chain := range chains {
		for i := range len(chain) - 1 {
			next[chain[i]] = chain[i+1]
		}
	}
	stride := s.Functions / s.Called
	for i := range s.Functions {
		callee, calls := next[i]
		if !calls {
			callee = -1
		}
		mentions := -1
		if i%stride == 0 && i/stride < s.Called && stride > 1 {
			mentions = i + 1
		}
		s.function(&text, i, callee, mentions)
	}
	text.WriteString("define i32 @main() {\n  %v0 = add i32 27, 0\n")
	for i, chain := range chains {
		fmt.Fprintf(&text, "  %%v%d = call i32 @f%d(i32 %%v%d)\n", i+1, chain[0], i)
	}
	fmt.Fprintf(&text, "  %%status = and i32 %%v%d, 63\n  ret i32 %%status\n}\n", len(chains))
	return text.Bytes()
}

// chains are the functions called, each chain from the one that main calls to the one that calls none.
func (s Synthetic) chains() [][]int {
	called := make([]int, s.Called)
	for i := range called {
		called[i] = i * (s.Functions / s.Called)
	}
	switch s.Order {
	case Backward:
		slices.SortFunc(called, func(a, b int) int { return cmp.Compare(b, a) })
	case Shuffled:
		r := rand.New(rand.NewPCG(2, 26))
		r.Shuffle(len(called), func(i, j int) { called[i], called[j] = called[j], called[i] })
	}
	return slices.Collect(slices.Chunk(called, s.Depth))
}

// function writes function i, which calls callee and mentions another; -1 stands for none.
func (s Synthetic) function(text *bytes.Buffer, i, callee, mentions int) {
	fmt.Fprintf(text, "define i32 @f%d(i32 %%x0) {\n", i)
	for b := range s.Blocks {
		fmt.Fprintf(text, `  %%odd%[1]d = and i32 %%x%[1]d, 1
  %%is%[1]d = icmp eq i32 %%odd%[1]d, 0
  br i1 %%is%[1]d, label %%even%[1]d, label %%other%[1]d
even%[1]d:
  %%half%[1]d = lshr i32 %%x%[1]d, 1
  br label %%join%[1]d
other%[1]d:
  %%three%[1]d = mul i32 %%x%[1]d, 3
  %%more%[1]d = add i32 %%three%[1]d, %[2]d
  br label %%join%[1]d
join%[1]d:
  %%x%[3]d = phi i32 [ %%half%[1]d, %%even%[1]d ], [ %%more%[1]d, %%other%[1]d ]
`, b, i, b+1)
	}
	result := fmt.Sprintf("%%x%d", s.Blocks)
	if mentions >= 0 { // the value does not get to be 0
		fmt.Fprintf(text,
			"  %%rare = icmp ult i32 %s, 1\n  %%no = and i1 %%rare, %%is0\n  br i1 %%no, label %%seldom, label "+
				"%%usual\n", result)
		fmt.Fprintf(text, "seldom:\n  %%never = call i32 @f%d(i32 %s)\n  ret i32 %%never\nusual:\n", mentions, result)
	}
	if callee >= 0 {
		fmt.Fprintf(text, "  %%down = call i32 @f%d(i32 %s)\n", callee, result)
		result = "%down"
	}
	fmt.Fprintf(text, "  ret i32 %s\n}\n", result)
}
