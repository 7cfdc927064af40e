// Danger: _exit runs nothing and flushes nothing, and gives its status.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void handler(void) { puts("handler"); }
__attribute__((destructor)) static void destruct(void) { write(1, "destruct\n", 9); }
int main(void) {
  atexit(handler);
  printf("buffered, so lost");
  write(1, "written\n", 8);
  _exit(42);
}
