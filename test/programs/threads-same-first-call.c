// Danger: many threads make the same first calls at the same moment: all go on, with one body.
// native-ldflags: -pthread
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { THREADS = 16, FUNCTIONS = 40 };
static atomic_uint entered;
#define BODY(n) \
  __attribute__((noinline)) static unsigned f##n(unsigned x) { \
    atomic_fetch_add(&entered, 1); \
    return x * 7 + n; \
  }
#define TEN(F, n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7) F(n##8) F(n##9)
#define FORTY(F) TEN(F, 1) TEN(F, 2) TEN(F, 3) TEN(F, 4)
#define ENTRY(n) f##n,
FORTY(BODY)
static unsigned (*const table[FUNCTIONS])(unsigned) = {FORTY(ENTRY)};
static pthread_barrier_t barrier;

static void *thread(void *result) {
  unsigned sum = 0;
  for (int i = 0; i < FUNCTIONS; i++) {
    pthread_barrier_wait(&barrier);
    sum = sum * 3 + table[i](i);
  }
  *(unsigned *)result = sum;
  return 0;
}
int main(void) {
  pthread_t threads[THREADS];
  unsigned sums[THREADS];
  pthread_barrier_init(&barrier, 0, THREADS);
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], 0, thread, &sums[i]);
  int equal = 0;
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], 0);
    equal += sums[i] == sums[0];
  }
  printf("%d %u %u\n", equal, sums[0], entered);
  return 0;
}
