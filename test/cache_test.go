package test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// chain is IR of a program whose functions call each other in a row, so many of them, and that prints what k makes of
// it.
func chain(functions, k int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `target triple = "x86_64-pc-linux-gnu"
@text = private constant [4 x i8] c"%%d\0A\00"
@number = global i32 %d
declare i32 @printf(ptr, ...)
declare i32 @fflush(ptr)
define i32 @f0(i32 %%x) {
  %%n = load i32, ptr @number
  %%r = add i32 %%x, %%n
  ret i32 %%r
}
`, k)
	for i := 1; i < functions; i++ {
		fmt.Fprintf(&b, `define i32 @f%d(i32 %%x) {
  %%y = xor i32 %%x, %d
  %%z = call i32 @f%d(i32 %%y)
  %%r = add i32 %%z, %d
  ret i32 %%r
}
`, i, i, i-1, k*i)
	}
	fmt.Fprintf(&b, `define i32 @main() {
  %%r = call i32 @f%d(i32 1)
  call i32 (ptr, ...) @printf(ptr @text, i32 %%r)
  call i32 @fflush(ptr null)
  ret i32 %d
}
`, functions-1, k%100)
	return b.String()
}

// chainResult is what the program does.
func chainResult(functions, k int) result {
	x := int32(1)
	for i := functions - 1; i > 0; i-- {
		x ^= int32(i)
	}
	x += int32(k)
	for i := 1; i < functions; i++ {
		x += int32(k * i)
	}
	return result{stdout: fmt.Sprintln(x), status: k % 100}
}

// requireSame checks that a run was as it should have been.
func requireSame(t *testing.T, what string, want, got result) {
	t.Helper()
	if d := difference(want, got); d != "" {
		t.Errorf("%s: %s", what, d)
	}
}

// requireWarnings checks that a run was as it should have been, but for so many warnings; fewest to most.
func requireWarnings(t *testing.T, what string, want, got result, fewest, most int) {
	t.Helper()
	lines := strings.Count(got.stderr, "\n")
	if n := strings.Count("\n"+got.stderr, "\norcast: warning: "); n != lines || n < fewest || n > most {
		t.Errorf("%s: want %d to %d warnings and nothing else on standard error, have:\n%s", what, fewest, most,
			clip(got.stderr))
	}
	got.stderr = want.stderr
	requireSame(t, what, want, got)
}

// TestManyProcessesStartCold starts one program eight times at once on one empty cache.
func TestManyProcessesStartCold(t *testing.T) {
	const functions = 300
	many := inputs(t, "many.ll", chain(functions, 7))[0]
	programs := []struct {
		name    string
		command []string
		want    result
	}{{"many functions", []string{many}, chainResult(functions, 7)}}
	if lua, err := filepath.Abs(filepath.Join(workloads, "lua.bc")); err == nil {
		if _, err := os.Stat(lua); err == nil {
			const script = `local s = 0; for w in ("one two three"):gmatch("%a+") do s = s + #w end; ` +
				`print(s, string.format("%5.2f", s / 3), #tostring({}) > 0)`
			command := []string{lua, "--", "-e", script}
			programs = append(programs, struct {
				name    string
				command []string
				want    result
			}{"lua", command, run(t, strings.TrimSuffix(lua, ".bc")+".native", []string{lua, "-e", script}, "")})
		}
	}
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			cache, outputs := t.TempDir(), t.TempDir()
			const script = `out=$1; shift; for i in 1 2 3 4 5 6 7 8; do
				{ "$0" "$@" >"$out/$i.stdout" 2>"$out/$i.stderr"; echo $? >"$out/$i.status"; } & done; wait`
			command := slices.Concat([]string{"sh", "-c", script, orcastBinary(t), outputs, "run", "--cache-dir",
				cache}, p.command)
			requireSame(t, "the shell", result{}, run(t, "/bin/sh", command, ""))
			for i := 1; i <= 8; i++ {
				text := func(what string) string {
					return string(readFile(t, filepath.Join(outputs, fmt.Sprintf("%d.%s", i, what))))
				}
				got := result{stdout: text("stdout"), stderr: text("stderr")}
				got.status, _ = strconv.Atoi(strings.TrimSpace(text("status")))
				requireSame(t, fmt.Sprintf("process %d of 8", i), p.want, got)
			}
			requireVerified(t, cache)
			got, s := runForStatistics(t, slices.Concat([]string{"run", "--cache-dir", cache}, lazily, p.command))
			requireSame(t, "the run after them", p.want, got)
			if s.numbers["compiled"] > 2 || s.numbers["cached"] == 0 {
				t.Errorf("the run after them compiled %v functions, and %v were cached", s.numbers["compiled"],
					s.numbers["cached"])
			}
		})
	}
}

// TestEditOfSQLite changes a large program here and there.
func TestEditOfSQLite(t *testing.T) {
	original := filepath.Join(workloads, "sqlite3.bc")
	if _, err := os.Stat(original); err != nil {
		t.Skipf("%v: scripts/workloads.sh builds it", err)
	}
	folder, cache := t.TempDir(), t.TempDir()
	text, module := filepath.Join(folder, "sqlite3.ll"), filepath.Join(folder, "sqlite3.bc")
	tool(t, llvmTool("llvm-dis"), original, "-o", text)
	ir := string(readFile(t, text))
	check := func(what, want string, most int) {
		t.Helper()
		if err := os.WriteFile(text, []byte(ir), 0o644); err != nil {
			t.Fatal(err)
		}
		tool(t, llvmTool("llvm-as"), text, "-o", module)
		program := []string{module, "--", ":memory:", "select upper('abc'), sqlite_version() like '3.%', max(5, 7)"}
		got, s := runForStatistics(t, slices.Concat([]string{"run", "--cache-dir", cache}, lazily, program))
		requireSame(t, what, result{stdout: want}, got)
		if s.numbers["compiled"] > float64(most) || s.numbers["compiled"]+s.numbers["cached"] == 0 {
			t.Errorf("%s: %v functions were compiled and %v were cached, want at most %d compiled: %v", what,
				s.numbers["compiled"], s.numbers["cached"], most, s.misses)
		}
		requireSame(t, what+", as anybody runs it", result{stdout: want},
			runOrcast(t, slices.Concat([]string{"run", "--cache-dir", cache}, program)...))
	}
	check("as it is", "ABC|1|7\n", 5000)
	before := ir
	ir = inFunction(t, ir, "upperFunc", `(and i8 %\d+), 32\b`, "$1, 0")
	check("upper changed", "abc|1|7\n", 5)
	ir = inFunction(t, ir, "minmaxFunc", `(icmp s[lg][te] i32 %\d+), 0\b`, "$1, 1000")
	check("a constant of max changed", "abc|1|5\n", 5)
	ir = strings.Replace(ir, "\ndefine ",
		"\ndefine i32 @added_in_front(i32 %x) {\n  %r = add i32 %x, 1\n  ret i32 %r\n}\n\ndefine ", 1)
	check("a function more in front of all", "abc|1|5\n", 5)
	ir = strings.ReplaceAll(ir, `c"3.4`, `c"4.4`)
	check("a text changed", "abc|0|5\n", 0)
	ir = before
	check("all of it undone", "ABC|1|7\n", 0)
}

// inFunction replaces what matches a pattern in one function of IR.
func inFunction(t *testing.T, ir, name, pattern, by string) string {
	t.Helper()
	begin := regexp.MustCompile(`(?m)^define .*@` + name + `\(`).FindStringIndex(ir)
	if begin == nil {
		t.Fatalf("there is no function %s", name)
	}
	end := begin[0] + strings.Index(ir[begin[0]:], "\n}\n")
	body := ir[begin[0]:end]
	changed := regexp.MustCompile(pattern).ReplaceAllString(body, by)
	if changed == body {
		t.Fatalf("nothing in %s matches %s", name, pattern)
	}
	return ir[:begin[0]] + changed + ir[end:]
}

// cacheUse is what orcast cache stats --json prints of a folder.
type cacheUse struct {
	Entries int   `json:"entries"`
	Bytes   int64 `json:"bytes"`
	Kinds   map[string]struct{ Entries int }
}

func useOf(t *testing.T, cache string) (u cacheUse) {
	t.Helper()
	r := runOrcast(t, "cache", "stats", "--json", "--cache-dir", cache)
	if err := json.Unmarshal([]byte(r.stdout), &u); err != nil || r.status != 0 {
		t.Fatalf("cache stats: %v, %s: %s%s", err, r.ending(), clip(r.stdout), clip(r.stderr))
	}
	return u
}

// TestCacheFlags: each flag does what -h says of it.
func TestCacheFlags(t *testing.T) {
	const functions = 20
	program := inputs(t, "program.ll", chain(functions, 3))[0]
	want := chainResult(functions, 3)
	// twice runs a program two times and gives the statistics of the second run.
	twice := func(t *testing.T, flags ...string) statistics {
		t.Helper()
		requireSame(t, "the first run", want, runOrcast(t, slices.Concat([]string{"run"}, flags, lazily,
			[]string{program})...))
		got, s := runForStatistics(t, slices.Concat([]string{"run"}, flags, lazily, []string{program}))
		requireSame(t, "the second run", want, got)
		return s
	}
	t.Run("none of them", func(t *testing.T) {
		cache := filepath.Join(t.TempDir(), "made", "of it")
		twice(t, "--cache-dir", cache).require(t, "compiled", 0, "cached", functions+1)
		if u := useOf(t, cache); u.Kinds["profile"].Entries != 1 || u.Kinds["image"].Entries != 1 {
			t.Errorf("the cache has %+v", u)
		}
		if info, err := os.Stat(cache); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("the cache's folder has the mode %v (%v)", info.Mode(), err)
		}
		requireVerified(t, cache)
	})
	t.Run("--no-cache", func(t *testing.T) {
		cache := t.TempDir()
		twice(t, "--no-cache", "--cache-dir", cache).require(t, "compiled", functions+1, "cached", 0)
		if u := useOf(t, cache); u.Entries != 1 || u.Kinds["profile"].Entries != 1 {
			t.Errorf("the cache has %+v, want a profile only", u)
		}
	})
	t.Run("--no-profile", func(t *testing.T) {
		cache := t.TempDir()
		twice(t, "--no-profile", "--cache-dir", cache).require(t, "compiled", 0, "cached", functions+1)
		if u := useOf(t, cache); u.Kinds["profile"].Entries != 0 || u.Kinds["image"].Entries != 1 {
			t.Errorf("the cache has %+v, want no profile", u)
		}
	})
	t.Run("--no-cache --no-profile", func(t *testing.T) {
		cache := filepath.Join(t.TempDir(), "never made")
		twice(t, "--no-cache", "--no-profile", "--cache-dir", cache).require(t, "compiled", functions+1, "cached", 0)
		if _, err := os.Stat(cache); !os.IsNotExist(err) {
			t.Errorf("there is a folder for the cache: %v", err)
		}
	})
	t.Run("--profile", func(t *testing.T) {
		cache, file := t.TempDir(), filepath.Join(t.TempDir(), "program.profile")
		twice(t, "--profile", file, "--cache-dir", cache).require(t, "compiled", 0, "cached", functions+1)
		if u := useOf(t, cache); u.Kinds["profile"].Entries != 0 || u.Kinds["image"].Entries != 1 {
			t.Errorf("the cache has %+v, want no profile", u)
		}
		shown := runOrcast(t, "profile", "show", file)
		if shown.status != 0 || !strings.Contains(shown.stdout, fmt.Sprintf(" f%d ", functions-1)) {
			t.Errorf("profile show: %s\n%s%s", shown.ending(), clip(shown.stdout), clip(shown.stderr))
		}
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the profile has the mode %v (%v)", info.Mode(), err)
		}
	})
	t.Run("--profile --no-cache", func(t *testing.T) {
		cache, file := filepath.Join(t.TempDir(), "never made"), filepath.Join(t.TempDir(), "program.profile")
		twice(t, "--no-cache", "--profile", file, "--cache-dir", cache).require(t, "compiled", functions+1, "cached", 0)
		if _, err := os.Stat(cache); !os.IsNotExist(err) {
			t.Errorf("there is a folder for the cache: %v", err)
		}
	})
	t.Run("--order", func(t *testing.T) {
		// Those that are needed last are compiled first; others are not compiled ahead.
		file, text := inputs(t, "program.ll", chain(100, 3))[0], "# as linkers take it\n\n  f0\nf0\nnot_in_it\n"
		for i := range 50 {
			text += fmt.Sprintf("f%d\n", i)
		}
		order := inputs(t, "order.txt", text)[0]
		got, s := runForStatistics(t, []string{"run", "--no-cache", "--no-profile", "--order", order, "--speculate",
			"order", file})
		requireSame(t, "with an order", chainResult(100, 3), got)
		if n := s.numbers["speculated"]; n == 0 || n > 50 {
			t.Errorf("%v functions were compiled ahead, want some of the 50 in the file", n)
		}
	})
	t.Run("--cache-size", func(t *testing.T) {
		cache := t.TempDir()
		const limit = 100_000 + 40_000 // what one run is just writing may not be counted
		most, evicted := 0, false
		for k := range 24 {
			file := inputs(t, fmt.Sprintf("program%d.ll", k), chain(100, k))[0]
			got := runOrcast(t, "run", "--cache-size", "100kB", "--cache-dir", cache, file)
			requireSame(t, fmt.Sprintf("program %d", k), chainResult(100, k), got)
			u := useOf(t, cache)
			if u.Bytes > limit {
				t.Errorf("program %d: the cache has %d bytes, want at most %d", k, u.Bytes, limit)
			}
			evicted = evicted || u.Entries < most
			most = max(most, u.Entries)
		}
		if !evicted || most == 0 {
			t.Errorf("nothing was evicted of at most %d entries", most)
		}
		requireVerified(t, cache)
	})
	t.Run("--cache-size too small for anything", func(t *testing.T) {
		cache := t.TempDir()
		for range 2 {
			got := runOrcast(t, "run", "--cache-size", "1kB", "--cache-dir", cache, program)
			requireWarnings(t, "with 1 kB", want, got, 0, 1)
		}
	})
	for _, c := range []struct {
		flags []string
		words []string
	}{
		{[]string{"--profile", "some.profile", "--no-profile"}, []string{"--profile", "--no-profile"}},
		{[]string{"--remote-upload"}, []string{"--remote-upload", "--remote-cache"}},
		{[]string{"--cache-size", "0"}, []string{"--cache-size"}},
		{[]string{"--cache-size", "-5MB"}, []string{"--cache-size"}},
		{[]string{"--cache-size", "large"}, []string{"--cache-size", "large"}},
		{[]string{"--order", "/nonexistent/order"}, []string{"--order", "/nonexistent/order"}},
		{[]string{"--order", orcastFile(t)}, []string{"--order"}},
		{[]string{"--remote-cache", "ftp://host/"}, []string{"ftp://host/"}},
		{[]string{"--cache-dir"}, []string{"--cache-dir"}},
	} {
		t.Run(strings.Join(c.flags, " ")[:min(40, len(strings.Join(c.flags, " ")))], func(t *testing.T) {
			requireRefusal(t, runOrcast(t, slices.Concat([]string{"run", program}, c.flags)...), c.words...)
		})
	}
}

// orcastFile is a file that is neither a text nor a profile.
func orcastFile(t *testing.T) string {
	t.Helper()
	return inputs(t, "binary", "\x7fELF\x00\x01\x02")[0]
}

// TestEditUnderARelativePath runs a program that changes, under a name that depends on the working directory.
func TestEditUnderARelativePath(t *testing.T) {
	folder, cache, stats := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "stats")
	for k := range 2 {
		text := chain(20, 1) + fmt.Sprintf("define i32 @unused() {\n  ret i32 %d\n}\n", k)
		if err := os.WriteFile(filepath.Join(folder, "main.ll"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := run(t, "/usr/bin/env", []string{"env", "-C", folder, orcastBinary(t), "run", "--cache-dir", cache,
			"--stats", stats, "main.ll"}, "")
		requireSame(t, "running it", chainResult(20, 1), got)
	}
	text, err := os.ReadFile(stats)
	if err != nil {
		t.Fatal(err)
	}
	parseStatistics(t, string(text)).require(t, "cached", 21)
}

// tables is IR of a program in which user comes long before owner, whose table of addresses of blocks it uses, and both
// long after the beginning. Globals are what stands before all else.
func tables(globals int) string {
	const fillers, stores = 60, 900
	var b strings.Builder
	for i := range globals {
		fmt.Fprintf(&b, "@before%d = global i32 0\n", i)
	}
	b.WriteString(`@one = global i32 1
@two = global i32 2
@sink = global i64 0
@table = internal constant [2 x ptr] [ptr blockaddress(@owner, %a), ptr blockaddress(@owner, %b)]
@text = private constant [10 x i8] c"%d %d %d\0A\00"
declare i32 @printf(ptr, ...)
define ptr @user(i64 %x) {
  %one = load volatile i32, ptr @one
  %two = load volatile i32, ptr @two
  %n = trunc i64 %x to i32
  call i32 (ptr, ...) @printf(ptr @text, i32 %one, i32 %two, i32 %n)
  %p = getelementptr [2 x ptr], ptr @table, i64 0, i64 %x
  %q = load ptr, ptr %p
  ret ptr %q
}
define i32 @owner(i64 %x) {
  %p = getelementptr [2 x ptr], ptr @table, i64 0, i64 %x
  %target = load ptr, ptr %p
  indirectbr ptr %target, [label %a, label %b]
a:
  ret i32 3
b:
  ret i32 4
}
`)
	for i := range fillers {
		fmt.Fprintf(&b, "define void @filler%d() {\n", i)
		for k := range stores {
			fmt.Fprintf(&b, "  store volatile i64 %d, ptr @sink\n", 1<<40+1000*i+k)
		}
		b.WriteString("  ret void\n}\n")
	}
	b.WriteString("define i32 @main() {\n")
	for i := range fillers {
		fmt.Fprintf(&b, "  call void @filler%d()\n", i)
		if i == fillers/2 {
			b.WriteString("  %p = call ptr @user(i64 1)\n")
		}
	}
	b.WriteString(`  %r = call i32 @owner(i64 1)
  %filled = icmp ne ptr %p, null
  %n = zext i1 %filled to i32
  call i32 (ptr, ...) @printf(ptr @text, i32 %r, i32 %n, i32 0)
  ret i32 0
}
`)
	return b.String()
}

// TestTablesInOtherParts runs a program of which one part of the image needs a table of addresses of blocks that is in
// another one, or not in the image. One worker links all parts.
func TestTablesInOtherParts(t *testing.T) {
	cache := t.TempDir()
	file := filepath.Join(t.TempDir(), "tables.ll")
	for i, globals := range []int{0, 0, 2, 3, 3} {
		if err := os.WriteFile(file, []byte(tables(globals)), 0o600); err != nil {
			t.Fatal(err)
		}
		got := runOrcast(t, "run", "--cache-dir", cache, "--threads", "1", file)
		requireSame(t, fmt.Sprintf("run %d, %d globals", i, globals), result{stdout: "1 2 1\n4 1 0\n"}, got)
	}
}
