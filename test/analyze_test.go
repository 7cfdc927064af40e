package test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// analyze runs orcast analyze, which must succeed.
func analyze(t *testing.T, arguments ...string) string {
	t.Helper()
	r := runOrcast(t, append([]string{"analyze"}, arguments...)...)
	if r.status != 0 || r.stderr != "" {
		t.Fatalf("orcast analyze %q: %s\nstderr: %s", arguments, r.ending(), clip(r.stderr))
	}
	return r.stdout
}

// requireLines checks that a text has lines that match, in this order.
func requireLines(t *testing.T, text string, patterns ...string) {
	t.Helper()
	rest := strings.Split(text, "\n")
	for _, pattern := range patterns {
		at := slices.IndexFunc(rest, regexp.MustCompile(pattern).MatchString)
		if at < 0 {
			t.Fatalf("no line matches %s, or it stands too early:\n%s", pattern, text)
		}
		rest = rest[at+1:]
	}
}

// analyzedModules are two modules which call each other and a native object.
func analyzedModules(t *testing.T) []string {
	modules := cModules(t,
		"main.c", `
void work(int); int native(int); static int twice(int);
__attribute__((cold, noinline)) void complain(void) { __asm__ volatile(""); }
__attribute__((noinline)) static int twice(int x) { __asm__ volatile(""); return 2 * x; }
int main(int argc, char **argv) {
  if (argc > 7) complain();
  int n = twice(argc);
  work(n);
  return native(n);
}
void spare(void) {}
`,
		"work.c", `
__attribute__((noinline)) static void twice(void) { __asm__ volatile(""); }
void work(int n) { for (int i = 0; i < n; i++) twice(); }
`,
		"native.c", "int native(int n) { return n - 2; }\n")
	object := strings.TrimSuffix(modules[2], ".bc") + ".o"
	tool(t, "clang-22", "-c", modules[2], "-o", object)
	return append(modules[:2], object)
}

func TestAnalyze(t *testing.T) {
	t.Parallel()
	modules := analyzedModules(t)
	text := analyze(t, modules...)
	requireLines(t, text,
		`^Starting with main\. Policy: sequence,hints\.$`,
		`main\.bc: 3 of 4 functions expected$`,
		`^order +after +likely +size +compile +function +why$`,
		`^ +1 +0 ns +100 % +\d+ k?B +\d+ us +main +entry$`,
		`^ +2 +\S+ ns +\d\d % .* twice +called by main$`,
		`^ +5 +\S+ ns +\d\.\d % .* complain +cold, called by main$`,
		`^and 1 function not expected to be called$`,
		`work\.bc: 2 of 2 functions expected$`,
		`^order`,
		`^ +3 .* work +called by main in main\.bc$`,
		`^ +4 .* twice +called by work$`,
	)
	if strings.Contains(text, "native.o") {
		t.Errorf("the native object is listed as a module:\n%s", text)
	}
}

func TestAnalyzeFunction(t *testing.T) {
	t.Parallel()
	modules := analyzedModules(t)
	requireLines(t, analyze(t, append([]string{"--function", "main"}, modules...)...),
		`^main in .*main\.bc$`,
		`^\d blocks, \d+ k?B, compiled in about \d+ us; likely 100 %, after 0 ns, entry$`,
		`^block +times +reach +after +loops +next, and calls$`,
		`^entry +1 +100 % +0 ns +0 +-> \d \(.* %\) \d \(.* %\)$`,
		`call complain$`,
		` ret$`,
		`^ +1 +100 % .* call twice$`,
		`^ +1 +100 % .* call work$`,
	)
	requireLines(t, analyze(t, append([]string{"--function", modules[1] + ":twice"}, modules...)...),
		`^twice in .*work\.bc$`, `^1 block, .* called by work$`)
}

func TestAnalyzeRefusals(t *testing.T) {
	t.Parallel()
	modules := analyzedModules(t)
	missing := filepath.Join(t.TempDir(), "missing.bc")
	for _, c := range []struct {
		arguments []string
		words     []string
	}{
		{[]string{missing}, []string{"missing.bc"}},
		{inputs(t, "damaged.bc", "BC\xc0\xdenothing"), []string{"damaged.bc"}},
		{inputs(t, "damaged.ll", "define i32 @main( {"), []string{"damaged.ll"}},
		{[]string{"--function", "twice", modules[0], modules[1], modules[2]},
			[]string{"2 functions", "main.bc:twice", "work.bc:twice"}},
		{[]string{"--function", "complian", modules[0], modules[1], modules[2]},
			[]string{"no function is called complian", "complain"}},
		{[]string{"--entry", "absent", modules[0], modules[1], modules[2]}, []string{"absent"}},
		{[]string{"--json", "--dot", modules[0]}, []string{"--json", "--dot"}},
		{[]string{modules[0], modules[0]}, []string{"main", "two definitions"}},
	} {
		requireRefusal(t, runOrcast(t, append([]string{"analyze"}, c.arguments...)...), c.words...)
	}
}

func TestAnalyzeJSON(t *testing.T) {
	t.Parallel()
	modules := analyzedModules(t)
	type function struct {
		Name        string
		Order       int
		Probability float64
		AfterUS     float64 `json:"after_us"`
		CompileUS   float64 `json:"compile_us"`
		Reason      string
		Cold        bool
		Cause       *struct{ Name string }
		Calls       []struct {
			Callee struct{ Name string }
			Reach  float64
		}
	}
	var whole struct {
		Policy, Start string
		Modules       []struct {
			Name      string
			Functions []function
			Others    []struct{ Name string }
		}
	}
	if err := json.Unmarshal([]byte(analyze(t, append([]string{"--json", "--speculate", "sequence"}, modules...)...)),
		&whole); err != nil {
		t.Fatal(err)
	}
	if whole.Policy != "sequence" || whole.Start != "main" || len(whole.Modules) != 2 {
		t.Fatalf("policy %q, start %q, %d modules", whole.Policy, whole.Start, len(whole.Modules))
	}
	m := whole.Modules[0]
	if len(m.Functions) != 3 || len(m.Others) != 1 || m.Others[0].Name != "spare" {
		t.Fatalf("the first module is %+v", m)
	}
	twice, complain := m.Functions[1], m.Functions[2]
	if twice.Order != 2 || twice.Probability < 0.5 || twice.AfterUS <= 0 || twice.CompileUS <= 0 ||
		twice.Reason != "called by" || twice.Cause.Name != "main" {
		t.Errorf("twice is %+v", twice)
	}
	if !complain.Cold || complain.Order != 5 {
		t.Errorf("complain is %+v", complain)
	}
	var flow struct {
		Name       string
		ModuleName string `json:"module_name"`
		Blocks     []struct {
			Frequency  float64
			Depth      int
			Ends       string
			Successors []struct{ Probability float64 }
		}
	}
	if err := json.Unmarshal([]byte(analyze(t, append([]string{"--json", "--function", "work"}, modules...)...)),
		&flow); err != nil {
		t.Fatal(err)
	}
	deepest, often := 0, 0.0
	for _, b := range flow.Blocks {
		deepest, often = max(deepest, b.Depth), max(often, b.Frequency)
	}
	if flow.Name != "work" || flow.ModuleName != modules[1] || deepest != 1 || often < 2 {
		t.Errorf("the flow of work is %+v", flow)
	}
}

func TestAnalyzeDot(t *testing.T) {
	t.Parallel()
	modules := analyzedModules(t)
	graph := analyze(t, append([]string{"--dot"}, modules...)...)
	requireGraph(t, graph, 5, 4)
	requireLines(t, graph, `^digraph`, `subgraph cluster_0`, `main\.bc`, `label="main\\n100 %"`,
		`subgraph cluster_1`, `label="work\\n`)
	flow := analyze(t, append([]string{"--dot", "--function", "main"}, modules...)...)
	requireGraph(t, flow, 3, 3)
	requireLines(t, flow, `label="main"`, `entry: 1 times, reach 100 %`, `call complain`)
}

// requireGraph checks the language of Graphviz as far as it is used: quotes and braces end, and nodes that edges
// join are there.
func requireGraph(t *testing.T, graph string, nodes, edges int) {
	t.Helper()
	bare := regexp.MustCompile(`"(\\.|[^"\\])*"`).ReplaceAllString(graph, `""`)
	if strings.Count(bare, `"`) != 2*strings.Count(bare, `""`) || strings.Count(bare, "{") != strings.Count(bare, "}") {
		t.Errorf("quotes or braces do not match:\n%s", graph)
	}
	declared := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\s*(\w+) \[label=""\];$`).FindAllStringSubmatch(bare, -1) {
		declared[m[1]] = true
	}
	joined := regexp.MustCompile(`(?m)^\s*(\w+) -> (\w+) \[.*\];$`).FindAllStringSubmatch(bare, -1)
	for _, m := range joined {
		if !declared[m[1]] || !declared[m[2]] {
			t.Errorf("%s joins nodes that are not there:\n%s", m[0], graph)
		}
	}
	if len(declared) != nodes || len(joined) != edges || strings.Count(bare, "->") != edges {
		t.Errorf("%d nodes and %d edges, want %d and %d:\n%s", len(declared), len(joined), nodes, edges, graph)
	}
}

func TestAnalyzeDemangles(t *testing.T) {
	t.Parallel()
	requireClang(t)
	source := inputs(t, "names.cc", `
namespace shop {
struct Shelf { virtual int count(int) { return 1; } virtual ~Shelf() {} };
__attribute__((noinline)) int total(const char *name, Shelf *s) { return s->count(name[0]); }
__attribute__((noinline)) int total(Shelf &s) { return total("all", &s); }
}
shop::Shelf shelf;
__attribute__((noinline)) int start() { __asm__ volatile(""); return 1; }
int started = start();
int main() { return shop::total(shelf) - 1; }
`)[0]
	module := source + ".bc"
	tool(t, "clang++-22", "-O1", "-emit-llvm", "-c", source, "-o", module)
	requireLines(t, analyze(t, module),
		`_GLOBAL__sub_I_names\.cc +constructor$`, ` main +entry$`, `start\(\) +called by _GLOBAL__sub_I_names\.cc$`,
		`shop::total\(shop::Shelf&\) +called by main$`,
		`shop::total\(char const\*, shop::Shelf\*\) +called by shop::total\(shop::Shelf&\)$`,
		`shop::Shelf::count\(int\)`)
	requireLines(t, analyze(t, "--function", "shop::total(shop::Shelf&)", module),
		`^shop::total\(shop::Shelf&\) in `, `call shop::total\(char const\*, shop::Shelf\*\)$`)
	requireLines(t, analyze(t, "--function", "shop::Shelf::count", module), `^shop::Shelf::count\(int\) in `)
	requireRefusal(t, runOrcast(t, "analyze", "--function", "shop::total", module), "2 functions",
		"_ZN4shop5totalEPKcPNS_5ShelfE")
}

func TestAnalyzeHint(t *testing.T) {
	t.Parallel()
	plain := inputs(t, "plain.ll", helloIR+"define void @later() {\n  ret void\n}\n")[0]
	requireLines(t, analyze(t, plain), `1 of 2 functions`, `1 function not expected`)
	hinted := inputs(t, "hinted.ll", helloIR+"define void @later() \"orcast-likely\"=\"0.9\" {\n  ret void\n}\n")[0]
	requireLines(t, analyze(t, hinted), `2 of 2 functions`, ` main `, ` 90 % .* later +hinted$`)
}

func TestAnalyzeNativeMain(t *testing.T) {
	t.Parallel()
	modules := cModules(t,
		"main.c", "int work(int);\nint main(void) { return work(3); }\n",
		"work.c", `
__attribute__((noinline)) static void helper(void) { __asm__ volatile(""); }
int work(int n) { __asm__ volatile(""); helper(); return n - 3; }
int unused(int n) { return n; }
`)
	object := strings.TrimSuffix(modules[0], ".bc") + ".o"
	tool(t, "clang-22", "-c", modules[0], "-o", object)
	requireLines(t, analyze(t, object, modules[1]),
		`^Starting with functions named by native objects\.`, `2 of 3 functions`,
		` 100 % .* work +named by a native object$`, ` helper +called by work$`)
	requireLines(t, analyze(t, object, modules[1], "--entry", "unused"),
		`^Starting with unused\.`, `1 of 3 functions`, ` unused +entry$`)
}

func TestAnalyzeLibrary(t *testing.T) {
	t.Parallel()
	modules := analyzedModules(t)
	requireLines(t, analyze(t, modules[1]), `^Starting with exported functions\.`, `2 of 2 functions`,
		` 100 % .* work +exported$`, ` twice +called by work$`)
	archive := filepath.Join(t.TempDir(), "work.a")
	tool(t, llvmTool("llvm-ar"), "rcs", archive, modules[1])
	requireLines(t, analyze(t, archive), `^No LLVM IR takes part`)
	requireRefusal(t, runOrcast(t, "run", modules[1]), "main")
}

// TestAnalyzePrograms: whatever can run can be analysed.
func TestAnalyzePrograms(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("programs/*.ll")
	if err != nil || len(sources) == 0 {
		t.Fatalf("there are no programs: %v", err)
	}
	for _, source := range sources {
		path, err := filepath.Abs(source)
		if err != nil {
			t.Fatal(err)
		}
		requireLines(t, analyze(t, path), `^Starting with main`, ` main +entry$`)
		requireLines(t, analyze(t, "--function", "main", path), `^main in `, `^entry `)
		requireLines(t, analyze(t, "--dot", path), `^digraph`, `^}$`)
	}
}
