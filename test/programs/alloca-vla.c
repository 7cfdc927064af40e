// Danger: stack of variable size, saved and restored, large enough to be probed, in functions met the first time.
// cflags: -O2
// cflags: -O0 -fstack-clash-protection
#include <alloca.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

__attribute__((noinline)) static int fill(char *p, int n) {
  memset(p, n & 127, (size_t)n);
  return p[0] + p[n - 1];
}
__attribute__((noinline)) static int loops(int n) {
  int sum = 0;
  for (int i = 1; i < n; i++) {
    char space[i * 1000];
    sum += fill(space, i * 1000);
  }
  return sum;
}
__attribute__((noinline)) static int allocas(int n) {
  char *parts[10];
  int sum = 0;
  for (int i = 0; i < 10; i++)
    parts[i] = alloca((size_t)(n + i));
  for (int i = 0; i < 10; i++)
    sum += fill(parts[i], n + i);
  return sum;
}
__attribute__((noinline)) static int big(int n) {
  volatile char space[2000000];
  space[n] = 1;
  space[1999999] = 2;
  return space[n] + space[1999999];
}
__attribute__((noinline)) static int overaligned(int n) {
  _Alignas(256) char space[300];
  fill(space, n);
  return (int)((uintptr_t)space % 256) + space[0];
}
int main(int argc, char **argv) {
  printf("%d %d %d %d\n", loops(500), allocas(argc + 99), big(argc), overaligned(argc + 50));
  return 0;
}
