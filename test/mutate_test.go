package test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// campaign is how many times as much the tests of the cache do as usually: $ORCAST_CACHE_CAMPAIGN. A campaign has a
// seed of its own each time, and each says which.
func campaign(t *testing.T) (times int, random *rand.Rand) {
	t.Helper()
	times, seed := 1, uint64(4)
	if text := os.Getenv("ORCAST_CACHE_CAMPAIGN"); text != "" {
		var err error
		if times, err = strconv.Atoi(text); err != nil || times < 1 {
			t.Fatalf("ORCAST_CACHE_CAMPAIGN is %q, want a number of at least 1", text)
		}
		seed = rand.Uint64()
	}
	if text := os.Getenv("ORCAST_CACHE_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("ORCAST_CACHE_SEED: %v", err)
		}
	}
	t.Logf("ORCAST_CACHE_SEED=%d ORCAST_CACHE_CAMPAIGN=%d", seed, times)
	return times, rand.New(rand.NewPCG(seed, 0))
}

// So many programs get so many mutants in a row; in a campaign all do, and more.
const mutatedPrograms, mutantsPerProgram = 12, 5

// TestMutants changes numbers, operators and texts in the IR of programs at random, and runs each mutant from a cache
// that has all mutants before it. What it does must be what it does without a cache. Many mutants crash or loop; where
// those that differ have no native behaviour that they agree with, what they do is not defined, and they do not count.
func TestMutants(t *testing.T) {
	times, random := campaign(t)
	programs, err := loadPrograms("programs")
	if err != nil {
		t.Fatal(err)
	}
	programs = slices.DeleteFunc(programs, func(p program) bool {
		return len(p.sources) != 1 || p.missingCPUFlag() != ""
	})
	random.Shuffle(len(programs), func(i, j int) { programs[i], programs[j] = programs[j], programs[i] })
	cache := t.TempDir()
	var mutants, changed atomic.Int64
	t.Run("programs", func(t *testing.T) {
		mutated := 0
		for _, p := range programs {
			text := irOf(t, p)
			if !harmless(text) {
				continue
			}
			if mutated++; mutated > mutatedPrograms && times == 1 {
				break
			}
			m := mutator{program: p, text: text, cache: cache, random: rand.New(rand.NewPCG(random.Uint64(), 0)),
				most: mutantsPerProgram * times, mutants: &mutants, changed: &changed}
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				m.run(t)
			})
		}
	})
	if changed.Load() < mutants.Load()/3 || mutants.Load() == 0 {
		t.Errorf("%d of %d mutants show that they are some: old code would hardly be noticed", changed.Load(),
			mutants.Load())
	}
	requireVerified(t, cache)
}

// irOf is a program's module as text.
func irOf(t *testing.T, p program) string {
	t.Helper()
	file := p.build(t).inputs[0]
	if filepath.Ext(file) == ".bc" {
		text := filepath.Join(t.TempDir(), "program.ll")
		tool(t, llvmTool("llvm-dis"), file, "-o", text)
		file = text
	}
	return string(readFile(t, file))
}

var (
	declared = regexp.MustCompile(`(?m)^declare .*?@"?([^"(]+)`)
	// safe is what may be called with any arguments.
	safe = regexp.MustCompile(`^(llvm\..*|f?printf|snprintf|f?puts|putchar|fwrite|fflush` +
		`|malloc|calloc|realloc|free|aligned_alloc|mem\w+|str\w+|bcmp|exit|abort|atexit|qsort\w*` +
		`|_?setjmp|longjmp|siglongjmp|sqrt|sinf|nextafter|lrint|fe\w+|getopt_long` +
		`|__\w+|_Z.*|_Unwind_\w+)$`)
	unsafe = regexp.MustCompile(`filesystem|thread|stream|random_device|locale|syscall`)
)

// harmless says that whatever becomes of a program, it can harm nothing but itself.
func harmless(text string) bool {
	return !unsafe.MatchString(text) && !slices.ContainsFunc(declared.FindAllStringSubmatch(text, -1),
		func(d []string) bool {
			return !safe.MatchString(d[1])
		})
}

// mutator makes mutants of one program.
type mutator struct {
	program program
	text    string
	cache   string
	random  *rand.Rand
	most    int // mutants
	// mutants and changed count those of all programs, and those of which something is seen.
	mutants, changed *atomic.Int64
}

func (m *mutator) run(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "program.ll")
	original := m.orcast(t, file, m.text, "--no-cache", "--no-profile")
	if original.status == 125 {
		t.Skip("it does not work")
	}
	changed, mutants := 0, 0
	for tries := 0; mutants < m.most && tries < 20*m.most; tries++ {
		text, what := m.mutate()
		effort := []string{"-O", []string{"0", "0", "0", "2"}[m.random.IntN(4)]}
		cold := m.orcast(t, file, text, slices.Concat(effort, []string{"--no-cache", "--no-profile"})...)
		if cold.status == 125 || cold.timedOut {
			continue // it is not right IR, or has no end
		}
		mutants++
		if difference(original, cold) != "" {
			changed++
		}
		for range 2 {
			way := waysToRun[m.random.IntN(len(waysToRun))]
			warm := m.orcast(t, file, text, slices.Concat(effort, way, []string{"--cache-dir", m.cache})...)
			if d := difference(cold, warm); d != "" && m.defined(t, text, cold) {
				t.Errorf("%s: with the cache (%v): %s", what, way, d)
			}
		}
	}
	t.Logf("%d mutants, of which %d show it", mutants, changed)
	m.mutants.Add(int64(mutants))
	m.changed.Add(int64(changed))
}

// orcast runs a mutant, with limits for what it may take.
func (m *mutator) orcast(t *testing.T, file, text string, flags ...string) result {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return m.limited(t, slices.Concat([]string{orcastBinary(t)}, m.program.command(flags, []string{file})))
}

func (m *mutator) limited(t *testing.T, command []string) result {
	t.Helper()
	const limits = `ulimit -c 0 -d 4000000 -t 20; exec "$0" "$@"`
	return process{path: "/bin/sh", argv: append([]string{"sh", "-c", limits}, command...), stdin: m.program.stdin,
		limit: 4 * time.Second, output: 1 << 20}.run(t)
}

// defined says that a mutant behaves natively as it does without a cache, and so when it is compiled in another order.
func (m *mutator) defined(t *testing.T, text string, cold result) bool {
	t.Helper()
	folder := t.TempDir()
	file, native := filepath.Join(folder, "program.ll"), filepath.Join(folder, "native")
	again := m.orcast(t, file, text, "--no-cache", "--no-profile", "--speculate", "all")
	tool(t, "clang++-22", slices.Concat([]string{"-w", file, "-o", native}, m.program.ldflags)...)
	return difference(cold, again) == "" && difference(cold,
		m.limited(t, append([]string{native}, m.program.args...))) == ""
}

// mutations are what can be changed in a line of IR, and what becomes of it.
var mutations = []struct {
	where *regexp.Regexp // its first group is replaced
	by    func(old string, random *rand.Rand) string
}{
	{regexp.MustCompile(`\bi(?:8|16|32|64) (-?\d+)\b`), func(old string, random *rand.Rand) string {
		n, _ := strconv.ParseInt(old, 10, 64)
		return strconv.FormatInt([]int64{n + 1, n - 1, -n, n ^ 8, random.Int64N(200)}[random.IntN(5)], 10)
	}},
	{regexp.MustCompile(`\bicmp (?:samesign )?(eq|ne|[su][gl][te]) `),
		oneOf("eq", "ne", "sgt", "sge", "slt", "sle", "ugt", "uge", "ult", "ule")},
	{regexp.MustCompile(`= (add|sub|mul|and|or|xor) `), oneOf("add", "sub", "mul", "and", "or", "xor")},
	{regexp.MustCompile(`= (shl|lshr|ashr) (?:i|<)`), oneOf("shl", "lshr", "ashr")},
	{regexp.MustCompile(`= (fadd|fsub|fmul|fdiv) `), oneOf("fadd", "fsub", "fmul", "fdiv")},
	{regexp.MustCompile(`c".*?[a-z ]([a-z])[a-z ]`), func(string, *rand.Rand) string { return "X" }},
}

func oneOf(list ...string) func(string, *rand.Rand) string {
	return func(_ string, random *rand.Rand) string { return list[random.IntN(len(list))] }
}

// mutate makes one to three changes and says what they are.
func (m *mutator) mutate() (text, what string) {
	lines := strings.Split(m.text, "\n")
	var places []int
	for i, line := range lines {
		if strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "@") {
			places = append(places, i)
		}
	}
	for left := 1 + m.random.IntN(3); left > 0; {
		i := places[m.random.IntN(len(places))]
		mutation := mutations[m.random.IntN(len(mutations))]
		found := mutation.where.FindAllStringSubmatchIndex(lines[i], -1)
		if len(found) == 0 {
			continue
		}
		at := found[m.random.IntN(len(found))]
		by := mutation.by(lines[i][at[2]:at[3]], m.random)
		what += fmt.Sprintf("[line %d: %s to %s]", i+1, strings.TrimSpace(lines[i]), by)
		lines[i] = lines[i][:at[2]] + by + lines[i][at[3]:]
		left--
	}
	return strings.Join(lines, "\n"), clip(what)
}
