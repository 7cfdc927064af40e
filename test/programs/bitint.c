// Danger: very wide integers, which code generation expands inline or by calls.
#include <stdio.h>

typedef unsigned _BitInt(256) wide;
static volatile unsigned long long seed = 0xfedcba9876543210ULL;
__attribute__((noinline)) static wide power(wide x, int n) {
  wide r = 1;
  for (int i = 0; i < n; i++)
    r *= x;
  return r;
}
int main(void) {
  wide a = power(seed, 3), b = power(seed, 2) + 1;
  wide q = a / b, r = a % b;
  for (int i = 3; i >= 0; i--)
    printf("%016llx %016llx\n", (unsigned long long)(q >> (64 * i)), (unsigned long long)(r >> (64 * i)));
  _BitInt(17) small = (_BitInt(17))(int)(seed & 0xffff);
  printf("%d\n", (int)(small * 3 / 7));
  return 0;
}
