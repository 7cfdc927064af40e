// Danger: atomic operations of every width, those of 16 bytes inline (cmpxchg16b) and by calls of libatomic.
// native-ldflags: -pthread -latomic
// load: libatomic.so.1
// cflags: -O2 -mcx16
// cflags: -O0
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

typedef struct { long a, b; } pair;
typedef struct { char text[24]; } odd;
static _Atomic char c;
static _Atomic short s;
static _Atomic int i;
static _Atomic long l;
static _Atomic double d;
static _Atomic __int128 w;
static _Atomic pair p;
static _Atomic odd o;
static atomic_flag flag = ATOMIC_FLAG_INIT;
static int guarded;

static void *thread(void *unused) {
  for (int n = 0; n < 1000; n++) {
    c++;
    s += 2;
    atomic_fetch_add_explicit(&i, 3, memory_order_relaxed);
    l ^= n;
    d += 0.5;
    w += ((__int128)1 << 64) + 1;
    pair old = p, new;
    do
      new = (pair){old.a + 1, old.b - 1};
    while (!atomic_compare_exchange_weak(&p, &old, new));
    while (atomic_flag_test_and_set(&flag))
      ;
    guarded++;
    atomic_flag_clear(&flag);
  }
  odd x = o;
  x.text[0] = 'x';
  o = x;
  return 0;
}
int main(void) {
  pthread_t threads[4];
  for (int n = 0; n < 4; n++)
    pthread_create(&threads[n], 0, thread, 0);
  for (int n = 0; n < 4; n++)
    pthread_join(threads[n], 0);
  __int128 wide = w;
  pair pairs = p;
  odd odds = o;
  printf("%d %d %d %ld %g %d\n", c, s, i, l, d, guarded);
  printf("%ld %ld %ld %ld %c\n", (long)(wide >> 64), (long)wide, pairs.a, pairs.b, odds.text[0]);
  return 0;
}
