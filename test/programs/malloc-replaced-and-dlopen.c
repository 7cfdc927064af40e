// Danger: the program's allocator takes the place of libc's while libraries are bound to it: it must not be given what
// libc's has allocated, as happens if a list is made by the one and grows by the other.
// native-ldflags: -ldl
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char arena[8 << 20];
static size_t used;
static void check(void *p) {
  static const char text[] = "not of this allocator\n";
  if (p && ((char *)p < arena || (char *)p >= arena + sizeof arena))
    _exit(write(2, text, sizeof text - 1) > 0 ? 3 : 4);
}
void *malloc(size_t n) {
  size_t at = (used + 31) / 16 * 16;
  used = at + n;
  if (used > sizeof arena)
    return 0;
  *(size_t *)(arena + at - 8) = n;
  return arena + at;
}
void free(void *p) {}
void *calloc(size_t n, size_t m) { return malloc(n * m); }
void *realloc(void *p, size_t n) {
  check(p);
  void *q = malloc(n);
  if (p && q) {
    size_t old = *(size_t *)((char *)p - 8);
    memcpy(q, p, old < n ? old : n);
  }
  return q;
}
int main(void) {
  void *m = dlopen("libm.so.6", RTLD_NOW), *again = dlopen("libm.so.6", RTLD_NOW);
  printf("%d %d\n", m != 0, m == again);
  return 0;
}
