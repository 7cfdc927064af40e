package flow

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
)

// tool is a program of LLVM 22; the test is skipped if it is not installed.
func tool(t testing.TB, name string) string {
	t.Helper()
	path := "/usr/lib/llvm-22/bin/" + name
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s of LLVM 22 is not installed", name)
	}
	return path
}

// command runs a program and returns all it prints.
func command(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// assemble reads a file of testdata.
func assemble(t testing.TB, name string) *bitcode.Module {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".bc")
	command(t, tool(t, "llvm-as"), "testdata/"+name, "-o", path)
	return load(t, path)
}

// load reads bitcode with one module.
func load(t testing.TB, path string) *bitcode.Module {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := bitcode.Read(path, data)
	if err != nil {
		t.Fatal(err)
	}
	return f.Modules[0]
}

// decode decodes a function.
func decode(t testing.TB, f *bitcode.Symbol) *bitcode.Body {
	t.Helper()
	b, err := f.Decode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// analyzed analyses all functions of a module, by name.
func analyzed(t testing.TB, m *bitcode.Module) map[string]*Function {
	t.Helper()
	functions := map[string]*Function{}
	for _, f := range m.Functions {
		if !f.Declaration {
			functions[f.Name] = Analyze(decode(t, f))
		}
	}
	return functions
}
