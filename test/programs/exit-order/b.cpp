#include <cstdio>
#include <cstdlib>

struct Loud {
  Loud() { puts("+b: static"); }
  ~Loud() { puts("-b: static"); }
};
static Loud loud;

__attribute__((destructor)) static void last() { puts("b: destruct"); }
__attribute__((noinline)) void deep_in_b(int depth) {
  if (depth > 0)
    deep_in_b(depth - 1);
  atexit([] { puts("handler of b"); });
  fputs("no newline at the end", stdout);
  exit(3);
}
