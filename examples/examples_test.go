// Package examples tests the programs in its folders.
package examples

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

func TestExamples(t *testing.T) {
	for _, test := range []struct {
		arguments []string
		stdout    string // a regular expression for all of it
		stderr    string // a part
	}{
		{[]string{"./filter"}, "2 of 5 rows have price < 20 and stock >= 3\n", "functions compiled"},
		{[]string{"./filter", "year = 2024"}, "2 of 5 rows have year = 2024\n", "functions compiled"},
		{[]string{"./filter", "price != 7.99 and price > 12.25"}, "4 of 5 rows have price != 7.99 and price > 12.25\n",
			"functions compiled"},
		{[]string{"./filter", "height > 3"}, "", `filter: "height > 3": the columns are`},
		{[]string{"./filter", "stock > 3.5"}, "", `filter: "stock > 3.5": strconv.ParseInt`},
		{[]string{"./plan"},
			"(?:(?:parse|check|plan|fetch|join|sort|print) was (?:ready|waited for)\n){7}the pipeline made 28\n", ""},
	} {
		command := exec.Command("go", append([]string{"run"}, test.arguments...)...)
		var stdout, stderr strings.Builder
		command.Stdout, command.Stderr = &stdout, &stderr
		err := command.Run()
		expected := regexp.MustCompile("^(?:" + test.stdout + ")$")
		if (err != nil) != (test.stdout == "") || !expected.MatchString(stdout.String()) ||
			!strings.Contains(stderr.String(), test.stderr) {
			t.Errorf("%v: %v, %q, %q", test.arguments, err, stdout.String(), stderr.String())
		}
	}
}
