// Whoever asks which object an address belongs to finds the program: debuggers in it, unwinders, collectors of garbage
// that look for its variables.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

static int data = 5, zero;
static char large[3 << 20];
const char constant[] = "constant";
__attribute__((noinline)) static int never_called(int x) { return x * 3; }

struct search {
  const void *address;
  int objects, found, flags, named;
};

static int visit(struct dl_phdr_info *info, size_t size, void *arg) {
  struct search *s = arg;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *p = &info->dlpi_phdr[i];
    const char *start = (const char *)info->dlpi_addr + p->p_vaddr;
    if (p->p_type == PT_LOAD && (const char *)s->address >= start && (const char *)s->address < start + p->p_memsz)
      s->found++, s->flags = p->p_flags, s->named = *info->dlpi_name != 0, s->objects == 0 || (s->found += 10);
  }
  s->objects++;
  return 0;
}

static void search(const char *what, const void *address) {
  struct search s = {address};
  int result = dl_iterate_phdr(visit, &s);
  printf("%s: %d, in %d of the first object, writable %d, executable %d, named %d\n", what, result, s.found, !!(s.flags & PF_W),
         !!(s.flags & PF_X), s.named);
}

static int stop(struct dl_phdr_info *info, size_t size, void *arg) { return ++*(int *)arg == 1 ? 42 : 0; }

int main(int argc, char **argv) {
  large[data] = 1;
  Dl_info info;
  const void *ours[] = {main, never_called, &data, &zero, large + sizeof large - 1, constant};
  for (int i = 0; i < 6; i++) {
    memset(&info, 0, sizeof info);
    int found = dladdr(ours[i], &info);
    printf("%d: found %d, name of the program %d, symbol %s, base %d\n", i, found, !strcmp(info.dli_fname, argv[0]),
           info.dli_sname ? info.dli_sname : "none", info.dli_fbase != NULL && (char *)info.dli_fbase <= (char *)ours[i]);
  }
  printf("puts: %d, %s\n", dladdr(dlsym(RTLD_DEFAULT, "puts"), &info), info.dli_sname);
  printf("the stack: %d\n", dladdr(&info, &info));
  search("main", main);
  search("never called", never_called);
  search("data", &data);
  search("zero", &zero);
  search("large", large);
  search("constant", constant);
  search("the stack", &info);
  int calls = 0;
  printf("stopped: %d", dl_iterate_phdr(stop, &calls));
  printf(" after %d\n", calls);
  struct link_map *map = NULL;
  printf("link map: %d %d\n", dladdr1((void *)main, &info, (void **)&map, RTLD_DL_LINKMAP), map && *map->l_name == 0);
  return 0;
}
