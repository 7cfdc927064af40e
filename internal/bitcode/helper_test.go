package bitcode

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const newest = newestLLVM

// tool is a program of some version of LLVM; the test is skipped if it is not installed.
func tool(t testing.TB, version int, name string) string {
	t.Helper()
	path := fmt.Sprintf("/usr/lib/llvm-%d/bin/%s", version, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s of LLVM %d is not installed", name, version)
	}
	return path
}

// command runs a program and returns what it prints.
func command(t testing.TB, name string, args ...string) string {
	t.Helper()
	return commandWithInput(t, "", name, args...)
}

func commandWithInput(t testing.TB, input, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Stdin = strings.NewReader(input)
	out, err := c.Output()
	if err != nil {
		message := ""
		if e, ok := err.(*exec.ExitError); ok {
			message = string(e.Stderr)
		}
		t.Fatalf("%s %q: %v\n%s", name, args, err, message)
	}
	return string(out)
}

// assemble makes bitcode of a file of testdata.
func assemble(t testing.TB, name string) (data []byte, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name+".bc")
	command(t, tool(t, newest, "llvm-as"), "testdata/"+name, "-o", path)
	return load(t, path), path
}

func load(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t testing.TB, name string, data []byte) *File {
	t.Helper()
	f, err := Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// module is the module of a file of testdata.
func module(t testing.TB, name string) *Module {
	t.Helper()
	data, _ := assemble(t, name)
	return read(t, name, data).Modules[0]
}

// named is a module's symbol of a name.
func (m *Module) named(t testing.TB, name string) *Symbol {
	t.Helper()
	for _, s := range m.symbols {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no symbol %s", name)
	return nil
}

// body is the decoded body of a function.
func (m *Module) body(t testing.TB, name string) *Body {
	t.Helper()
	b, err := m.named(t, name).Decode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func namesOf(symbols []*Symbol) []string {
	names := []string{}
	for _, s := range symbols {
		names = append(names, s.Name)
	}
	return names
}

func nameOf(s *Symbol) string {
	if s == nil {
		return "nil"
	}
	return s.Name
}

func equal[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// unquote decodes a name as textual IR writes it: plain or in quotes with \XX for odd bytes.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' {
		return s
	}
	s = s[1 : len(s)-1]
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(c))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}
