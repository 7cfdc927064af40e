package test

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestInputFormats: the same program as bitcode under another name, with a wrapper header, as several modules in one
// file, as text, and in archives.
func TestInputFormats(t *testing.T) {
	modules := cModules(t,
		"main.c",
		"#include <stdio.h>\nint helper(int);\nstatic int local(int x) { return x + 1; }\nint main(int argc, char "+
			"**argv) { printf(\"%d\\n\", helper(local(argc))); return 0; }\n",
		"helper.c", "static int local(int x) { return x * 50; }\nint helper(int x) { return local(x); }\n")
	folder := t.TempDir()
	file := func(name string) string { return filepath.Join(folder, name) }
	tool(t, llvmTool("llvm-cat"), "-b", "-o", file("both.bc"), modules[0], modules[1])
	tool(t, llvmTool("llvm-link"), "-o", file("linked.bc"), modules[0], modules[1])
	for i, name := range []string{"main", "helper"} {
		tool(t, llvmTool("llvm-dis"), modules[i], "-o", file(name+".ll"))
		content, err := os.ReadFile(modules[i])
		if err != nil {
			t.Fatal(err)
		}
		for path, content := range map[string][]byte{
			file(name + ".wrapped.bc"): wrapped(content),
			file(name):                 content,
			file(name + ".o"):          content,
		} {
			if err := os.WriteFile(path, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	tool(t, llvmTool("llvm-ar"), "rcs", file("helper.a"), modules[1])
	tool(t, llvmTool("llvm-ar"), "rcs", file("all.a"), modules[0], modules[1])
	tool(t, llvmTool("llvm-ar"), "rcs", "--thin", file("thin.a"), modules[1])
	tool(t, llvmTool("llvm-ar"), "rcS", file("no-index.a"), modules[1])
	tool(t, "clang-22", "-c", "-fPIC", modules[1], "-o", file("helper.native.o"))
	tool(t, llvmTool("llvm-ar"), "rcs", file("native.a"), file("helper.native.o"))

	for _, c := range []struct {
		name   string
		inputs []string
	}{
		{"bitcode", modules},
		{"any name", []string{file("main"), file("helper")}},
		{"bitcode named .o", []string{file("main.o"), file("helper.o")}},
		{"later module first", []string{modules[1], modules[0]}},
		{"wrapper header", []string{file("main.wrapped.bc"), file("helper.wrapped.bc")}},
		{"several modules in one file", []string{file("both.bc")}},
		{"linked to one module", []string{file("linked.bc")}},
		{"text", []string{file("main.ll"), file("helper.ll")}},
		{"text and bitcode", []string{file("main.ll"), modules[1]}},
		{"archive", []string{modules[0], file("helper.a")}},
		{"archive first", []string{file("helper.a"), modules[0]}},
		{"archive only", []string{file("all.a")}},
		{"thin archive", []string{modules[0], file("thin.a")}},
		{"archive without index", []string{modules[0], file("no-index.a")}},
		{"native archive", []string{modules[0], file("native.a")}},
		{"native object", []string{modules[0], file("helper.native.o")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := runOrcast(t, append([]string{"run"}, c.inputs...)...)
			if d := difference(result{stdout: "100\n"}, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// wrapped puts a wrapper header before bitcode: magic, version, offset, size and processor, each 32 bits, and fills up
// to a multiple of 16; see "Bitcode Wrapper Format" in LLVM's documentation.
func wrapped(content []byte) []byte {
	const header, x86_64 = 20, 0x01000007
	var w []byte
	for _, word := range []uint32{0x0B17C0DE, 0, header, uint32(len(content)), x86_64} {
		w = binary.LittleEndian.AppendUint32(w, word)
	}
	w = append(w, content...)
	return append(w, make([]byte, (16-len(w)%16)%16)...)
}

// TestOlderBitcode runs what earlier clangs write, as far as they are installed.
func TestOlderBitcode(t *testing.T) {
	source := "programs/computed-goto.c"
	native := filepath.Join(t.TempDir(), "native")
	requireClang(t)
	tool(t, "clang-22", "-w", "-O2", source, "-o", native)
	want := run(t, native, []string{native}, "")
	found := false
	for version := 13; version < 22; version++ {
		clang := fmt.Sprintf("clang-%d", version)
		if _, err := exec.LookPath(clang); err != nil {
			continue
		}
		found = true
		t.Run(clang, func(t *testing.T) {
			module := filepath.Join(t.TempDir(), "older.bc")
			tool(t, clang, "-w", "-O2", "-emit-llvm", "-c", source, "-o", module)
			if d := difference(want, runOrcast(t, "run", module)); d != "" {
				t.Error(d)
			}
		})
	}
	if !found {
		t.Skip("no clang of an earlier version is installed")
	}
}
