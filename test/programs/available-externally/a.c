// Danger: an available_externally body is only a copy for inlining: the definition is the other module's, and
// here it does something else on purpose, so that emitting the copy shows.
#include <stdio.h>

extern inline __attribute__((gnu_inline)) int half(int x) { return x / 2; }
int (*pointer(void))(int);

// Not inlined, so a call stays, and it must go to b.c's.
__attribute__((noinline, optnone)) static int call_half(int x) { return half(x); }

int main(void) {
  printf("%d %d\n", call_half(11), pointer() == half);
  return 0;
}
