// Danger: the wait for code must be no cancellation point: a thread with a pending cancellation finishes its first call.
// native-ldflags: -pthread
#include <pthread.h>
#include <stdio.h>

static volatile int reached;
__attribute__((noinline)) static void fresh(void) { reached++; }
__attribute__((noinline)) static void fresh_too(void) { reached++; }
static void *thread(void *unused) {
  pthread_cancel(pthread_self());
  fresh();
  fresh_too();
  pthread_testcancel();
  reached = 100;
  return 0;
}
int main(void) {
  pthread_t t;
  void *result;
  pthread_create(&t, 0, thread, 0);
  pthread_join(t, &result);
  printf("%d %d\n", reached, result == PTHREAD_CANCELED);
  return 0;
}
