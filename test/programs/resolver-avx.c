// Danger: the resolver must keep all 256 bits of eight vector arguments, and return them whole.
// skip-unless: avx2
// cflags: -O2 -mavx2
#include <stdio.h>

typedef double vector __attribute__((vector_size(32)));
__attribute__((noinline, optnone)) static vector first(vector a, vector b, vector c, vector d, vector e, vector f, vector g, vector h) {
  return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}
int main(void) {
  vector v[8];
  for (int i = 0; i < 8; i++)
    v[i] = (vector){i, i * 10, i * 100, i * 1000};
  vector r = first(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
  printf("%g %g %g %g\n", r[0], r[1], r[2], r[3]);
  return 0;
}
