// Danger: code made without -fPIC reaches externals of shared libraries directly (a copy relocation natively), which
// are too far away here.
// cflags: -O2 -fno-pic
// native-ldflags: -no-pie
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;
static int (*table[])(const char *) = {puts};
static FILE **output = &stdout;

int main(void) {
  fputs("stdout\n", *output);
  table[0]("puts");
  printf("%d %d\n", environ != 0, optind);
  size_t (*volatile length)(const char *) = strlen;
  printf("%zu\n", length("four"));
  return 0;
}
