// Danger: native objects reach thread-locals by all models: general and local dynamic, descriptors, initial and local exec;
// their own, the other object's, the module's and the library's, in several threads. All have to mean the same variables.
// native-ldflags: -pthread
// cflags: -O2
// cflags: -O0
// cflags: -O0 -fPIE
// cflags: -O2 -fPIE
// cflags: -O2 -mtls-dialect=gnu2
// cflags: -O2 -fno-plt
// cflags: -O2 -ftls-model=initial-exec
#include "all.h"
#include <pthread.h>
#include <stdio.h>

__thread int in_module = 100;
__thread long zero_in_module;
static __thread struct { char c; int *p; } __attribute__((aligned(64))) aligned = {'x', &shared};
int shared = 7;

static void *thread(void *name) {
  long sums[4] = {part(1), other(2), library(3), 0};
  in_module++, in_part += 2, in_other += 3, in_library += 4, zero_in_part -= 5;
  sums[3] = part(1) + other(2) + library(3);
  printf("%s %ld %ld %ld %ld\n", (char *)name, sums[0], sums[1], sums[2], sums[3]);
  printf("%d %d %d %d %ld %ld\n", in_module, in_part, in_other, in_library, zero_in_part, zero_in_module);
  printf("%d %c %d %d %d\n", (int)((unsigned long)&aligned % 64), aligned.c, *aligned.p, part_pointers(), other_pointers());
  return &in_part;
}

int main(void) {
  void *first = thread("main"), *second;
  pthread_t t;
  pthread_create(&t, 0, thread, "thread");
  pthread_join(t, &second);
  printf("%d\n", first == second);
  thread("again");
  return 0;
}
