package test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// workloads is where scripts/workloads.sh puts real programs: NAME.bc and NAME.native, built of the same bitcode.
const workloads = "../.build/workloads"

// realRun is a run of a real program.
type realRun struct {
	name, program string
	arguments     []string
	stdin         string         // a file
	changing      *regexp.Regexp // what differs from run to run, in standard output
}

// steady takes out of a result what differs from run to run.
func (r realRun) steady(of result) result {
	if r.changing != nil {
		of.stdout = r.changing.ReplaceAllString(of.stdout, "")
	}
	return of
}

var realRuns = []realRun{
	{name: "hello", program: "hello"},
	{name: "cxx", program: "cxx", arguments: []string{"one", "two words"}, stdin: "real/numbers.txt"},
	{name: "lua", program: "lua", arguments: []string{"real/library.lua", "argument"}, stdin: "real/numbers.txt"},
	{name: "lua with a syntax error", program: "lua", arguments: []string{"-e", "x = = 1"}},
	{name: "sqlite3", program: "sqlite3", arguments: []string{":memory:"}, stdin: "real/script.sql"},
	{name: "speedtest1", program: "speedtest1", arguments: []string{"--size", "5", "--verify", ":memory:"},
		changing: regexp.MustCompile(` +\d+\.\d+s`)},
	{name: "bzip2", program: "bzip2", arguments: []string{"-c", "-9"}, stdin: "real/script.sql"},
	{name: "gawk", program: "gawk", arguments: []string{`
		function shout(s) { return toupper(substr(s, 1, 1)) substr(s, 2) }
		{ n[$1]++; gsub(/[(),;]/, " "); fields += NF; if (match($0, /([a-z]+)_([a-z]+)/, m)) pairs[m[1]] = shout(m[2]) }
		END {
			PROCINFO["sorted_in"] = "@ind_str_asc"
			for (w in n) printf "%s=%d ", w, n[w]
			for (p in pairs) print p, pairs[p] | "sort -r"
			close("sort -r")
			print fields, sqrt(NR), strftime("%j", 0, 1) > "/dev/stderr"
			exit 4
		}`}, stdin: "real/script.sql"},
	{name: "gawk with a syntax error", program: "gawk", arguments: []string{"{ print ( }"}},
	{name: "jq", program: "jq", arguments: []string{"-R", "-s", `split("\n") | map(select(length > 0)) |
		{lines: length, longest: max_by(length),
		words: (map(split(" ")[0]) | group_by(.) | map({(.[0]): length}) | add),
		first: (.[0] | explode | map(. + 1) | implode), caught: (try error({a: 1}) catch .a),
		sum: (reduce .[] as $l (0; . + ($l | length)))}`},
		stdin: "real/script.sql"},
	{name: "jq of what is not JSON", program: "jq", arguments: []string{"."}, stdin: "real/script.sql"},
	{name: "bzip2 of what it can't read", program: "bzip2", arguments: []string{"-t"}, stdin: "real/script.sql"},
}

// TestRealPrograms runs them with one and four threads, with and without speculation, and both ends of effort: half of
// the combinations if tests are to be short.
func TestRealPrograms(t *testing.T) {
	for _, r := range realRuns {
		t.Run(r.name, func(t *testing.T) {
			module, err := filepath.Abs(filepath.Join(workloads, r.program+".bc"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(module); err != nil {
				t.Skipf("%v: scripts/workloads.sh builds it", err)
			}
			t.Parallel()
			stdin := ""
			if r.stdin != "" {
				stdin = string(readFile(t, r.stdin))
			}
			// Programs run in a folder of their own: paths of scripts must be absolute.
			arguments := make([]string, len(r.arguments))
			for i, argument := range r.arguments {
				if arguments[i] = argument; strings.HasPrefix(argument, "real/") {
					if arguments[i], err = filepath.Abs(argument); err != nil {
						t.Fatal(err)
					}
				}
			}
			native := r.steady(run(t, strings.TrimSuffix(module, ".bc")+".native",
				append([]string{module}, arguments...), stdin))
			for _, threads := range []string{"1", "4"} {
				for _, policy := range []string{"none", "auto"} {
					for _, effort := range []string{"0", "2"} {
						if testing.Short() && (threads == "1") == ((policy == "none") == (effort == "2")) {
							continue // half of them, in which each value meets each other
						}
						how := fmt.Sprintf("threads %s, speculate %s, O%s", threads, policy, effort)
						t.Run(how, func(t *testing.T) {
							command := []string{"run", "--threads", threads, "--speculate", policy, "-O", effort,
								module, "--"}
							got := r.steady(runOrcastWithInput(t, stdin, append(command, arguments...)...))
							if d := difference(native, got); d != "" {
								t.Error(d)
							}
						})
					}
				}
			}
		})
	}
}

// TestCompressAndExpand takes a file through bzip2 and back.
func TestCompressAndExpand(t *testing.T) {
	module := filepath.Join(workloads, "bzip2.bc")
	if _, err := os.Stat(module); err != nil {
		t.Skipf("%v: scripts/workloads.sh builds it", err)
	}
	module, err := filepath.Abs(module)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat(string(readFile(t, "real/script.sql")), 40)
	small := runOrcastWithInput(t, text, "run", module, "--", "-c")
	back := runOrcastWithInput(t, small.stdout, "run", module, "--", "-d", "-c")
	if small.status != 0 || back.status != 0 || back.stdout != text {
		t.Errorf("%s (%d bytes), then %s: %d bytes of %d came back\n%s", small.ending(), len(small.stdout),
			back.ending(), len(back.stdout), len(text), clip(small.stderr+back.stderr))
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
