// cflags: -O0
// cflags: -O2
// native-ldflags: -lm
// What numbers are and how they are rounded, as intrinsics tell: llvm.is.fpclass, llvm.get.rounding, llvm.modf.
#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MASKS(X)                                                                                                       \
  X(0) X(1) X(2) X(3) X(4) X(8) X(0x10) X(0x20) X(0x40) X(0x80) X(0x100) X(0x200) X(0x108) X(0x3fc) X(0x1f8) X(0x207)   \
  X(0xc0) X(0x60) X(0x3ff) X(0x0fc) X(0x155) X(0x2aa) X(0x201) X(0x3c0)

static double as_double(uint64_t bits) {
  double d;
  memcpy(&d, &bits, sizeof d);
  return d;
}

static float as_float(uint32_t bits) {
  float f;
  memcpy(&f, &bits, sizeof f);
  return f;
}

__attribute__((noinline)) static unsigned classes_of_double(double d) {
  unsigned is = 0;
#define IS(mask) is = is << 1 | __builtin_isfpclass(d, mask);
  MASKS(IS)
  return is;
}

__attribute__((noinline)) static unsigned classes_of_float(float d) {
  unsigned is = 0;
  MASKS(IS)
  return is;
}

__attribute__((noinline)) static double split(double d, double *whole) { return modf(d, whole); }
__attribute__((noinline)) static float splitf(float d, float *whole) { return modff(d, whole); }
__attribute__((noinline)) static int rounding(void) { return __builtin_flt_rounds(); }

int main(void) {
  static const uint64_t doubles[] = {0, 1, 0x000fffffffffffff, 0x0010000000000000, 0x3ff8000000000000, 0x7fefffffffffffff,
                                     0x7ff0000000000000, 0x7ff0000000000001, 0x7ff7ffffffffffff, 0x7ff8000000000000,
                                     0x7fffffffffffffff, 0x40c81cd6e631f8a1};
  static const uint32_t floats[] = {0, 1, 0x007fffff, 0x00800000, 0x3fc00000, 0x7f7fffff,
                                    0x7f800000, 0x7f800001, 0x7fbfffff, 0x7fc00000, 0x7fffffff, 0x4640e6b7};
  for (unsigned i = 0; i < sizeof doubles / sizeof *doubles; i++)
    for (uint64_t sign = 0; sign < 2; sign++)
      printf("%06x %06x\n", classes_of_double(as_double(doubles[i] | sign << 63)),
             classes_of_float(as_float(floats[i] | (uint32_t)sign << 31)));
  static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
  for (int i = 0; i < 4; i++) {
    fesetround(modes[i]);
    printf("%d ", rounding());
  }
  fesetround(FE_TONEAREST);
  static const double numbers[] = {0.0, -0.0, 1.75, -2.5, 1e300, INFINITY, -INFINITY, 0.1};
  for (int i = 0; i < 8; i++) {
    double whole;
    float wholef, fractionf = splitf((float)numbers[i], &wholef);
    double fraction = split(numbers[i], &whole);
    printf("\n%a %a %a %a", fraction, whole, fractionf, wholef);
  }
  puts("");
  return 0;
}
