// Regions that are mapped in this process: one in an executor, one an engine in a process that runs what it compiles;
// and what must not be run any more when one is gone.

#include "executor.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

// Bases of mapped regions, 0 where there is none. They are looked through while a thread unwinds, so without locks:
// whoever has an address in a region keeps that region from being unmapped, and the others are not touched.
static _Atomic uintptr_t regions[ORCAST_MAX_REGIONS];
static atomic_uint used; // entries from here on have always been 0
static atomic_uint_fast64_t serials;

extern int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);

struct orcast_header *orcast_region_of(uintptr_t address) {
  unsigned n = atomic_load(&used);
  for (unsigned i = 0; i < n; i++) {
    uintptr_t base = atomic_load(&regions[i]);
    if (base && address - base < ORCAST_NEAR)
      return (struct orcast_header *)base;
  }
  return NULL;
}

struct orcast_header *orcast_region(unsigned *i) {
  for (unsigned n = atomic_load(&used); *i < n; ++*i) {
    uintptr_t base = atomic_load(&regions[*i]);
    if (base)
      return (struct orcast_header *)base;
  }
  return NULL;
}

// Held for reading by a thread that runs a program's code of its own accord, without its host having called it.
static pthread_rwlock_t in_use = PTHREAD_RWLOCK_INITIALIZER;

struct thread_object {
  void (*destroy)(void *);
  void *object;
  struct orcast_header *region;
  uint64_t serial;
};

static void destroy(void *arg) {
  struct thread_object o = *(struct thread_object *)arg;
  free(arg);
  pthread_rwlock_rdlock(&in_use);
  struct orcast_header *h = orcast_region_of((uintptr_t)o.region);
  if (h && h->serial == o.serial)
    o.destroy(o.object);
  pthread_rwlock_unlock(&in_use);
}

int orcast_thread_atexit(void (*f)(void *), void *object, void *dso) {
  struct orcast_header *h = orcast_region_of((uintptr_t)dso);
  struct thread_object *o = h ? malloc(sizeof *o) : NULL;
  if (!o)
    return h ? -1 : __cxa_thread_atexit_impl(f, object, dso);
  *o = (struct thread_object){f, object, h, h->serial};
  return __cxa_thread_atexit_impl(destroy, o, dso);
}

static int enlist(uintptr_t base) {
  for (unsigned i = 0; i < ORCAST_MAX_REGIONS; i++) {
    uintptr_t none = 0;
    if (!atomic_compare_exchange_strong(&regions[i], &none, base))
      continue;
    for (unsigned n = atomic_load(&used); n <= i && !atomic_compare_exchange_weak(&used, &n, i + 1);)
      ;
    return 1;
  }
  errno = EMFILE;
  return 0;
}

static void strike(uintptr_t base) {
  for (unsigned i = 0; i < ORCAST_MAX_REGIONS; i++)
    if (atomic_load(&regions[i]) == base)
      atomic_store(&regions[i], 0);
}

static int map_nothing(const struct orcast_header *h, int placement) {
  size_t size = h->zones[ORCAST_FAR].offset + h->zones[ORCAST_FAR].size;
  void *at = (void *)h->base;
  return mmap(at, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | placement, -1, 0) == at;
}

int orcast_reserve(const struct orcast_header *h) { return map_nothing(h, MAP_FIXED_NOREPLACE); }

void orcast_release(const struct orcast_header *h) {
  munmap((void *)h->base, h->zones[ORCAST_FAR].offset + h->zones[ORCAST_FAR].size);
}

static int map_zone(const struct orcast_header *h, int fd, enum orcast_zone_id z, int prot, int flags) {
  uint64_t size = h->zones[z].size;
  void *at = (void *)(h->base + h->zones[z].offset);
  if (flags & MAP_ANONYMOUS)
    fd = -1;
  return size == 0 || mmap(at, size, prot, flags | MAP_NORESERVE, fd, fd < 0 ? 0 : (off_t)h->zones[z].offset) == at;
}

struct orcast_header *orcast_map(const struct orcast_header *h, int fd, int reserved) {
  struct orcast_header *mapped = (struct orcast_header *)h->base;
  int placement = reserved ? MAP_FIXED : MAP_FIXED_NOREPLACE;
  int shared = MAP_SHARED | placement, own = MAP_PRIVATE | placement;
  if (!enlist(h->base))
    return NULL;
  if (map_zone(h, fd, ORCAST_CONTROL, PROT_READ | PROT_WRITE, shared) &&
      map_zone(h, fd, ORCAST_STUBS, PROT_READ | PROT_EXEC, shared) &&
      map_zone(h, fd, ORCAST_CODE, PROT_READ | PROT_EXEC, shared) && map_zone(h, fd, ORCAST_RO, PROT_READ, shared) &&
      map_zone(h, fd, ORCAST_DATA, PROT_READ | PROT_WRITE, own) &&
      map_zone(h, fd, ORCAST_ZERO, PROT_READ | PROT_WRITE, own | MAP_ANONYMOUS) &&
      map_zone(h, fd, ORCAST_FAR, PROT_READ | PROT_WRITE, own | MAP_ANONYMOUS)) {
    mapped->resolver = (uint64_t)orcast_resolver;
    mapped->copier = (uint64_t)orcast_make_copies;
    mapped->serial = atomic_fetch_add(&serials, 1);
    return mapped;
  }
  int error = errno;
  if (reserved)
    orcast_unmap(h);
  errno = error;
  return NULL;
}

void orcast_unmap(const struct orcast_header *h) {
  pthread_rwlock_wrlock(&in_use);
  strike(h->base);
  map_nothing(h, MAP_FIXED);
  pthread_rwlock_unlock(&in_use);
}
