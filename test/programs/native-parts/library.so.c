#include <stdio.h>

__attribute__((constructor)) static void construct(void) { puts("constructor of the library"); }
__attribute__((destructor)) static void destruct(void) { puts("destructor of the library"); }
int library_calls(int (*f)(int), int x) { return f(x) + 1; }
