package program

import (
	"debug/elf"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ways are the ways in which a module may mention a variable: its comdat, and the text before its type.
var ways = []struct{ comdat, linkage, after string }{
	{"", "", ""},
	{"", "weak", ""},
	{"", "linkonce_odr", ""},
	{"", "common", ""},
	{"any", "", ", comdat"},
	{"any", "linkonce_odr", ", comdat"},
	{"", "internal", ""},
	{"", "external", ""},
	{"", "extern_weak", ""},
	{"", "available_externally", ""},
}

// TestLikeTheLinker links two modules that mention a variable in every pair of ways, once here and once as
// objects with ld, and compares which definition each name means and which names are defined twice. The
// definitions of the modules differ in size, by which one tells them apart.
func TestLikeTheLinker(t *testing.T) {
	dir := t.TempDir()
	for module, size := range map[string]int{"a": 4, "b": 8} {
		var text strings.Builder
		for i := range ways {
			for j := range ways {
				way := ways[i]
				if module == "b" {
					way = ways[j]
				}
				name := fmt.Sprintf("x_%d_%d", i, j)
				if way.comdat != "" {
					fmt.Fprintf(&text, "$%s = comdat %s\n", name, way.comdat)
				}
				initialiser := " zeroinitializer"
				if way.linkage == "external" || way.linkage == "extern_weak" {
					initialiser = ""
				}
				fmt.Fprintf(&text, "@%s = %s global [%d x i8]%s%s\n", name, way.linkage, size, initialiser, way.after)
				fmt.Fprintf(&text, "@use_%s_%s = global ptr @%s\n", module, name, name)
			}
		}
		if module == "a" {
			text.WriteString("define i32 @main() {\n  ret i32 0\n}\n")
		}
		write(t, dir+"/"+module+".ll", text.String())
		run(t, dir, llvm+"clang", "-c", "-fPIC", "-Wno-override-module", module+".ll", "-o", module+".o")
	}

	p := &Program{}
	files, err := reader.open([]string{dir + "/a.ll", dir + "/b.ll"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.index(files); err != nil {
		t.Fatal(err)
	}
	l := newLinker(p, 0)
	for _, f := range files {
		if err := l.addUnit(f.units[0]); err != nil {
			t.Fatal(err)
		}
	}
	l.bind()

	message, err := exec.Command("ld", "-shared", "-o", "/dev/null", dir+"/a.o", dir+"/b.o").CombinedOutput()
	if err == nil {
		t.Error("ld reports no name that is defined twice")
	}
	var want, got []string
	for _, m := range regexp.MustCompile("multiple definition of `(\\w+)'").FindAllStringSubmatch(string(message), -1) {
		want = append(want, m[1])
	}
	for _, d := range l.duplicates {
		name, _, _ := strings.Cut(d, " ")
		got = append(got, name)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("defined twice: %v, ld says %v", got, want)
	}

	run(t, dir, "ld", "-shared", "-z", "muldefs", "-o", "ab.so", "a.o", "b.o")
	lib, err := elf.Open(dir + "/ab.so")
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	symbols, err := lib.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	native := map[string]string{}
	for _, s := range symbols {
		if elf.ST_BIND(s.Info) == elf.STB_LOCAL {
			continue
		}
		native[s.Name] = fmt.Sprint("defined with size ", s.Size)
		if s.Section == elf.SHN_UNDEF {
			native[s.Name] = fmt.Sprint("undefined, weak ", elf.ST_BIND(s.Info) == elf.STB_WEAK)
		}
	}
	for i := range ways {
		for j := range ways {
			name := fmt.Sprintf("x_%d_%d", i, j)
			ours := ""
			switch r, _ := p.Lookup(name); {
			case r.Symbol != nil:
				ours = fmt.Sprint("defined with size ", r.Symbol.Def.Size)
			case r.External != nil:
				ours = fmt.Sprint("undefined, weak ", r.External.Weak)
			}
			if ours != native[name] {
				t.Errorf("%q then %q: %s is %q, ld says %q", ways[i].linkage+ways[i].after,
					ways[j].linkage+ways[j].after, name, ours, native[name])
			}
		}
	}
}

// TestCommonAlignment checks that the largest common symbol is kept, aligned as far as any wants.
func TestCommonAlignment(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.ll",
		"@c = common global [4 x i8] zeroinitializer, align 64\ndefine ptr @main() {\n  ret ptr @c\n}\n")
	write(t, dir+"/b.ll", "@c = common global [8 x i8] zeroinitializer, align 1\n@u = global ptr @c\n")
	p, err := reader.Load([]string{dir + "/a.ll", dir + "/b.ll"}, nil, "main")
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := p.Lookup("c"); r.Symbol == nil || r.Symbol.Def.Size != 8 || r.Symbol.Align != 64 {
		t.Errorf("c is %+v, want size 8 and alignment 64", r.Symbol)
	}
}

// BenchmarkLink links a module of 50,000 functions, half of them internal, once it is indexed.
func BenchmarkLink(b *testing.B) {
	dir := b.TempDir()
	var text strings.Builder
	for i := range 25_000 {
		fmt.Fprintf(&text, "define void @function_number_%d() {\n  ret void\n}\n", i)
		fmt.Fprintf(&text, "define internal void @internal_%d() {\n  ret void\n}\n", i)
	}
	text.WriteString("define i32 @main() {\n  ret i32 0\n}\n")
	write(b, dir+"/a.ll", text.String())
	files, err := reader.open([]string{dir + "/a.ll"}, nil)
	if err != nil {
		b.Fatal(err)
	}
	if err := reader.index(files); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := link(files, "main"); err != nil {
			b.Fatal(err)
		}
	}
}
