// Danger: the resolver must keep all 512 bits of eight vector arguments and the mask registers.
// skip-unless: avx512f avx512bw
// cflags: -O2 -mavx512f -mavx512bw -mprefer-vector-width=512
#include <immintrin.h>
#include <stdio.h>

typedef double vector __attribute__((vector_size(64)));
__attribute__((noinline, optnone)) static vector first(vector a, vector b, vector c, vector d, vector e, vector f, vector g, vector h) {
  return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}
// regcall passes masks in k registers.
__attribute__((noinline, optnone, regcall)) static long masks(__mmask64 a, __mmask32 b, __mmask16 c, __mmask64 d) {
  return (long)a + b * 3 + c * 5 + (long)d * 7;
}
// A function of several vectors, whose upper half of the register file is live around the first call.
__attribute__((noinline, optnone, regcall)) static vector sixteen(vector a, vector b, vector c, vector d, vector e, vector f,
                                                                  vector g, vector h, vector i, vector j, vector k,
                                                                  vector l, vector m, vector n, vector o, vector p) {
  return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + j * 10 + k * 11 + l * 12 + m * 13 +
         n * 14 + o * 15 + p * 16;
}
static void print(vector v) {
  for (int i = 0; i < 8; i++)
    printf("%g ", v[i]);
  puts("");
}
int main(void) {
  vector v[16];
  for (int i = 0; i < 16; i++)
    for (int j = 0; j < 8; j++)
      v[i][j] = i * 100 + j;
  print(first(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]));
  printf("%ld\n", masks(0x123456789abcdefULL, 0xfedcba98u, 0x1234, 0xfULL << 60));
  print(sixteen(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15]));
  return 0;
}
