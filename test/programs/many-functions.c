// Danger: a few hundred functions, some called from many places, some through tables: order, laziness and reuse.
#include <stdio.h>

static unsigned state = 1;
#define BODY(n) \
  __attribute__((noinline)) static unsigned f##n(unsigned x) { \
    state = state * 1103515245 + x; \
    return state >> 16 ^ n; \
  }
#define TEN(F, n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7) F(n##8) F(n##9)
#define HUNDRED(F, n) \
  TEN(F, n##0) TEN(F, n##1) TEN(F, n##2) TEN(F, n##3) TEN(F, n##4) TEN(F, n##5) TEN(F, n##6) TEN(F, n##7) TEN(F, n##8) \
      TEN(F, n##9)
#define ALL(F) HUNDRED(F, 1) HUNDRED(F, 2) HUNDRED(F, 3)
#define ENTRY(n) f##n,
ALL(BODY)
static unsigned (*const table[300])(unsigned) = {ALL(ENTRY)};

int main(void) {
  unsigned sum = 0;
  for (int i = 0; i < 2000; i++)
    sum = sum * 3 + table[(i * 7 + sum) % 300](i);
  printf("%u %u\n", sum, f100(1) + f399(2));
  return 0;
}
