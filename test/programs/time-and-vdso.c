// Danger: functions of the vdso and cancellation points work in compiled code.
#include <stdio.h>
#include <time.h>

int main(void) {
  struct timespec a, b, nap = {0, 2000000};
  clock_gettime(CLOCK_MONOTONIC, &a);
  nanosleep(&nap, 0);
  clock_gettime(CLOCK_MONOTONIC, &b);
  long difference = (b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec;
  printf("%d %d\n", difference >= 2000000, time(0) > 1700000000);
  return 0;
}
