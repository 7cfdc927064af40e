// Danger: main ends by pthread_exit, and the last thread's end is the program's, with status 0 and handlers run.
// native-ldflags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_t main_thread;
static void handler(void) { puts("handler"); }
__attribute__((noinline)) static int later(int x) { return x * 5; }
static void *thread(void *unused) {
  pthread_join(main_thread, 0);
  printf("%d\n", later(4));
  return 0;
}
static void cleanup(void *text) { puts(text); }
int main(void) {
  atexit(handler);
  main_thread = pthread_self();
  pthread_t t;
  pthread_create(&t, 0, thread, 0);
  pthread_cleanup_push(cleanup, "cleanup of main");
  pthread_exit(0);
  pthread_cleanup_pop(0);
}
