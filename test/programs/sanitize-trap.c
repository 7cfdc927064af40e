// Danger: checks that end in ud1 (-fsanitize=undefined with traps), which carry an operand.
// cflags: -O1 -fsanitize=undefined -fsanitize-trap=all
#include <limits.h>
#include <stdio.h>

__attribute__((noinline)) static int add(int a, int b) { return a + b; }
int main(int argc, char **argv) {
  printf("%d\n", add(argc, 2));
  fflush(stdout);
  return add(argc, INT_MAX);
}
