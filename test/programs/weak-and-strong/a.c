// Danger: a weak definition (function, variable) gives way to a strong one of a later module, also for calls made
// inside the weak one's own module; two weak ones: the first given wins.
#include <stdio.h>

__attribute__((weak)) int overridden(void) { return 1; }
__attribute__((weak)) int kept(void) { return 2; }
__attribute__((weak)) int twice_weak(void) { return 3; }
__attribute__((weak)) int variable = 4;
__attribute__((weak)) int kept_variable = 5;
__attribute__((weak)) int twice_weak_variable = 6;
int *address = &variable;
int (*pointer)(void) = overridden;

int b_view(void);

int main(void) {
  printf("%d %d %d\n", overridden(), kept(), twice_weak());
  printf("%d %d %d\n", variable, kept_variable, twice_weak_variable);
  printf("%d %d %d\n", *address, pointer(), pointer == overridden);
  printf("%d\n", b_view());
  return 0;
}
