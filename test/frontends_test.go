package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// frontEnds are compilers of other languages than C and C++, as docs/running.md lists them with the run-time libraries
// that their programs need. Each is tried if it is installed.
var frontEnds = []struct {
	source   string
	compiler string
	native   []string // arguments to build a native program: OUT
	bitcode  []string // arguments to build bitcode in the current folder
	inputs   string   // pattern of what came of it
	more     func(t *testing.T) []string
}{
	{"squares.f90", "flang-22", []string{"-O2", "SOURCE", "-o", "OUT"}, []string{"-O2", "-emit-llvm", "-c", "SOURCE",
		"-o", "f.bc"}, "f.bc",
		installed("/usr/lib/llvm-22/lib/clang/22/lib/*/libflang_rt.runtime.a")},
	{"shapes.d", "ldc2", []string{"-O2", "SOURCE", "-of=OUT"},
		[]string{"-O2", "-output-bc", "-c", "SOURCE", "-of=d.bc"}, "d.bc", druntime},
	{"collected.d", "ldc2", []string{"-O2", "SOURCE", "-of=OUT"},
		[]string{"-O2", "-output-bc", "-c", "SOURCE", "-of=d.bc"}, "d.bc", druntime},
	{"shapes.nim", "nim", nimFlags("-o:OUT", "SOURCE"), nimFlags("--noLinking", "--nimcache:.", "--passC:-emit-llvm",
		"SOURCE"), "*.nim.c.o", noLibrary},
	{"shapes.cr", "crystal", []string{"build", "SOURCE", "-o", "OUT"}, []string{"build", "--emit", "llvm-bc", "SOURCE",
		"-o", "shapes"}, "shapes.bc",
		load("/usr/lib/x86_64-linux-gnu/libpcre.so.3", "/usr/lib/x86_64-linux-gnu/libevent-2.1.so.7",
			"/usr/lib/x86_64-linux-gnu/libgc.so.1")},
	{"threads.c", "clang-22", []string{"-O2", "-fopenmp", "SOURCE", "-o", "OUT"},
		[]string{"-O2", "-fopenmp", "-emit-llvm", "-c", "SOURCE", "-o", "omp.bc"}, "omp.bc",
		load("/usr/lib/x86_64-linux-gnu/libomp.so.5")},
}

// druntime is what ldc2 links: an object that registers the program, and D's libraries.
func druntime(t *testing.T) []string {
	registers := installed("/usr/lib/ldc_rt.dso.o")(t)
	return append(registers, load("/usr/lib/x86_64-linux-gnu/libphobos2-ldc-shared.so.*[0-9]")(t)...)
}

func nimFlags(more ...string) []string {
	return append([]string{"c", "--hints:off", "-d:release", "--cc:clang", "--clang.exe:clang-22",
		"--clang.linkerexe:clang-22"}, more...)
}

// noLibrary says that a program needs no library.
func noLibrary(*testing.T) []string { return nil }

// installed finds a library that is an input, or skips the test.
func installed(pattern string) func(*testing.T) []string {
	return func(t *testing.T) []string {
		found, err := filepath.Glob(pattern)
		if err != nil || found == nil {
			t.Skipf("there is no %s", pattern)
		}
		return found[:1]
	}
}

// load finds libraries to load, or skips the test.
func load(patterns ...string) func(*testing.T) []string {
	return func(t *testing.T) (arguments []string) {
		for _, pattern := range patterns {
			arguments = append(arguments, "--load", installed(pattern)(t)[0])
		}
		return arguments
	}
}

func TestFrontEnds(t *testing.T) {
	for _, f := range frontEnds {
		t.Run(f.source, func(t *testing.T) {
			t.Parallel()
			compiler, err := exec.LookPath(f.compiler)
			if err != nil {
				t.Skipf("%s is not installed", f.compiler)
			}
			more := f.more(t)
			source, err := filepath.Abs(filepath.Join("frontends", f.source))
			if err != nil {
				t.Fatal(err)
			}
			folder := t.TempDir()
			native := filepath.Join(folder, "native")
			insert := strings.NewReplacer("SOURCE", source, "OUT", native)
			for _, arguments := range [][]string{f.native, f.bitcode} {
				arguments = slices.Clone(arguments)
				for i := range arguments {
					arguments[i] = insert.Replace(arguments[i])
				}
				build(t, folder, compiler, arguments...)
			}
			inputs, err := filepath.Glob(filepath.Join(folder, f.inputs))
			if err != nil || inputs == nil {
				t.Fatalf("%s made no %s", f.compiler, f.inputs)
			}
			compareForeign(t, run(t, native, inputs[:1], ""), slices.Concat(inputs, more))
		})
	}
}

// build runs a compiler in a folder, which is its home too.
func build(t *testing.T, folder, compiler string, arguments ...string) {
	t.Helper()
	command := exec.Command(compiler, arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "XDG_CACHE_HOME="+folder, "CRYSTAL_CACHE_DIR="+filepath.Join(folder, "crystal"))
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", compiler, err, output)
	}
}

// compareForeign runs a program lazily, speculating, and with what the runs have kept, and compares it with the native
// one.
func compareForeign(t *testing.T, native result, arguments []string) {
	t.Helper()
	if native.stdout == "" {
		t.Fatalf("the native program shows nothing: %s, %s", native.ending(), native.stderr)
	}
	cache := t.TempDir()
	for _, flags := range [][]string{{"--threads", "1", "--speculate", "none"},
		{"--threads", "4", "--speculate", "all"}, nil} {
		command := slices.Concat([]string{"run", "--cache-dir", cache}, flags, arguments)
		if d := difference(native, runOrcast(t, command...)); d != "" {
			t.Errorf("%q: %s", flags, d)
		}
	}
}
