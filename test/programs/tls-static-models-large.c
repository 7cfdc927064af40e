// Danger: thread-locals that code reaches by a fixed offset from the thread pointer, more of them than a library
// loaded late could have.
// native-ldflags: -pthread
// cflags: -O2 -ftls-model=initial-exec
// cflags: -O2 -ftls-model=local-exec
#include <pthread.h>
#include <stdio.h>

static _Thread_local int large[50000] = {1, 2, 3};
_Thread_local long other = 9;
__attribute__((noinline)) static long sum(int i) { return large[i]++ + large[49999]++ + other++; }
static void *thread(void *result) {
  sum(1);
  *(long *)result = sum(1);
  return 0;
}
int main(int argc, char **argv) {
  pthread_t t;
  long result;
  pthread_create(&t, 0, thread, &result);
  pthread_join(t, 0);
  printf("%ld %ld %ld\n", result, sum(argc), sum(argc));
  return 0;
}
