// Danger: an ifunc's resolver must run before the first use, whether that is a call, a pointer in data or a
// comparison; internal ones too.
#include <stdio.h>

static int plus(int x) { return x + 1; }
static int times(int x) { return x * 2; }
static int (*choose_plus(void))(int) { return plus; }
static int (*choose_times(void))(int) { return times; }

int adder(int) __attribute__((ifunc("choose_plus")));
static int multiplier(int) __attribute__((ifunc("choose_times")));

int (*table[])(int) = {adder, multiplier};

int main(int argc, char **argv) {
  printf("%d %d\n", adder(argc), multiplier(argc + 4));
  printf("%d %d\n", table[0](10), table[1](10));
  int (*p)(int) = multiplier;
  printf("%d\n", p(21));
  return 0;
}
