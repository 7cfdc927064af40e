// Danger: inline assembly puts entries into a section that the program walks (as probes and exception tables do). All
// functions contribute, also those that are never called.
#include <stdio.h>

extern const int __start_probes[], __stop_probes[];
#define PROBE(n) __asm__ volatile(".pushsection probes, \"a\"\n.balign 4\n.long " #n "\n.popsection")
__attribute__((noinline)) static int one(int x) {
  PROBE(1);
  return x + 1;
}
__attribute__((noinline)) static int never(int x) {
  PROBE(2);
  return x + 2;
}
int main(int argc, char **argv) {
  PROBE(3);
  int sum = 0;
  for (const int *p = __start_probes; p < __stop_probes; p++)
    sum += *p;
  printf("%d %d\n", sum, argc > 5 ? never(argc) : one(argc));
  return 0;
}
