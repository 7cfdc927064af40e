// Danger: calling conventions that pass arguments in other registers or keep more of them over a call: a first call
// must keep every register but the flags.
#include <stdio.h>

#define FRESH __attribute__((noinline, optnone))
#define SUM a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j + 11 * k + 12 * l
#define TWELVE long a, long b, long c, long d, long e, long f, long g, long h, long i, long j, long k, long l
#define VALUES(x) x, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6, x + 7, x + 8, x + 9, x + 10, x + 11

FRESH __attribute__((regcall)) static long in_registers(TWELVE) { return SUM; }
FRESH __attribute__((preserve_none)) static long keeps_none(TWELVE) { return SUM; }
FRESH __attribute__((ms_abi)) static long microsoft(TWELVE) { return SUM; }
FRESH __attribute__((vectorcall)) static double vectorcall(double a, double b, double c, double d, double e, double f) {
  return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f;
}
static volatile long noted;
FRESH __attribute__((preserve_most)) static void keeps_most(long x) { noted += x; }
FRESH __attribute__((preserve_most)) static void keeps_most_again(long x) { noted += 2 * x; }
FRESH __attribute__((preserve_all)) static void keeps_all(long x) { noted += 3 * x; }

// Many values live over the first calls, so that the caller relies on the registers it need not save.
__attribute__((noinline)) static long live_over_calls(const long *p, const double *q) {
  long a = p[0], b = p[1] * 3, c = p[2] * 5, d = p[3] * 7, e = p[4] * 9, f = p[5] * 11, g = p[6] * 13, h = p[7] * 15;
  double r = q[0] * 1.5, s = q[1] * 2.5, t = q[2] * 3.5, u = q[3] * 4.5;
  keeps_most(a);
  long first = a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
  keeps_most_again(b);
  long second = a + b + c + d + e + f + g + h;
  keeps_all(c);
  return first * 31 + second * 17 + (a ^ h) + (long)(r + s + t + u) + (b & g) + (c | f) + (d - e);
}

int main(int argc, char **argv) {
  printf("%ld %ld %ld\n", in_registers(VALUES(argc)), keeps_none(VALUES(argc + 1)), microsoft(VALUES(argc + 2)));
  printf("%g\n", vectorcall(1, 2, 3, 4, 5, 6));
  long p[8];
  double q[4];
  for (int i = 0; i < 8; i++)
    p[i] = argc * (i + 3) * 1001;
  for (int i = 0; i < 4; i++)
    q[i] = argc * i * 1.25;
  long result = live_over_calls(p, q);
  printf("%ld %ld\n", result, noted);
  return 0;
}
