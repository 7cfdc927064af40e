// Danger: functions in a section of which the program sees the bounds, and calls, compares and leaves by exceptions.
#include <setjmp.h>
#include <stdio.h>
#define STEP __attribute__((section("steps"), noinline, used))
static jmp_buf back;
STEP int first(int x) { return x + 1; }
STEP static int second(int x) { return first(x) * 2; }
STEP int leave(int x) { longjmp(back, x); }
static int outside(int x) { return x - 1; }
extern char __start_steps[], __stop_steps[];
static int inside(int (*f)(int)) { return (char *)f >= __start_steps && (char *)f < __stop_steps; }
int (*volatile table[])(int) = {first, second, leave, outside};
int main(void) {
  for (int i = 0; i < 4; i++)
    printf("%d", inside(table[i]));
  printf(" %d %d %d\n", table[1](20), table[3](5), __stop_steps - __start_steps > 0);
  int left = setjmp(back);
  if (!left)
    table[2](7);
  printf("%d\n", left);
  return 0;
}
