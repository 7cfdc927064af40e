// Danger: rounding mode, exception flags and precision of x87 and SSE are the program's: a first call keeps them,
// and the compiler must not compute constants under them.
// native-ldflags: -lm
#include <fenv.h>
#include <immintrin.h>
#include <stdio.h>

#define FRESH __attribute__((noinline, optnone))
static volatile double one = 1, three = 3;
static volatile long double long_one = 1, long_three = 3;
FRESH static double under_down(void) { return one / three; }
FRESH static double under_up(void) { return one / three; }
FRESH static long double long_up(void) { return long_one / long_three; }
FRESH static int flags(void) { return fetestexcept(FE_ALL_EXCEPT); }
FRESH static int other_flags(void) { return fetestexcept(FE_ALL_EXCEPT); }
FRESH static double subnormal(double x) { return x / 4; }
FRESH static unsigned short control_word(void) {
  unsigned short word;
  __asm__ volatile("fnstcw %0" : "=m"(word));
  return word;
}

int main(void) {
  fesetround(FE_DOWNWARD);
  printf("%a\n", under_down());
  fesetround(FE_UPWARD);
  printf("%a %La\n", under_up(), long_up());
  fesetround(FE_TONEAREST);
  feclearexcept(FE_ALL_EXCEPT);
  printf("%d\n", flags());
  feraiseexcept(FE_DIVBYZERO);
  printf("%d\n", other_flags());
  unsigned short single = 0x007f;
  __asm__ volatile("fldcw %0" : : "m"(single));
  printf("%x\n", control_word());
  __asm__ volatile("fninit");
  _mm_setcsr(_mm_getcsr() | 0x8040);
  printf("%a\n", subnormal(0x1p-1022));
  printf("%x\n", _mm_getcsr() & 0xffc0);
  return 0;
}
