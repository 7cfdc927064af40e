package baseline

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
)

// assemble reads a module of textual IR.
func assemble(t testing.TB, text []byte) *bitcode.Module {
	t.Helper()
	const assembler = "/usr/lib/llvm-22/bin/llvm-as"
	if _, err := os.Stat(assembler); err != nil {
		t.Skip("llvm-as of LLVM 22 is not installed")
	}
	command := exec.Command(assembler, "-o", "-")
	command.Stdin = bytes.NewReader(text)
	data, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	f, err := bitcode.Read("test", data)
	if err != nil {
		t.Fatal(err)
	}
	return f.Modules[0]
}

// refusalOf compiles a function and returns why it is refused, "" if it is not.
func refusalOf(t testing.TB, c *Compiler, f *bitcode.Symbol) string {
	t.Helper()
	reach := make([]Reach, len(f.Module.Globals)+len(f.Module.Functions)+len(f.Module.Aliases)+len(f.Module.IFuncs))
	unit, err := c.Compile(f, nil, reach)
	var refusal *Refusal
	switch {
	case err == nil && (len(unit.Text) == 0 || unit.EHFrameSize == 0 || len(unit.Definitions) == 0):
		t.Errorf("%s: there is no code", f.Name)
	case errors.As(err, &refusal):
		return refusal.Reason
	case err != nil:
		t.Errorf("%s: %v", f.Name, err)
	}
	return ""
}

// TestRefusals compiles functions that have to be refused, for the reason that stands before each, and a compiler goes
// on after that.
func TestRefusals(t *testing.T) {
	text, err := os.ReadFile("testdata/refused.ll")
	if err != nil {
		t.Fatal(err)
	}
	m, c := assemble(t, text), New()
	reasons := regexp.MustCompile(`(?m)^; (.*)\ndefine [^@]*@(\w+)\(`).FindAllStringSubmatch(string(text), -1)
	if len(reasons) < 20 {
		t.Fatalf("there are only %d functions", len(reasons))
	}
	for _, r := range reasons {
		for _, f := range m.Functions {
			if f.Name == r[2] {
				if got := refusalOf(t, c, f); got != r[1] {
					t.Errorf("%s is refused for %q, not %q", f.Name, got, r[1])
				}
			}
		}
	}
	fine := assemble(t, []byte("define i32 @fine(i32 %a) { %b = add i32 %a, 1 ret i32 %b }"))
	if got := refusalOf(t, c, fine.Functions[0]); got != "" {
		t.Errorf("a plain function is refused: %s", got)
	}
}

// TestRepeatable compiles functions twice, with others in between: nothing of one shows in another.
func TestRepeatable(t *testing.T) {
	paths, _ := filepath.Glob("../../test/programs/*.ll")
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m := assemble(t, data)
		c := New()
		reach := make([]Reach, 1<<12)
		first := map[*bitcode.Symbol][]byte{}
		for pass := range 2 {
			for _, f := range m.Functions {
				if f.Declaration {
					continue
				}
				unit, err := c.Compile(f, nil, reach)
				if err != nil {
					continue
				}
				all := append(bytes.Clone(unit.Text), unit.ReadOnly...)
				if pass == 0 {
					first[f] = all
				} else if !bytes.Equal(first[f], all) {
					t.Errorf("%s: %s is compiled differently the second time", path, f.Name)
				}
			}
		}
	}
}

// TestWorkloads compiles real programs, where scripts/workloads.sh has built them: next to nothing is refused, and
// nothing because of a fault of the compiler's.
func TestWorkloads(t *testing.T) {
	for _, name := range []string{"speedtest1", "lua", "gawk", "jq", "bzip2", "cxx"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile("../../.build/workloads/" + name + ".bc")
			if err != nil {
				t.Skip("scripts/workloads.sh has not built it")
			}
			file, err := bitcode.Read(name, data)
			if err != nil {
				t.Fatal(err)
			}
			c := New()
			count, refused := 0, map[string]int{}
			for _, f := range file.Modules[0].Functions {
				if f.Declaration {
					continue
				}
				count++
				if reason := refusalOf(t, c, f); reason != "" {
					refused[reason]++
				}
			}
			total := 0
			for reason, n := range refused {
				if total += n; reason == "an internal error" || reason == "not enough registers" {
					t.Errorf("%d functions: %s", n, reason)
				}
			}
			t.Log(count, refused)
			if total*20 > count {
				t.Errorf("%d of %d functions are refused: %v", total, count, refused)
			}
		})
	}
}

// FuzzCompile compiles everything in a file.
func FuzzCompile(f *testing.F) {
	for _, path := range []string{"testdata/refused.ll", "../bitcode/testdata/code.ll",
		"../bitcode/testdata/bodies.ll"} {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		command := exec.Command("/usr/lib/llvm-22/bin/llvm-as", "-o", "-")
		command.Stdin = bytes.NewReader(text)
		if data, err := command.Output(); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := bitcode.Read("fuzz", data)
		if err != nil {
			return
		}
		c := New()
		for _, m := range file.Modules {
			for _, f := range m.Functions {
				if !f.Declaration {
					c.Compile(f, nil, nil)
				}
			}
		}
	})
}

// TestMentions: what the code of a function mentions is what a look into the body finds.
func TestMentions(t *testing.T) {
	m := assemble(t, []byte(`
@v = global i32 0
@w = thread_local global i32 0
@t = global [2 x ptr] [ptr @f, ptr @g]
declare void @f()
declare void @g()
declare void @k(ptr)
define i32 @main(ptr %p, i1 %c) {
  call void @f()
  call void %p()
  call void @k(ptr @g)
  br i1 %c, label %a, label %b
a:
  %x = load i32, ptr @v
  ret i32 %x
b:
  %q = load ptr, ptr getelementptr (i8, ptr @t, i64 8)
  call void %q()
  call void @f()
  ret i32 0
}`))
	c := New()
	f := m.Functions[len(m.Functions)-1]
	if reason := refusalOf(t, c, f); reason != "" {
		t.Fatal(reason)
	}
	found := map[bitcode.Mention]bool{}
	name := func(n bitcode.Mention) bitcode.Mention { return bitcode.Mention{Symbol: n.Symbol, Call: n.Call} }
	for _, n := range c.Mentions() {
		found[name(n)] = true
		if n.Symbol == nil && n.Type == bitcode.NoType {
			t.Error("an indirect call has no type")
		}
	}
	want := map[bitcode.Mention]bool{}
	err := f.Skim(func(mentions []bitcode.Mention) {
		for _, n := range mentions {
			want[name(n)] = true
		}
	})
	if err != nil || !maps.Equal(found, want) {
		t.Errorf("%v; the code mentions %v, the body %v", err, found, want)
	}
}
