package test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// requireRefusal checks that orcast gave up in order: status 125 and one message for people, which has these words.
func requireRefusal(t *testing.T, r result, words ...string) {
	t.Helper()
	if r.timedOut || r.status != 125 || r.signal != 0 {
		t.Errorf("%s, want exit 125\nstderr: %s", r.ending(), clip(r.stderr))
	}
	if !strings.HasPrefix(r.stderr, "orcast: ") || strings.Count("\n"+r.stderr, "\norcast: ") != 1 {
		t.Errorf("want one message that begins with \"orcast: \", have:\n%s", clip(r.stderr))
	}
	for _, word := range words {
		if !strings.Contains(r.stderr, word) {
			t.Errorf("the message has no %q:\n%s", word, clip(r.stderr))
		}
	}
	if r.stdout != "" {
		t.Errorf("standard output: %q", clip(r.stdout))
	}
	requireNoCrash(t, r)
}

// requireNoCrash checks that nothing is left of a crash of orcast itself or of LLVM in it.
func requireNoCrash(t *testing.T, r result) {
	t.Helper()
	if r.timedOut {
		t.Errorf("did not end within %v", runLimit)
	}
	for _, sign := range []string{"goroutine ", "panic:", "SIGSEGV", "fatal error:", "Stack dump",
		"PLEASE submit a bug report", "LLVM ERROR"} {
		if strings.Contains(r.stderr, sign) {
			t.Errorf("a crash (%q):\n%s", sign, clip(r.stderr))
		}
	}
}

const helloIR = `target triple = "x86_64-pc-linux-gnu"
@text = private constant [6 x i8] c"hello\00"
declare i32 @puts(ptr)
define i32 @main() {
  %r = call i32 @puts(ptr @text)
  ret i32 0
}
`

// inputs writes files into a new folder and returns their paths in the order given: name, content, name, content.
func inputs(t *testing.T, namesAndContents ...string) []string {
	t.Helper()
	folder := t.TempDir()
	var paths []string
	for i := 0; i < len(namesAndContents); i += 2 {
		path := filepath.Join(folder, namesAndContents[i])
		if err := os.WriteFile(path, []byte(namesAndContents[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// cModules compiles sources of C or C++ to bitcode and returns the paths in the order given: name, text, name, text.
func cModules(t *testing.T, namesAndTexts ...string) []string {
	t.Helper()
	requireClang(t)
	var modules []string
	for _, source := range inputs(t, namesAndTexts...) {
		module := strings.TrimSuffix(source, filepath.Ext(source)) + ".bc"
		compile(t, source, "-O1", "-emit-llvm", "-c", "-o", module)
		modules = append(modules, module)
	}
	return modules
}

// bitcode assembles IR.
func bitcode(t *testing.T, ir string) []byte {
	t.Helper()
	requireClang(t)
	source := inputs(t, "module.ll", ir)[0]
	tool(t, llvmTool("llvm-as"), source, "-o", source+".bc")
	content, err := os.ReadFile(source + ".bc")
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestBadInputs: whatever is wrong with the files, the message names the file and what is wrong.
func TestBadInputs(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.bc")
	folder := t.TempDir()
	hello := inputs(t, "hello.ll", helloIR)[0]
	otherTriple := strings.Replace(helloIR, "x86_64-pc-linux-gnu", "aarch64-unknown-linux-gnu", 1)
	for _, c := range []struct {
		name   string
		inputs []string
		words  []string
	}{
		{"empty file", inputs(t, "empty.bc", ""), []string{"empty.bc"}},
		{"empty text", inputs(t, "empty.ll", ""), []string{"empty.ll"}},
		{"no IR", inputs(t, "prose.bc", "This is no bitcode.\n"), []string{"prose.bc"}},
		{"no IR in .ll", inputs(t, "prose.ll", "This is no IR.\n"), []string{"prose.ll"}},
		{"wrong IR", inputs(t, "wrong.ll", strings.Replace(helloIR, "ret i32 0", "ret i64 0", 1)),
			[]string{"wrong.ll", "6"}},
		{"zeros", inputs(t, "zeros.bc", strings.Repeat("\x00", 4096)), []string{"zeros.bc"}},
		{"magic only", inputs(t, "magic.bc", "BC\xc0\xde"), []string{"magic.bc"}},
		{"wrapper only",
			inputs(t, "wrapper.bc", "\xde\xc0\x17\x0b\x00\x00\x00\x00\x14\x00\x00\x00\xff\xff\xff\x7f\x07\x00\x00\x01"),
			[]string{"wrapper.bc"}},
		{"broken archive",
			inputs(t, "broken.a", "!<arch>\nfile.bc/        0           0     0     644     999999    `\nBC"),
			[]string{"broken.a"}},
		{"other triple", inputs(t, "arm.ll", otherTriple), []string{"arm.ll", "aarch64"}},
		{"other triple in bitcode", inputs(t, "arm.bc", string(bitcode(t, otherTriple))),
			[]string{"arm.bc", "aarch64"}},
		{"other layout", inputs(t, "big.ll", "target datalayout = \"E-m:e-i64:64\"\n"+helloIR),
			[]string{"big.ll", "big-endian"}},
		{"layout of 32 bits",
			inputs(t, "x32.bc", string(bitcode(t, "target datalayout = \"e-m:e-p:32:32-i64:64\"\n"+helloIR))),
			[]string{"x32.bc", "pointers have 4 bytes"}},
		{"layout without triple", inputs(t, "i386.ll",
			"target datalayout = \"e-p:32:32-f64:32:64-n8:16:32\"\n"+strings.Join(strings.SplitAfter(helloIR, "\n")[1:],
				"")), []string{"i386.ll", "i64"}},
		{"missing file", []string{missing}, []string{missing, "no such file"}},
		{"missing file among others", []string{hello, missing}, []string{missing}},
		{"directory", []string{folder}, []string{folder, "directory"}},
		{"shared library that is none", inputs(t, "false.so", "\x7fELF\x02\x01\x01"), []string{"false.so"}},
		{"no main", inputs(t, "library.ll", "define void @f() {\n  ret void\n}\n"), []string{"main"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			requireRefusal(t, runOrcast(t, append([]string{"run"}, c.inputs...)...), c.words...)
		})
	}
}

// TestNewerBitcode: what a later LLVM wrote is refused, not read by guess. LLVM tells such formats by the epoch.
func TestNewerBitcode(t *testing.T) {
	path := inputs(t, "newer.bc", string(withEpoch(t, bitcode(t, helloIR), 1)))[0]
	requireRefusal(t, runOrcast(t, "run", path), "newer.bc", "LLVM")
}

// withEpoch returns bitcode with another epoch (0 to 31) in place of 0 in its identification block, which comes first:
// after the magic 2 bits say that a block begins, 8 its kind, 4 the width of its abbreviation numbers; at byte 8 is
// its length in words. Its last record, the epoch, is an abbreviation number and 6 bits; see "Module Structure" and
// "LLVM IR Magic Number" in LLVM's "Bitcode File Format".
func withEpoch(t *testing.T, content []byte, epoch uint64) []byte {
	t.Helper()
	const (
		kindIdentification = 13
		endBlock           = 0
		epochAbbreviation  = 5 // the second that the block defines, numbered from 4
		valueWidth         = 6
		bodyBit            = 12 * 8
	)
	bits := func(at, n int) (value uint64) {
		for i := range n {
			value |= uint64(content[(at+i)/8]>>((at+i)%8)&1) << i
		}
		return value
	}
	if bits(34, 8) != kindIdentification {
		t.Fatal("the bitcode does not begin with an identification block")
	}
	width, words := int(bits(42, 4)), int(bits(64, 32))
	for end := bodyBit + words*32 - width; end > bodyBit; end-- {
		value := end - valueWidth
		if bits(end, width) != endBlock || bits(value, valueWidth) != 0 ||
			bits(value-width, width) != epochAbbreviation {
			continue
		}
		changed := bytes.Clone(content)
		for i := range valueWidth {
			changed[(value+i)/8] |= byte(epoch>>i&1) << ((value + i) % 8)
		}
		return changed
	}
	t.Fatal("no epoch record found")
	return nil
}

// TestTruncatedBitcode cuts a module at many places: nothing of it may run.
func TestTruncatedBitcode(t *testing.T) {
	content := bitcode(t, helloIR)
	for size := 4; size < len(content); size += max(1, len(content)/40) {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			path := inputs(t, "truncated.bc", string(content[:size]))[0]
			requireRefusal(t, runOrcast(t, "run", path), "truncated.bc")
		})
	}
}

// TestFlippedBitcode changes single bits of a module. The program may then be another one, with whatever end; orcast
// itself must not crash.
func TestFlippedBitcode(t *testing.T) {
	module := cModules(t, "small.c", `#include <stdio.h>
static int table[] = {1, 2, 3};
__attribute__((noinline)) static int sum(int n) {
  int s = 0;
  for (int i = 0; i < n; i++)
    s += table[i % 3];
  return s;
}
int main(int argc, char **argv) {
  printf("%d %s\n", sum(argc + 9), argc > 1 ? argv[1] : "none");
  return 0;
}
`)[0]
	content, err := os.ReadFile(module)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 100 {
		at := random.IntN(len(content) * 8)
		t.Run(fmt.Sprintf("%d bit %d", i, at), func(t *testing.T) {
			t.Parallel()
			flipped := bytes.Clone(content)
			flipped[at/8] ^= 1 << (at % 8)
			path := inputs(t, "flipped.bc", string(flipped))[0]
			r := runOrcast(t, "run", path)
			requireNoCrash(t, r)
			if r.status == 125 {
				requireRefusal(t, r)
			}
		})
	}
}

func TestTwoStrongDefinitions(t *testing.T) {
	modules := cModules(t,
		"first.c", "int twice(void) { return 1; }\nint main(void) { return twice(); }\n",
		"second.c", "int twice(void) { return 2; }\n")
	requireRefusal(t, runOrcast(t, append([]string{"run"}, modules...)...), "twice", "first.bc", "second.bc")
}

// TestUndefinedSymbols: all that the program needs and nobody has, each with a function or variable that refers to it.
func TestUndefinedSymbols(t *testing.T) {
	module := cModules(t, "undefined.c", `
int missing_function(void), other_function(void);
extern int missing_variable, in_data;
int *data = &in_data;
__attribute__((noinline)) int first_user(void) { return missing_function() + other_function(); }
__attribute__((noinline)) int second_user(void) { return missing_variable + *data; }
int main(void) { return first_user() + second_user(); }
`)[0]
	requireRefusal(t, runOrcast(t, "run", module),
		"missing_function", "other_function", "first_user", "missing_variable", "second_user", "in_data")
}

// TestForgottenLibrary: few of many undefined symbols are named, and the system's library that has them.
func TestForgottenLibrary(t *testing.T) {
	const library = "libssl.so.3"
	if _, err := os.Stat("/usr/lib/x86_64-linux-gnu/" + library); err != nil {
		t.Skipf("there is no %s", library)
	}
	names := []string{"SSL_accept", "SSL_clear", "SSL_connect", "SSL_do_handshake", "SSL_free", "SSL_get_error",
		"SSL_new", "SSL_peek", "SSL_pending", "SSL_read", "SSL_shutdown", "SSL_version", "SSL_write"}
	source := "int nobody_has_this(void);\n"
	calls := "nobody_has_this()"
	for _, name := range names {
		source += "int " + name + "(void);\n"
		calls += " + " + name + "()"
	}
	module := cModules(t, "client.c", source+"int main(void) { return "+calls+"; }\n")[0]
	r := runOrcast(t, "run", module)
	requireRefusal(t, r, "SSL_accept, which main in "+module, "and 4 more",
		library+" has 13 of them: add --load "+library)
	if named := strings.Count(r.stderr, "which main"); named != 10 {
		t.Errorf("%d symbols are named:\n%s", named, r.stderr)
	}
}

// TestDemangledNames: people read names as they wrote them.
func TestDemangledNames(t *testing.T) {
	module := cModules(t, "names.cpp", `
namespace shapes { template <class T> struct Circle { T area(const char *) const; }; }
int main() { return shapes::Circle<int>{}.area("x"); }
`)[0]
	requireRefusal(t, runOrcast(t, "run", module), "shapes::Circle<int>::area(char const*) const")
}

// TestUndefinedButNotNeeded: weak ones are null, and what only a function refers to that is never called is no matter,
// even if that function is compiled by speculation.
func TestUndefinedButNotNeeded(t *testing.T) {
	module := cModules(t, "fine.c", `#include <stdio.h>
int missing(void);
__attribute__((weak)) int weak_missing(void);
__attribute__((noinline)) int never_called(void) { return missing(); }
volatile int no;
int main(void) {
  if (no)
    return never_called();
  if (weak_missing)
    return weak_missing();
  puts("fine");
  return 0;
}
`)[0]
	for _, c := range configurations {
		t.Run(c.name, func(t *testing.T) {
			got := runOrcast(t, append(append([]string{"run"}, c.flags...), module)...)
			if d := difference(result{stdout: "fine\n"}, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestBadFlags(t *testing.T) {
	hello := inputs(t, "hello.ll", helloIR)[0]
	unwritable := filepath.Join(t.TempDir(), "no such folder", "stats.json")
	for _, c := range []struct {
		name  string
		flags []string
		words []string
	}{
		{"effort too high", []string{"-O", "7"}, []string{"7"}},
		{"effort negative", []string{"-O", "-1"}, []string{"-1"}},
		{"effort no number", []string{"-O", "fast"}, []string{"fast"}},
		{"no threads", []string{"--threads", "0"}, []string{"threads", "0"}},
		{"negative threads", []string{"--threads", "-3"}, []string{"threads", "-3"}},
		{"threads no number", []string{"--threads", "x"}, []string{"threads", "x"}},
		{"unknown policy", []string{"--speculate", "maybe"}, []string{"maybe", "none", "all"}},
		{"unknown flag", []string{"--frobnicate"}, []string{"frobnicate"}},
		{"missing library", []string{"--load", "libno-such-library.so"}, []string{"libno-such-library.so"}},
		{"missing entry", []string{"--entry", "no_such_entry"}, []string{"no_such_entry"}},
		{"unwritable stats", []string{"--stats", unwritable}, []string{unwritable}},
		{"stats into a directory", []string{"--stats", t.TempDir()}, []string{"directory"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			requireRefusal(t, runOrcast(t, append(append([]string{"run"}, c.flags...), hello)...), c.words...)
		})
	}
	for _, arguments := range [][]string{{}, {"run"}, {"run", "--threads"}, {"run", "--"}, {"frobnicate"}} {
		t.Run("orcast "+strings.Join(arguments, " "), func(t *testing.T) {
			t.Parallel()
			requireRefusal(t, runOrcast(t, arguments...))
		})
	}
}

func TestVersionAndHelp(t *testing.T) {
	for _, c := range []struct {
		arguments []string
		word      string
	}{
		{[]string{"--version"}, "LLVM 22."},
		{[]string{"run", "--version"}, "LLVM 22."},
		{[]string{"run", "-h"}, "--speculate"},
	} {
		r := runOrcast(t, c.arguments...)
		if r.status != 0 || !strings.Contains(r.stdout, c.word) {
			t.Errorf("orcast %v: %s, standard output %q has no %q", c.arguments, r.ending(), clip(r.stdout), c.word)
		}
	}
}
