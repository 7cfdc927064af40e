package test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRust: Rust's standard library, as a shared library and as the static one that rustc links by default.
func TestRust(t *testing.T) {
	compilers := map[string]string{} // by version
	for _, name := range []string{"rustc", "/usr/bin/rustc"} {
		if path, err := exec.LookPath(name); err == nil && readableLLVM(t, path) {
			compilers[rustc(t, path, "--version")] = path
		}
	}
	if len(compilers) == 0 {
		t.Skip("there is no rustc whose LLVM is 22 or older")
	}
	for version, compiler := range compilers {
		libraries := rustc(t, compiler, "--print", "target-libdir")
		t.Run(version, func(t *testing.T) {
			folder := t.TempDir()
			source, err := filepath.Abs("frontends/kinds.rs")
			if err != nil {
				t.Fatal(err)
			}
			// What is kept besides the program's own module is that of the allocator.
			build(t, folder, compiler, "-O", "-C", "codegen-units=1", "-C", "save-temps", "--emit=llvm-bc,link", source)
			modules := found(t, filepath.Join(folder, "kinds.*.rcgu.bc"))
			native := run(t, filepath.Join(folder, "kinds"), modules[:1], "")
			t.Run("static", func(t *testing.T) {
				rlibs := slices.DeleteFunc(found(t, filepath.Join(libraries, "lib*.rlib")), func(path string) bool {
					return strings.HasPrefix(filepath.Base(path), "libpanic_abort-") // the other way to panic
				})
				compareForeign(t, native, slices.Concat(modules, rlibs))
			})
			t.Run("shared", func(t *testing.T) {
				std, err := filepath.Glob(filepath.Join(libraries, "libstd-*.so"))
				if err != nil || std == nil {
					t.Skip("this rustc has no shared standard library")
				}
				compareForeign(t, native, []string{filepath.Join(folder, "kinds.bc"), "--load", std[0]})
			})
		})
	}
}

// rustc returns what rustc prints, nothing if it fails, as rustup's does where no toolchain is chosen.
func rustc(t *testing.T, compiler string, arguments ...string) string {
	t.Helper()
	output, err := exec.Command(compiler, arguments...).Output()
	if err != nil {
		t.Logf("%s %q: %v", compiler, arguments, err)
	}
	return strings.TrimSpace(string(output))
}

// readableLLVM says whether a rustc's LLVM is one whose bitcode can be read.
func readableLLVM(t *testing.T, compiler string) bool {
	_, text, _ := strings.Cut(rustc(t, compiler, "--version", "--verbose"), "LLVM version: ")
	var major int
	_, err := fmt.Sscan(strings.SplitN(text, ".", 2)[0], &major)
	return err == nil && major <= 22
}

// found lists the files of a pattern, of which there are some.
func found(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || paths == nil {
		t.Fatalf("there is no %s", pattern)
	}
	return paths
}
