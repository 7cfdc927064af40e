// Danger: bitcode written for ThinLTO carries summaries, and its internal names may be asked for by other modules.
// cflags: -O2 -flto=thin
#include <stdio.h>

int from_b(int);
int (*pointer_from_b(void))(int);
static int counter;
int count(void) { return ++counter; }

int main(int argc, char **argv) {
  printf("%d %d %d\n", from_b(argc), pointer_from_b()(5), counter);
  return 0;
}
