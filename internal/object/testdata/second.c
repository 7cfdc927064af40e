// The other file of first.c.
#include <stdint.h>
__attribute__((weak)) int shared(void) { return 2; }
__attribute__((noinline)) static int local(void) { return 20; }
static const char text[] = "second file";
int weak_two(void) { return shared() * 10; }
int local_two(void) { return local() + text[0]; }

static int count = 70;
int counted_again(void) {
  static int calls;
  return ++calls + count++;
}

extern _Thread_local int tls;
static _Thread_local int tls_zero;
static _Thread_local int tls_set = 9;
int tls_twice(void) { return tls++ + ++tls_zero + tls_set++; }

extern __attribute__((visibility("hidden"))) int hidden;
int hidden_sum(void) { return hidden + 6; }

extern char far_zeros[100000];
static char near_zeros[33];
long zeros(void) { return ((uintptr_t)far_zeros & 63) + far_zeros[99999] + near_zeros[32]; }

extern volatile int order[], ordered;
__attribute__((constructor)) static void begin(void) { order[ordered++] = 3; }
__attribute__((constructor(200))) static void early(void) { order[ordered++] = 4; }
