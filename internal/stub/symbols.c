// Symbols that a native program gets from static libraries at link time (libc_nonshared.a, crtbegin.o,
// libgcc.a), so that no shared library has them; here they are linked into this binary.

#define _GNU_SOURCE
#include "executor.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

extern void *__dso_handle;
extern void *__tls_get_addr(void *);
extern char __cpu_model[];
extern unsigned __cpu_features2[];
extern int __cpu_indicator_init(void);
extern void __stack_chk_fail(void);

// JITLink gives a thread-local reference two words: one that its own runtime would use, and the symbol's
// address; the latter is, for us, the address of a tls_index as the psABI defines it.
static void *tls_get_addr(uint64_t words[2]) { return __tls_get_addr((void *)words[1]); }

static const struct {
  const char *name;
  void *address;
} symbols[] = {
    {"__cpu_features2", __cpu_features2},
    {"__cpu_indicator_init", __cpu_indicator_init},
    {"__cpu_model", __cpu_model},
    {"__dso_handle", &__dso_handle},
    {"__stack_chk_fail_local", __stack_chk_fail},
    {"__tls_get_addr", tls_get_addr},
    {"at_quick_exit", at_quick_exit},
    {"atexit", atexit},
    {"pthread_atfork", pthread_atfork},
};

void *orcast_static_symbol(const char *name) {
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
    if (strcmp(symbols[i].name, name) == 0)
      return symbols[i].address;
  return NULL;
}
