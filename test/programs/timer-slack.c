// A program has the timer slack that its caller has, and that as its default.
#include <stdio.h>
#include <sys/prctl.h>
int main(void) {
  printf("%d\n", prctl(PR_GET_TIMERSLACK));
  prctl(PR_SET_TIMERSLACK, 12345);
  printf("%d\n", prctl(PR_GET_TIMERSLACK));
  prctl(PR_SET_TIMERSLACK, 0);
  printf("%d\n", prctl(PR_GET_TIMERSLACK));
  return 0;
}
