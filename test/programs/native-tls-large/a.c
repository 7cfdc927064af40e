// Danger: native objects with more thread-local memory at fixed offsets than a process has room for that runs already; the
// environment is not to show what was done about it.
// native-ldflags: -pthread
// cflags: -O2 -fPIE
// cflags: -O0 -fPIC
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
__thread long in_module[3000] = {1, [2999] = 2};
extern __thread int in_part[100000];
int part(int);
static void *thread(void *name) {
  in_part[99999] += part(5) + in_module[2999];
  printf("%s %d %ld %d\n", (char *)name, in_part[99999], in_module[0], part(7));
  return 0;
}
int main(int argc, char **argv) {
  pthread_t t;
  thread("main");
  pthread_create(&t, 0, thread, "thread");
  pthread_join(t, 0);
  const char *tunables = getenv("GLIBC_TUNABLES"), *again = getenv("ORCAST_AGAIN");
  printf("%d %s %s\n", argc, tunables ? tunables : "none", again ? again : "none");
  return in_part[5];
}
