// Danger: abort must kill by SIGABRT, without handlers, destructors or flushing, and without Go's goroutines.
#include <stdio.h>
#include <stdlib.h>

static void handler(void) { puts("handler"); }
int main(void) {
  atexit(handler);
  printf("lost");
  fprintf(stderr, "unbuffered\n");
  abort();
}
