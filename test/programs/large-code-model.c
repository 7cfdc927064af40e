// Danger: code of the large model takes every address by 64-bit constants.
// cflags: -O2 -mcmodel=large
#include <stdio.h>

static int variable = 5;
int external[100];
__attribute__((noinline)) static int add(int x) { return x + variable + external[3]; }
int main(int argc, char **argv) {
  external[3] = argc;
  int (*volatile p)(int) = add;
  printf("%d %d\n", add(argc), p(2));
  return 0;
}
