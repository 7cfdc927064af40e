// Danger: a failed assertion prints the program's own name and dies of SIGABRT.
#include <assert.h>

__attribute__((noinline)) static void check(int x) { assert(x > 5); }
int main(int argc, char **argv) {
  check(argc);
  return 0;
}
