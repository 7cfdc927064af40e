// Danger: an ifunc's resolver must run before the first use, whether that is a call or a pointer in
// data; internal ones too. The resolvers look at something, so that the optimiser can't run them.
#include <stdio.h>

static volatile int choice = 1;
static int plus(int x) { return x + 1; }
static int times(int x) { return x * 2; }
static int (*choose_plus(void))(int) { return choice ? plus : times; }
static int (*choose_times(void))(int) { return choice ? times : plus; }

int adder(int) __attribute__((ifunc("choose_plus")));
static int multiplier(int) __attribute__((ifunc("choose_times")));

int (*table[])(int) = {adder, multiplier};

int main(int argc, char **argv) {
  printf("%d %d\n", adder(argc), multiplier(argc + 4));
  printf("%d %d\n", table[0](10), table[1](10));
  int (*volatile p)(int) = multiplier;
  printf("%d\n", p(21));
  return 0;
}
