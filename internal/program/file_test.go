package program

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const mainIR = "define i32 @main() {\n  ret i32 0\n}\n"

// TestArchiveFormats pulls a member with a long name out of each kind of archive.
func TestArchiveFormats(t *testing.T) {
	const long = "a_module_with_a_long_name.bc"
	for _, format := range []string{"--format=gnu", "--format=bsd", "--format=darwin", "--thin"} {
		t.Run(strings.TrimLeft(format, "-"), func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir+"/main.ll", mainIR)
			run(t, dir, llvm+"llvm-as", "main.ll", "-o", long)
			write(t, dir+"/notes.txt", "odd")
			run(t, dir, llvm+"llvm-ar", "rc", format, "lib.a", "notes.txt", long)
			p, err := reader.Load([]string{dir + "/lib.a"}, nil, "main")
			if err != nil {
				t.Fatal(err)
			}
			if name := p.Modules[0].Name; !strings.HasPrefix(name, dir+"/lib.a(") ||
				!strings.HasSuffix(name, long+")") {
				t.Errorf("the module is called %s", name)
			}
		})
	}
}

// FuzzArchive checks that no archive makes the reader panic.
func FuzzArchive(f *testing.F) {
	member := func(name, size, body string) string { return fmt.Sprintf("%-48s%-10s`\n%s", name, size, body) }
	f.Add([]byte(archiveMagic + member("//", "8", "long.o/\n") + member("/0", "2", "ab") +
		member("#1/4", "6", "nameab")))
	f.Add([]byte(thinArchiveMagic + member("/SYM64/", "0", "") + member("/9", "1", "")))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !bytes.HasPrefix(data, []byte(archiveMagic)) {
			return // thin archives name files of this machine
		}
		members, err := readArchive("fuzz.a", data)
		size := 0
		for _, m := range members {
			size += len(m.data)
		}
		if err == nil && size > len(data) {
			t.Errorf("members of %d bytes in an archive of %d", size, len(data))
		}
	})
}

// TestBadInputs checks what is said about inputs that cannot be run.
func TestBadInputs(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/main.ll", mainIR)
	run(t, dir, llvm+"llvm-as", "main.ll", "-o", "main.bc")
	good, err := os.ReadFile(dir + "/main.bc")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir+"/empty.bc", "")
	write(t, dir+"/cut.bc", string(good[:len(good)/2/4*4]))
	write(t, dir+"/text.ll", "this is no IR\n")
	write(t, dir+"/binary", "\x00\x01\x02\x03")
	write(t, dir+"/arm.ll", "target triple = \"aarch64-unknown-linux-gnu\"\n"+mainIR)
	write(t, dir+"/mac.ll", "target triple = \"x86_64-apple-macosx14.0.0\"\n"+mainIR)
	write(t, dir+"/x32.ll", "target triple = \"x86_64-unknown-linux-gnux32\"\n"+mainIR)
	write(t, dir+"/declared.ll", "declare i32 @main()\ndefine i32 @run_main() {\n  ret i32 0\n}\n")
	write(t, dir+"/other.ll", "define i32 @Main() {\n  ret i32 0\n}\n")
	write(t, dir+"/static.ll",
		"define internal i32 @main() {\n  ret i32 0\n}\ndefine i32 @f() {\n  %1 = call i32 @main()\n  ret i32 %1\n}\n")
	write(t, dir+"/data.ll", "@main = global i32 0\n")
	write(t, dir+"/library.so", "text")
	write(t, dir+"/cut.a", archiveMagic+"main.bc/")
	write(t, dir+"/useless.a", archiveMagic+fmt.Sprintf("%-48s%-10d`\n%s", "a.txt/", 2, "ab"))
	write(t, dir+"/circle.so", "INPUT("+dir+"/circle.so)")
	write(t, dir+"/lost.so", "GROUP ( libnowhere.so )")
	write(t, dir+"/arm.c", "int x;")
	run(t, dir, llvm+"clang", "--target=aarch64-linux-gnu", "-c", "arm.c", "-o", "arm.o")
	run(t, dir, llvm+"clang", "-Wno-override-module", "main.ll", "-o", "program")
	write(t, dir+"/cut.o", "\x7fELF\x02\x01\x01")

	for _, c := range []struct {
		input string
		want  []string // parts of the message
	}{
		{"missing.bc", []string{"no such file"}},
		{".", []string{"directory"}},
		{"empty.bc", []string{"empty"}},
		{"cut.bc", nil},
		{"text.ll", []string{"expected top-level entity"}},
		{"binary", []string{"neither LLVM IR nor"}},
		{"arm.ll", []string{"aarch64-unknown-linux-gnu", "--target=x86_64-linux-gnu"}},
		{"mac.ll", []string{"x86_64-apple-macosx14.0.0"}},
		{"x32.ll", []string{"gnux32"}},
		{"declared.ll", []string{"main is only declared", "--entry"}},
		{"other.ll", []string{"the function main", "--entry", "Main"}},
		{"static.ll", []string{"main is local"}},
		{"data.ll", []string{"main is not a function"}},
		{"cut.a", []string{"offset 8"}},
		{"useless.a", []string{"no member"}},
		{"circle.so", []string{"circle"}},
		{"lost.so", []string{"libnowhere.so", "/lib/x86_64-linux-gnu"}},
		{"arm.o", []string{"EM_AARCH64"}},
		{"program", []string{"executable"}},
		{"cut.o", []string{"damaged"}},
	} {
		t.Run(c.input, func(t *testing.T) {
			path := filepath.Join(dir, c.input)
			_, err := reader.Load([]string{path}, nil, "main")
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range append(c.want, strings.TrimSuffix(path, "/.")) {
				if len(c.want) > 0 && strings.HasPrefix(c.want[0], "the function main") && part == path {
					continue // no one file is to blame
				}
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}

	if _, err := reader.Load(nil, nil, "main"); err == nil || !strings.Contains(err.Error(), "no input") {
		t.Errorf("without inputs: %v", err)
	}
	if _, err := reader.Load([]string{dir + "/main.bc"}, []string{dir + "/library.so"}, "main"); err == nil ||
		!strings.Contains(err.Error(), "not a shared library") {
		t.Errorf("a text as library: %v", err)
	}
}

// TestBitFlips checks that damaged bitcode makes errors or programs, but no panic.
func TestBitFlips(t *testing.T) {
	text := sections(mustRead(t, "testdata/aliases.txt"))["a.ll"]
	good, err := assemble("a.ll", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/a.bc"
	for bit := 0; bit < 8*len(good); bit += 7 {
		bad := slices.Clone(good)
		bad[bit/8] ^= 1 << (bit % 8)
		write(t, path, string(bad))
		p, err := reader.Load([]string{path}, nil, "main")
		if err == nil && p.Entry == (Ref{}) {
			t.Errorf("bit %d: a program without an entry", bit)
		}
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestLibraries checks the order of libraries and how dlopen can find them.
func TestLibraries(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, dir+"/main.ll", mainIR)
	write(t, dir+"/f.c", "void f(void) {}")
	run(t, dir, llvm+"clang", "-shared", "-fPIC", "f.c", "-o", "libf.so")
	run(t, dir, "cp", "libf.so", "libg.so")
	run(t, dir, "cp", "libf.so", "libh.so")
	write(t, dir+"/script.so",
		"/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\nGROUP ( "+dir+"/libf.so AS_NEEDED ( libg.so -lh ) )\n")
	p, err := reader.Load([]string{"main.ll", "libf.so"}, []string{"libz.so.1", "script.so"}, "main")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"./libf.so", "libz.so.1", dir + "/libf.so", "./libg.so", "./libh.so"}
	if !slices.Equal(p.Libraries, want) {
		t.Errorf("libraries %q, want %q", p.Libraries, want)
	}
}

// TestSeveralModules checks a file of two modules, in a wrapper-free concatenation as llvm-cat makes it.
func TestSeveralModules(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.ll", "declare i32 @f()\ndefine i32 @main() {\n  %1 = call i32 @f()\n  ret i32 %1\n}\n")
	write(t, dir+"/b.ll", "define i32 @f() {\n  ret i32 0\n}\n")
	run(t, dir, llvm+"llvm-as", "a.ll")
	run(t, dir, llvm+"llvm-as", "b.ll")
	run(t, dir, llvm+"llvm-cat", "-b", "a.bc", "b.bc", "-o", "ab")
	p, err := reader.Load([]string{dir + "/ab"}, nil, "main")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Modules) != 2 || p.Modules[1].Name != dir+"/ab[1]" {
		t.Fatalf("%d modules, want ab[0] and ab[1]", len(p.Modules))
	}
	if r, _ := p.Lookup("f"); r.Symbol == nil || r.Symbol.Module != p.Modules[1] {
		t.Errorf("f is %s, want that of the second module", meaning(r))
	}
}
