// Danger: objects compiled for an executable, as gcc does by default, reach variables of libraries by 32-bit offsets: ld gives
// the program copies, in whose place they are for the libraries too, under all their names.
// args: -x value end
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern char **__environ, **_environ;
extern int library_value, library_array[], library_seen, library_alias;
int *library_address(void);
int part(int argc, char **argv);
const char *part_environment(const char *name);
int part_function(int);
int main(int argc, char **argv) {
  setenv("ORCAST_TEST", "set", 1);
  printf("%s %d\n", part_environment("ORCAST_TEST"), __environ == environ && _environ == environ);
  printf("%d\n", part(argc, argv));
  printf("%d %d %d %d\n", library_value, library_array[3], &library_value == library_address(), library_seen);
  printf("%d\n", library_alias);
  printf("%d %s %d\n", optind, optarg, part_function(-3));
  fflush(stdout);
  FILE *old = stdout;
  stdout = stderr;
  puts("to stderr"); // by the library's use of the variable
  stdout = old;
  puts("end");
  return 0;
}
