// Danger: inline assembly names symbols, by operand or by plain text: a static function, a static variable, a label
// of its own, an external of libc, and asm goto.
// cflags: -O2
// cflags: -O0
#include <stdio.h>
#include <stdlib.h>

__attribute__((used, noinline)) static int by_operand(int x) { return x + 1; }
__attribute__((used, noinline)) int by_text(int x) { return x + 2; }
__attribute__((used)) int variable_by_text = 30;
static int variable_by_operand[2] = {40, 50};

static int call_operand(int x) {
  int result;
  // The red zone is stepped over and the stack aligned, as a call from assembly must do.
  __asm__ volatile("movq %%rsp, %%rbx; subq $128, %%rsp; andq $-16, %%rsp; movl %1, %%edi; call %P2; movq %%rbx, %%rsp"
                   : "=a"(result)
                   : "r"(x), "i"(by_operand)
                   : "rbx", "rdi", "rsi", "rdx", "rcx", "r8", "r9", "r10", "r11", "cc", "memory");
  return result;
}
static int call_text(int x) {
  int result;
  __asm__ volatile("movq %%rsp, %%rbx; subq $128, %%rsp; andq $-16, %%rsp; movl %1, %%edi; call by_text; movq %%rbx, %%rsp"
                   : "=a"(result)
                   : "r"(x)
                   : "rbx", "rdi", "rsi", "rdx", "rcx", "r8", "r9", "r10", "r11", "cc", "memory");
  return result;
}
static int load(void) {
  int a, b, c;
  __asm__("movl variable_by_text(%%rip), %0" : "=r"(a));
  __asm__("movl %1, %0" : "=r"(b) : "m"(variable_by_operand[1]));
  __asm__("movl %c1(%%rip), %0" : "=r"(c) : "i"(&variable_by_text));
  return a + b + c;
}
static int loop(int n) {
  int sum = 0;
  __asm__ volatile("1: addl %1, %0; decl %1; jnz 1b" : "+r"(sum), "+r"(n) : : "cc");
  return sum;
}
static int go(int x) {
  __asm__ goto("testl %0, %0; js %l[negative]; jz %l[null]" : : "r"(x) : "cc" : negative, null);
  return 1;
negative:
  return -1;
null:
  return 0;
}
int main(int argc, char **argv) {
  printf("%d %d\n", call_operand(argc), call_text(argc));
  printf("%d %d\n", load(), loop(10));
  printf("%d %d %d\n", go(argc), go(-argc), go(argc - 1));
  return 0;
}
