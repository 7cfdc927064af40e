// Danger: exit called by a second thread while the first one waits, with code not yet compiled in the handlers.
// native-ldflags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void handler(void) { puts("handler"); }
static void *thread(void *unused) {
  atexit(handler);
  exit(6);
}
int main(void) {
  pthread_t t;
  pthread_create(&t, 0, thread, 0);
  for (;;)
    pause();
}
