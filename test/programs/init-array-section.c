// Danger: functions put into .init_array and .fini_array by hand, among constructors.
#include <stdio.h>

static void initialise(int argc, char **argv) { printf("init_array %d\n", argc); }
static void finish(void) { puts("fini_array"); }
__attribute__((section(".init_array"), used)) static void (*const initialiser)(int, char **) = initialise;
__attribute__((section(".fini_array"), used)) static void (*const finisher)(void) = finish;
__attribute__((constructor)) static void construct(void) { puts("constructor"); }
__attribute__((destructor)) static void destruct(void) { puts("destructor"); }

int main(void) {
  puts("main");
  return 0;
}
