package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// reporter is the program that reports, built from bench/report, a module of its own: what draws plots is no part of
// orcast.
const reporter = ".build/bench/reporter"

// ErrClaims says that something which orcast promises does not hold.
var ErrClaims = errors.New("something that orcast promises does not hold here")

// Report writes SUITE.json, SUITE.md, SUITE.html and each plot as SUITE-PLOT.svg, of a file of results, into a folder,
// and prints what is claimed. The error is ErrClaims if a claim does not hold, after all is written.
func Report(ctx context.Context, file, dir string) error {
	program, err := filepath.Abs(reporter)
	if err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build", "-C", "bench/report", "-o", program)
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building bench/report: %w\n%s", err, output)
	}
	cmd := exec.CommandContext(ctx, program, file, dir)
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = os.Stdout, &stderr
	err = cmd.Run()
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended) && ended.ExitCode() == 1:
		return ErrClaims
	case stderr.Len() > 0:
		return errors.New(strings.TrimSpace(stderr.String()))
	}
	return err
}
