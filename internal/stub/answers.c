// What the compiler asks of the process in which the program runs: its libraries, symbols and thread-local storage.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "executor.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

// Without memory neither the program nor a host in Go can go on.
static void *or_abort(void *memory) {
  if (!memory)
    abort();
  return memory;
}

struct tls_query {
  uintptr_t address;
  uint64_t offset, module;
};

static int find_tls_module(struct dl_phdr_info *info, size_t size, void *arg) {
  struct tls_query *q = arg;
  uintptr_t block = (uintptr_t)info->dlpi_tls_data;
  for (int i = 0; block && i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *p = &info->dlpi_phdr[i];
    if (p->p_type == PT_TLS && q->address >= block && q->address < block + p->p_memsz) {
      q->offset = q->address - block;
      q->module = info->dlpi_tls_modid;
      return 1;
    }
  }
  return 0;
}

// RTLD_NEXT passes over this executable: its own symbols are no part of the program.
static void resolve(struct orcast_header *h, const char *name, int thread_local_, uint64_t out[2]) {
  out[0] = out[1] = 0;
  void *p = orcast_symbol_of_region(h, name);
  if (!p)
    p = orcast_static_symbol(name);
  if (!p)
    p = dlsym(RTLD_NEXT, name);
  if (!p)
    p = dlsym(RTLD_DEFAULT, name); // libraries that were loaded later
  if (!thread_local_) {
    out[0] = (uint64_t)p;
    return;
  }
  struct tls_query q = {(uintptr_t)p, 0, 0};
  if (p && dl_iterate_phdr(find_tls_module, &q)) {
    out[0] = q.offset;
    out[1] = q.module;
  }
}

int orcast_own_symbol(const char *name, const char *version, const char **path, uint64_t *base, uint64_t *address) {
  Dl_info info;
  struct link_map *map;
  void *p = *version ? dlvsym(RTLD_NEXT, name, version) : orcast_static_symbol(name);
  if (!p && !*version)
    p = dlsym(RTLD_NEXT, name);
  if (!p || !dladdr1(p, &info, (void **)&map, RTLD_DL_LINKMAP))
    return 0;
  *path = map->l_name;
  *base = map->l_addr;
  *address = (uint64_t)p;
  return 1;
}

static int append_library(struct dl_phdr_info *info, size_t size, void *arg) {
  struct orcast_bytes *l = arg;
  size_t n = strlen(info->dlpi_name) + 1;
  uint64_t base = info->dlpi_addr;
  l->bytes = or_abort(realloc(l->bytes, l->length + 8 + n));
  memcpy(l->bytes + l->length, &base, 8);
  memcpy(l->bytes + l->length + 8, info->dlpi_name, n);
  l->length += 8 + n;
  return 0;
}

static struct orcast_bytes answer_libraries(void) {
  struct orcast_bytes l = {NULL, 0};
  dl_iterate_phdr(append_library, &l);
  return l;
}

static struct orcast_bytes answer_resolve(struct orcast_header *h, const char *names, uint32_t length) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < length; i += 1 + strlen(names + i + 1) + 1)
    n++;
  uint64_t *words = or_abort(calloc(n ? n : 1, 16)), *w = words;
  for (uint32_t i = 0; i < length; i += 1 + strlen(names + i + 1) + 1, w += 2)
    resolve(h, names + i + 1, names[i], w);
  return (struct orcast_bytes){(char *)words, (size_t)n * 16};
}

static struct orcast_bytes answer_load(const char *path) {
  const char *error = dlopen(path, RTLD_NOW | RTLD_GLOBAL) ? "" : dlerror();
  return (struct orcast_bytes){or_abort(strdup(error)), strlen(error)};
}

static struct orcast_bytes answer_tls(const char *path) {
  uint64_t *words = or_abort(calloc(2, sizeof *words));
  size_t module = 0;
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle)
    dlinfo(handle, RTLD_DI_TLS_MODID, &module);
  words[0] = module;
  words[1] = (uint64_t)handle;
  return (struct orcast_bytes){(char *)words, 2 * sizeof *words};
}

struct orcast_bytes orcast_answer(struct orcast_header *h, uint32_t kind, const char *bytes, uint32_t length) {
  switch (kind) {
  case ORCAST_LOAD:
    return answer_load(bytes);
  case ORCAST_RESOLVE:
    return answer_resolve(h, bytes, length);
  case ORCAST_TLS:
    return answer_tls(bytes);
  case ORCAST_LIBRARIES:
    return answer_libraries();
  }
  return (struct orcast_bytes){NULL, 0};
}
