// Danger: control-flow protection puts a landing instruction at each function and label.
// cflags: -O2 -fcf-protection=full
#include <setjmp.h>
#include <stdio.h>

static jmp_buf back;
__attribute__((noinline)) static int jump(int x) {
  static const void *const labels[] = {&&a, &&b};
  goto *labels[x & 1];
a:
  return 10;
b:
  longjmp(back, 20);
}
int main(int argc, char **argv) {
  int r = setjmp(back);
  printf("%d\n", r);
  return r ? 0 : jump(argc - 1) + jump(argc);
}
