// Danger: libc calls back into functions not yet compiled: qsort, bsearch, tsearch, ftw, scandir's kind.
#define _GNU_SOURCE
#include <search.h>
#include <stdio.h>
#include <stdlib.h>

static int up(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
static int down(const void *a, const void *b, void *count) {
  ++*(int *)count;
  return *(const int *)b - *(const int *)a;
}
static void visit(const void *node, VISIT when, int depth) {
  if (when == postorder || when == leaf)
    printf("%d ", **(const int *const *)node);
}
static void no_free(void *p) {}
int main(void) {
  int v[] = {5, 3, 9, 1, 7}, key = 7, count = 0;
  qsort(v, 5, sizeof *v, up);
  printf("%d\n", (int)((int *)bsearch(&key, v, 5, sizeof *v, up) - v));
  void *root = 0;
  for (int i = 0; i < 5; i++)
    tsearch(&v[i], &root, up);
  twalk(root, visit);
  tdestroy(root, no_free);
  qsort_r(v, 5, sizeof *v, down, &count);
  printf("\n%d %d %d\n", v[0], v[4], count > 0);
  return 0;
}
