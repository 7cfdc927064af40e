// Danger: debug information (-g, at -O0 and -O2) must neither be lost track of nor break extraction of functions.
// cflags: -O0 -g
// cflags: -O2 -g3
#include <stdio.h>
#include <stdlib.h>

struct node {
  struct node *next;
  int value;
};
static struct node *push(struct node *list, int value) {
  struct node *n = malloc(sizeof *n);
  n->next = list;
  n->value = value;
  return n;
}
static inline int twice(int x) {
  int local = x * 2;
  return local;
}
int main(void) {
  struct node *list = 0;
  for (int i = 0; i < 10; i++)
    list = push(list, twice(i));
  int sum = 0;
  while (list) {
    struct node *next = list->next;
    sum += list->value;
    free(list);
    list = next;
  }
  printf("%d\n", sum);
  return 0;
}
