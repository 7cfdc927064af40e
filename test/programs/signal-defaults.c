// Danger: the program finds every signal at its default, none blocked, no alternate stack, no timer.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

int main(void) {
  sigset_t mask;
  sigprocmask(SIG_BLOCK, 0, &mask);
  for (int signal = 1; signal < 65; signal++) {
    struct sigaction action = {0};
    if (sigaction(signal, 0, &action) == 0 && action.sa_handler != SIG_DFL)
      printf("signal %d is not at its default\n", signal);
    if (sigismember(&mask, signal) == 1)
      printf("signal %d is blocked\n", signal);
  }
  stack_t alternate;
  sigaltstack(0, &alternate);
  printf("%d\n", alternate.ss_flags == SS_DISABLE);
  struct itimerval timer;
  getitimer(ITIMER_REAL, &timer);
  printf("%ld %ld\n", timer.it_value.tv_sec, timer.it_value.tv_usec);
  return 0;
}
