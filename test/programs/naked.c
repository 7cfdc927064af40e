// Danger: a naked function has nothing but its assembly: no prologue may be added for first calls.
#include <stdio.h>

__attribute__((naked, noinline)) static long sum(long a, long b) {
  __asm__("leaq (%rdi,%rsi), %rax\n\tret");
}
__attribute__((naked, noinline)) static long stack_argument(long a, long b, long c, long d, long e, long f, long g) {
  __asm__("movq 8(%rsp), %rax\n\tret");
}
int main(int argc, char **argv) {
  printf("%ld %ld\n", sum(argc, 41), stack_argument(1, 2, 3, 4, 5, 6, 7));
  return 0;
}
