// Danger: cleanup attributes under -fexceptions give C functions landing pads with their own personality.
// native-ldflags: -pthread
// cflags: -O2 -fexceptions
#include <pthread.h>
#include <stdio.h>

static void say(int *p) { printf("cleanup %d\n", *p); }
__attribute__((noinline)) static void leave(int x) {
  __attribute__((cleanup(say))) int inner = x;
  if (x > 1)
    pthread_exit(&inner);
}
static void *thread(void *unused) {
  __attribute__((cleanup(say))) int outer = 10;
  leave(1);
  leave(2);
  return 0;
}
int main(void) {
  pthread_t t;
  pthread_create(&t, 0, thread, 0);
  pthread_join(t, 0);
  return 0;
}
