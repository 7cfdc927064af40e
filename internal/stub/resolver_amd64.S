// The resolver: where a stub leads until its function has been called once.
//
// On entry the stub and its region's relay have pushed the function's number and the region's base above the caller's
// return address, as a PLT does. Every register
// that can carry an argument must survive. The C part is compiled to use general registers only, so
// vector, x87 and MXCSR state is never touched, whatever its width, and nothing has to be saved but the
// nine integer registers that C code may change. The stack it needs is about 300 bytes.

        .text
        .globl  orcast_resolver
        .type   orcast_resolver, @function
        .p2align 4
orcast_resolver:
        .cfi_startproc
        .cfi_def_cfa_offset 24
        pushq   %rax
        pushq   %rdi
        pushq   %rsi
        pushq   %rdx
        pushq   %rcx
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        .cfi_adjust_cfa_offset 72
        // Tail calls from odd conventions may leave the stack misaligned: align it for C.
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        movq    80(%rbp), %rdi
        movl    88(%rbp), %esi
        andq    $-16, %rsp
        cld
        call    orcast_first_call
        movq    %rax, 88(%rbp)
        movq    %rbp, %rsp
        popq    %rbp
        .cfi_def_cfa %rsp, 96
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rcx
        popq    %rdx
        popq    %rsi
        popq    %rdi
        popq    %rax
        leaq    16(%rsp), %rsp
        .cfi_def_cfa_offset 8
        // The word just below the stack pointer is in the red zone, which signal handlers leave alone.
        jmp     *-8(%rsp)
        .cfi_endproc
        .size   orcast_resolver, .-orcast_resolver
        .section .note.GNU-stack,"",@progbits
