// Danger: a first call must not change any argument: integers in registers and on the stack, floats, doubles, long
// doubles, structures in pairs of registers, the count of vector registers for varargs; nor what is returned.
#include <complex.h>
#include <stdarg.h>
#include <stdio.h>

typedef struct { long a, b; } two_longs;
typedef struct { double a, b; } two_doubles;
typedef struct { long a; double b; } mixed;
typedef struct { char text[100]; } large;

#define FRESH __attribute__((noinline, optnone))
FRESH static long integers(long a, long b, long c, long d, long e, long f, long g, long h) {
  return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
}
FRESH static double doubles(double a, double b, double c, double d, double e, double f, double g, double h, double i) {
  return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i;
}
FRESH static double both(int a, double b, long c, float d, char e, double f, short g, float h, long i, double j) {
  return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + j * 10;
}
FRESH static long double extended(long double a, long double b, int c) { return a * b + c; }
FRESH static two_longs swap_longs(two_longs x) { return (two_longs){x.b, x.a}; }
FRESH static two_doubles swap_doubles(two_doubles x) { return (two_doubles){x.b, x.a}; }
FRESH static mixed mix(mixed x) { return (mixed){x.a + 1, x.b + 1}; }
FRESH static large change(large x) {
  x.text[0] = 'J';
  return x;
}
FRESH static double complex product(double complex x, double complex y) { return x * y; }
FRESH static long double complex sum(long double complex x, long double complex y) { return x + y; }
FRESH static __int128 wide(__int128 x, int y) { return x * y; }
FRESH static _Bool truth(_Bool a, _Bool b) { return a && !b; }
FRESH static double variadic(int n, ...) {
  va_list list;
  va_start(list, n);
  double sum = 0;
  for (int i = 0; i < n; i++)
    sum = sum * 2 + va_arg(list, double) + va_arg(list, int);
  va_end(list);
  return sum;
}
FRESH static int one_bit_flags(unsigned char a, signed char b, unsigned short c, short d) { return a + b + c + d; }

int main(void) {
  printf("%ld\n", integers(1, 2, 3, 4, 5, 6, 7, 8));
  printf("%g\n", doubles(1, 2, 3, 4, 5, 6, 7, 8, 9));
  printf("%g\n", both(1, 2.5, 3, 4.5f, 5, 6.5, 7, 8.5f, 9, 10.5));
  printf("%Lg\n", extended(1.5L, 2.5L, 3));
  two_longs l = swap_longs((two_longs){1, 2});
  two_doubles d = swap_doubles((two_doubles){1.5, 2.5});
  mixed m = mix((mixed){1, 2.5});
  printf("%ld %ld %g %g %ld %g\n", l.a, l.b, d.a, d.b, m.a, m.b);
  printf("%s\n", change((large){"Hello by value"}).text);
  double complex z = product(1 + 2 * I, 3 - 1 * I);
  long double complex w = sum(1 + 2 * I, 3 - 1 * I);
  printf("%g %g %Lg %Lg\n", creal(z), cimag(z), creall(w), cimagl(w));
  printf("%lld %d\n", (long long)(wide((__int128)1 << 70, 3) >> 64), truth(1, 0));
  printf("%g\n", variadic(6, 1.0, 1, 2.0, 2, 3.0, 3, 4.0, 4, 5.0, 5, 6.0, 6));
  printf("%d\n", one_bit_flags(255, -128, 65535, -32768));
  return 0;
}
