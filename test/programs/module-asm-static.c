// Danger: module assembly refers to a static function and a static variable of its module, which are internal in IR.
#include <stdio.h>

__attribute__((used)) static int hidden_value = 21;
__attribute__((used)) static int hidden_function(int x) { return x + 4; }
__asm__(".text\n"
        ".globl assembly\n"
        ".type assembly, @function\n"
        "assembly:\n"
        "  movl hidden_value(%rip), %edi\n"
        "  addl $1, hidden_value(%rip)\n"
        "  jmp hidden_function\n");
int assembly(void);

int main(void) {
  int a = assembly(), b = assembly();
  printf("%d %d %d\n", a, b, hidden_value);
  return 0;
}
