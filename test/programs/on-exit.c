// Danger: on_exit handlers see the status and run among those of atexit.
#include <stdio.h>
#include <stdlib.h>

static void with_status(int status, void *argument) { printf("%d %s\n", status, (const char *)argument); }
static void plain(void) { puts("plain"); }
int main(void) {
  on_exit(with_status, "first");
  atexit(plain);
  on_exit(with_status, "second");
  return 200;
}
