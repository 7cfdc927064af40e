// Danger: constrained floating-point operations (-ffp-model=strict) may not be folded or reordered around first calls
// that read and set the environment.
// native-ldflags: -lm
// cflags: -O2 -ffp-model=strict
#include <fenv.h>
#include <math.h>
#include <stdio.h>

__attribute__((noinline)) static double third(double x) { return x / 3; }
__attribute__((noinline)) static long rounded(double x) { return lrint(x) + (long)nearbyint(x); }
int main(void) {
  double a = third(1);
  fesetround(FE_UPWARD);
  double b = third(1);
  long r = rounded(2.25);
  fesetround(FE_TONEAREST);
  feclearexcept(FE_ALL_EXCEPT);
  volatile double zero = 0, quotient = 1 / zero;
  printf("%a %a %ld %d %g\n", a, b, r, fetestexcept(FE_ALL_EXCEPT), quotient);
  return 0;
}
