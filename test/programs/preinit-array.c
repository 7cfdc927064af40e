// Danger: functions in .preinit_array run before all constructors, in their order, with the arguments of main.
// args: one
#include <stdio.h>

static void first(int argc, char **argv, char **environment) { printf("first %d %s %d\n", argc, argv[1], environment != 0); }
static void second(int argc, char **argv, char **environment) { printf("second %d\n", argc); }
__attribute__((section(".preinit_array"), used)) static void (*const functions[])(int, char **, char **) = {first, second};
__attribute__((constructor(101))) static void early(void) { puts("constructor 101"); }
__attribute__((constructor)) static void late(void) { puts("constructor"); }

int main(void) {
  puts("main");
  return 0;
}
