// Interposition: where the program defines a name that a library also uses, such as malloc or operator new, the
// library has to call the program's, as it does when the dynamic linker loads a native program. The libraries
// were bound before the program was known, so the words which they were bound through are written again
// (System V gABI, Dynamic Linking; x86-64 psABI, relocation types).
//
// Native objects that were compiled for an executable reach libraries' variables by 32-bit offsets. Such a variable
// gets a copy near the program's code, in whose place it is from then on (R_X86_64_COPY): words that were bound to it
// are written again too.

#include "executor.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct definition {
  const char *name;
  uint64_t address;
};

struct definitions {
  struct definition *list;
  size_t count;
};

struct copy {
  uint64_t from, to;
};

// What libraries are bound to again. Definitions and copies are written before the program begins. The rest is
// guarded by lock, which is held while libraries are bound and while the process forks.
static struct {
  struct definitions definitions;
  int few; // only of orcast's own
  struct copy *copies;
  size_t ncopies;
  uint64_t *libraries; // load addresses of those that have been bound
  size_t nlibraries, room;
  unsigned long long unloaded; // how many libraries had been unloaded by then
} bound;
// Recursive, as a handler of a signal may fork while its thread binds.
#define UNLOCKED PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP
static pthread_mutex_t lock = UNLOCKED;

static void *or_abort(void *memory) {
  if (!memory)
    abort();
  return memory;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct definition *)a)->name, ((const struct definition *)b)->name);
}

struct library {
  uint64_t base, relro, relro_end;
  const ElfW(Sym) * symbols;
  const char *strings;
  size_t strings_size;
  const uint32_t *hash; // DT_GNU_HASH
  const ElfW(Versym) * versions;
  const ElfW(Rela) * tables[2];
  size_t sizes[2];
};

static void read_dynamic(struct library *l, const ElfW(Dyn) * d) {
  for (; d->d_tag != DT_NULL; d++) {
    switch (d->d_tag) {
    case DT_SYMTAB:
      l->symbols = (const void *)d->d_un.d_ptr;
      break;
    case DT_STRTAB:
      l->strings = (const void *)d->d_un.d_ptr;
      break;
    case DT_STRSZ:
      l->strings_size = d->d_un.d_val;
      break;
    case DT_GNU_HASH:
      l->hash = (const void *)d->d_un.d_ptr;
      break;
    case DT_VERSYM:
      l->versions = (const void *)d->d_un.d_ptr;
      break;
    case DT_RELA:
      l->tables[0] = (const void *)d->d_un.d_ptr;
      break;
    case DT_RELASZ:
      l->sizes[0] = d->d_un.d_val / sizeof(ElfW(Rela));
      break;
    case DT_JMPREL:
      l->tables[1] = (const void *)d->d_un.d_ptr;
      break;
    case DT_PLTRELSZ:
      l->sizes[1] = d->d_un.d_val / sizeof(ElfW(Rela));
      break;
    }
  }
}

static void write_word(const struct library *l, uint64_t at, uint64_t value) {
  uint64_t page = at & ~4095ull;
  int sealed = at >= l->relro && at < l->relro_end;
  if (sealed && mprotect((void *)page, 4096, PROT_READ | PROT_WRITE))
    return;
  *(uint64_t *)at = value;
  if (sealed)
    mprotect((void *)page, 4096, PROT_READ);
}

// Where a word is to lead that a library was bound through, 0 if it stays.
static uint64_t bind_again(const char *name, uint64_t now) {
  const struct definitions *d = &bound.definitions;
  struct definition key = {name, 0};
  const struct definition *found = d->count ? bsearch(&key, d->list, d->count, sizeof key, by_name) : NULL;
  if (found)
    return found->address;
  for (const struct copy *c = bound.copies; c < bound.copies + bound.ncopies; c++)
    if (c->from == now)
      return c->to;
  return 0;
}

// Whether a library may use one of orcast's own definitions. Reading its names costs a fraction of looking all up that
// it uses.
static int names_ours(const struct library *l) {
  for (const struct definition *d = bound.definitions.list, *end = d + bound.definitions.count; d < end; d++)
    if (memmem(l->strings, l->strings_size, d->name, strlen(d->name) + 1))
      return 1;
  return 0;
}

static void bind_library(const struct library *l) {
  if (bound.few && !bound.ncopies && !names_ours(l))
    return;
  for (int t = 0; t < 2; t++) {
    for (const ElfW(Rela) *r = l->tables[t]; r && r < l->tables[t] + l->sizes[t]; r++) {
      uint32_t type = ELF64_R_TYPE(r->r_info), symbol = ELF64_R_SYM(r->r_info);
      if (!symbol || (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT && type != R_X86_64_64))
        continue;
      uint64_t addend = type == R_X86_64_64 ? (uint64_t)r->r_addend : 0, at = l->base + r->r_offset;
      uint64_t to = bind_again(l->strings + l->symbols[symbol].st_name, *(const uint64_t *)at - addend);
      if (to)
        write_word(l, at, to + addend);
    }
  }
}

// Makes room for another library in memory of the list's own: the C library's malloc may be the program's by now, which
// knows nothing of what was allocated before, and must not run while lock is held.
static void make_room(void) {
  const size_t first = 512;
  size_t size = bound.room * sizeof *bound.libraries;
  if (bound.nlibraries < bound.room)
    return;
  void *more = size ? mremap(bound.libraries, size, 2 * size, MREMAP_MAYMOVE)
                    : mmap(NULL, first * sizeof *bound.libraries, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                           -1, 0);
  if (more == MAP_FAILED)
    abort();
  bound.libraries = more;
  bound.room = size ? 2 * bound.room : first;
}

// Whether a library has been bound already; if not, it counts as bound from now on.
static int is_bound(const struct dl_phdr_info *info) {
  if (bound.unloaded != info->dlpi_subs) { // others may have come to lie where those were
    bound.unloaded = info->dlpi_subs;
    bound.nlibraries = 0;
  }
  for (size_t i = 0; i < bound.nlibraries; i++)
    if (bound.libraries[i] == info->dlpi_addr)
      return 1;
  make_room();
  bound.libraries[bound.nlibraries++] = info->dlpi_addr;
  return 0;
}

// Reads the tables of a library that the program is to be seen by: neither this executable nor the dynamic linker,
// which is not to depend on the program.
static int open_library(struct library *l, const struct dl_phdr_info *info) {
  *l = (struct library){.base = info->dlpi_addr};
  if (!*info->dlpi_name || strstr(info->dlpi_name, "/ld-linux") || strstr(info->dlpi_name, "linux-vdso"))
    return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *p = &info->dlpi_phdr[i];
    if (p->p_type == PT_DYNAMIC)
      read_dynamic(l, (const void *)(l->base + p->p_vaddr));
    if (p->p_type == PT_GNU_RELRO) {
      l->relro = l->base + p->p_vaddr;
      l->relro_end = l->relro + p->p_memsz;
    }
  }
  return l->symbols && l->strings;
}

static int visit(struct dl_phdr_info *info, size_t size, void *only_new) {
  struct library l;
  if (open_library(&l, info) && !(is_bound(info) && *(int *)only_new))
    bind_library(&l);
  return 0;
}

static void hold(void) { pthread_mutex_lock(&lock); }

static void release(void) { pthread_mutex_unlock(&lock); }

static void begin_anew(void) { lock = (pthread_mutex_t)UNLOCKED; } // a child's thread is not the one that held it

// A child has one thread of its parent's. Had another one been binding, nobody would finish that in the child, nor let
// go of lock and of the dynamic linker's.
void orcast_fork_unbinding(void) {
  if (pthread_atfork(hold, release, begin_anew))
    abort();
}

static void bind_libraries(int only_new) {
  if (!bound.definitions.count && !bound.ncopies)
    return;
  hold();
  dl_iterate_phdr(visit, &only_new);
  release();
}

void orcast_interpose_late(void) { bind_libraries(1); }

// The filter of a library's GNU hash table, which tells at little cost that a name is not there: a program has
// thousands of names and libraries hardly any of them. (Layout: glibc's dl-lookup, binutils' elflink.)
struct filter {
  const uint64_t *words;
  uint32_t count, shift;
};

struct filters {
  struct filter list[256];
  size_t count;
};

static int add_filter(struct dl_phdr_info *info, size_t size, void *arg) {
  struct filters *f = arg;
  for (int i = 0; *info->dlpi_name && i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *p = &info->dlpi_phdr[i];
    if (p->p_type != PT_DYNAMIC)
      continue;
    for (const ElfW(Dyn) *d = (const void *)(info->dlpi_addr + p->p_vaddr); d->d_tag != DT_NULL; d++) {
      if (d->d_tag != DT_GNU_HASH || d->d_un.d_ptr < info->dlpi_addr || f->count == 256)
        continue; // the vDSO's addresses are not relocated
      const uint32_t *header = (const void *)d->d_un.d_ptr;
      f->list[f->count++] = (struct filter){(const void *)(header + 4), header[2], header[3]};
    }
  }
  return 0;
}

static uint32_t gnu_hash(const char *name) {
  uint32_t h = 5381;
  for (const char *c = name; *c; c++)
    h = h * 33 + (unsigned char)*c;
  return h;
}

static int may_be_defined(const struct filters *f, const char *name) {
  uint32_t h = gnu_hash(name);
  for (const struct filter *l = f->list; l < f->list + f->count; l++) {
    uint64_t word = l->words[h / 64 % l->count];
    if (word >> (h % 64) & word >> ((h >> l->shift) % 64) & 1)
      return 1;
  }
  return 0;
}

static void define(const char *name, uint64_t address) {
  struct definitions *d = &bound.definitions;
  if ((d->count & (d->count - 1)) == 0) // no room is left
    d->list = or_abort(reallocarray(d->list, d->count ? 2 * d->count : 1, sizeof *d->list));
  d->list[d->count++] = (struct definition){name, address};
}

// Libraries ask about the program too, as D's runtime does for its collector: see objects.c.
static const struct definition ours[] = {{"dl_iterate_phdr", (uint64_t)orcast_dl_iterate_phdr},
                                         {"dladdr", (uint64_t)orcast_dladdr},
                                         {"dladdr1", (uint64_t)orcast_dladdr1}};

void orcast_interpose(const char *bytes, size_t length) {
  struct definitions *d = &bound.definitions;
  struct filters f = {.count = 0};
  dl_iterate_phdr(add_filter, &f);
  for (const char *p = bytes, *end = bytes + length; p + 8 < end; p += 8 + strlen(p + 8) + 1) {
    uint64_t address;
    memcpy(&address, p, sizeof address);
    if (may_be_defined(&f, p + 8) && dlsym(RTLD_NEXT, p + 8))
      define(or_abort(strdup(p + 8)), address);
  }
  size_t defined = d->count;
  for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
    if (!lfind(&ours[i], d->list, &defined, sizeof *ours, by_name))
      define(ours[i].name, ours[i].address);
  bound.few = defined == 0;
  qsort(d->list, d->count, sizeof *d->list, by_name);
  bind_libraries(0);
}

// The definition that a library gives a name by default, NULL if there is none.
static const ElfW(Sym) *find_symbol(const struct library *l, const char *name) {
  const uint16_t hidden = 0x8000; // in DT_VERSYM: only for who asks for that version
  if (!l->hash)
    return NULL;
  uint32_t h = gnu_hash(name), buckets = l->hash[0], first = l->hash[1];
  const uint32_t *heads = l->hash + 4 + 2 * l->hash[2], *chain = heads + buckets;
  uint32_t i = buckets ? heads[h % buckets] : 0;
  if (i < first)
    return NULL;
  for (;; i++) {
    const ElfW(Sym) *s = &l->symbols[i];
    if ((chain[i - first] | 1) == (h | 1) && s->st_shndx != SHN_UNDEF && !(l->versions && l->versions[i] & hidden) &&
        strcmp(l->strings + s->st_name, name) == 0)
      return s;
    if (chain[i - first] & 1)
      return NULL;
  }
}

// What is to be copied when the libraries are there; see orcast_want_copies.
static struct {
  struct orcast_join join;
  const char *names, *end;
  uint64_t *result;
} wanted;

struct search {
  const char *name;
  const ElfW(Sym) *symbol;
  uint64_t base;
};

static int search_library(struct dl_phdr_info *info, size_t size, void *arg) {
  struct search *s = arg;
  struct library l;
  if (open_library(&l, info))
    s->symbol = find_symbol(&l, s->name);
  s->base = info->dlpi_addr;
  return s->symbol != NULL;
}

// What the C library knows of the processor has this name in its static libraries only. Libm.a chooses functions by it.
// It is a part of a variable of the dynamic linker.
static uint64_t processor_features(uint64_t *size) {
  void *features = dlvsym(RTLD_DEFAULT, "_dl_x86_get_cpu_features", "GLIBC_PRIVATE");
  const char *(*part)(unsigned) = (const char *(*)(unsigned))features;
  const char *whole = dlvsym(RTLD_DEFAULT, "_rtld_global_ro", "GLIBC_PRIVATE");
  const ElfW(Sym) *symbol = NULL;
  Dl_info info;
  if (!part || !whole || !dladdr1(whole, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
    return 0;
  *size = (uint64_t)(whole + symbol->st_size - part(0));
  return (uint64_t)part(0);
}

// Copies what a name means in the libraries, and returns what to say of it.
static uint64_t make_copy(const char *name) {
  const uint64_t most = 64; // the alignment that any variable can need which has one of no page
  struct search s = {name, NULL, 0};
  uint64_t from, size;
  if (orcast_static_symbol(name))
    return ORCAST_FUNCTION_FOUND;
  dl_iterate_phdr(search_library, &s);
  if (s.symbol) {
    int type = ELF64_ST_TYPE(s.symbol->st_info);
    if (type == STT_FUNC || type == STT_GNU_IFUNC)
      return ORCAST_FUNCTION_FOUND;
    from = s.base + s.symbol->st_value;
    size = type == STT_OBJECT ? s.symbol->st_size : 0;
  } else if (strcmp(name, "_dl_x86_cpu_features") || !(from = processor_features(&size))) {
    return 0;
  }
  for (size_t i = 0; i < bound.ncopies; i++)
    if (bound.copies[i].from == from)
      return bound.copies[i].to; // another name of it
  uint64_t to = (wanted.join.space + most - 1) / most * most + from % most;
  if (!size || to + size > wanted.join.space_end)
    return 0;
  wanted.join.space = to + size;
  memcpy((void *)to, (const void *)from, size);
  bound.copies = or_abort(reallocarray(bound.copies, bound.ncopies + 1, sizeof *bound.copies));
  bound.copies[bound.ncopies++] = (struct copy){from, to};
  return to;
}

void *orcast_copy_of(void *variable) {
  for (const struct copy *c = bound.copies; c < bound.copies + bound.ncopies; c++)
    if (c->from == (uint64_t)variable)
      return (void *)c->to;
  return variable;
}

void orcast_want_copies(const struct orcast_join *j, const char *names, size_t length, uint64_t *result) {
  wanted.join = *j;
  wanted.names = names;
  wanted.end = names + length;
  wanted.result = result;
}

void *orcast_make_copies(void) {
  for (const char *p = wanted.names; p < wanted.end; p += strlen(p) + 1)
    *wanted.result++ = make_copy(p);
  bind_libraries(0);
  return NULL;
}
