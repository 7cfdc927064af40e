// Danger: internal functions, variables, constants and thread-locals with equal names in two modules must not
// be taken for one another; nor an internal function that is named like one of libc, or like an external of b.c.
#include <stdio.h>

static int counter = 100;
static _Thread_local int local = 1;
static const char *name[] = {"a", "module a"};

__attribute__((noinline)) static int step(int by) { return counter += by; }
__attribute__((noinline)) static const char *label(int i) { return name[i]; }
__attribute__((noinline)) static int strlen(const char *s) { return s[0] + 1000; }
__attribute__((noinline)) static int only_b(void) { return -1; }

int step_b(int by);
const char *label_b(int i);
int local_b(void);

int main(int argc, char **argv) {
  printf("%d %d %d %d\n", step(1), step_b(1), step(argc), step_b(argc));
  printf("%s %s %s %s\n", label(0), label_b(0), label(1), label_b(1));
  printf("%d %d\n", local += argc, local_b());
  printf("%d %d\n", strlen(argc ? "A" : "B"), only_b());
  return 0;
}
