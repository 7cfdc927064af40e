// Danger: functions of libgcc called by name, some of which only libgcc.a has; and those that code generation calls.
#include <stdio.h>

typedef __int128 ti;
typedef unsigned __int128 uti;
int __popcountdi2(long), __popcountti2(ti), __paritydi2(long), __clzdi2(unsigned long), __ctzti2(ti), __ffsdi2(long), __clrsbdi2(long);
unsigned __bswapsi2(unsigned);
unsigned long __bswapdi2(unsigned long);
ti __ashlti3(ti, int), __lshrti3(ti, int), __ashrti3(ti, int), __negti2(ti), __multi3(ti, ti);
uti __udivmodti4(uti, uti, uti *);
int __cmpti2(ti, ti), __ucmpti2(uti, uti);
long __addvdi3(long, long), __mulvdi3(long, long), __subvdi3(long, long), __negvdi2(long), __absvdi2(long);
double __floattidf(ti), __powidf2(double, int);
ti __fixdfti(double);
long double __powixf2(long double, int);
void __clear_cache(void *, void *);

static volatile long seed = 0x0123456789abcdef;
int main(void) {
  ti wide = (ti)seed << 40;
  uti unsigned_rest;
  printf("%d %d %d %d %d %d %d\n", __popcountdi2(seed), __popcountti2(wide), __paritydi2(seed), __clzdi2(seed), __ctzti2(wide),
         __ffsdi2(seed), __clrsbdi2(seed));
  printf("%x %lx\n", __bswapsi2((unsigned)seed), __bswapdi2(seed));
  printf("%ld %ld %ld\n", (long)__ashlti3(wide, 3), (long)__lshrti3(wide, 30), (long)__ashrti3(-wide, 50));
  printf("%ld %ld\n", (long)__negti2(wide), (long)__multi3(wide, 12345));
  printf("%ld %ld\n", (long)__udivmodti4(wide, 1234567, &unsigned_rest), (long)unsigned_rest);
  printf("%d %d\n", __cmpti2(wide, 5), __ucmpti2(5, wide));
  printf("%ld %ld %ld %ld %ld\n", __addvdi3(seed, 1), __mulvdi3(3, 4), __subvdi3(1, 2), __negvdi2(7), __absvdi2(-9));
  printf("%g %g %Lg %ld\n", __floattidf(wide), __powidf2(1.5, 3), __powixf2(2, 10), (long)__fixdfti(1e10));
  char code[64];
  __clear_cache(code, code + sizeof code);
  __builtin___clear_cache(code, code + sizeof code);
  return 0;
}
