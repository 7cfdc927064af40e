// Danger: __builtin_trap kills by SIGILL, in the middle of a function.
#include <stdio.h>

int main(int argc, char **argv) {
  fprintf(stderr, "before\n");
  if (argc > 0)
    __builtin_trap();
  return 0;
}
