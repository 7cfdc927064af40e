package test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestArgv0: a program has the name that it is given, and starts itself again by it in the same process.
func TestArgv0(t *testing.T) {
	module := cModules(t, "again.c", `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char pid[20];
  snprintf(pid, sizeof pid, "%d", (int)getpid());
  if (argc == 1) {
    puts(argv[0]);
    return 0;
  }
  if (argc == 2) {
    execl(argv[0], argv[0], argv[1], pid, (char *)0);
    perror(argv[0]);
    return 1;
  }
  printf("%s, %s process\n", argv[1], strcmp(argv[2], pid) == 0 ? "the same" : "another");
  return 7;
}
`)[0]
	requireSame(t, "no name", result{stdout: module + "\n"}, runOrcast(t, "run", module))
	requireSame(t, "a name", result{stdout: "a \xff name\n"}, runOrcast(t, "run", "--argv0", "a \xff name", module))
	script := startingScript(t, module)
	requireSame(t, "a script", result{stdout: script + "\n"}, run(t, script, []string{script}, ""))
	requireSame(t, "started again", result{stdout: "an argument, the same process\n", status: 7},
		run(t, script, []string{script, "an argument"}, ""))
}

// startingScript writes a script that runs bitcode under the script's own name, by which the program can start itself
// again.
func startingScript(t *testing.T, bitcode string) string {
	t.Helper()
	script := filepath.Join(t.TempDir(), "start")
	cache := lastingFolder(t)
	text := fmt.Sprintf("#!/bin/sh\nexec '%s' run --cache-dir '%s' --argv0 \"$0\" '%s' -- \"$@\"\n",
		orcastBinary(t), cache, bitcode)
	if err := os.WriteFile(script, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return script
}
