// Danger: constants and shuffles of vectors go to constant pools that belong to the unit, aligned; wide vectors are
// split.
// native-ldflags: -lm
// cflags: -O2
// cflags: -O0
#include <math.h>
#include <stdio.h>

typedef float v4 __attribute__((vector_size(16)));
typedef int i8 __attribute__((vector_size(32)));
typedef unsigned char b32 __attribute__((vector_size(32)));
typedef long l16 __attribute__((vector_size(128)));

__attribute__((noinline)) static v4 combine(v4 a, v4 b) { return a * (v4){1, 2, 3, 4} + __builtin_shufflevector(b, b, 3, 1, 2, 0); }
__attribute__((noinline)) static i8 compare(i8 a, i8 b) { return (a > b) & (i8){1, 2, 4, 8, 16, 32, 64, 128}; }
__attribute__((noinline)) static b32 bytes(b32 a) { return (a << 1) ^ (a >> 3) ^ 0x5a; }
__attribute__((noinline)) static l16 wide(l16 a) { return a * a + 1; }
__attribute__((noinline)) static float sines(const float *x, int n) {
  float sum = 0;
  for (int i = 0; i < n; i++)
    sum += sinf(x[i]);
  return sum;
}
int main(void) {
  v4 a = combine((v4){1, 2, 3, 4}, (v4){5, 6, 7, 8});
  printf("%g %g %g %g\n", a[0], a[1], a[2], a[3]);
  i8 c = compare((i8){1, 5, 3, 7, 2, 8, 9, 0}, (i8){4, 4, 4, 4, 4, 4, 4, 4});
  int mask = 0;
  for (int i = 0; i < 8; i++)
    mask |= c[i];
  printf("%d\n", mask);
  b32 b;
  for (int i = 0; i < 32; i++)
    b[i] = (unsigned char)(i * 9);
  b = bytes(b);
  for (int i = 0; i < 32; i++)
    printf("%x ", b[i]);
  l16 w;
  for (int i = 0; i < 16; i++)
    w[i] = i;
  w = wide(w);
  printf("\n%ld %ld\n", w[3], w[15]);
  float x[64];
  for (int i = 0; i < 64; i++)
    x[i] = (float)i / 10;
  printf("%.3f\n", (double)sines(x, 64));
  return 0;
}
