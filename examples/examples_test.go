// Package examples tests the programs in its folders.
package examples

import (
	"os/exec"
	"strings"
	"testing"
)

func TestExamples(t *testing.T) {
	for _, test := range []struct {
		arguments []string
		stdout    string
		stderr    string
	}{
		{[]string{"./filter"}, "2 of 5 rows have price < 20 and stock >= 3\n", "functions compiled"},
		{[]string{"./filter", "year = 2024"}, "2 of 5 rows have year = 2024\n", "functions compiled"},
		{[]string{"./filter", "height > 3"}, "", `filter: "height > 3": the columns are`},
		{[]string{"./plan"}, "the pipeline made 28\n", "of 8 functions called"},
	} {
		command := exec.Command("go", append([]string{"run"}, test.arguments...)...)
		var stdout, stderr strings.Builder
		command.Stdout, command.Stderr = &stdout, &stderr
		err := command.Run()
		if (err != nil) != (test.stdout == "") || stdout.String() != test.stdout || !strings.Contains(stderr.String(), test.stderr) {
			t.Errorf("%v: %v, %q, %q", test.arguments, err, stdout.String(), stderr.String())
		}
	}
}
