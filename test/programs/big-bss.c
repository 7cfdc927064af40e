// Danger: 1.5 GB of zeros, touched sparsely, must cost neither memory nor time, and relocations must still reach.
#include <stdio.h>

static char small[1];
static char zeros[1536L << 20];
static int table[25 << 20];
int after = 3;

__attribute__((noinline)) static long sum(long step) {
  long s = 0;
  for (long i = 0; i < (long)sizeof zeros; i += step)
    s += zeros[i]++ + 1;
  return s;
}
int main(int argc, char **argv) {
  table[20000000] = argc;
  zeros[sizeof zeros - 1] = 5;
  small[0] = 1;
  printf("%ld %d\n", sum(100 << 20), table[20000000] + table[argc] + zeros[sizeof zeros - 1] + small[0] + after);
  return 0;
}
