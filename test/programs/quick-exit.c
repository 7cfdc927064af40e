// Danger: quick_exit runs the at_quick_exit handlers (which live in libc_nonshared.a) only.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void one(void) { write(1, "one\n", 4); }
static void two(void) { write(1, "two\n", 4); }
static void handler(void) { write(1, "handler\n", 8); }
__attribute__((destructor)) static void destruct(void) { write(1, "destruct\n", 9); }
int main(void) {
  at_quick_exit(one);
  at_quick_exit(two);
  atexit(handler);
  printf("lost");
  quick_exit(7);
}
