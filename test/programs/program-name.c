// Danger: libc learnt the program's name when the process started: err, error, program_invocation_name and psignal
// must name the program, not the JIT.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <error.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  printf("%d\n", strcmp(argv[0], program_invocation_name) == 0);
  const char *slash = strrchr(argv[0], '/');
  printf("%d\n", strcmp(slash ? slash + 1 : argv[0], program_invocation_short_name) == 0);
  fflush(stdout);
  warnx("a warning");
  error(0, ENOENT, "an error");
  errno = EACCES;
  err(12, "%s", "the end");
}
