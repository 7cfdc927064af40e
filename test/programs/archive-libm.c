// Danger: libc's own static library of mathematics, where processors choose among functions by ifuncs, natively a part of a
// static program.
// cflags: -O1 -fno-builtin
// archives: libm-2.36.a
// native-ldflags: -static
#include <errno.h>
#include <fenv.h>
#include <math.h>
#include <stdio.h>
int main(int argc, char **argv) {
  double x = argc + 0.25;
  printf("%a %a %a %a\n", sin(x), cos(x), exp(x), pow(x, 2.5));
  printf("%a %a %a %a\n", atan2(x, 3), log(x), floor(-x), fma(x, x, x));
  printf("%a %a %La\n", (double)sinf((float)x), (double)expf((float)x), expl(x));
  errno = 0;
  double y = log(-x);
  printf("%d %d %d\n", isnan(y), errno == EDOM, fetestexcept(FE_INVALID) != 0);
  return 0;
}
