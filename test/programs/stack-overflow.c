// Danger: endless recursion ends by SIGSEGV as natively, also when the guard page is met inside a first call.
#include <stdio.h>

static volatile int zero;
__attribute__((noinline)) static int odd(int depth);
__attribute__((noinline)) static int even(int depth) {
  volatile char space[4096];
  space[depth & 4095] = 1;
  return odd(depth + 1) + space[zero];
}
__attribute__((noinline)) static int odd(int depth) {
  volatile char space[1024];
  space[depth & 1023] = 1;
  return even(depth + 1) + space[zero];
}
int main(void) {
  fprintf(stderr, "down\n");
  return even(0);
}
