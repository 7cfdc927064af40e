// Danger: a constructor of a library calls a function of the program, of which nothing is linked before its libraries
// are loaded.
#include <stdio.h>

int from_program(int x) { return x * 6; }
int library_got(void);

int main(void) {
  printf("%d\n", library_got());
  return 0;
}
