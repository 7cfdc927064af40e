#include <stdio.h>
__attribute__((constructor)) static void construct(void) { puts("constructor of helper"); }
int helper(int x) { return x * 10; }
