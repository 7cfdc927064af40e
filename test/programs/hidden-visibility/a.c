// Danger: hidden and protected symbols are shared between the program's modules though not with shared libraries;
// one that is named like a function of libc is the program's for the program.
// cflags: -O2 -fno-builtin
#include <stdio.h>

__attribute__((visibility("hidden"))) extern int hidden_variable;
__attribute__((visibility("hidden"))) int hidden_function(int);
__attribute__((visibility("protected"))) int protected_function(int);
__attribute__((visibility("hidden"))) int ffs(int);
__attribute__((visibility("hidden"))) __attribute__((weak)) int hidden_missing(void);

int main(void) {
  printf("%d %d %d\n", hidden_variable, hidden_function(1), protected_function(2));
  printf("%d %d\n", ffs(8), hidden_missing != 0);
  return 0;
}
