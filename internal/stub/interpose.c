// Interposition: where the program defines a name that a library also uses, such as malloc or operator new, the
// library has to call the program's, as it does when the dynamic linker loads a native program. The libraries
// were bound before the program was known, so the words which they were bound through are written again
// (System V gABI, Dynamic Linking; x86-64 psABI, relocation types).

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "executor.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
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

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct definition *)a)->name, ((const struct definition *)b)->name);
}

struct library {
  uint64_t base, relro, relro_end;
  const ElfW(Sym) * symbols;
  const char *strings;
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

static void bind_again(const struct library *l, const struct definitions *d) {
  for (int t = 0; t < 2; t++) {
    for (const ElfW(Rela) *r = l->tables[t]; r && r < l->tables[t] + l->sizes[t]; r++) {
      uint32_t type = ELF64_R_TYPE(r->r_info), symbol = ELF64_R_SYM(r->r_info);
      if (!symbol || (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT && type != R_X86_64_64))
        continue;
      struct definition key = {l->strings + l->symbols[symbol].st_name, 0};
      const struct definition *found = bsearch(&key, d->list, d->count, sizeof key, by_name);
      if (found)
        write_word(l, l->base + r->r_offset, found->address + (type == R_X86_64_64 ? (uint64_t)r->r_addend : 0));
    }
  }
}

static int visit(struct dl_phdr_info *info, size_t size, void *arg) {
  struct library l = {.base = info->dlpi_addr};
  // Neither this executable nor the dynamic linker, which is not to depend on the program.
  if (!*info->dlpi_name || strstr(info->dlpi_name, "/ld-linux") || strstr(info->dlpi_name, "linux-vdso"))
    return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *p = &info->dlpi_phdr[i];
    if (p->p_type == PT_DYNAMIC)
      read_dynamic(&l, (const void *)(l.base + p->p_vaddr));
    if (p->p_type == PT_GNU_RELRO) {
      l.relro = l.base + p->p_vaddr;
      l.relro_end = l.relro + p->p_memsz;
    }
  }
  if (l.symbols && l.strings)
    bind_again(&l, arg);
  return 0;
}

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

static int may_be_defined(const struct filters *f, const char *name) {
  uint32_t h = 5381;
  for (const char *c = name; *c; c++)
    h = h * 33 + (unsigned char)*c;
  for (const struct filter *l = f->list; l < f->list + f->count; l++) {
    uint64_t word = l->words[h / 64 % l->count];
    if (word >> (h % 64) & word >> ((h >> l->shift) % 64) & 1)
      return 1;
  }
  return 0;
}

void orcast_interpose(const char *bytes, size_t length) {
  struct definitions d = {NULL, 0};
  struct filters f = {.count = 0};
  size_t room = 0;
  dl_iterate_phdr(add_filter, &f);
  for (const char *p = bytes, *end = bytes + length; p + 8 < end; p += 8 + strlen(p + 8) + 1) {
    if (!may_be_defined(&f, p + 8) || !dlsym(RTLD_NEXT, p + 8))
      continue;
    if (d.count == room) {
      room = room ? 2 * room : 16;
      d.list = reallocarray(d.list, room, sizeof *d.list);
      if (!d.list)
        abort();
    }
    d.list[d.count].name = p + 8;
    memcpy(&d.list[d.count++].address, p, 8);
  }
  if (d.count) {
    qsort(d.list, d.count, sizeof *d.list, by_name);
    dl_iterate_phdr(visit, &d);
  }
  free(d.list);
}
