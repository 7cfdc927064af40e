// Danger: death by SIGKILL leaves no chance to tidy up: what was compiled for it must not remain, and its signal
// must be passed on.
#include <signal.h>
#include <stdio.h>

int main(void) {
  printf("lost");
  raise(SIGKILL);
  return 0;
}
