// First calls: what a program's threads do when they enter a stub for the first time.
//
// Contract: runs on any thread of the program, in signal handlers, and in forked children; takes no
// lock, calls no library (but abort), leaves errno and all vector state alone (the file is compiled for general
// registers only), and may be left by siglongjmp while it waits.

#include "executor.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>

#pragma GCC target("general-regs-only")

// Where a thread may lose the processor and find everything changed: tests compile this file with delays there.
#ifndef ORCAST_DELAY
#define ORCAST_DELAY(where)
#endif
enum orcast_delay { ORCAST_BODY_NOT_READ, ORCAST_BODY_READ };

static inline long syscall6(long n, long a, long b, long c, long d, long e, long f) {
  long r;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(r)
                   : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return r;
}

static inline long syscall4(long n, long a, long b, long c, long d) { return syscall6(n, a, b, c, d, 0, 0); }

static inline uint64_t now_ns(void) {
  struct timespec t;
  syscall4(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&t, 0, 0);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// Ends the process, as an undefined symbol does that was bound lazily. A host gets a chance to say where it was.
static _Noreturn void die(const struct orcast_header *h, const char *message) {
  size_t n = 0;
  while (message[n])
    n++;
  syscall4(SYS_write, 2, (long)message, (long)n, 0);
  if (h->hosted)
    abort();
  for (;;)
    syscall4(SYS_exit_group, ORCAST_FAILURE, 0, 0, 0);
}

// Appends to the log. The entry is visible once func is written; a thread that dies in between leaves a
// hole, which the reader steps over.
static struct orcast_call *log_call(struct orcast_header *h, uint32_t id, uint32_t stalled, uint64_t enter) {
  uint32_t i = __atomic_fetch_add(&h->log_tail, 1, __ATOMIC_RELAXED);
  struct orcast_call *e = (struct orcast_call *)((char *)h + h->log) + i;
  e->stalled = stalled;
  e->enter = enter;
  e->leave = stalled ? 0 : enter;
  __atomic_store_n(&e->func, id + 1, __ATOMIC_RELEASE);
  __atomic_fetch_add(&h->log_wake, 1, __ATOMIC_SEQ_CST);
  uint32_t reader = __atomic_load_n(&h->reader, __ATOMIC_SEQ_CST);
  if (reader == ORCAST_READER_SLEEPS || (reader == ORCAST_READER_WORKS && stalled))
    syscall6(SYS_futex, (long)&h->log_wake, FUTEX_WAKE_BITSET, 1, 0, 0, reader);
  return e;
}

int orcast_served(const struct orcast_header *h) {
  return (__atomic_load_n(&h->server, __ATOMIC_ACQUIRE) & FUTEX_TID_MASK) != 0;
}

int orcast_wait(const struct orcast_header *h, const uint32_t *word, uint32_t value) {
  const struct timespec patience = {0, 20000000};
  while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == value) {
    long r = syscall4(SYS_futex, (long)word, FUTEX_WAIT, value, (long)&patience);
    if (r == -ETIMEDOUT && !orcast_served(h) && __atomic_load_n(word, __ATOMIC_ACQUIRE) == value)
      return 0;
  }
  return 1;
}

// Whether this is a constructor of a library. Libraries are loaded by the first thread; others may wait for that.
static int is_too_early(const struct orcast_header *h) {
  return __atomic_load_n(&h->loading, __ATOMIC_RELAXED) &&
         syscall4(SYS_gettid, 0, 0, 0, 0) == syscall4(SYS_getpid, 0, 0, 0, 0);
}

static void wait_ready(struct orcast_header *h, struct orcast_func *f) {
  while (is_too_early(h))
    syscall4(SYS_exit_group, ORCAST_FAILURE, 0, 0, 0); // of which the compiler says why
  if (!orcast_wait(h, &f->ready, 0))
    die(h, "orcast: the compiler process is gone; a function not yet compiled cannot be called\n");
}

static void count_stall(struct orcast_header *h, uint64_t ns) {
  __atomic_fetch_add(&h->stalls, 1, __ATOMIC_RELAXED);
  __atomic_fetch_add(&h->stall_ns, ns, __ATOMIC_RELAXED);
  uint64_t max = __atomic_load_n(&h->stall_max_ns, __ATOMIC_RELAXED);
  while (ns > max && !__atomic_compare_exchange_n(&h->stall_max_ns, &max, ns, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    ;
}

// Returns a body of function id, having waited for the first if need be, and sees to it that its slot leads to one.
uint64_t orcast_first_call(struct orcast_header *h, uint32_t id) {
  struct orcast_func *f = (struct orcast_func *)((char *)h + h->funcs) + id;
  uint32_t stalled = !__atomic_load_n(&f->ready, __ATOMIC_ACQUIRE);
  struct orcast_call *entry = NULL;
  uint64_t enter = 0;

  if (stalled || !__atomic_load_n(&f->called, __ATOMIC_SEQ_CST)) {
    enter = now_ns();
    if (!__atomic_exchange_n(&f->called, 1, __ATOMIC_SEQ_CST))
      entry = log_call(h, id, stalled, enter);
  }
  if (stalled) {
    wait_ready(h, f);
    uint64_t leave = now_ns();
    if (entry)
      __atomic_store_n(&entry->leave, leave, __ATOMIC_RELEASE);
    count_stall(h, leave - enter);
  }
  if (__atomic_load_n(&f->ready, __ATOMIC_RELAXED) == ORCAST_FAILED)
    die(h, (const char *)f->body);
  ORCAST_DELAY(ORCAST_BODY_NOT_READ);
  uint64_t body = __atomic_load_n(&f->body, __ATOMIC_SEQ_CST);
  ORCAST_DELAY(ORCAST_BODY_READ);
  return orcast_resolve(h, id, body);
}
