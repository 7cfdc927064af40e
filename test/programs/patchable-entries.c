// Danger: room for patching before and at each function, recorded in a section of its own.
// cflags: -O2 -fpatchable-function-entry=5,2
#include <stdio.h>

__attribute__((noinline)) static int one(int x) { return x + 1; }
int (*volatile pointer)(int) = one;
int main(int argc, char **argv) {
  printf("%d %d\n", one(argc), pointer(argc + 5));
  return 0;
}
