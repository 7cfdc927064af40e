// Danger: thread-local aliases used by another module; a weak one that another module's definition replaces, whose
// target keeps its own use.
#include <stdio.h>

extern __thread int shared, replaced;
int own(void);

int main(void) {
  shared += 3;
  replaced++;
  printf("%d %d %d\n", shared, replaced, own());
  return 0;
}
