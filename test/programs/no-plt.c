// Danger: calls through the offset table instead of the linkage table (-fno-plt), of libc and of the program.
// cflags: -O2 -fno-plt
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) int global(int x) { return abs(x) + 1; }
int main(int argc, char **argv) {
  printf("%d\n", global(-argc));
  return puts("end") == EOF;
}
