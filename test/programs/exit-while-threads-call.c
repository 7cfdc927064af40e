// Danger: the program ends while other threads are in the middle of first calls and handlers make theirs.
// native-ldflags: -pthread
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define BODY(n) \
  __attribute__((noinline)) static unsigned f##n(unsigned x) { return x * 37 + n; }
#define TEN(F, n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7) F(n##8) F(n##9)
#define ALL(F) TEN(F, 1) TEN(F, 2) TEN(F, 3) TEN(F, 4) TEN(F, 5) TEN(F, 6) TEN(F, 7) TEN(F, 8) TEN(F, 9)
#define ENTRY(n) f##n,
ALL(BODY)
static unsigned (*const volatile table[])(unsigned) = {ALL(ENTRY)};
static pthread_barrier_t barrier;
static volatile unsigned sink;

__attribute__((noinline)) static void in_handler(void) { puts("handler"); }
static void handler(void) { in_handler(); }
static void *thread(void *from) {
  pthread_barrier_wait(&barrier);
  for (long i = (long)from;; i++)
    sink += table[i % 90]((unsigned)i);
}
int main(void) {
  atexit(handler);
  pthread_barrier_init(&barrier, 0, 5);
  for (long i = 0; i < 4; i++) {
    pthread_t t;
    pthread_create(&t, 0, thread, (void *)(i * 20));
    pthread_detach(t);
  }
  pthread_barrier_wait(&barrier);
  sink += table[45](1);
  puts("main ends");
  return 11;
}
