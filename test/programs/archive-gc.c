// Danger: a collector of garbage looks for roots in the program's variables, stacks and registers, and finds them by itself.
// archives: libgc.a
#include <gc/gc.h>
#include <stdio.h>
struct node { struct node *next; int value; char fill[200]; };
static struct node *root;
static int finalized;
static volatile char large[8 << 20];
static void finalize(void *object, void *data) { finalized++; }
int main(int argc, char **argv) {
  GC_INIT();
  large[argc] = 1;
  for (int i = 0; i < 1000; i++) {
    struct node *n = GC_MALLOC(sizeof *n);
    n->value = i, n->next = root, root = n;
    for (int k = 0; k < 100; k++)
      ((struct node *)GC_MALLOC(sizeof *n))->value = -1;
  }
  GC_REGISTER_FINALIZER(GC_MALLOC(100), finalize, 0, 0, 0);
  GC_gcollect();
  long sum = 0;
  for (struct node *n = root; n; n = n->next)
    sum += n->value;
  printf("%ld %d\n", sum, GC_get_heap_size() < 64 << 20);
  return 0;
}
