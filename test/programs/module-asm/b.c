int from_assembly(int);
extern int assembly_counter;
__asm__(".text\n"
        "local_in_b:\n"
        "  movl $17, %eax\n"
        "  ret\n"
        ".globl through_b\n"
        "through_b:\n"
        "  jmp local_in_b\n");
int through_b(void);
int b_uses(void) { return from_assembly(assembly_counter) + through_b(); }
