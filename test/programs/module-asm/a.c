// Danger: module-level assembly defines and uses functions and data; it must be assembled once, whichever functions
// are compiled, its symbols must be seen by code and by other modules, and its sections kept.
#include <stdio.h>

__asm__(".text\n"
        ".globl from_assembly\n"
        ".type from_assembly, @function\n"
        "from_assembly:\n"
        "  leal 5(%rdi), %eax\n"
        "  ret\n"
        ".size from_assembly, .-from_assembly\n"
        ".data\n"
        ".globl assembly_counter\n"
        "assembly_counter: .long 10\n"
        ".section .rodata\n"
        ".globl assembly_text\n"
        "assembly_text: .asciz \"text of assembly\"\n"
        ".text\n");
__asm__(".globl calls_back\n"
        ".type calls_back, @function\n"
        "calls_back:\n"
        "  subq $8, %rsp\n"
        "  call called_back@PLT\n"
        "  addq $8, %rsp\n"
        "  addl $1, %eax\n"
        "  ret\n");

int from_assembly(int);
int calls_back(int);
extern int assembly_counter;
extern const char assembly_text[];
int b_uses(void);

int called_back(int x) { return x * 2 + assembly_counter++; }

int main(int argc, char **argv) {
  printf("%d %d\n", from_assembly(argc), calls_back(argc));
  printf("%d %s %d\n", assembly_counter, assembly_text, b_uses());
  return 0;
}
