// Danger: the program's malloc replaces libc's for libc and libraries as well.
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char arena[8 << 20];
static size_t used;
static volatile int calls;
void *malloc(size_t n) {
  calls++;
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
  void *q = malloc(n);
  if (p && q) {
    size_t old = *(size_t *)((char *)p - 8);
    memcpy(q, p, old < n ? old : n);
  }
  return q;
}
int main(int argc, char **argv) {
  int before = calls;
  char *copy = strdup(argc ? "a text to be copied" : "");
  printf("%d %d %s\n", calls - before, copy >= arena && copy < arena + sizeof arena, copy);
  return 0;
}
