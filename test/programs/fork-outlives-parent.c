// Danger: the child goes on after its parent has ended, as a daemon does, and makes its first calls then.
#include <stdio.h>
#include <unistd.h>

__attribute__((noinline)) static int later(int x) { return x * 7; }

int main(int argc, char **argv) {
  int ends[2];
  pipe(ends);
  if (fork() == 0) {
    close(ends[1]);
    char c;
    // Ends when the parent is gone, for then nobody holds the writing end.
    read(ends[0], &c, 1);
    setsid();
    printf("child %d\n", later(argc));
    return 0;
  }
  printf("parent\n");
  return 3;
}
