#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "executor.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

struct orcast_header *orcast_region;

typedef int (*main_function)(int, char **, char **);

static _Noreturn void fail(const char *what) {
  dprintf(2, "orcast: the program's process cannot start: %s: %s\n", what, strerror(errno));
  _exit(125);
}

static void read_all(int fd, void *to, size_t n) {
  for (char *p = to; n > 0;) {
    ssize_t r = read(fd, p, n);
    if (r == 0)
      _exit(125); // The compiler has ended; it has said why.
    if (r < 0 && errno == EINTR)
      continue;
    if (r < 0)
      fail("read");
    p += r, n -= (size_t)r;
  }
}

static void write_all(int fd, const void *from, size_t n) {
  for (const char *p = from; n > 0;) {
    ssize_t r = write(fd, p, n);
    if (r < 0 && errno == EINTR)
      continue;
    if (r < 0)
      _exit(125);
    p += r, n -= (size_t)r;
  }
}

static void reply(int fd, const void *bytes, size_t n) {
  struct orcast_message m = {0, (uint32_t)n};
  write_all(fd, &m, sizeof m);
  write_all(fd, bytes, n);
}

static void map_zone(const struct orcast_header *h, int fd, enum orcast_zone_id z, int prot, int flags) {
  uint64_t size = h->zones[z].size;
  if (size == 0)
    return;
  if (flags & MAP_ANONYMOUS)
    fd = -1;
  void *at = (void *)(h->base + h->zones[z].offset);
  void *p = mmap(at, size, prot, flags | MAP_FIXED_NOREPLACE | MAP_NORESERVE, fd, fd < 0 ? 0 : (off_t)h->zones[z].offset);
  if (p != at)
    fail("mapping the shared region");
}

static void map_region(int fd) {
  struct orcast_header h;
  if (pread(fd, &h, sizeof h, 0) != sizeof h || h.magic != ORCAST_MAGIC) {
    errno = EINVAL;
    fail("reading the shared region (" ORCAST_ENVIRONMENT " is for orcast's own use)");
  }
  map_zone(&h, fd, ORCAST_CONTROL, PROT_READ | PROT_WRITE, MAP_SHARED);
  map_zone(&h, fd, ORCAST_STUBS, PROT_READ | PROT_EXEC, MAP_SHARED);
  map_zone(&h, fd, ORCAST_CODE, PROT_READ | PROT_EXEC, MAP_SHARED);
  map_zone(&h, fd, ORCAST_RO, PROT_READ, MAP_SHARED);
  map_zone(&h, fd, ORCAST_DATA, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  map_zone(&h, fd, ORCAST_ZERO, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  map_zone(&h, fd, ORCAST_FAR, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  orcast_region = (struct orcast_header *)h.base;
  orcast_region->resolver = (uint64_t)orcast_resolver;
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
static void resolve(const char *name, int thread_local_, uint64_t out[2]) {
  out[0] = out[1] = 0;
  void *p = orcast_static_symbol(name);
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

struct library_list {
  char *bytes;
  size_t length;
};

static int append_library(struct dl_phdr_info *info, size_t size, void *arg) {
  struct library_list *l = arg;
  size_t n = strlen(info->dlpi_name) + 1;
  char *grown = realloc(l->bytes, l->length + 8 + n);
  if (!grown)
    fail("memory");
  uint64_t base = info->dlpi_addr;
  memcpy(grown + l->length, &base, 8);
  memcpy(grown + l->length + 8, info->dlpi_name, n);
  *l = (struct library_list){grown, l->length + 8 + n};
  return 0;
}

static void answer_libraries(int fd) {
  struct library_list l = {NULL, 0};
  dl_iterate_phdr(append_library, &l);
  reply(fd, l.bytes, l.length);
  free(l.bytes);
}

static void answer_resolve(int fd, char *names, uint32_t length) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < length; i += 1 + strlen(names + i + 1) + 1)
    n++;
  uint64_t *words = calloc(n ? n : 1, 16), *w = words;
  for (uint32_t i = 0; i < length; i += 1 + strlen(names + i + 1) + 1, w += 2)
    resolve(names + i + 1, names[i], w);
  reply(fd, words, n * 16);
  free(words);
}

static void answer_load(int fd, const char *path) {
  const char *error = dlopen(path, RTLD_NOW | RTLD_GLOBAL) ? "" : dlerror();
  reply(fd, error, strlen(error));
}

static void answer_tls(int fd, const char *path) {
  size_t module = 0;
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle)
    dlinfo(handle, RTLD_DI_TLS_MODID, &module);
  uint64_t word = module;
  reply(fd, &word, sizeof word);
}

static const uint64_t *destructors;
static uint64_t destructor_count;

static void run_destructors(void) {
  for (uint64_t i = 0; i < destructor_count; i++)
    ((void (*)(void))destructors[i])();
}

// Ifuncs are settled before any constructor, as the dynamic linker does.
static void resolve_ifuncs(const uint64_t *pairs, uint64_t n) {
  struct orcast_header *h = orcast_region;
  for (uint64_t i = 0; i < n; i++) {
    uint64_t id = pairs[2 * i];
    uint64_t target = ((uint64_t (*)(void))pairs[2 * i + 1])();
    struct orcast_func *f = (struct orcast_func *)((char *)h + h->funcs) + id;
    f->body = target;
    __atomic_store_n(&f->ready, 1, __ATOMIC_RELEASE);
    __atomic_store_n((uint64_t *)((char *)h + h->slots) + id, target, __ATOMIC_RELEASE);
  }
}

static int run(const uint64_t *w, int argc, char **argv) {
  typedef void (*constructor)(int, char **, char **);
  main_function entry = (main_function)*w++;
  uint64_t nctors = *w++;
  const uint64_t *ctors = w;
  w += nctors;
  destructor_count = *w++;
  destructors = w;
  w += destructor_count;
  uint64_t nifuncs = *w++;
  resolve_ifuncs(w, nifuncs);
  // Registered first, so run last: after the program's own atexit handlers, as .fini_array is.
  if (destructor_count)
    atexit(run_destructors);
  for (uint64_t i = 0; i < nctors; i++)
    ((constructor)ctors[i])(argc, argv, environ);
  return entry(argc, argv, environ);
}

// Native programs find their first free descriptor at 3: move ours out of the way.
static int move_descriptor(int fd) {
  int high = fcntl(fd, F_DUPFD_CLOEXEC, 1000);
  if (high < 0)
    high = fcntl(fd, F_DUPFD_CLOEXEC, 200);
  if (high < 0)
    fail("moving a file descriptor");
  close(fd);
  return high;
}

static void name_process(const char *argv0) {
  const char *slash = strrchr(argv0, '/');
  prctl(PR_SET_NAME, slash ? slash + 1 : argv0);
}

static int execute(int argc, char **argv, char **envp) {
  int fd = move_descriptor(ORCAST_SOCKET_FD);
  if (argc > 0)
    name_process(argv[0]);
  for (;;) {
    struct orcast_message m;
    read_all(fd, &m, sizeof m);
    char *bytes = malloc((size_t)m.length + 1);
    if (!bytes)
      fail("memory");
    read_all(fd, bytes, m.length);
    bytes[m.length] = 0;
    switch (m.kind) {
    case ORCAST_LOAD:
      answer_load(fd, bytes);
      break;
    case ORCAST_RESOLVE:
      answer_resolve(fd, bytes, m.length);
      break;
    case ORCAST_TLS:
      answer_tls(fd, bytes);
      break;
    case ORCAST_LIBRARIES:
      answer_libraries(fd);
      break;
    case ORCAST_INTERPOSE:
      orcast_interpose(bytes, m.length);
      break;
    case ORCAST_RUN:
      return run((const uint64_t *)bytes, argc, argv); // owns bytes from here on
    }
    free(bytes);
  }
}

typedef int (*start_function)(main_function, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

static void no_constructors(void) {}

// The C library's entry, called by every executable's _start; this definition comes before the library's own.
// In an executor the program takes the place of Go's main, in the same context as a native main. Giving
// the library an init function keeps it from running this executable's constructors: LLVM's are of no use to
// the program, which would have to run their destructors too.
int __libc_start_main(main_function main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end) {
  start_function start = (start_function)dlsym(RTLD_NEXT, "__libc_start_main");
  const char *parent = getenv(ORCAST_ENVIRONMENT);
  if (!parent)
    return start(main, argc, argv, init, fini, rtld_fini, stack_end);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != atoi(parent))
    _exit(125);
  unsetenv(ORCAST_ENVIRONMENT);
  map_region(ORCAST_REGION_FD);
  close(ORCAST_REGION_FD);
  return start(execute, argc, argv, no_constructors, fini, rtld_fini, stack_end);
}
