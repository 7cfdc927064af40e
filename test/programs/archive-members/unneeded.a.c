#include <stdio.h>
int defined_nowhere(void);
__attribute__((constructor)) static void construct(void) { puts("constructor of unneeded"); }
int unneeded(void) { return defined_nowhere(); }
