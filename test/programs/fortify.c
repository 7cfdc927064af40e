// Danger: fortified calls of libc, and the message when one is caught.
// cflags: -O2 -D_FORTIFY_SOURCE=2
#include <stdio.h>
#include <string.h>

static volatile int length = 3;
int main(int argc, char **argv) {
  char small[8];
  memcpy(small, "abcdefghijklmnop", (size_t)length);
  small[3] = 0;
  printf("%s\n", small);
  fflush(stdout);
  length = 12;
  memcpy(small, "abcdefghijklmnop", (size_t)length);
  return small[0] == 0;
}
