package test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// largeLimit is the time that a large program may take for what a test waits for.
const largeLimit = 30 * time.Minute

// largeProgram is the folder of a program that scripts/large.sh has built in $ORCAST_LARGE.
func largeProgram(t *testing.T, name string) string {
	t.Helper()
	if os.Getenv("ORCAST_LARGE") == "" {
		t.Skip("ORCAST_LARGE names no folder; make large builds it")
	}
	folder, err := filepath.Abs(filepath.Join(os.Getenv("ORCAST_LARGE"), name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Fatalf("%v: scripts/large.sh builds it", err)
	}
	return folder
}
