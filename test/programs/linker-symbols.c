// Danger: symbols that only a linker makes: the ends of code, data and zeros.
#include <stdio.h>

extern char etext, edata, end;
extern char __executable_start __attribute__((weak)), __bss_start __attribute__((weak));
static int data = 1, zeros[10];
int main(void) {
  printf("%d %d\n", (char *)main < &etext, (char *)&data < &edata);
  printf("%d %d\n", (char *)&zeros[9] < &end, &edata <= &end);
  return 0;
}
