#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <string.h>

struct question {
  const char *address;
  int objects, first, writable, executable, first_tls, modules;
};

static int visit(struct dl_phdr_info *info, size_t size, void *arg) {
  struct question *q = arg;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *p = &info->dlpi_phdr[i];
    const char *start = (const char *)info->dlpi_addr + p->p_vaddr, *block = info->dlpi_tls_data;
    if (p->p_type == PT_LOAD && q->address >= start && q->address < start + p->p_memsz) {
      q->first = q->objects == 0;
      q->writable = (p->p_flags & PF_W) != 0;
      q->executable = (p->p_flags & PF_X) != 0;
    }
    if (p->p_type == PT_TLS && info->dlpi_tls_modid && block && q->address >= block && q->address < block + p->p_memsz) {
      q->first_tls = q->objects == 0;
      q->modules++;
    }
  }
  q->objects++;
  return 0;
}

static struct question ask(const void *address) {
  struct question q = {address};
  dl_iterate_phdr(visit, &q);
  return q;
}

int asked(const void *address, int *writable, int *executable) {
  struct question q = ask(address);
  *writable = q.writable;
  *executable = q.executable;
  return q.first;
}

int thread_local_of_first(const void *address) { return ask(address).first_tls; }

int modules_of(const void *address) { return ask(address).modules; }

int named(const void *address, const char *name) {
  Dl_info info;
  return dladdr(address, &info) && strcmp(info.dli_fname, name) == 0;
}
