// Danger: a fault in compiled code must kill by SIGSEGV silently, not print goroutines.
#include <stdio.h>

__attribute__((noinline)) static int load(volatile int *p) { return *p; }
int main(int argc, char **argv) {
  fprintf(stderr, "before\n");
  printf("lost");
  return load((int *)(long)(argc - 1));
}
