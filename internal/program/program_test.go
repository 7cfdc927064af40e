package program

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// llvm is where the tests find LLVM's tools.
const llvm = "/usr/lib/llvm-22/bin/"

func assemble(name string, text []byte) ([]byte, error) {
	as := exec.Command(llvm+"llvm-as", "-o", "-")
	as.Stdin = strings.NewReader(string(text))
	var message strings.Builder
	as.Stderr = &message
	out, err := as.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", name, err, message.String())
	}
	return out, nil
}

var reader = &Reader{ParseIR: assemble}

// run runs a tool in dir.
func run(t testing.TB, dir, tool string, args ...string) {
	t.Helper()
	c := exec.Command(tool, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", tool, strings.Join(args, " "), err, out)
	}
}

// write writes a file and makes its directories.
func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestLink links the files in each testdata/*.txt and compares with the section "want". Sections begin with
// "-- NAME --". What stands before the first is a comment; a line of it "link: INPUT..." gives the inputs,
// where lib.a(x.ll y.c) is an archive of files assembled to bitcode or compiled to native objects.
func TestLink(t *testing.T) {
	cases, _ := filepath.Glob("testdata/*.txt")
	if len(cases) == 0 {
		t.Fatal("no cases in testdata")
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			files := sections(string(text))
			for name, content := range files {
				write(t, filepath.Join(dir, name), content)
			}
			_, line, _ := strings.Cut(string(text), "\nlink: ")
			line, _, _ = strings.Cut(line, "\n")
			inputs := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(line))
			p, err := reader.Load(build(t, dir, inputs), nil, "main")
			got := ""
			if err != nil {
				got = "error: " + err.Error() + "\n"
			} else {
				got = dump(p)
			}
			got = strings.ReplaceAll(got, dir+"/", "")
			if got != files["want"] {
				t.Errorf("got\n%swant\n%s", got, files["want"])
			}
		})
	}
}

func sections(text string) map[string]string {
	files, name := map[string]string{}, ""
	for _, line := range strings.SplitAfter(text, "\n") {
		if strings.HasPrefix(line, "-- ") && strings.HasSuffix(line, " --\n") {
			name = line[3 : len(line)-4]
		} else if name != "" {
			files[name] += line
		}
	}
	return files
}

// build makes the inputs that the words of a "link:" line ask for and returns their paths.
func build(t *testing.T, dir string, words []string) (inputs []string) {
	var members []string
	archive := ""
	for i, word := range words {
		switch {
		case word == "(":
			archive, inputs = inputs[len(inputs)-1], inputs[:len(inputs)-1]
		case word == ")":
			run(t, dir, llvm+"llvm-ar", append([]string{"rc", archive}, members...)...)
			inputs, archive, members = append(inputs, archive), "", nil
		case strings.HasSuffix(word, ".c"), strings.HasSuffix(word, ".ll") && archive != "":
			out := filepath.Join(dir, word+".o")
			args := []string{"-c", "-fPIC", "-O1", word, "-o", out}
			if strings.HasSuffix(word, ".ll") {
				args = append(args, "-emit-llvm", "-Wno-override-module")
			}
			run(t, dir, llvm+"clang", args...)
			if archive == "" {
				inputs = append(inputs, out)
			} else {
				members = append(members, out)
			}
		case i+1 < len(words) && words[i+1] == "(", archive == "":
			inputs = append(inputs, filepath.Join(dir, word))
		}
	}
	return inputs
}

// dump writes a program as text: what each symbol of each module means, and the lists.
func dump(p *Program) string {
	var b strings.Builder
	for _, m := range p.Modules {
		fmt.Fprintf(&b, "module %s\n", m.Name)
		for i, s := range symbolsOf(m.Bitcode) {
			fmt.Fprintf(&b, "  %s = %s\n", plainName(s.Name), meaning(m.Refs[i]))
		}
		for _, s := range m.Symbols {
			if s.Local && m.Ref(s.Def).Symbol != s {
				fmt.Fprintf(&b, "  keeps %s\n", meaning(Ref{Symbol: s}))
			}
		}
	}
	for _, o := range p.Objects {
		fmt.Fprintf(&b, "object %s:", o.Name)
		for _, s := range o.Defined {
			if s.Kept {
				fmt.Fprintf(&b, " %s", s.Name)
			}
		}
		fmt.Fprintln(&b)
	}
	for _, e := range p.External {
		fmt.Fprintf(&b, "%s\n", meaning(Ref{External: e}))
	}
	for _, s := range p.Ctors {
		fmt.Fprintf(&b, "ctor %d %s\n", s.Priority, meaning(s.Func))
	}
	for _, s := range p.Dtors {
		fmt.Fprintf(&b, "dtor %d %s\n", s.Priority, meaning(s.Func))
	}
	return b.String()
}

func meaning(r Ref) string {
	switch {
	case r.Symbol != nil:
		s := r.Symbol
		text := [...]string{Function: "function", IFunc: "ifunc", Data: "data", TLS: "tls"}[s.Kind]
		text += fmt.Sprintf(" %s:%s", s.Module.Name, s.Name)
		if s.Local {
			text += " (local)"
		}
		if s.Resolver != nil {
			text += " resolver " + s.Resolver.Name
		}
		return text
	case r.Object != nil:
		return "object " + r.Object.Object.Name + ":" + r.Object.Name
	case r.Asm != nil:
		return "asm " + r.Asm.Module.Name + ":" + r.Asm.Name
	case r.External != nil:
		e := r.External
		text := "external " + e.Name
		for _, flag := range []struct {
			set  bool
			name string
		}{{e.Weak, "weak"}, {e.TLS, "tls"}, {e.Func, "func"}, {e.SectionStart != "", "start of " + e.SectionStart},
			{e.SectionStop != "", "stop of " + e.SectionStop}} {
			if flag.set {
				text += " " + flag.name
			}
		}
		return text
	}
	return "-"
}

// TestNumbers checks that Symbols and Functions are numbered densely and stand module by module.
func TestNumbers(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.ll",
		"@x = global i32 1\ndefine void @f() {\n  ret void\n}\ndefine i32 @main() {\n  ret i32 0\n}\n")
	write(t, dir+"/b.ll", "@y = internal global i32 1\n@z = global ptr @y\ndefine void @g() {\n  ret void\n}\n")
	p, err := reader.Load([]string{dir + "/a.ll", dir + "/b.ll"}, nil, "main")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Symbols) != 6 || len(p.Functions) != 3 {
		t.Fatalf("%d symbols and %d functions, want 6 and 3", len(p.Symbols), len(p.Functions))
	}
	for i, s := range p.Symbols {
		if int(s.Number) != i {
			t.Errorf("symbol %d has number %d", i, s.Number)
		}
		if s.Func >= 0 && p.Functions[s.Func] != s {
			t.Errorf("function %s is not at its number %d", s.Name, s.Func)
		}
	}
	for _, m := range p.Modules {
		for _, s := range m.Symbols {
			if s.Module != m {
				t.Errorf("%s of %s stands among the symbols of %s", s.Name, s.Module.Name, m.Name)
			}
		}
	}
}

// TestLookup checks names as assembly and objects use them.
func TestLookup(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.ll",
		"@x = internal global i32 1\n@u = global ptr @x\ndeclare void @puts()\ndefine i32 @main() {\n  call void "+
			"@puts()\n  ret i32 0\n}\n")
	write(t, dir+"/b.ll", "@x = global i32 2\n")
	p, err := reader.Load([]string{dir + "/a.ll", dir + "/b.ll"}, nil, "main")
	if err != nil {
		t.Fatal(err)
	}
	own, _ := p.Modules[0].Lookup("x")
	global, _ := p.Lookup("x")
	fromB, _ := p.Modules[1].Lookup("x")
	if own.Symbol == nil || own.Symbol.Module != p.Modules[0] {
		t.Errorf("x in a.ll is %s, want its own", meaning(own))
	}
	if global.Symbol == nil || global.Symbol.Module != p.Modules[1] || fromB != global {
		t.Errorf("x is %s, and %s in b.ll; want that of b.ll", meaning(global), meaning(fromB))
	}
	if r, ok := p.Lookup("puts"); !ok || r.External == nil {
		t.Errorf("puts is %s, want an external name", meaning(r))
	}
	if r, ok := p.Lookup("nobody"); ok {
		t.Errorf("nobody is %s, want nothing", meaning(r))
	}
}

// TestWhoRefers checks that an external name is traced to a function, an initialiser or an object.
func TestWhoRefers(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.ll",
		"@v = external global i32\n@table = global ptr @v\ndeclare void @one()\ndefine i32 @main() {\n  call void "+
			"@one()\n  ret i32 0\n}\n")
	write(t, dir+"/b.c", "int two(void); int three(void) { return two(); }")
	inputs := build(t, dir, []string{"a.ll", "b.c"})
	p, err := reader.Load(inputs, nil, "main")
	if err != nil {
		t.Fatal(err)
	}
	got := p.WhoRefers(map[string]bool{"one": true, "two": true, "v": true, "three": true})
	want := map[string]string{
		"one": "main in " + dir + "/a.ll",
		"two": "the object " + dir + "/b.c.o",
		"v":   "the initialiser of table in " + dir + "/a.ll",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
