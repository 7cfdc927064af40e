// Danger: a constructor that calls exit: main never runs, handlers and destructors do.
#include <stdio.h>
#include <stdlib.h>

static void handler(void) { puts("handler"); }
__attribute__((constructor(300))) static void first(void) { puts("first"); }
__attribute__((constructor(301))) static void leave(void) {
  atexit(handler);
  puts("leave");
  exit(9);
}
__attribute__((constructor(302))) static void never(void) { puts("never"); }
__attribute__((destructor)) static void destruct(void) { puts("destruct"); }

int main(void) {
  puts("main");
  return 0;
}
