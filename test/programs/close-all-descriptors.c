// Danger: a program may close every descriptor but its three, or put its own file over any number, and must still be
// able to make first calls.
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((noinline)) static int after_close(int x) { return x * 2; }
__attribute__((noinline)) static int after_dup(int x) { return x * 3; }

int main(int argc, char **argv) {
  for (int i = 3; i < 4096; i++)
    close(i);
  printf("%d\n", after_close(argc));
  int ends[2];
  pipe(ends);
  for (int i = 10; i < 200; i++)
    dup2(ends[1], i);
  for (int i = 200; i < 1000; i++)
    dup2(ends[0], i);
  printf("%d\n", after_dup(argc));
  close(ends[1]);
  for (int i = 10; i < 200; i++)
    close(i);
  char c;
  printf("%d\n", (int)read(ends[0], &c, 1));
  return 0;
}
