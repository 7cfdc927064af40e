// Danger: the program's own SIGSEGV handler gets the fault and its address, leaves by siglongjmp, and its first
// call of another function is made inside the handler.
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>

static sigjmp_buf back;
static volatile uintptr_t where;

__attribute__((noinline)) static void note(siginfo_t *info) { where = (uintptr_t)info->si_addr; }
static void handler(int signal, siginfo_t *info, void *context) {
  note(info);
  siglongjmp(back, 1);
}
__attribute__((noinline)) static int load(uintptr_t address) { return *(volatile int *)address; }

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, 0);
  for (volatile uintptr_t i = 1; i <= 3; i++) {
    if (sigsetjmp(back, 1) == 0)
      printf("%d\n", load(i * 16));
    else
      printf("fault at %d\n", (int)where);
  }
  return 0;
}
