// Danger: bitcode written for full LTO, with its own summary block.
// cflags: -O2 -flto=full
#include <stdio.h>

int from_b(int);
int (*pointer_from_b(void))(int);
static int counter;
int count(void) { return ++counter; }

int main(int argc, char **argv) {
  printf("%d %d %d\n", from_b(argc), pointer_from_b()(5), counter);
  return 0;
}
