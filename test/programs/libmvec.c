// Danger: vectorised loops call functions of libmvec, a library natively linked with -lm.
// native-ldflags: -lmvec -lm
// load: libmvec.so.1
// cflags: -O3 -ffast-math -fveclib=libmvec
#include <math.h>
#include <stdio.h>

__attribute__((noinline)) static void sines(float *x, int n) {
  for (int i = 0; i < n; i++)
    x[i] = sinf(x[i]);
}
int main(void) {
  float x[64], sum = 0;
  for (int i = 0; i < 64; i++)
    x[i] = (float)i / 10;
  sines(x, 64);
  for (int i = 0; i < 64; i++)
    sum += x[i];
  printf("%.2f\n", (double)sum);
  return 0;
}
