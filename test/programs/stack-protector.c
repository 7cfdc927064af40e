// Danger: the stack protector reads its canary from the thread's block, and a smashed stack ends in libc's message
// and SIGABRT.
// cflags: -O2 -fstack-protector-all
#include <stdio.h>
#include <string.h>

__attribute__((noinline)) static int fill(int n) {
  char small[8];
  memset(small, n, (size_t)n);
  return small[0];
}
int main(int argc, char **argv) {
  printf("%d\n", fill(argc + 3));
  fflush(stdout);
  return fill(argc + 200);
}
