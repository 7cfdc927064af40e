// Danger: room for patching before and at each function, recorded in a section of its own, and found by the function's address.
// cflags: -O2 -fpatchable-function-entry=5,2
#include <stdio.h>

__attribute__((noinline)) static int one(int x) { return x + 1; }
int (*volatile pointer)(int) = one;
int main(int argc, char **argv) {
  unsigned char *code = (unsigned char *)pointer;
  int before = 0, at = 0;
  for (int i = 0; i < 3; i++) {
    before += i < 2 && code[-1 - i] == 0x90;
    at += code[i] == 0x90;
  }
  printf("%d %d\n", before, at);
  printf("%d %d\n", one(argc), pointer(argc + 5));
  return 0;
}
