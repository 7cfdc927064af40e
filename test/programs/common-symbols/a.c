// Danger: common symbols of several modules are one, as big as the largest and aligned as the strictest; a real
// definition wins over them.
// cflags: -O2 -fcommon
#include <stdint.h>
#include <stdio.h>

int shared;
char buffer[10];
int defined_in_b;
_Alignas(4) char aligned[4];

void b_set(void);

int main(void) {
  b_set();
  printf("%d %d\n", shared, defined_in_b);
  printf("%s\n", buffer);
  printf("%d %d\n", (int)((uintptr_t)aligned % 64), aligned[0]);
  return 0;
}
