// Danger: operations that become calls of compiler-rt or libgcc only in code generation: 128-bit division, conversions,
// half and quadruple floats, complex arithmetic, population count, powers.
// native-ldflags: -lm
// cflags: -O2
// cflags: -O0
#include <complex.h>
#include <stdio.h>

typedef unsigned __int128 u128;
typedef __int128 i128;
static volatile unsigned long long seed = 0x123456789abcdefULL;

static void print(const char *name, u128 x) {
  printf("%s %016llx%016llx\n", name, (unsigned long long)(x >> 64), (unsigned long long)x);
}
int main(void) {
  u128 a = (u128)seed << 60 | seed * 7, b = (u128)seed << 3 | 5;
  i128 c = -(i128)a, d = (i128)b;
  print("udiv", a / b);
  print("umod", a % b);
  print("div", c / d);
  print("mod", c % d);
  print("mul", a * b);
  print("shift", a << (seed & 127) | a >> (seed & 63));
  i128 checked;
  printf("overflow %d\n", __builtin_mul_overflow((i128)a, (i128)a, &checked));
  double x = (double)a, y = (double)c;
  long double z = (long double)a;
  float w = (float)a;
  printf("%a %a %La %a\n", x, y, z, w);
  print("fix", (u128)x);
  print("fixs", (u128)(i128)y);
  print("fixl", (u128)z);
  print("fixf", (u128)(float)1e30f);

  _Float16 h = (_Float16)(seed % 1000 / 7.0), k = (_Float16)1.5f;
  _Float16 sum = h * k + h;
  printf("%g %g %d\n", (double)sum, (double)(float)(h / k), (int)h);
  volatile float narrow = 65519.0f;
  printf("%g\n", (double)(_Float16)narrow);

  __float128 q = (__float128)seed / 3, r = q * q - 1;
  printf("%a %d %d\n", (double)r, q < r, (int)(q / (q - 1) * 100));
  printf("%lld\n", (long long)(r / q));
  __float128 from_long_double = (__float128)z;
  printf("%d\n", from_long_double > q);

  double complex m = (seed % 9) + 2 * I, n = 3 - (seed % 5) * I;
  double complex p = m * n, o = m / n;
  printf("%g %g %g %g\n", creal(p), cimag(p), creal(o), cimag(o));
  printf("%d %d %d\n", __builtin_popcountll(seed), __builtin_parityll(seed), __builtin_clzll(seed));
  printf("%g\n", __builtin_powi(1.0000001, (int)(seed & 1023)));
  return 0;
}
