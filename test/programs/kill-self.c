// Danger: a program that kills itself by SIGTERM must be seen to die of it.
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  puts("before");
  fflush(stdout);
  kill(getpid(), SIGTERM);
  puts("after");
  return 0;
}
