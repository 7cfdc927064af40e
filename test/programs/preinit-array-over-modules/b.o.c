#include <stdio.h>
static void second(void) { puts("object b"); }
__attribute__((section(".preinit_array"), used)) static void (*const function)(void) = second;
