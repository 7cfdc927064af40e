// Danger: inline assembly that the baseline compiler knows: empty ones with values of every class and several at once,
// and single instructions.
// cflags: -O2
// cflags: -O0
#include <cpuid.h>
#include <stdio.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

NOINLINE static int hidden(int x) {
  __asm__("" : "+r"(x));
  return x * 3;
}
NOINLINE static double hidden_double(double x, float y) {
  __asm__ volatile("" : "+x"(x), "+x"(y) : : "memory");
  return x * y;
}
NOINLINE static long several(long a, char b, short c, int d) {
  __asm__ volatile("" : "+r"(a), "+q"(b), "+r"(c), "=m"(d) : "r"(d), "i"(5), "g"(a + 1) : "cc");
  return a + b * 10 + c * 100;
}
NOINLINE static int through_memory(void) {
  int x = 4, *p = &x;
  __asm__ volatile("" : : "r"(p) : "memory");
  __asm__ volatile("" : "+m"(x));
  *p += 1;
  __asm__ volatile("\n\t" : : : "memory");
  return x;
}
NOINLINE static int last(unsigned x) {
  int at;
  __asm__("bsr %1, %0" : "=r"(at) : "r"(x));
  return at;
}
NOINLINE static long first(unsigned long x) {
  long at;
  __asm__("bsfq %1, %0" : "=r"(at) : "r"(x));
  return at;
}
NOINLINE static void waits(void) {
  __asm__ volatile("pause");
  __asm__ volatile("rep; nop" ::: "memory");
  __asm__ volatile("nop\n");
  __asm__ volatile("mfence" ::: "memory");
  __asm__ volatile("lfence");
  __asm__ volatile("sfence");
}
NOINLINE static int control(void) {
  unsigned short old, changed, now;
  unsigned csr, same;
  __asm__ volatile("fnstcw %0" : "=m"(old));
  changed = old & ~0x300;
  __asm__ volatile("fldcw %0" : : "m"(changed));
  __asm__ volatile("fnstcw %0" : "=m"(now));
  __asm__ volatile("fldcw %0" : : "m"(old));
  __asm__ volatile("stmxcsr %0" : "=m"(csr));
  __asm__ volatile("ldmxcsr %0" : : "m"(csr));
  __asm__ volatile("stmxcsr %0" : "=m"(same));
  return now == changed && csr == same;
}
// Many values live across cpuid, in registers that it writes to.
NOINLINE static long processor(long a, long b, long c, long d, long e) {
  unsigned ax, bx, cx, dx, again;
  char vendor[13] = {0};
  long sum = a * b + c;
  __cpuid(0, ax, bx, cx, dx);
  memcpy(vendor, &bx, 4);
  memcpy(vendor + 4, &dx, 4);
  memcpy(vendor + 8, &cx, 4);
  again = __get_cpuid_max(0, 0);
  int has = __get_cpuid_count(7, 0, &ax, &bx, &cx, &dx);
  __asm__ volatile("cpuid" : "=a"(ax), "=b"(bx), "=c"(cx), "=d"(dx) : "a"(0), "c"(0));
  printf("%s %u %d %u\n", vendor, again, has, ax);
  return sum + d * e + a + b + c;
}
int main(void) {
  waits();
  printf("%d %g %ld %d\n", hidden(7), hidden_double(1.5, 2.5f), several(1, 2, 3, 4), through_memory());
  printf("%d %ld %d %ld\n", last(0x1234), first(0x8000000000), control(), processor(1, 2, 3, 4, 5));
  return 0;
}
