// Danger: functions of no instruction, alone in what is compiled, with and without unwinding tables, have an address.
// cflags: -O1
// cflags: -O0
// cflags: -O2 -fno-asynchronous-unwind-tables -fno-exceptions
#include <stdio.h>

__attribute__((noinline)) void never(void) { __builtin_unreachable(); }
__attribute__((noinline)) static void neither(int *p) {
  if (p)
    __builtin_unreachable();
  __builtin_unreachable();
}
void (*volatile functions[2])(void) = {never, (void (*)(void))neither};

int main(int argc, char **argv) {
  printf("%d %d\n", functions[0] != 0, functions[1] != 0);
  if (argc > 5)
    never();
  return argc > 6 ? (neither(&argc), 1) : 3;
}
