#include <stdio.h>
static void third(void) { puts("module c"); }
__attribute__((section(".preinit_array"), used)) static void (*const function)(void) = third;
