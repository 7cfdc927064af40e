// Danger: constants, and relocated constants, are not writable.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

const int constant[4] = {1, 2, 3, 4};
static const int other = 5;
const int *const pointers[] = {constant, &other};
static sigjmp_buf back;

static void handler(int signal) { siglongjmp(back, signal); }

__attribute__((noinline)) static int writable(volatile void *p) {
  if (sigsetjmp(back, 1))
    return 0;
  *(volatile char *)p = *(volatile char *)p;
  return 1;
}

int main(void) {
  int local;
  static int variable = 3;
  signal(SIGSEGV, handler);
  printf("%d %d %d %d\n", writable((void *)constant), writable((void *)pointers), writable((void *)"literal"),
         writable((void *)main));
  printf("%d %d\n", writable(&local), writable(&variable));
  return 0;
}
