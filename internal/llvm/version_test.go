package llvm

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMissingHeaders: a build on a machine where something is missing says what to install.
func TestMissingHeaders(t *testing.T) {
	const config = "llvm/Config/llvm-config.h"
	llvm := func(version, compression string) string {
		return "#define LLVM_VERSION_MAJOR " + version + "\n#define LLVM_ENABLE_ZLIB " + compression +
			"\n#define LLVM_ENABLE_ZSTD " + compression + "\n"
	}
	for _, c := range []struct {
		name    string
		headers map[string]string
		wants   []string // packages to install
	}{
		{"nothing", nil, []string{"llvm-22-dev"}},
		{"earlier LLVM", map[string]string{config: llvm("19", "0")}, []string{"llvm-22-dev"}},
		{"LLVM only", map[string]string{config: llvm("22", "1")}, []string{"zlib1g-dev", "libzstd-dev"}},
		{"no zstd", map[string]string{config: llvm("22", "1"), "zlib.h": ""}, []string{"libzstd-dev"}},
		{"all", map[string]string{config: llvm("22", "1"), "zlib.h": "", "zstd.h": ""}, nil},
		{"LLVM without compression", map[string]string{config: llvm("22", "0")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			include := t.TempDir()
			for name, text := range c.headers {
				path := filepath.Join(include, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			output, err := exec.Command("g++", "-std=c++17", "-fsyntax-only", "-nostdinc", "-nostdinc++", "-I", include,
				"-x", "c++", "version.h").CombinedOutput()
			if (err == nil) != (c.wants == nil) {
				t.Errorf("%v\n%s", err, output)
			}
			if n := strings.Count(string(output), "error: #error"); n != len(c.wants) {
				t.Errorf("%d packages are named:\n%s", n, output)
			}
			for _, want := range c.wants {
				if !strings.Contains(string(output), "install Debian's "+want) {
					t.Errorf("%s is not named:\n%s", want, output)
				}
			}
		})
	}
	files, err := filepath.Glob("*.cpp")
	if err != nil || files == nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first := strings.Index(string(text), "#include")
		if !strings.HasPrefix(string(text[first:]), "#include \"version.h\"\n") {
			t.Errorf("%s includes something before version.h", file)
		}
	}
}
