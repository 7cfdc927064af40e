// compiler: gcc
// own-cflags: -O1 -fPIE
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern int library_value, library_array[8];
extern const char library_text[];
const char *part_environment(const char *name) {
  for (char **e = environ; *e; e++)
    if (strncmp(*e, name, strlen(name)) == 0 && (*e)[strlen(name)] == '=')
      return *e + strlen(name) + 1;
  return "none";
}
int part(int argc, char **argv) {
  fprintf(stdout, "out %s %s\n", library_text, program_invocation_short_name ? "named" : "unnamed");
  fflush(stdout);
  fprintf(stderr, "err\n");
  while (getopt(argc, argv, "x:") == 'x')
    fprintf(stdout, "x %s %d\n", optarg, optind);
  library_value += 5;
  library_array[3] = library_value;
  return library_array[7];
}
static int (*const pointers[])(int) = {abs};
int part_function(int x) { return pointers[0](x) + (pointers[0] == abs); }
