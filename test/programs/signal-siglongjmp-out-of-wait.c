// Danger: a handler leaves a thread's wait for a first call by siglongjmp; the same function is then called again,
// perhaps while it is still being compiled, and the wait must not be left half done.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

static volatile unsigned sink;
#define BODY(n) \
  __attribute__((noinline)) static unsigned f##n(unsigned x) { \
    for (unsigned i = 0; i < (x & 7); i++) { \
      switch ((x + i + sink * 0) % 5) { \
      case 0: x = x * 31 + n; break; \
      case 1: x ^= n; break; \
      case 2: x = x * x + 1; break; \
      case 3: x -= i; break; \
      default: x += n * i; \
      } \
    } \
    return x + n; \
  }
#define TEN(F, n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7) F(n##8) F(n##9)
#define SIXTY(F) TEN(F, 1) TEN(F, 2) TEN(F, 3) TEN(F, 4) TEN(F, 5) TEN(F, 6)
#define ENTRY(n) f##n,
SIXTY(BODY)
static unsigned (*const table[])(unsigned) = {SIXTY(ENTRY)};

static sigjmp_buf back;
static volatile sig_atomic_t armed;
static void handler(int signal) {
  if (armed) {
    armed = 0;
    siglongjmp(back, 1);
  }
}

int main(void) {
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGALRM, &action, 0);
  volatile unsigned sum = 0;
  for (volatile unsigned i = 0; i < 60; i++) {
    // The first attempt is cut off after a time that varies, at the latest after it was finished.
    if (sigsetjmp(back, 1) == 0) {
      armed = 1;
      struct itimerval once = {{0, 0}, {0, 50 + 40 * (i % 30)}};
      setitimer(ITIMER_REAL, &once, 0);
      sink = 0 * table[i](i);
      for (;;)
        ;
    }
    sum += table[i](i);
  }
  printf("%u\n", sum);
  return 0;
}
