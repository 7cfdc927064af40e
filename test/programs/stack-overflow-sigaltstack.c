// Danger: a stack overflow caught by a handler on an alternate stack, which makes first calls there.
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static sigjmp_buf back;
static volatile int zero, overflows;

__attribute__((noinline)) static void count(void) { overflows++; }
static void handler(int signal) {
  count();
  siglongjmp(back, 1);
}
__attribute__((noinline)) static int down(int depth) {
  volatile char space[4096];
  space[depth & 4095] = 1;
  return down(depth + 1) + space[zero];
}
int main(void) {
  stack_t alternate = {.ss_sp = malloc(32768), .ss_size = 32768};
  sigaltstack(&alternate, 0);
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  sigaction(SIGSEGV, &action, 0);
  for (volatile int i = 0; i < 2; i++)
    if (sigsetjmp(back, 1) == 0)
      down(0);
  printf("%d\n", overflows);
  return 0;
}
