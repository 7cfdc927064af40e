package object

import (
	"bytes"
	"debug/elf"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// run runs a program and gives what it prints; its failure is the test's.
func run(t testing.TB, name string, arguments ...string) string {
	t.Helper()
	output, err := exec.Command(name, arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s (Debian's packages clang-22 and llvm-22 are needed): %v\n%s", name,
			strings.Join(arguments, " "), err, output)
	}
	return string(output)
}

// compile makes an object of a source.
func compile(t testing.TB, source string, flags ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), filepath.Base(source)+".o")
	run(t, "clang-22", append([]string{"-w", "-c", "-fPIC", source, "-o", out}, flags...)...)
	return out
}

// assemble makes an object of assembly, or of C with the flags for it.
func assemble(t testing.TB, text string, flags ...string) []byte {
	t.Helper()
	source := filepath.Join(t.TempDir(), "text.s")
	if len(flags) > 0 {
		source = strings.TrimSuffix(source, "s") + "c"
	}
	write(t, source, []byte(text))
	return read(t, compile(t, source, flags...))
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func merge(t testing.TB, objects ...[]byte) []byte {
	t.Helper()
	inputs := make([]Input, len(objects))
	for i := range objects {
		inputs[i].Object = objects[i]
	}
	out, err := Merge(inputs)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// program compiles what is in testdata, main.cpp last.
func program(t testing.TB, flags ...string) (files []string, objects [][]byte) {
	t.Helper()
	for _, source := range []string{"first.c", "second.c", "control.c", "throws.cpp", "catches.cpp", "main.cpp"} {
		o := compile(t, filepath.Join("testdata", source), flags...)
		files, objects = append(files, o), append(objects, read(t, o))
	}
	return files, objects
}

// output is what the program prints.
const output = `-1:5:many 7:7:nought 3:9:one -88:-2:two 86:13:three 250:21:ought ` +
	`-5:4:many 192:19:many 1:33:many -1:10:many 
2.8 -0.540541
1 10 112 135
4 6 71
42 51 45
11 0
leaving
0 leaving
11 leaving
2000 leaving
-1 2 4 1 3 
`

var variants = []struct {
	name  string
	flags []string
}{
	{"O0", []string{"-O0"}},
	{"O2", []string{"-O2"}},
	{"debug", []string{"-O1", "-g", "-fcf-protection", "-faddrsig"}},
	{"calls", []string{"-O2", "-fno-plt", "-Wa,-mrelax-relocations=no", "-ftls-model=initial-exec"}},
	{"sections", []string{"-O2", "-ffunction-sections", "-fdata-sections", "-fpatchable-function-entry=2"}},
}

// TestProgram links a program's objects one by one, merged, and merged in two steps: each prints the same.
func TestProgram(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			files, objects := program(t, v.flags...)
			link := func(name string, files ...string) string {
				out := filepath.Join(t.TempDir(), name)
				run(t, "clang++-22", append(files, "-o", out)...)
				return run(t, out)
			}
			each := link("each", files...)
			if each != output {
				t.Fatalf("unmerged the program prints\n%s", each)
			}
			half := merge(t, objects[:3]...)
			for name, o := range map[string][]byte{
				"once":  merge(t, objects...),
				"twice": merge(t, append([][]byte{half}, objects[3:]...)...),
				"tail":  merge(t, merge(t, objects...)),
			} {
				file := filepath.Join(t.TempDir(), name+".o")
				write(t, file, o)
				if got := link(name, file); got != output {
					t.Errorf("merged %s it prints\n%snot\n%s", name, got, output)
				}
				run(t, "llvm-readobj-22", "-a", "--unwind", file)
				if text := run(t, "llvm-objdump-22", "-dr", file); !strings.Contains(text, "<choose>:") {
					t.Errorf("merged %s llvm-objdump does not find the code:\n%s", name, text)
				}
			}
			if !bytes.Equal(merge(t, objects...), merge(t, objects...)) {
				t.Error("the same objects make different ones")
			}
		})
	}
}

// TestJITLink lets LLVM's linker for JITs run the merged program. It does not know all ways to thread-local variables,
// and calls no constructors.
func TestJITLink(t *testing.T) {
	files, objects := program(t, "-O1", "-femulated-tls")
	merged := filepath.Join(t.TempDir(), "merged.o")
	write(t, merged, merge(t, objects...))
	linker := filepath.Join(strings.TrimSpace(run(t, "llvm-config-22", "--bindir")), "llvm-jitlink")
	library := strings.TrimSpace(run(t, "clang++-22", "-print-file-name=libstdc++.so.6"))
	for _, linked := range [][]string{files, {merged}} {
		if got, want := run(t, linker, append(linked, "-preload="+library)...),
			strings.TrimSuffix(output, "2 4 1 3 \n")+"\n"; got != want {
			t.Errorf("of %d objects it prints\n%snot\n%s", len(linked), got, want)
		}
	}
}

// contents are what can be compared of objects: symbols but for those of sections and files, and relocations by type.
func contents(t *testing.T, object []byte) (symbols []string, relocations map[elf.R_X86_64]int) {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(object))
	if err != nil {
		t.Fatal(err)
	}
	list, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	globals := false
	for i, s := range list {
		typ, bind, where := elf.ST_TYPE(s.Info), elf.ST_BIND(s.Info), s.Section.String()
		if s.Section < elf.SectionIndex(len(f.Sections)) {
			where = f.Sections[s.Section].Name
		}
		if bind == elf.STB_LOCAL && globals || bind != elf.STB_LOCAL && !globals && int(symtab(f).Info) != i+1 {
			t.Errorf("symbol %d, %s, stands on the wrong side of %d", i+1, s.Name, symtab(f).Info)
		}
		globals = globals || bind != elf.STB_LOCAL
		if typ != elf.STT_SECTION && typ != elf.STT_FILE {
			symbols = append(symbols, fmt.Sprintf("%s %v %v %v in %q, %d bytes", s.Name, typ, bind,
				elf.ST_VISIBILITY(s.Other), where, s.Size))
		}
	}
	slices.Sort(symbols)
	relocations = map[elf.R_X86_64]int{}
	for _, s := range f.Sections {
		if s.Type != elf.SHT_RELA || f.Sections[s.Info].Flags&elf.SHF_ALLOC == 0 {
			continue
		}
		data, err := s.Data()
		if err != nil || len(data)%relaSize != 0 || f.Sections[s.Link].Type != elf.SHT_SYMTAB {
			t.Fatalf("relocations %s: %d bytes, symbols in section %d: %v", s.Name, len(data), s.Link, err)
		}
		for ; len(data) > 0; data = data[relaSize:] {
			relocations[elf.R_X86_64(f.ByteOrder.Uint32(data[8:]))]++
		}
	}
	return symbols, relocations
}

func symtab(f *elf.File) *elf.Section { return f.SectionByType(elf.SHT_SYMTAB) }

// TestAsLinker compares with what ld -r makes.
func TestAsLinker(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			files, objects := program(t, v.flags...)
			out := filepath.Join(t.TempDir(), "out.o")
			run(t, "ld", append([]string{"-r", "-o", out}, files...)...)
			symbols, relocations := contents(t, merge(t, objects...))
			wantSymbols, wantRelocations := contents(t, read(t, out))
			if !slices.Equal(symbols, wantSymbols) {
				t.Errorf("symbols are\n%s\nand with ld\n%s", strings.Join(symbols, "\n"),
					strings.Join(wantSymbols, "\n"))
			}
			if !maps.Equal(relocations, wantRelocations) {
				t.Errorf("relocations are %v, with ld %v", relocations, wantRelocations)
			}
		})
	}
}
