// What the dynamic linker would know of a program if it had loaded it. It has not, so programs, and in their own
// process libraries too, get these functions in place of dladdr(3) and dl_iterate_phdr(3).
//
// To a program in a process of its own it is the first object, without a name, as every executable is; orcast's own
// executable follows. In a host's process programs come last. The library that stands for the program in the C
// library's lists is not told of; its thread-local storage is the program's.

#include "executor.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <string.h>

// The region or the far zone behind it.
static struct orcast_header *whose(const void *address) {
  struct orcast_header *h;
  for (unsigned i = 0; (h = orcast_region(&i)); i++)
    if ((uintptr_t)address - h->base < h->zones[ORCAST_FAR].offset + h->zones[ORCAST_FAR].size)
      return h;
  return NULL;
}

static int describe(const void *address, Dl_info *info) {
  struct orcast_header *h = whose(address);
  if (h)
    *info = (Dl_info){.dli_fname = h->hosted ? "orcast" : orcast_argv[0], .dli_fbase = (void *)h->base};
  return h != NULL;
}

int orcast_dladdr(const void *address, Dl_info *info) { return describe(address, info) || dladdr(address, info); }

int orcast_dladdr1(const void *address, Dl_info *info, void **extra, int flags) {
  if (!describe(address, info))
    return dladdr1(address, info, extra, flags);
  // The handle of the executable is its link map.
  *extra = flags == RTLD_DL_LINKMAP ? dlopen(NULL, RTLD_LAZY) : NULL;
  return 1;
}

typedef int (*visitor)(struct dl_phdr_info *, size_t, void *);

struct visit {
  visitor visit;
  void *arg;
  struct dl_phdr_info last;      // that was visited
  struct dl_phdr_info stands_in; // for the program in its own process; without headers if none does
  int begun;
};

static int visit_program(struct orcast_header *h, const struct visit *v) {
  static const struct {
    enum orcast_zone_id first, last;
    uint32_t flags;
  } parts[] = {{ORCAST_STUBS, ORCAST_CODE, PF_R | PF_X},
               {ORCAST_RO, ORCAST_RO, PF_R},
               {ORCAST_DATA, ORCAST_ZERO, PF_R | PF_W},
               {ORCAST_FAR, ORCAST_FAR, PF_R | PF_W}};
  const struct dl_phdr_info *tls = &v->stands_in;
  ElfW(Phdr) headers[sizeof parts / sizeof *parts + 1];
  ElfW(Half) n = 0;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    uint64_t start = h->zones[parts[i].first].offset;
    uint64_t end = h->zones[parts[i].last].offset + h->zones[parts[i].last].size;
    if (start < end)
      headers[n++] = (ElfW(Phdr)){.p_type = PT_LOAD, .p_flags = parts[i].flags, .p_vaddr = start, .p_paddr = start,
                                  .p_memsz = end - start, .p_align = 4096};
  }
  for (int i = 0; i < tls->dlpi_phnum; i++) {
    if (tls->dlpi_phdr[i].p_type != PT_TLS)
      continue;
    headers[n] = tls->dlpi_phdr[i];
    headers[n++].p_vaddr += tls->dlpi_addr - h->base;
  }
  struct dl_phdr_info info = {.dlpi_addr = h->base, .dlpi_name = h->hosted ? "orcast" : "", .dlpi_phdr = headers,
                              .dlpi_phnum = n, .dlpi_adds = v->last.dlpi_adds, .dlpi_subs = v->last.dlpi_subs,
                              .dlpi_tls_modid = tls->dlpi_tls_modid, .dlpi_tls_data = tls->dlpi_tls_data};
  return v->visit(&info, sizeof info, v->arg);
}

static int stands_in(const struct dl_phdr_info *info) {
  return orcast_program && info->dlpi_addr == ((struct link_map *)orcast_program)->l_addr;
}

static int find_stand_in(struct dl_phdr_info *info, size_t size, void *arg) {
  struct visit *v = arg;
  if (!stands_in(info))
    return 0;
  v->stands_in = *info;
  return 1;
}

static int visit_library(struct dl_phdr_info *info, size_t size, void *arg) {
  struct visit *v = arg;
  unsigned i = 0;
  struct orcast_header *h = orcast_region(&i);
  if (stands_in(info))
    return 0;
  v->last = *info;
  if (v->begun++ || !h || h->hosted)
    return v->visit(info, size, v->arg);
  int result = visit_program(h, v);
  if (result)
    return result;
  v->last.dlpi_name = "/proc/self/exe";
  return v->visit(&v->last, size, v->arg);
}

int orcast_dl_iterate_phdr(visitor visit, void *arg) {
  struct visit v = {.visit = visit, .arg = arg};
  dl_iterate_phdr(find_stand_in, &v);
  int result = dl_iterate_phdr(visit_library, &v);
  struct orcast_header *h;
  for (unsigned i = 0; !result && (h = orcast_region(&i)) && h->hosted; i++)
    result = visit_program(h, &v);
  return result;
}
