// Danger: exit called again by a handler: the other handlers still run and the later status counts.
#include <stdio.h>
#include <stdlib.h>

static void last(void) { puts("last"); }
static void again(void) {
  puts("again");
  exit(5);
}
int main(void) {
  atexit(last);
  atexit(again);
  return 4;
}
