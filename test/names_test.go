package test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// oddNames are names of files that only few programs mind.
var oddNames = []string{"a b", "new\nline", "in\xff\xfevalid", "\x1b[31m", "a:b", "a,b", "a=b", "-dash", "--",
	"'\"$(x)`\\", "grün\u202e", "%s%n", "~", "#"}

// shown is what a message has of such a name.
func shown(name string) string {
	switch name {
	case "new\nline":
		return `new\nline"`
	case "in\xff\xfevalid":
		return `in\xff\xfevalid"`
	case "\x1b[31m":
		return `\x1b[31m"`
	case "grün\u202e":
		return `grün\u202e"`
	}
	return name
}

// TestOddNames: files of any name can be given for every purpose, and reach the program as they are.
func TestOddNames(t *testing.T) {
	program := cModules(t, "argv0.c",
		"#include <stdio.h>\nint main(int c, char **v) { puts(v[0]); return c - 1; }\n")[0]
	library := filepath.Join(t.TempDir(), "lib.so")
	compile(t, inputs(t, "lib.c", "int from_library = 1;\n")[0], "-shared", "-fPIC", "-o", library)
	for _, name := range oddNames {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			file := func(kind string) string { return filepath.Join(folder, kind, name) }
			for _, kind := range []string{"input", "library", "stats", "trace", "profile", "order"} {
				if err := os.Mkdir(filepath.Join(folder, kind), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			for to, from := range map[string]string{file("input"): program, file("library"): library} {
				if err := os.WriteFile(to, readFile(t, from), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(file("order"), []byte("main\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			r := runOrcast(t, "run", "--load", file("library"), "--stats", file("stats"), "--trace", file("trace"),
				"--profile", file("profile"), "--order", file("order"), "--cache-dir", file("cache"), file("input"))
			requireOutput(t, file("input")+"\n", r)
			for _, kind := range []string{"stats", "trace", "profile", "cache"} {
				if _, err := os.Stat(file(kind)); err != nil {
					t.Errorf("%s: %v", kind, err)
				}
			}
			if r := runOrcast(t, "analyze", "--load", file("library"), file("input")); r.status != 0 ||
				hasAny(r.stdout, 0xff, 0x1b) {
				t.Errorf("orcast analyze: %s\n%q", r.ending(), r.stderr+r.stdout)
			}
			if r := runOrcast(t, "cache", "stats", "--cache-dir", file("cache")); r.status != 0 ||
				hasAny(r.stdout, 0xff, 0x1b) {
				t.Errorf("orcast cache stats: %s\n%q", r.ending(), r.stderr+r.stdout)
			}
		})
	}
}

// TestOddNamesInMessages: what a terminal could take for a command is escaped, and names can be told from the rest.
func TestOddNamesInMessages(t *testing.T) {
	hello := inputs(t, "hello.ll", helloIR)[0]
	for _, name := range oddNames {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			missing := filepath.Join(t.TempDir(), "no such folder", name)
			for _, arguments := range [][]string{
				{"run", missing},
				{"analyze", missing},
				{"run", hello, "--load", missing},
				{"run", hello, "--stats", missing},
				{"run", hello, "--trace", missing},
				{"run", hello, "--order", missing},
				{"run", hello, "--cache-dir", hello + "/" + name},
				{"profile", "show", missing},
				{"simulate", missing, hello},
				{"run" + name, hello},
				{"run", hello, "--entry", name},
			} {
				r := runOrcast(t, arguments...)
				requireRefusal(t, r, shown(name))
				if hasAny(r.stderr, 0xff, 0x1b) || strings.Contains(r.stderr, "\u202e") ||
					strings.Count(r.stderr, "\n") != 1 {
					t.Errorf("orcast %q says %q", arguments, r.stderr)
				}
			}
		})
	}
}

// hasAny says whether a text has any of some bytes.
func hasAny(text string, bytes ...byte) bool {
	return slices.ContainsFunc(bytes, func(b byte) bool { return strings.IndexByte(text, b) >= 0 })
}
