// Danger: glibc gives constructors main's three arguments.
// args: one two three
#include <stdio.h>
#include <string.h>

extern char **environ;
static int count;
static const char *last;
static int same;
__attribute__((constructor)) static void construct(int argc, char **argv, char **envp) {
  count = argc;
  last = argv[argc - 1];
  same = envp == environ;
}
int main(int argc, char **argv) {
  printf("%d %s %d\n", count, last, same);
  return 0;
}
