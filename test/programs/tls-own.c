// Danger: thread-local variables with and without initialisers, aligned, large, internal and external, in several
// threads, one of which was started before the code that uses them was compiled.
// native-ldflags: -pthread
// cflags: -O2
// cflags: -O0
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

_Thread_local int initialised = 42;
static _Thread_local int zero;
static _Thread_local char large[100000];
static _Thread_local _Alignas(64) char aligned[64] = "aligned";
_Thread_local struct {
  long a;
  double b;
} pair = {7, 1.5};

static pthread_barrier_t started;

__attribute__((noinline)) static int work(int by) {
  initialised += by;
  zero += by;
  large[99999] = (char)by;
  pair.a += by;
  int misaligned = (int)((uintptr_t)aligned % 64);
  return initialised * 1000 + zero + large[99999] + large[5] + (int)pair.a + misaligned + (int)strlen(aligned);
}

static void *thread(void *argument) {
  pthread_barrier_wait(&started);
  int *value = argument;
  *value = work(*value);
  return 0;
}

int main(void) {
  pthread_t threads[3];
  int values[3] = {1, 2, 3};
  pthread_barrier_init(&started, 0, 4);
  for (int i = 0; i < 3; i++)
    pthread_create(&threads[i], 0, thread, &values[i]);
  pthread_barrier_wait(&started);
  for (int i = 0; i < 3; i++)
    pthread_join(threads[i], 0);
  printf("%d %d %d\n", values[0], values[1], values[2]);
  printf("%d %d\n", work(10), work(10));
  return 0;
}
