// Weak functions of which the other file has more, things of one name that are local to each file, and constructors.
#include <stdlib.h>
extern int missing(void) __attribute__((weak));
__attribute__((weak)) int shared(void) { return 1; }
__attribute__((noinline)) static int local(void) { return 10; }
static const char text[] = "first file";
int weak_one(void) { return shared() + (missing ? 100 : 0); }
int local_one(void) { return local() + text[0]; }

static int count = 3;
int counted(void) {
  static int calls;
  return ++calls + count++;
}

_Thread_local int tls = 40;
static _Thread_local int tls_zero;
int tls_next(void) { return ++tls + ++tls_zero; }

__attribute__((visibility("hidden"))) int hidden = 5;
char far_zeros[100000] __attribute__((aligned(64)));
volatile int order[8], ordered;
__attribute__((constructor)) static void begin(void) { order[ordered++] = 1; }
__attribute__((constructor(200))) static void early(void) { order[ordered++] = 2; }
