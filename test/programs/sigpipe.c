// Danger: SIGPIPE has its default action; Go's runtime treats it specially.
#include <stdio.h>
#include <unistd.h>

int main(void) {
  int ends[2];
  if (pipe(ends) != 0)
    return 1;
  close(ends[0]);
  write(2, "writing\n", 8);
  write(ends[1], "x", 1);
  write(2, "survived\n", 9);
  return 0;
}
