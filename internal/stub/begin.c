// The beginning and the end of a program, but for its main.

#include "executor.h"

#include <unistd.h>

extern char **environ;
extern int __cxa_atexit(void (*)(void *), void *, void *);
extern void __cxa_finalize(void *);

// Ifuncs are settled before any constructor, as the dynamic linker does. Their bodies are published here, in the
// compiler's place.
static void resolve_ifuncs(struct orcast_header *h, const uint64_t *pairs, uint64_t n) {
  for (uint64_t i = 0; i < n; i++) {
    uint64_t id = pairs[2 * i];
    uint64_t target = ((uint64_t (*)(void))pairs[2 * i + 1])();
    struct orcast_func *f = (struct orcast_func *)((char *)h + h->funcs) + id;
    __atomic_store_n(&f->body, target, __ATOMIC_SEQ_CST);
    __atomic_store_n(&f->ready, ORCAST_READY, __ATOMIC_SEQ_CST);
    orcast_resolve(h, (uint32_t)id, target);
  }
}

static void run_destructors(void *words) {
  uint64_t *w = words;
  for (uint64_t i = 0; i < *w; i++)
    ((void (*)(void))w[1 + i])();
}

void orcast_begin(struct orcast_header *h, const uint64_t *words, int argc, char **argv) {
  typedef void (*constructor)(int, char **, char **);
  const uint64_t *ctors = words + 1, *dtors = ctors + 1 + *ctors, *ifuncs = dtors + 1 + *dtors;
  resolve_ifuncs(h, ifuncs + 1, *ifuncs);
  // Registered first, so run last: after the program's own atexit handlers, as .fini_array is.
  if (*dtors)
    __cxa_atexit(run_destructors, (void *)dtors, h);
  for (uint64_t i = 0; i < *ctors; i++)
    ((constructor)ctors[1 + i])(argc, argv, environ);
}

// The program's __dso_handle is its region, see symbols.c: the C library keeps apart what belongs to whom.
void orcast_end(struct orcast_header *h) { __cxa_finalize(h); }
