// Danger: .preinit_array of several modules and of a native object, in the order of linking.
#include <stdio.h>

static void first(void) { puts("module a"); }
__attribute__((section(".preinit_array"), used)) static void (*const function)(void) = first;
__attribute__((constructor)) static void construct(void) { puts("constructor"); }
int main(void) {
  puts("main");
  return 0;
}
