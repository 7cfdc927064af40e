// Danger: 3 GB of zeros, which only the medium code model reaches.
// cflags: -O2 -mcmodel=medium
#include <stdio.h>

static char zeros[3L << 30];
static int small = 3;

__attribute__((noinline)) static long sum(long step) {
  long s = 0;
  for (long i = 0; i < (long)sizeof zeros; i += step)
    s += zeros[i]++ + 1;
  return s;
}
int main(int argc, char **argv) {
  zeros[sizeof zeros - 1] = 5;
  printf("%ld %d\n", sum(200 << 20), zeros[sizeof zeros - 1] + small);
  return 0;
}
