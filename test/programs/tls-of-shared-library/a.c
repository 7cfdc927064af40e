// Danger: the program uses a thread-local of a shared library given on the command line, from several threads.
// native-ldflags: -pthread
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

extern _Thread_local int in_library;
int bump(void);

static void *thread(void *result) {
  in_library += 5;
  errno = 33;
  *(int *)result = bump() * 100 + in_library + errno;
  return 0;
}
int main(void) {
  pthread_t t;
  int result;
  errno = 1;
  in_library = 50;
  pthread_create(&t, 0, thread, &result);
  pthread_join(t, 0);
  printf("%d %d %d %d\n", result, bump(), in_library, errno);
  return 0;
}
