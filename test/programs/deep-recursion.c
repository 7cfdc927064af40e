// Danger: recursion that uses most of the stack a native program has, with the last first calls made at the bottom.
#include <stdio.h>
#include <sys/resource.h>

static volatile int zero;
__attribute__((noinline)) static int bottom(int x) { return x + 1; }
__attribute__((noinline)) static int down(int n) {
  volatile char space[1000];
  space[n % 1000] = (char)n;
  if (n == 0)
    return bottom(n);
  return down(n - 1) + (space[n % 1000] == (char)n);
}
int main(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_STACK, &limit);
  // About seven of the usual eight megabytes.
  int depth = limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= 8 << 20 ? 6000 : 600;
  printf("%d\n", down(depth));
  return 0;
}
