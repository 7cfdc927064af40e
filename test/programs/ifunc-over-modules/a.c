// Danger: an ifunc of one module called from another one, also from a constructor.
#include <stdio.h>

int chosen(int);
static int early;

__attribute__((constructor)) static void construct(void) { early = chosen(1); }

int main(void) {
  printf("%d %d\n", early, chosen(2));
  return 0;
}
