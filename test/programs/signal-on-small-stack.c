// Danger: a handler on a small alternate stack makes its first calls there.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>

static volatile int result;
__attribute__((noinline)) static int work(int x) { return x + 1; }
static void handler(int signal) { result = work(signal); }
int main(void) {
  // What the kernel says a frame needs, and 4 KB for the program.
  size_t size = getauxval(AT_MINSIGSTKSZ) + 4096;
  stack_t alternate = {.ss_sp = malloc(size), .ss_size = size};
  if (sigaltstack(&alternate, 0) != 0)
    return 1;
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR1, &action, 0);
  raise(SIGUSR1);
  printf("%d\n", result);
  return 0;
}
