// Danger: a signal handler makes a first call while its thread may itself be waiting for one: it must be served.
// A timer fires while main makes first calls; the handler makes one at each tick.
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

static volatile unsigned sink;
#define BODY(name, n) \
  __attribute__((noinline)) static unsigned name##n(unsigned x) { \
    sink += n; \
    for (unsigned i = 0; i < (x & 3); i++) \
      x = x * 31 + sink * 0 + n; \
    return x + n; \
  }
#define TEN(F, name, n) \
  F(name, n##0) F(name, n##1) F(name, n##2) F(name, n##3) F(name, n##4) F(name, n##5) F(name, n##6) F(name, n##7) \
      F(name, n##8) F(name, n##9)
#define HUNDRED(F, name) \
  TEN(F, name, 1) TEN(F, name, 2) TEN(F, name, 3) TEN(F, name, 4) TEN(F, name, 5) TEN(F, name, 6) TEN(F, name, 7) \
      TEN(F, name, 8) TEN(F, name, 9) TEN(F, name, 10)
#define ENTRY(name, n) name##n,
HUNDRED(BODY, in_handler)
HUNDRED(BODY, in_main)
static unsigned (*const handler_table[])(unsigned) = {HUNDRED(ENTRY, in_handler)};
static unsigned (*const main_table[])(unsigned) = {HUNDRED(ENTRY, in_main)};

static volatile sig_atomic_t ticks;
static volatile unsigned handler_sum;

static void handler(int signal) {
  if (ticks < 100) {
    handler_sum += handler_table[ticks](ticks);
    ticks++;
  }
}

int main(void) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, 0);
  struct itimerval interval = {{0, 300}, {0, 300}};
  setitimer(ITIMER_REAL, &interval, 0);
  unsigned sum = 0;
  for (unsigned i = 0; i < 100; i++)
    sum += main_table[i](i);
  while (ticks < 100)
    ;
  struct itimerval off = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &off, 0);
  printf("%u %u\n", sum, handler_sum);
  return 0;
}
