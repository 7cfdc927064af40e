// Danger: callers compare a type that stands before the function's first byte, and stop the program if it is another.
// cflags: -O1 -fsanitize=kcfi
// cflags: -O0 -fsanitize=kcfi -fpatchable-function-entry=3,3
// cflags: -O1 -fsanitize=function -fsanitize-trap=function
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

__attribute__((noinline)) int add(int x) { return x + 1; }
__attribute__((noinline)) long add_long(long x) { return x + 2; }
static int local(int x) { return x * 3; }
static void stop(int signal) {
  static const char text[] = "another type\n";
  write(1, text, sizeof text - 1);
  _exit(3);
}
int (*volatile right)(int) = add;
int (*volatile also_right)(int) = local;
int (*volatile wrong)(int) = (int (*)(int))add_long;

int main(int argc, char **argv) {
  signal(SIGILL, stop);
  printf("%d %d\n", right(argc), also_right(argc));
  fflush(stdout);
  return wrong(argc);
}
