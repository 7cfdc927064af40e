// compiler: gcc
// own-cflags: -O1 -g3 -gz=zlib -fPIC
#include <stdlib.h>
static int count;
int gnu(int x) { count += abs(-x); return count + 5; }
