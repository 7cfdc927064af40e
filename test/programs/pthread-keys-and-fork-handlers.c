// Danger: destructors of thread-specific data and pthread_atfork's handlers (the function lives in libc_nonshared.a)
// are first calls made by libc.
// native-ldflags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void destroy(void *value) { printf("destroy %s\n", (char *)value); }
static void make_key(void) { pthread_key_create(&key, destroy); }
static void prepare(void) { puts("prepare"); fflush(stdout); }
static void parent(void) { puts("parent"); fflush(stdout); }
static void child(void) { write(1, "child\n", 6); }
static void *thread(void *value) {
  pthread_once(&once, make_key);
  pthread_setspecific(key, value);
  return 0;
}
int main(void) {
  pthread_t t;
  pthread_create(&t, 0, thread, "value");
  pthread_join(t, 0);
  pthread_atfork(prepare, 0, child);
  pid_t pid = fork();
  if (pid == 0)
    _exit(0);
  waitpid(pid, 0, 0);
  parent();
  return 0;
}
