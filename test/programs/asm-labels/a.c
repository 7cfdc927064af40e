// Danger: functions and variables whose names in the object are given by hand, in C, which IR marks by \01.
#include <stdio.h>

int print(const char *) __asm__("puts");
int renamed(int) __asm__("other.name");
extern int variable __asm__("other.variable");
int twice(int x) __asm__("_Z5twicei");
int twice(int x) { return 2 * x; }
int b_twice(int);

int main(int argc, char **argv) {
  print("puts");
  printf("%d %d %d %d\n", renamed(argc), variable, twice(5), b_twice(6));
  return 0;
}
