// What the compiler asks of the process in which the program runs: its libraries, symbols and thread-local storage.

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

extern void *__tls_get_addr(void *);

struct tls_query {
  uintptr_t address;
  uint64_t offset, module;
};

static uint64_t from_thread(const void *variable) { return (uint64_t)variable - (uint64_t)__builtin_thread_pointer(); }

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
static void resolve(struct orcast_header *h, const char *name, int thread_local_, uint64_t out[3]) {
  out[0] = out[1] = out[2] = 0;
  void *p = orcast_symbol_of_region(h, name);
  if (!p)
    p = orcast_static_symbol(name);
  if (!p)
    p = dlsym(RTLD_NEXT, name);
  if (!p)
    p = dlsym(RTLD_DEFAULT, name); // libraries that were loaded later
  if (!thread_local_) {
    out[0] = (uint64_t)orcast_copy_of(p);
    return;
  }
  struct tls_query q = {(uintptr_t)p, 0, 0};
  if (p && dl_iterate_phdr(find_tls_module, &q)) {
    out[0] = q.offset;
    out[1] = q.module;
    out[2] = from_thread(p);
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
  uint64_t *words = or_abort(calloc(n ? n : 1, 24)), *w = words;
  for (uint32_t i = 0; i < length; i += 1 + strlen(names + i + 1) + 1, w += 3)
    resolve(h, names + i + 1, names[i], w);
  return (struct orcast_bytes){(char *)words, (size_t)n * 24};
}

static struct orcast_bytes answer_load(const char *path) {
  const char *error = dlopen(path, RTLD_NOW | RTLD_GLOBAL) ? "" : dlerror();
  return (struct orcast_bytes){or_abort(strdup(error)), strlen(error)};
}

// tls_index in the psABI: a place in the thread-local image of a module.
struct tls_place {
  uint64_t module, offset;
};

struct tls_image {
  uint64_t module;
  char *image;
};

// The image of a library, as the C library keeps it for new threads.
static int find_image(struct dl_phdr_info *info, size_t size, void *arg) {
  struct tls_image *t = arg;
  if (info->dlpi_tls_modid != t->module)
    return 0;
  for (int i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_TLS)
      t->image = (char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
  return 1;
}

static struct orcast_bytes answer_join(const char *file, const char *bytes, uint32_t length) {
  struct orcast_join j;
  memcpy(&j, bytes, sizeof j);
  const char *names = bytes + sizeof j, *end = bytes + length;
  size_t n = 3, module = 0;
  for (const char *p = names; p < end; p += strlen(p) + 1)
    n++;
  uint64_t *words = or_abort(calloc(n, sizeof *words));
  orcast_want_copies(&j, names, (size_t)(end - names), words + 3);
  void *handle = dlopen(file, RTLD_NOW | (j.global ? RTLD_GLOBAL : RTLD_LOCAL));
  if (!handle) {
    const char *error = dlerror();
    free(words);
    char *answer = or_abort(calloc(1, 8 + strlen(error) + 1));
    return (struct orcast_bytes){strcpy(answer + 8, error) - 8, 8 + strlen(error)};
  }
  if (j.global)
    orcast_program = handle;
  words[0] = (uint64_t)handle;
  dlinfo(handle, RTLD_DI_TLS_MODID, &module);
  words[1] = module;
  if (module && j.tls_static)
    words[2] = from_thread(__tls_get_addr(&(struct tls_place){module, 0}));
  return (struct orcast_bytes){(char *)words, n * sizeof *words};
}

// The image was loaded before the linker knew all addresses: these words of it have got their values now.
static struct orcast_bytes write_tls_words(const char *bytes, uint32_t length) {
  uint64_t head[2]; // module, and whether threads have blocks of it already
  memcpy(head, bytes, sizeof head);
  struct tls_image t = {head[0], NULL};
  dl_iterate_phdr(find_image, &t);
  char *block = head[1] ? __tls_get_addr(&(struct tls_place){t.module, 0}) : NULL;
  for (const char *p = bytes + sizeof head; t.image && p + 16 <= bytes + length; p += 16) {
    uint64_t offset;
    memcpy(&offset, p, 8);
    memcpy(t.image + offset, p + 8, 8);
    if (block)
      memcpy(block + offset, p + 8, 8);
  }
  return (struct orcast_bytes){NULL, 0};
}

struct orcast_bytes orcast_answer(struct orcast_header *h, uint32_t kind, const char *file, const char *bytes,
                                  uint32_t length) {
  switch (kind) {
  case ORCAST_LOAD:
    return answer_load(file ? file : bytes);
  case ORCAST_RESOLVE:
    return answer_resolve(h, bytes, length);
  case ORCAST_JOIN:
    return answer_join(file, bytes, length);
  case ORCAST_TLS_WORDS:
    return write_tls_words(bytes, length);
  case ORCAST_LIBRARIES:
    return answer_libraries();
  }
  return (struct orcast_bytes){NULL, 0};
}
