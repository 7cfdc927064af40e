// Danger: the child of vfork shares its parent's memory and makes a first call before it ends.
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int seen;
__attribute__((noinline)) static int in_child(int x) {
  seen = x + 1;
  return seen;
}
__attribute__((noinline)) static int in_parent(int x) { return x + seen; }

int main(int argc, char **argv) {
  pid_t child = vfork();
  if (child == 0)
    _exit(in_child(argc + 10));
  int status;
  waitpid(child, &status, 0);
  printf("%d %d\n", WEXITSTATUS(status), in_parent(argc));
  return 0;
}
