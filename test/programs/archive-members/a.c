// Danger: of an archive only the members that are needed take part, others not even with their constructors or their
// undefined symbols; a member may need another one.
#include <stdio.h>

int needed(int);
int main(int argc, char **argv) {
  printf("%d\n", needed(argc));
  return 0;
}
