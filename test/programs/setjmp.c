// Danger: setjmp returns twice, over several frames of which some were never compiled before; locals that are
// volatile keep their values; longjmp out of a first call's callee.
// cflags: -O2
// cflags: -O0
#include <setjmp.h>
#include <stdio.h>

static jmp_buf outer, inner;
__attribute__((noinline)) static void leaf(int x) {
  if (x & 1)
    longjmp(inner, x + 100);
  longjmp(outer, x ? x : 1);
}
__attribute__((noinline)) static int middle(int x) {
  int r = setjmp(inner);
  if (r == 0)
    leaf(x);
  return r;
}
static int generator_state;
__attribute__((noinline)) static int loop(void) {
  volatile int count = 0;
  jmp_buf again;
  int r = setjmp(again);
  count++;
  if (count < 5)
    longjmp(again, count * 2);
  generator_state = r;
  return count;
}
static void *builtin_buffer[5];
__attribute__((noinline)) static void jump(void) { __builtin_longjmp(builtin_buffer, 1); }

int main(void) {
  for (volatile int i = 0; i < 4; i++) {
    int r = setjmp(outer);
    if (r == 0)
      printf("middle %d\n", middle(i));
    else
      printf("outer %d\n", r);
  }
  int count = loop();
  printf("%d %d\n", count, generator_state);
  if (__builtin_setjmp(builtin_buffer) == 0) {
    puts("builtin first");
    jump();
  }
  puts("builtin second");
  return 0;
}
