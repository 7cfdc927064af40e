// Danger: the unwinder must walk through compiled frames outwards to main, also from a handler of a signal, and stop.
// cflags: -O2 -fno-optimize-sibling-calls -funwind-tables
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <unwind.h>

static int frames;
static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *unused) {
  frames++;
  return _URC_NO_REASON;
}
__attribute__((noinline)) static int deep(int n) {
  if (n == 0)
    return _Unwind_Backtrace(step, 0);
  volatile int r = deep(n - 1);
  return r;
}
static volatile int counted;
static void handler(int signal) {
  frames = 0;
  deep(2);
  counted = frames;
}
int main(int argc, char **argv) {
  int r = deep(10);
  int first = frames;
  frames = 0;
  deep(15);
  printf("%d %d %d\n", r == _URC_END_OF_STACK, first > 11, frames - first);
  signal(SIGUSR1, handler);
  raise(SIGUSR1);
  printf("%d\n", counted >= 6);
  return 0;
}
