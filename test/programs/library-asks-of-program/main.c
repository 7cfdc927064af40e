// A library asks which object the program's variables and functions belong to, as collectors of garbage and reporters of
// crashes do: the first one, which has the program's name for dladdr, and its thread-locals.
#include <stdio.h>

int asked(const void *address, int *writable, int *executable);
int thread_local_of_first(const void *address);
int named(const void *address, const char *name);
int modules_of(const void *thread_local);

static int data = 5;
static _Thread_local int mine = 7;

int main(int argc, char **argv) {
  int w = 0, x = 0;
  int found = asked(&data, &w, &x);
  printf("data: %d %d %d, %d\n", found, w, x, named(&data, argv[0]));
  found = asked((const void *)main, &w, &x);
  printf("main: %d %d %d, %d\n", found, w, x, named((const void *)main, argv[0]));
  printf("thread-local %d: %d, in %d module\n", mine, thread_local_of_first(&mine), modules_of(&mine));
  return data;
}
